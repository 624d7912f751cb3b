#define CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_DEPRECATION
#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

_Static_assert((size_t)HKS_CURL_WRITE_PAUSE == CURL_WRITEFUNC_PAUSE, "differs from libcurl");
_Static_assert((size_t)HKS_CURL_READ_ABORT == CURL_READFUNC_ABORT, "differs from libcurl");

struct hks_curl_easy {
    CURL *handle;
    struct curl_slist *headers;
    hks_curl_callbacks callbacks;
    int64_t tag;
    char message[CURL_ERROR_SIZE];
};

struct hks_curl_multi {
    CURLM *handle;
};

#define HKS_CURL_FUNCTIONS(each) \
    each(curl_global_init) \
    each(curl_easy_strerror) \
    each(curl_easy_init) \
    each(curl_easy_cleanup) \
    each(curl_easy_setopt) \
    each(curl_easy_getinfo) \
    each(curl_easy_pause) \
    each(curl_slist_append) \
    each(curl_slist_free_all) \
    each(curl_multi_init) \
    each(curl_multi_cleanup) \
    each(curl_multi_add_handle) \
    each(curl_multi_remove_handle) \
    each(curl_multi_perform) \
    each(curl_multi_poll) \
    each(curl_multi_wakeup) \
    each(curl_multi_info_read) \
    each(curl_multi_strerror)

#define HKS_DECLARE(name) static __typeof__(name) *p_##name;
HKS_CURL_FUNCTIONS(HKS_DECLARE)

static pthread_once_t load_once = PTHREAD_ONCE_INIT;
static char load_error[512];
static bool loaded = false;

static void keep_load_error(const char *text) {
    size_t index = 0;
    for (; text && text[index] && index + 1 < sizeof load_error; index++) load_error[index] = text[index];
    load_error[index] = 0;
}

static bool resolve(void *library) {
#define HKS_RESOLVE(name) \
    p_##name = (__typeof__(name) *)dlsym(library, #name); \
    if (!p_##name) { \
        keep_load_error(dlerror()); \
        return false; \
    }
    HKS_CURL_FUNCTIONS(HKS_RESOLVE)
    return true;
}

static void load(void) {
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"};
    void *library = NULL;
    for (size_t index = 0; index < sizeof names / sizeof *names && !library; index++) {
        library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
        // The first name is the usual one: what is said about it helps most.
        if (!library && index == 0) keep_load_error(dlerror());
    }
    if (!library || !resolve(library)) return;
    CURLcode code = p_curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        keep_load_error(p_curl_easy_strerror(code));
        return;
    }
    loaded = true;
}

bool hks_curl_load(void) {
    pthread_once(&load_once, load);
    return loaded;
}

const char *hks_curl_load_error(void) { return load_error; }

