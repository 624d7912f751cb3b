#pragma once

#include <sys/types.h>

// Forks with every signal blocked in the child, so that no handler of the parent runs in it; the parent's mask stays.
// Returns as fork(2) does, with its errno.
pid_t hks_fork_blocked(void);
