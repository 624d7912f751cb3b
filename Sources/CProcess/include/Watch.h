#pragma once

#include <stdint.h>

/// A set of descriptors that are waited for together. Returns it, or -1 with errno.
int hks_watch_open(void);

/// Waits once for `fd` to become readable; `id` comes back with it. Returns 0 or an errno.
int hks_watch_add(int watch, int fd, uint64_t id);

/// Waits once more. Returns 0 or an errno.
int hks_watch_again(int watch, int fd, uint64_t id);

/// Forgets a descriptor; to be called before it is closed. Returns 0 or an errno.
int hks_watch_remove(int watch, int fd);

/// Blocks until something is readable and gives the ids, at most `count`. Returns how many.
int hks_watch_wait(int watch, uint64_t *ids, int count);