void hks_curl_block_sigpipe(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    // Fails for a wrong argument only.
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

const char *hks_curl_code_text(int code) { return p_curl_easy_strerror((CURLcode)code); }

// Callbacks

static size_t on_header(char *bytes, size_t size, size_t count, void *user) {
    hks_curl_easy *easy = user;
    return easy->callbacks.header(easy->callbacks.context, bytes, size * count);
}

static size_t on_write(char *bytes, size_t size, size_t count, void *user) {
    hks_curl_easy *easy = user;
    return easy->callbacks.write(easy->callbacks.context, bytes, size * count);
}

static size_t on_read(char *buffer, size_t size, size_t count, void *user) {
    hks_curl_easy *easy = user;
    return easy->callbacks.read(easy->callbacks.context, buffer, size * count);
}

static int on_seek(void *user, curl_off_t offset, int origin) {
    hks_curl_easy *easy = user;
    if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    return easy->callbacks.seek(easy->callbacks.context, offset) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static int on_progress(void *user, curl_off_t to_receive, curl_off_t received, curl_off_t to_send, curl_off_t sent) {
    hks_curl_easy *easy = user;
    (void)to_receive;
    (void)to_send;
    easy->callbacks.progress(easy->callbacks.context, received, sent);
    return 0;
}

// One transfer

static CURLcode prepare(hks_curl_easy *easy) {
    CURLcode code = CURLE_OK;
#define HKS_SET(option, value) \
    if (code == CURLE_OK) code = p_curl_easy_setopt(easy->handle, option, value)
    HKS_SET(CURLOPT_ERRORBUFFER, easy->message);
    HKS_SET(CURLOPT_PRIVATE, easy);
    HKS_SET(CURLOPT_HEADERFUNCTION, on_header);
    HKS_SET(CURLOPT_HEADERDATA, easy);
    HKS_SET(CURLOPT_WRITEFUNCTION, on_write);
    HKS_SET(CURLOPT_WRITEDATA, easy);
    HKS_SET(CURLOPT_READFUNCTION, on_read);
    HKS_SET(CURLOPT_READDATA, easy);
    HKS_SET(CURLOPT_SEEKFUNCTION, on_seek);
    HKS_SET(CURLOPT_SEEKDATA, easy);
    HKS_SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    HKS_SET(CURLOPT_XFERINFODATA, easy);
    HKS_SET(CURLOPT_NOPROGRESS, 0L);
    return code;
}

hks_curl_easy *hks_curl_easy_new(int64_t tag, hks_curl_callbacks callbacks) {
    hks_curl_easy *easy = calloc(1, sizeof *easy);
    if (!easy) return NULL;
    easy->tag = tag;
    easy->callbacks = callbacks;
    easy->handle = p_curl_easy_init();
    if (!easy->handle || prepare(easy) != CURLE_OK) {
        hks_curl_easy_free(easy);
        return NULL;
    }
    return easy;
}

void hks_curl_easy_free(hks_curl_easy *easy) {
    if (!easy) return;
    if (easy->handle) p_curl_easy_cleanup(easy->handle);
    if (easy->headers) p_curl_slist_free_all(easy->headers);
    free(easy);
}

static CURLoption text_option(hks_curl_text_option option) {
    switch (option) {
    case HKS_CURL_URL: return CURLOPT_URL;
    case HKS_CURL_METHOD: return CURLOPT_CUSTOMREQUEST;
    case HKS_CURL_PROXY: return CURLOPT_PROXY;
    case HKS_CURL_NO_PROXY: return CURLOPT_NOPROXY;
    case HKS_CURL_CA_FILE: return CURLOPT_CAINFO;
    case HKS_CURL_CA_FOLDER: return CURLOPT_CAPATH;
    case HKS_CURL_USER_AGENT: return CURLOPT_USERAGENT;
    }
    return 0;
}

static CURLoption number_option(hks_curl_number_option option) {
    switch (option) {
    case HKS_CURL_NO_SIGNAL: return CURLOPT_NOSIGNAL;
    case HKS_CURL_HTTP_ONLY: return CURLOPT_PROTOCOLS;
    case HKS_CURL_FOLLOW_REDIRECTS: return CURLOPT_FOLLOWLOCATION;
    case HKS_CURL_PATH_AS_IS: return CURLOPT_PATH_AS_IS;
    case HKS_CURL_SUPPRESS_CONNECT_HEADERS: return CURLOPT_SUPPRESS_CONNECT_HEADERS;
    case HKS_CURL_TCP_KEEPALIVE: return CURLOPT_TCP_KEEPALIVE;
    case HKS_CURL_CONNECT_TIMEOUT_MS: return CURLOPT_CONNECTTIMEOUT_MS;
    case HKS_CURL_TOTAL_TIMEOUT_MS: return CURLOPT_TIMEOUT_MS;
    case HKS_CURL_FRESH_CONNECT: return CURLOPT_FRESH_CONNECT;
    case HKS_CURL_NO_BODY: return CURLOPT_NOBODY;
    case HKS_CURL_UPLOAD: return CURLOPT_UPLOAD;
    case HKS_CURL_UPLOAD_SIZE: return CURLOPT_INFILESIZE_LARGE;
    }
    return 0;
}

int hks_curl_easy_set_text(hks_curl_easy *easy, hks_curl_text_option option, const char *value) {
    return (int)p_curl_easy_setopt(easy->handle, text_option(option), value);
}

int hks_curl_easy_set_number(hks_curl_easy *easy, hks_curl_number_option option, int64_t value) {
    CURLoption target = number_option(option);
    // The bit mask is the older form of CURLOPT_PROTOCOLS_STR; it works with every libcurl that can be found.
    if (option == HKS_CURL_HTTP_ONLY) value = CURLPROTO_HTTP | CURLPROTO_HTTPS;
    if (target >= CURLOPTTYPE_OFF_T) return (int)p_curl_easy_setopt(easy->handle, target, (curl_off_t)value);
    return (int)p_curl_easy_setopt(easy->handle, target, (long)value);
}

bool hks_curl_easy_add_header(hks_curl_easy *easy, const char *line) {
    struct curl_slist *longer = p_curl_slist_append(easy->headers, line);
    if (!longer) return false;
    easy->headers = longer;
    return true;
}

int hks_curl_easy_apply_headers(hks_curl_easy *easy) {
    return (int)p_curl_easy_setopt(easy->handle, CURLOPT_HTTPHEADER, easy->headers);
}

int hks_curl_easy_unpause(hks_curl_easy *easy) { return (int)p_curl_easy_pause(easy->handle, CURLPAUSE_CONT); }

const char *hks_curl_easy_message(hks_curl_easy *easy) { return easy->message; }

bool hks_curl_easy_was_connected(hks_curl_easy *easy) {
    curl_off_t microseconds = 0;
    CURLcode code = p_curl_easy_getinfo(easy->handle, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
    return code == CURLE_OK && microseconds > 0;
}

int hks_curl_easy_proxy_status(hks_curl_easy *easy) {
    long status = 0;
    CURLcode code = p_curl_easy_getinfo(easy->handle, CURLINFO_HTTP_CONNECTCODE, &status);
    return code == CURLE_OK ? (int)status : 0;
}

// A set of transfers

hks_curl_multi *hks_curl_multi_new(void) {
    hks_curl_multi *multi = calloc(1, sizeof *multi);
    if (!multi) return NULL;
    multi->handle = p_curl_multi_init();
    if (multi->handle) return multi;
    free(multi);
    return NULL;
}

void hks_curl_multi_free(hks_curl_multi *multi) {
    if (!multi) return;
    p_curl_multi_cleanup(multi->handle);
    free(multi);
}

int hks_curl_multi_add(hks_curl_multi *multi, hks_curl_easy *easy) {
    return (int)p_curl_multi_add_handle(multi->handle, easy->handle);
}

void hks_curl_multi_remove(hks_curl_multi *multi, hks_curl_easy *easy) {
    // Fails for handles that were never added only, which leaves nothing to be undone.
    (void)p_curl_multi_remove_handle(multi->handle, easy->handle);
}

int hks_curl_multi_perform(hks_curl_multi *multi) {
    int running = 0;
    return (int)p_curl_multi_perform(multi->handle, &running);
}

int hks_curl_multi_poll(hks_curl_multi *multi, int milliseconds) {
    return (int)p_curl_multi_poll(multi->handle, NULL, 0, milliseconds, NULL);
}

int hks_curl_multi_wakeup(hks_curl_multi *multi) { return (int)p_curl_multi_wakeup(multi->handle); }

bool hks_curl_multi_next_done(hks_curl_multi *multi, int64_t *tag, int *code) {
    int remaining = 0;
    CURLMsg *message;
    while ((message = p_curl_multi_info_read(multi->handle, &remaining))) {
        if (message->msg != CURLMSG_DONE) continue;
        hks_curl_easy *easy = NULL;
        *code = (int)message->data.result;
        if (p_curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &easy) != CURLE_OK || !easy) continue;
        *tag = easy->tag;
        return true;
    }
    return false;
}

const char *hks_curl_multi_code_text(int code) { return p_curl_multi_strerror((CURLMcode)code); }
