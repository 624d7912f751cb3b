#define _GNU_SOURCE
#include "Fork.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

pid_t hks_fork_blocked(void) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) return 0;
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return pid;
}
