#define _GNU_SOURCE
#include "CProcess.h"
#include "Fork.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only async-signal-safe calls are allowed: other threads may have held any lock.

typedef struct {
    int step;
    int error;
} failure_report;

static _Noreturn void fail(int report_fd, hks_spawn_step step) {
    failure_report report = {.step = step, .error = errno};
    ssize_t written;
    do {
        written = write(report_fd, &report, sizeof report);
    } while (written < 0 && errno == EINTR);
    _exit(127);
}

static void close_between(int first, int last) {
    if (first > last) return;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0) == 0) return;
#endif
    // Kernels before 5.9: every descriptor that the limit allows.
    struct rlimit limit;
    int end = 65536;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < (rlim_t)end) end = (int)limit.rlim_cur;
    for (int fd = first; fd <= last && fd < end; fd++) close(fd);
}

// Closes all but 0, 1, 2 and two more, which exec closes.
static void close_all_but(int one, int other) {
    int low = one < other ? one : other;
    int high = one < other ? other : one;
    close_between(3, low - 1);
    close_between(low + 1, high - 1);
    close_between(high + 1, INT_MAX);
}

static int set_limit(int resource, uint64_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return -1;
    if (limit.rlim_max != RLIM_INFINITY && value > limit.rlim_max) value = limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = (rlim_t)value;
    return setrlimit(resource, &limit);
}

static int set_limits(const hks_spawn_options *options) {
    if (set_limit(RLIMIT_CORE, 0) != 0) return -1;
    if (options->max_open_files > 0 && set_limit(RLIMIT_NOFILE, options->max_open_files) != 0) return -1;
    if (options->max_processes > 0 && set_limit(RLIMIT_NPROC, options->max_processes) != 0) return -1;
    if (options->max_file_bytes > 0 && set_limit(RLIMIT_FSIZE, options->max_file_bytes) != 0) return -1;
    return 0;
}

static int set_streams(const hks_spawn_options *options) {
    // Out of the way of 0, 1 and 2 first: a given descriptor may be one of them.
    int output = fcntl(options->output_fd, F_DUPFD_CLOEXEC, 3);
    int error = fcntl(options->error_fd, F_DUPFD_CLOEXEC, 3);
    int input = open("/dev/null", O_RDONLY);
    if (output < 0 || error < 0 || input < 0) return -1;
    if (input != STDIN_FILENO && dup2(input, STDIN_FILENO) < 0) return -1;
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(error, STDERR_FILENO) < 0) return -1;
    return 0;
}

static void reset_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    // An ignored signal would stay ignored after exec. SIGKILL, SIGSTOP and libc's own two refuse, which is fine.
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Another thread's child has copies of all descriptors for a moment, one that writes this program perhaps: the kernel
// refuses to run it until they are closed.
static void execute(const hks_spawn_options *options) {
    const int pause_ms = 10, most_pauses = 200;
    for (int pauses = 0; pauses <= most_pauses; pauses++) {
        execve(options->executable, options->arguments, options->environment);
        if (errno != ETXTBSY) return;
        poll(NULL, 0, pause_ms);
        errno = ETXTBSY;
    }
}

static _Noreturn void run_child(const hks_spawn_options *options, pid_t parent, int gate_fd, int report_fd) {
    // Out of the way of the standard streams, in a parent that has none.
    gate_fd = fcntl(gate_fd, F_DUPFD_CLOEXEC, 3);
    report_fd = fcntl(report_fd, F_DUPFD_CLOEXEC, 3);
    if (report_fd < 0) _exit(127);
    if (gate_fd < 0) fail(report_fd, HKS_SPAWN_STEP_STREAMS);
    if (setsid() < 0) fail(report_fd, HKS_SPAWN_STEP_SESSION);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        fail(report_fd, HKS_SPAWN_STEP_SESSION);
    }
    // The parent may have died before the death signal was armed.
    if (getppid() != parent) _exit(127);
    if (set_streams(options) != 0) fail(report_fd, HKS_SPAWN_STEP_STREAMS);
    // Before the wait: locks and peers of the parent's descriptors must not hang on a child that has yet to run.
    close_all_but(gate_fd, report_fd);
    if (chdir(options->working_folder) != 0) fail(report_fd, HKS_SPAWN_STEP_FOLDER);
    char go;
    ssize_t count;
    do {
        count = read(gate_fd, &go, 1);
    } while (count < 0 && errno == EINTR);
    if (count != 1) _exit(127);
    if (set_limits(options) != 0) fail(report_fd, HKS_SPAWN_STEP_LIMITS);
    reset_signals();
    execute(options);
    fail(report_fd, HKS_SPAWN_STEP_EXEC);
}

int hks_spawn_begin(const hks_spawn_options *options, hks_pending_child *child) {
    int gate[2], report[2];
    // A socket, because writing to it can be kept from raising SIGPIPE.
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) != 0) return errno;
    if (pipe2(report, O_CLOEXEC) != 0) {
        int error = errno;
        close(gate[0]);
        close(gate[1]);
        return error;
    }
    pid_t parent = getpid();
    pid_t pid = hks_fork_blocked();
    if (pid == 0) {
        // Our own end would keep the gate open after the parent's death.
        close(gate[1]);
        run_child(options, parent, gate[0], report[1]);
    }
    int error = pid < 0 ? errno : 0;
    close(gate[0]);
    close(report[1]);
    if (pid < 0) {
        close(gate[1]);
        close(report[0]);
        return error;
    }
    child->pid = pid;
    child->gate_fd = gate[1];
    child->report_fd = report[0];
    return 0;
}

int hks_spawn_release(hks_pending_child *child, hks_spawn_step *step) {
    *step = HKS_SPAWN_STEP_NONE;
    ssize_t count;
    do {
        count = send(child->gate_fd, "g", 1, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    int unsent = count == 1 ? 0 : errno;
    close(child->gate_fd);
    failure_report report = {0};
    do {
        count = read(child->report_fd, &report, sizeof report);
    } while (count < 0 && errno == EINTR);
    close(child->report_fd);
    // A child that was not let go ends by itself, unless it reported why it had gone before.
    if (count != (ssize_t)sizeof report) return unsent;
    *step = (hks_spawn_step)report.step;
    return report.error == 0 ? EIO : report.error;
}

void hks_spawn_abandon(hks_pending_child *child) {
    close(child->gate_fd);
    close(child->report_fd);
}

int hks_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    // The write end is a description of its own and stays blocking, as programs expect.
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return error;
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int hks_pidfd_open(pid_t pid) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    errno = ENOSYS;
    return -1;
#endif
}

int hks_peek_exit(pid_t pid, int *status, int *signal_number) {
    siginfo_t info = {0};
    *status = *signal_number = -1;
    int result;
    do {
        result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    if (result < 0) return -1;
    if (info.si_pid == 0) return 0;
    if (info.si_code == CLD_EXITED) {
        *status = info.si_status;
    } else {
        *signal_number = info.si_status;
    }
    return 1;
}

int hks_sync_folder(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno;
    int error = syncfs(fd) == 0 ? 0 : errno;
    close(fd);
    return error;
}
