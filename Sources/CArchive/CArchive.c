#define _GNU_SOURCE
#include "CArchive.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>

#define FUNCTIONS(X) \
    X(archive_error_string) \
    X(archive_set_error) \
    X(archive_read_new) \
    X(archive_read_support_filter_gzip) \
    X(archive_read_support_format_raw) \
    X(archive_read_support_format_tar) \
    X(archive_read_support_format_zip_seekable) \
    X(archive_read_open) \
    X(archive_read_open_fd) \
    X(archive_read_next_header) \
    X(archive_read_data) \
    X(archive_filter_code) \
    X(archive_filter_bytes) \
    X(archive_read_free) \
    X(archive_write_new) \
    X(archive_write_add_filter_gzip) \
    X(archive_write_set_format_gnutar) \
    X(archive_write_set_format_zip) \
    X(archive_write_set_filter_option) \
    X(archive_write_set_format_option) \
    X(archive_write_set_bytes_per_block) \
    X(archive_write_set_bytes_in_last_block) \
    X(archive_write_open) \
    X(archive_write_header) \
    X(archive_write_data) \
    X(archive_write_finish_entry) \
    X(archive_write_close) \
    X(archive_write_fail) \
    X(archive_write_free) \
    X(archive_entry_new) \
    X(archive_entry_clear) \
    X(archive_entry_free) \
    X(archive_entry_pathname) \
    X(archive_entry_symlink) \
    X(archive_entry_hardlink) \
    X(archive_entry_filetype) \
    X(archive_entry_perm) \
    X(archive_entry_is_encrypted) \
    X(archive_entry_copy_pathname) \
    X(archive_entry_copy_symlink) \
    X(archive_entry_set_filetype) \
    X(archive_entry_set_perm) \
    X(archive_entry_set_size) \
    X(archive_entry_set_mtime) \
    X(archive_entry_set_uid) \
    X(archive_entry_set_gid)

// The types come from libarchive's own header, so a wrapper that differs from it does not compile.
#define FIELD(name) __typeof__(&name) name;
static struct library {
    FUNCTIONS(FIELD)
} library;

_Static_assert(HKS_ARCHIVE_END == ARCHIVE_EOF && HKS_ARCHIVE_OK == ARCHIVE_OK && HKS_ARCHIVE_RETRY == ARCHIVE_RETRY &&
    HKS_ARCHIVE_WARN == ARCHIVE_WARN && HKS_ARCHIVE_FAILED == ARCHIVE_FAILED && HKS_ARCHIVE_FATAL == ARCHIVE_FATAL,
    "status codes are libarchive's");
_Static_assert(HKS_ARCHIVE_REGULAR == AE_IFREG && HKS_ARCHIVE_SYMBOLIC_LINK == AE_IFLNK &&
    HKS_ARCHIVE_FOLDER == AE_IFDIR && HKS_ARCHIVE_CHARACTER_DEVICE == AE_IFCHR &&
    HKS_ARCHIVE_BLOCK_DEVICE == AE_IFBLK && HKS_ARCHIVE_FIFO == AE_IFIFO && HKS_ARCHIVE_SOCKET == AE_IFSOCK,
    "file types are libarchive's");
_Static_assert(HKS_ARCHIVE_FILTER_GZIP == ARCHIVE_FILTER_GZIP, "filter codes are libarchive's");

int hks_archive_load(const char *name, char *message, size_t message_size) {
    struct library found;
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        snprintf(message, message_size, "%s", dlerror());
        return -1;
    }
#define RESOLVE(name) \
    found.name = (__typeof__(&name))dlsym(handle, #name); \
    if (found.name == NULL) { \
        snprintf(message, message_size, "%s", dlerror()); \
        dlclose(handle); \
        return -1; \
    }
    FUNCTIONS(RESOLVE)
    library = found;
    return 0;
}

static pthread_once_t locale_once = PTHREAD_ONCE_INIT;
static locale_t utf8_locale;

