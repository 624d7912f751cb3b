#pragma once

// libgit2 behind a loader: the library is opened on first use, so that commands which do not need it start without
// loading it and its dependencies. Types come from libgit2's own headers; call the hks_git_* functions only.

#include <git2.h>
#include <stddef.h>

// Name of the library file that is opened. Options structures change with each minor version, which is why libgit2 has
// it in the name: only the one whose headers this was compiled with is safe to use.
const char *hks_git_library_name(void);

// Opens and initialises the library once; thread-safe. Returns NULL if it can be used, else why it cannot.
const char *hks_git_load(void);

// None of the functions below may be called before hks_git_load() returned NULL.

// Trusts the certificates in a PEM file instead of the system's.
int hks_git_set_certificate_file(const char *path);

// Message of the last failure on this thread, or NULL.
const char *hks_git_last_message(void);

int hks_git_repository_init(git_repository **out, const char *path);
// Opens the repository that path is in, looking upwards.
int hks_git_repository_open(git_repository **out, const char *path);
void hks_git_repository_free(git_repository *repository);
int hks_git_repository_head(git_reference **out, git_repository *repository);
int hks_git_repository_head_detached(git_repository *repository);

const char *hks_git_reference_shorthand(const git_reference *reference);
int hks_git_reference_peel(git_object **out, const git_reference *reference, git_object_t type);
void hks_git_reference_free(git_reference *reference);

int hks_git_revparse_single(git_object **out, git_repository *repository, const char *spec);
// Writes 40 hex digits and a NUL.
void hks_git_object_hex(char out[GIT_OID_HEXSZ + 1], const git_object *object);
void hks_git_object_free(git_object *object);
// Writes the files of a commit or tag into the work tree, replacing what is there.
int hks_git_checkout(git_repository *repository, const git_object *object);

// Number of changed or untracked files below path (NULL for all), or a negative error.
int hks_git_change_count(git_repository *repository, const char *path);
const char *hks_git_repository_workdir(const git_repository *repository);

// What a transfer calls back; context is handed to each. A result other than 0 ends the transfer with that result.
typedef struct {
    void *context;
    int (*progress)(unsigned int received, unsigned int total, size_t bytes, void *context);
    // Asked before each try to sign in; an agent's keys are offered only if it answers 0.
    int (*may_authenticate)(void *context);
} hks_git_transfer;

int hks_git_remote_create_anonymous(git_remote **out, git_repository *repository, const char *url);
int hks_git_remote_lookup(git_remote **out, git_repository *repository, const char *name);
const char *hks_git_remote_url(const git_remote *remote);
int hks_git_remote_connect(git_remote *remote, const hks_git_transfer *transfer);
// The references that a connected remote offers; owned by the remote.
int hks_git_remote_list(const git_remote_head ***out, size_t *count, git_remote *remote);
int hks_git_remote_fetch(git_remote *remote, char **refspecs, size_t count, const hks_git_transfer *transfer);
void hks_git_remote_free(git_remote *remote);
