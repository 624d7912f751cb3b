#define _GNU_SOURCE
#include "CProcess.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

// Starts a program with the streams that `actions` give it, and nothing else of the caller's: no further open file, which
// whoever started the caller may have left, no signal that is ignored or blocked. Takes `actions` over.
static int spawn(const char *executable, char *const *arguments, char *const *environment,
                 posix_spawn_file_actions_t *actions, short flags, pid_t *pid) {
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int status = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    if (status == 0) status = posix_spawnattr_init(&attributes);
    if (status == 0) {
        status = posix_spawnattr_setsigdefault(&attributes, &all);
        if (status == 0) status = posix_spawnattr_setsigmask(&attributes, &none);
        if (status == 0)
            status = posix_spawnattr_setflags(&attributes, flags | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
        if (status == 0) status = posix_spawn(pid, executable, actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(actions);
    return status;
}

int hks_spawn_passthrough(const char *executable, char *const *arguments, char *const *environment, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    int status = posix_spawn_file_actions_init(&actions);
    return status != 0 ? status : spawn(executable, arguments, environment, &actions, 0, pid);
}

static int detach_streams(posix_spawn_file_actions_t *actions, const char *log_file) {
    int status = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (status == 0)
        status = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, log_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (status == 0) status = posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
    return status;
}

int hks_spawn_detached(const char *executable, char *const *arguments, char *const *environment, const char *log_file,
                       pid_t *pid) {
    posix_spawn_file_actions_t actions;
    int status = posix_spawn_file_actions_init(&actions);
    if (status != 0) return status;
    status = detach_streams(&actions, log_file);
    if (status == 0) return spawn(executable, arguments, environment, &actions, POSIX_SPAWN_SETSID, pid);
    posix_spawn_file_actions_destroy(&actions);
    return status;
}
