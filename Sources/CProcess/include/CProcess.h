#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "Sandbox.h"
#include "Watch.h"

/// How to start a child. Every pointer is read before `hks_spawn_begin` returns in the parent.
typedef struct {
    /// Absolute path of the program.
    const char *executable;
    /// NULL-terminated, the program's name first.
    char *const *arguments;
    /// NULL-terminated `NAME=value` texts.
    char *const *environment;
    /// Folder to start in.
    const char *working_folder;
    /// Descriptors that become the child's stdout and stderr.
    int output_fd;
    int error_fd;
    /// RLIMIT_NOFILE, RLIMIT_NPROC and RLIMIT_FSIZE; 0 leaves the parent's value.
    uint64_t max_open_files;
    uint64_t max_processes;
    uint64_t max_file_bytes;
} hks_spawn_options;

/// A child between fork and exec: it waits until it is released.
typedef struct {
    pid_t pid;
    /// Closed without a byte: the child ends without having run anything.
    int gate_fd;
    /// Tells the error of a failed exec; closed by a successful one.
    int report_fd;
} hks_pending_child;

/// What failed in the child before the program ran.
typedef enum {
    HKS_SPAWN_STEP_NONE = 0,
    HKS_SPAWN_STEP_FORK,
    HKS_SPAWN_STEP_SESSION,
    HKS_SPAWN_STEP_FOLDER,
    HKS_SPAWN_STEP_STREAMS,
    HKS_SPAWN_STEP_LIMITS,
    HKS_SPAWN_STEP_EXEC,
} hks_spawn_step;

/// Forks a child that leads a new session and process group, has no descriptor but 0, 1 and 2, default signal
/// dispositions, an empty signal mask, no way to gain privileges, and dies with the calling *thread*.
/// Returns 0 or an errno.
int hks_spawn_begin(const hks_spawn_options *options, hks_pending_child *child);

/// Lets the child go on to exec and waits for the outcome. Returns 0 or an errno, and the step that failed.
/// The caller reaps the child in either case.
int hks_spawn_release(hks_pending_child *child, hks_spawn_step *step);

/// Ends the child before it ran anything. The caller reaps it.
void hks_spawn_abandon(hks_pending_child *child);

/// A pipe whose ends are closed by exec; the read end does not block. Returns 0 or an errno.
int hks_pipe(int *read_end, int *write_end);

/// A descriptor that becomes readable when the process ends, or -1 with errno.
int hks_pidfd_open(pid_t pid);

/// Looks whether a child has ended and leaves it as a zombie, so that its id stays taken.
/// Returns 1 (ended: `status` or `signal_number` is set, the other is -1), 0 (runs) or -1 with errno.
int hks_peek_exit(pid_t pid, int *status, int *signal_number);

/// Writes all of the file system's data that holds `folder` to disk. Returns 0 or an errno.
int hks_sync_folder(const char *folder);

/// Starts a program in a session of its own that outlives the caller: no standard input, stdout and stderr in `log_file`,
/// no other open file, default signals. Returns 0 or an errno.
int hks_spawn_detached(const char *executable, char *const *arguments, char *const *environment, const char *log_file,
                       pid_t *pid);

/// Starts a program that has this process's standard streams, process group and working folder, and no other open file;
/// default signals. Returns 0 or an errno. The caller reaps it.
int hks_spawn_passthrough(const char *executable, char *const *arguments, char *const *environment, pid_t *pid);
