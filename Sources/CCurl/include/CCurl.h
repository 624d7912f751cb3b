#pragma once

// libcurl behind plain functions. The library is opened on first use instead of linked, because linking it makes every
// start of the program load some thirty shared libraries. Its own functions are variadic and thus out of Swift's reach.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One transfer: the libcurl handle with the memory that must live as long as it.
typedef struct hks_curl_easy hks_curl_easy;

/// A set of transfers that one thread drives.
typedef struct hks_curl_multi hks_curl_multi;

typedef enum {
    HKS_CURL_URL,
    HKS_CURL_METHOD,
    HKS_CURL_PROXY,
    HKS_CURL_NO_PROXY,
    HKS_CURL_CA_FILE,
    HKS_CURL_CA_FOLDER,
    HKS_CURL_USER_AGENT,
} hks_curl_text_option;

typedef enum {
    HKS_CURL_NO_SIGNAL,
    HKS_CURL_HTTP_ONLY,
    HKS_CURL_FOLLOW_REDIRECTS,
    HKS_CURL_PATH_AS_IS,
    HKS_CURL_SUPPRESS_CONNECT_HEADERS,
    HKS_CURL_TCP_KEEPALIVE,
    HKS_CURL_CONNECT_TIMEOUT_MS,
    HKS_CURL_TOTAL_TIMEOUT_MS,
    HKS_CURL_FRESH_CONNECT,
    HKS_CURL_NO_BODY,
    HKS_CURL_UPLOAD,
    HKS_CURL_UPLOAD_SIZE,
} hks_curl_number_option;

enum {
    /// What `read` returns to end the transfer.
    HKS_CURL_READ_ABORT = 0x10000000,
    /// What `write` returns to stop the transfer until `hks_curl_easy_unpause`; the same bytes come again then.
    HKS_CURL_WRITE_PAUSE = 0x10000001,
};

/// Called on the thread that drives the transfer.
typedef struct {
    void *context;
    /// One line of a response header with its line end. Any result but `count` ends the transfer.
    size_t (*header)(void *context, const char *bytes, size_t count);
    /// Bytes of the response body. Any result but `count` and `HKS_CURL_WRITE_PAUSE` ends the transfer.
    size_t (*write)(void *context, const char *bytes, size_t count);
    /// Fills `buffer` with the next bytes of the request body; 0 at its end.
    size_t (*read)(void *context, char *buffer, size_t capacity);
    /// Goes to `offset` of the request body, because it must be sent again. False where that cannot be done.
    bool (*seek)(void *context, int64_t offset);
    /// Bytes of both bodies so far.
    void (*progress)(void *context, int64_t received, int64_t sent);
} hks_curl_callbacks;

/// Opens the library and sets it up, once. Safe from every thread.
bool hks_curl_load(void);
/// Why the library could not be opened.
const char *hks_curl_load_error(void);
/// Keeps a peer that went away from ending the process: some TLS libraries write without `MSG_NOSIGNAL`. For the calling
/// thread only.
void hks_curl_block_sigpipe(void);
/// What a result code means.
const char *hks_curl_code_text(int code);

/// NULL when memory is short. `tag` comes back from `hks_curl_multi_next_done`.
hks_curl_easy *hks_curl_easy_new(int64_t tag, hks_curl_callbacks callbacks);
void hks_curl_easy_free(hks_curl_easy *easy);
int hks_curl_easy_set_text(hks_curl_easy *easy, hks_curl_text_option option, const char *value);
int hks_curl_easy_set_number(hks_curl_easy *easy, hks_curl_number_option option, int64_t value);
/// Adds a header line (`Name: value`; `Name;` for an empty value; `Name:` takes a default one away).
bool hks_curl_easy_add_header(hks_curl_easy *easy, const char *line);
/// Puts the added header lines into effect.
int hks_curl_easy_apply_headers(hks_curl_easy *easy);
int hks_curl_easy_unpause(hks_curl_easy *easy);
/// What libcurl said about the last failure; empty if nothing.
const char *hks_curl_easy_message(hks_curl_easy *easy);
/// Whether a connection was up, TLS included, so that the request may have reached the server.
bool hks_curl_easy_was_connected(hks_curl_easy *easy);

/// The status with which a proxy answered the wish for a tunnel; 0 where there was none.
int hks_curl_easy_proxy_status(hks_curl_easy *easy);

hks_curl_multi *hks_curl_multi_new(void);
void hks_curl_multi_free(hks_curl_multi *multi);
int hks_curl_multi_add(hks_curl_multi *multi, hks_curl_easy *easy);
void hks_curl_multi_remove(hks_curl_multi *multi, hks_curl_easy *easy);
int hks_curl_multi_perform(hks_curl_multi *multi);
int hks_curl_multi_poll(hks_curl_multi *multi, int milliseconds);
/// Ends a running or the next `hks_curl_multi_poll` at once. Safe from every thread.
int hks_curl_multi_wakeup(hks_curl_multi *multi);
/// Tag and result code of a transfer that ended; false when there is no further one.
bool hks_curl_multi_next_done(hks_curl_multi *multi, int64_t *tag, int *code);
const char *hks_curl_multi_code_text(int code);
