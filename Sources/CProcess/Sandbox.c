#define _GNU_SOURCE
#include "Sandbox.h"
#include "Fork.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

// From linux/landlock.h and linux/magic.h, which older systems lack.
#define LANDLOCK_VERSION_FLAG 1u
#define CGROUP2_MAGIC 0x63677270L
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif

// Runs `attempt` in a child and gives the errno that it ends with. Only async-signal-safe calls are allowed in it.
static int in_child(int (*attempt)(void)) {
    pid_t pid = hks_fork_blocked();
    if (pid == 0) _exit(attempt() == 0 ? 0 : (errno == 0 ? 255 : errno & 0xff));
    if (pid < 0) return errno;
    int status = 0;
    pid_t ended;
    do {
        ended = waitpid(pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended < 0) return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

static int unshare_user(void) { return unshare(CLONE_NEWUSER); }

static int drop_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

static int ask_seccomp(void) {
    // The action that lets a filter refuse a call; a kernel without filters does not know the question.
    uint32_t action = SECCOMP_RET_ERRNO;
    return (int)syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
}

int hks_try_user_namespace(void) { return in_child(unshare_user); }

int hks_try_no_new_privileges(void) { return in_child(drop_privileges); }

int hks_try_seccomp(void) { return ask_seccomp() == 0 ? 0 : errno; }

int hks_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
    return version < 0 ? -errno : (int)version;
}

bool hks_has_cgroup2(void) {
    struct statfs status;
    return statfs("/sys/fs/cgroup", &status) == 0 && (long)status.f_type == CGROUP2_MAGIC;
}
