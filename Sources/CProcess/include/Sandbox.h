#pragma once

#include <stdbool.h>

/// What the kernel lets an ordinary process do to lock itself in. Each call tries it, in a child of its own where it
/// would change the caller. Returns 0 where it works, else an errno.
int hks_try_user_namespace(void);
int hks_try_no_new_privileges(void);
int hks_try_seccomp(void);

/// Version of Landlock's interface, or a negative errno.
int hks_landlock_version(void);

/// Whether `/sys/fs/cgroup` is the unified hierarchy (version 2).
bool hks_has_cgroup2(void);
