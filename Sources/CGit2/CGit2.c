#include "CGit2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#ifdef __APPLE__
#define HKS_LIBRARY "libgit2." LIBGIT2_SOVERSION ".dylib"
#else
#define HKS_LIBRARY "libgit2.so." LIBGIT2_SOVERSION
#endif

// Every function of libgit2 that is used; one table, so that a symbol is looked up, declared and typed in one place.
#define HKS_FUNCTIONS(X)                                                                                               \
    X(git_libgit2_init)                                                                                                \
    X(git_libgit2_opts)                                                                                                \
    X(git_error_last)                                                                                                  \
    X(git_error_set_str)                                                                                               \
    X(git_repository_init)                                                                                             \
    X(git_repository_open_ext)                                                                                         \
    X(git_repository_free)                                                                                             \
    X(git_repository_head)                                                                                             \
    X(git_repository_head_detached)                                                                                    \
    X(git_repository_workdir)                                                                                          \
    X(git_reference_shorthand)                                                                                         \
    X(git_reference_peel)                                                                                              \
    X(git_reference_free)                                                                                              \
    X(git_revparse_single)                                                                                             \
    X(git_object_id)                                                                                                   \
    X(git_object_free)                                                                                                 \
    X(git_oid_tostr)                                                                                                   \
    X(git_checkout_options_init)                                                                                       \
    X(git_checkout_tree)                                                                                               \
    X(git_status_options_init)                                                                                         \
    X(git_status_list_new)                                                                                             \
    X(git_status_list_entrycount)                                                                                      \
    X(git_status_list_free)                                                                                            \
    X(git_remote_create_anonymous)                                                                                     \
    X(git_remote_lookup)                                                                                               \
    X(git_remote_url)                                                                                                  \
    X(git_remote_connect)                                                                                              \
    X(git_remote_ls)                                                                                                   \
    X(git_remote_fetch)                                                                                                \
    X(git_remote_free)                                                                                                 \
    X(git_remote_init_callbacks)                                                                                       \
    X(git_fetch_options_init)                                                                                          \
    X(git_proxy_options_init)                                                                                          \
    X(git_credential_username_new)                                                                                     \
    X(git_credential_ssh_key_from_agent)

#define HKS_DECLARE(name) __typeof__(&name) name;
static struct {
    HKS_FUNCTIONS(HKS_DECLARE)
} api;

static pthread_once_t load_once = PTHREAD_ONCE_INIT;
static char load_error[512];