static void make_utf8_locale(void) {
    utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

void hks_archive_use_utf8_names(void) {
    pthread_once(&locale_once, make_utf8_locale);
    // A system without this locale has names in ASCII only; others are then reported by libarchive, one by one.
    if (utf8_locale != (locale_t)0) uselocale(utf8_locale);
}

const char *hks_archive_error_string(struct archive *archive) {
    return library.archive_error_string(archive);
}

void hks_archive_set_error(struct archive *archive, int number, const char *message) {
    library.archive_set_error(archive, number, "%s", message);
}

struct archive *hks_archive_read_new(void) {
    return library.archive_read_new();
}

int hks_archive_read_support_filter_gzip(struct archive *archive) {
    return library.archive_read_support_filter_gzip(archive);
}

int hks_archive_read_support_format_raw(struct archive *archive) {
    return library.archive_read_support_format_raw(archive);
}

int hks_archive_read_support_format_tar(struct archive *archive) {
    return library.archive_read_support_format_tar(archive);
}

int hks_archive_read_support_format_zip_seekable(struct archive *archive) {
    return library.archive_read_support_format_zip_seekable(archive);
}

int hks_archive_read_open(struct archive *archive, void *client, hks_archive_reader *reader) {
    return library.archive_read_open(archive, client, NULL, reader, NULL);
}

int hks_archive_read_open_fd(struct archive *archive, int fd, size_t block_size) {
    return library.archive_read_open_fd(archive, fd, block_size);
}

int hks_archive_read_next_header(struct archive *archive, struct archive_entry **entry) {
    return library.archive_read_next_header(archive, entry);
}

ssize_t hks_archive_read_data(struct archive *archive, void *buffer, size_t length) {
    return library.archive_read_data(archive, buffer, length);
}

int hks_archive_filter_code(struct archive *archive, int filter) {
    return library.archive_filter_code(archive, filter);
}

int64_t hks_archive_filter_bytes(struct archive *archive, int filter) {
    return library.archive_filter_bytes(archive, filter);
}

int hks_archive_read_free(struct archive *archive) {
    return library.archive_read_free(archive);
}

struct archive *hks_archive_write_new(void) {
    return library.archive_write_new();
}

int hks_archive_write_add_filter_gzip(struct archive *archive) {
    return library.archive_write_add_filter_gzip(archive);
}

int hks_archive_write_set_format_gnutar(struct archive *archive) {
    return library.archive_write_set_format_gnutar(archive);
}

int hks_archive_write_set_format_zip(struct archive *archive) {
    return library.archive_write_set_format_zip(archive);
}

int hks_archive_write_set_filter_option(
    struct archive *archive, const char *module, const char *option, const char *value) {
    return library.archive_write_set_filter_option(archive, module, option, value);
}

int hks_archive_write_set_format_option(
    struct archive *archive, const char *module, const char *option, const char *value) {
    return library.archive_write_set_format_option(archive, module, option, value);
}

int hks_archive_write_set_bytes_per_block(struct archive *archive, int bytes) {
    return library.archive_write_set_bytes_per_block(archive, bytes);
}

int hks_archive_write_set_bytes_in_last_block(struct archive *archive, int bytes) {
    return library.archive_write_set_bytes_in_last_block(archive, bytes);
}

int hks_archive_write_open(struct archive *archive, void *client, hks_archive_writer *writer) {
    return library.archive_write_open(archive, client, NULL, writer, NULL);
}

int hks_archive_write_header(struct archive *archive, struct archive_entry *entry) {
    return library.archive_write_header(archive, entry);
}

ssize_t hks_archive_write_data(struct archive *archive, const void *buffer, size_t length) {
    return library.archive_write_data(archive, buffer, length);
}

int hks_archive_write_finish_entry(struct archive *archive) {
    return library.archive_write_finish_entry(archive);
}

int hks_archive_write_close(struct archive *archive) {
    return library.archive_write_close(archive);
}

int hks_archive_write_fail(struct archive *archive) {
    return library.archive_write_fail(archive);
}

int hks_archive_write_free(struct archive *archive) {
    return library.archive_write_free(archive);
}

struct archive_entry *hks_archive_entry_new(void) {
    return library.archive_entry_new();
}

struct archive_entry *hks_archive_entry_clear(struct archive_entry *entry) {
    return library.archive_entry_clear(entry);
}

void hks_archive_entry_free(struct archive_entry *entry) {
    library.archive_entry_free(entry);
}

const char *hks_archive_entry_pathname(struct archive_entry *entry) {
    return library.archive_entry_pathname(entry);
}

const char *hks_archive_entry_symlink(struct archive_entry *entry) {
    return library.archive_entry_symlink(entry);
}

const char *hks_archive_entry_hardlink(struct archive_entry *entry) {
    return library.archive_entry_hardlink(entry);
}

mode_t hks_archive_entry_filetype(struct archive_entry *entry) {
    return library.archive_entry_filetype(entry);
}

mode_t hks_archive_entry_perm(struct archive_entry *entry) {
    return library.archive_entry_perm(entry);
}

int hks_archive_entry_is_encrypted(struct archive_entry *entry) {
    return library.archive_entry_is_encrypted(entry);
}

void hks_archive_entry_copy_pathname(struct archive_entry *entry, const char *name) {
    library.archive_entry_copy_pathname(entry, name);
}

void hks_archive_entry_copy_symlink(struct archive_entry *entry, const char *target) {
    library.archive_entry_copy_symlink(entry, target);
}

void hks_archive_entry_set_filetype(struct archive_entry *entry, unsigned int type) {
    library.archive_entry_set_filetype(entry, type);
}

void hks_archive_entry_set_perm(struct archive_entry *entry, mode_t mode) {
    library.archive_entry_set_perm(entry, mode);
}

void hks_archive_entry_set_size(struct archive_entry *entry, int64_t size) {
    library.archive_entry_set_size(entry, size);
}

void hks_archive_entry_set_mtime(struct archive_entry *entry, time_t seconds, long nanoseconds) {
    library.archive_entry_set_mtime(entry, seconds, nanoseconds);
}

void hks_archive_entry_set_uid(struct archive_entry *entry, int64_t id) {
    library.archive_entry_set_uid(entry, id);
}

void hks_archive_entry_set_gid(struct archive_entry *entry, int64_t id) {
    library.archive_entry_set_gid(entry, id);
}
