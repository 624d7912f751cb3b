#define _GNU_SOURCE
#include "Watch.h"

#include <errno.h>
#include <sys/epoll.h>

enum { HKS_WATCH_BATCH = 64 };

int hks_watch_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int change(int watch, int operation, int fd, uint64_t id) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data = {.u64 = id}};
    return epoll_ctl(watch, operation, fd, &event) == 0 ? 0 : errno;
}

int hks_watch_add(int watch, int fd, uint64_t id) { return change(watch, EPOLL_CTL_ADD, fd, id); }

int hks_watch_again(int watch, int fd, uint64_t id) { return change(watch, EPOLL_CTL_MOD, fd, id); }

int hks_watch_remove(int watch, int fd) { return change(watch, EPOLL_CTL_DEL, fd, 0); }

int hks_watch_wait(int watch, uint64_t *ids, int count) {
    struct epoll_event events[HKS_WATCH_BATCH];
    int room = count < HKS_WATCH_BATCH ? count : HKS_WATCH_BATCH;
    int ready;
    do {
        ready = epoll_wait(watch, events, room, -1);
    } while (ready < 0 && errno == EINTR);
    for (int index = 0; index < ready; index++) ids[index] = events[index].data.u64;
    return ready < 0 ? 0 : ready;
}