static void load(void) {
    void *library = dlopen(HKS_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(load_error, sizeof load_error, "%s", reason ? reason : "cannot open " HKS_LIBRARY);
        return;
    }
#define HKS_RESOLVE(name)                                                                                              \
    api.name = (__typeof__(api.name))dlsym(library, #name);                                                            \
    if (!api.name) {                                                                                                   \
        snprintf(load_error, sizeof load_error, "%s has no function %s", HKS_LIBRARY, #name);                          \
        return;                                                                                                        \
    }
    HKS_FUNCTIONS(HKS_RESOLVE)
    if (api.git_libgit2_init() < 0) {
        const git_error *error = api.git_error_last();
        snprintf(load_error, sizeof load_error, "%s", error ? error->message : "libgit2 does not start");
    }
}

const char *hks_git_library_name(void) { return HKS_LIBRARY; }

const char *hks_git_load(void) {
    pthread_once(&load_once, load);
    return load_error[0] ? load_error : NULL;
}

int hks_git_set_certificate_file(const char *path) {
    return api.git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, path, NULL);
}

const char *hks_git_last_message(void) {
    const git_error *error = api.git_error_last();
    return error ? error->message : NULL;
}

int hks_git_repository_init(git_repository **out, const char *path) { return api.git_repository_init(out, path, 0); }

int hks_git_repository_open(git_repository **out, const char *path) {
    return api.git_repository_open_ext(out, path, 0, NULL);
}

void hks_git_repository_free(git_repository *repository) { api.git_repository_free(repository); }

int hks_git_repository_head(git_reference **out, git_repository *repository) {
    return api.git_repository_head(out, repository);
}

int hks_git_repository_head_detached(git_repository *repository) {
    return api.git_repository_head_detached(repository);
}

const char *hks_git_reference_shorthand(const git_reference *reference) {
    return api.git_reference_shorthand(reference);
}

int hks_git_reference_peel(git_object **out, const git_reference *reference, git_object_t type) {
    return api.git_reference_peel(out, reference, type);
}

void hks_git_reference_free(git_reference *reference) { api.git_reference_free(reference); }

int hks_git_revparse_single(git_object **out, git_repository *repository, const char *spec) {
    return api.git_revparse_single(out, repository, spec);
}

void hks_git_object_hex(char out[GIT_OID_HEXSZ + 1], const git_object *object) {
    api.git_oid_tostr(out, GIT_OID_HEXSZ + 1, api.git_object_id(object));
}

void hks_git_object_free(git_object *object) { api.git_object_free(object); }

int hks_git_checkout(git_repository *repository, const git_object *object) {
    git_checkout_options options;
    int status = api.git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
    if (status < 0) return status;
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    return api.git_checkout_tree(repository, object, &options);
}

int hks_git_change_count(git_repository *repository, const char *path) {
    git_status_options options;
    int status = api.git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
    if (status < 0) return status;
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES |
                    GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH;
    char *paths[] = {(char *)path};
    if (path) {
        options.pathspec.strings = paths;
        options.pathspec.count = 1;
    }
    git_status_list *list = NULL;
    status = api.git_status_list_new(&list, repository, &options);
    if (status < 0) return status;
    size_t count = api.git_status_list_entrycount(list);
    api.git_status_list_free(list);
    return count > 0x7fffffff ? 0x7fffffff : (int)count;
}

const char *hks_git_repository_workdir(const git_repository *repository) {
    return api.git_repository_workdir(repository);
}

static int on_progress(const git_indexer_progress *stats, void *payload) {
    const hks_git_transfer *transfer = payload;
    return transfer->progress(
        stats->received_objects, stats->total_objects, stats->received_bytes, transfer->context);
}

static int on_message(const char *text, int length, void *payload) {
    (void)text;
    (void)length;
    const hks_git_transfer *transfer = payload;
    return transfer->progress(0, 0, 0, transfer->context);
}

static int on_credentials(
    git_credential **out, const char *url, const char *user, unsigned int allowed, void *payload) {
    (void)url;
    const hks_git_transfer *transfer = payload;
    int status = transfer->may_authenticate(transfer->context);
    if (status == 0 && (allowed & GIT_CREDENTIAL_SSH_KEY)) {
        return api.git_credential_ssh_key_from_agent(out, user ? user : "git");
    }
    // ssh without a user in the address asks for the user first.
    if (status == 0 && (allowed & GIT_CREDENTIAL_USERNAME)) return api.git_credential_username_new(out, "git");
    // libgit2 would report whatever message it set last.
    api.git_error_set_str(GIT_ERROR_CALLBACK, "there are no credentials that the server accepts");
    return status == 0 ? GIT_EAUTH : status;
}

static void fill_callbacks(git_remote_callbacks *callbacks, const hks_git_transfer *transfer) {
    callbacks->transfer_progress = on_progress;
    callbacks->sideband_progress = on_message;
    callbacks->credentials = on_credentials;
    callbacks->payload = (void *)transfer;
}

int hks_git_remote_create_anonymous(git_remote **out, git_repository *repository, const char *url) {
    return api.git_remote_create_anonymous(out, repository, url);
}

int hks_git_remote_lookup(git_remote **out, git_repository *repository, const char *name) {
    return api.git_remote_lookup(out, repository, name);
}

const char *hks_git_remote_url(const git_remote *remote) { return api.git_remote_url(remote); }

int hks_git_remote_connect(git_remote *remote, const hks_git_transfer *transfer) {
    git_remote_callbacks callbacks;
    git_proxy_options proxy;
    int status = api.git_remote_init_callbacks(&callbacks, GIT_REMOTE_CALLBACKS_VERSION);
    if (status == 0) status = api.git_proxy_options_init(&proxy, GIT_PROXY_OPTIONS_VERSION);
    if (status < 0) return status;
    fill_callbacks(&callbacks, transfer);
    proxy.type = GIT_PROXY_AUTO;
    return api.git_remote_connect(remote, GIT_DIRECTION_FETCH, &callbacks, &proxy, NULL);
}

int hks_git_remote_list(const git_remote_head ***out, size_t *count, git_remote *remote) {
    return api.git_remote_ls(out, count, remote);
}

int hks_git_remote_fetch(git_remote *remote, char **refspecs, size_t count, const hks_git_transfer *transfer) {
    git_fetch_options options;
    int status = api.git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
    if (status < 0) return status;
    fill_callbacks(&options.callbacks, transfer);
    options.proxy_opts.type = GIT_PROXY_AUTO;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.update_fetchhead = 0;
    git_strarray specs = {refspecs, count};
    return api.git_remote_fetch(remote, &specs, &options, NULL);
}

void hks_git_remote_free(git_remote *remote) { api.git_remote_free(remote); }
