// The part of libarchive that we use. The library is opened on first use instead of linked: linked, it would make
// every start load a dozen further libraries. hks_archive_load must have succeeded before any other call.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct archive;
struct archive_entry;

// Opens the library `name` and resolves all functions. Gives 0, or -1 with the reason in `message`.
int hks_archive_load(const char *name, char *message, size_t message_size);

// Makes the calling thread see names as UTF-8, whatever the process's locale is: libarchive turns the names of zip and
// pax archives into the locale's encoding. Affects this thread only, unlike setlocale.
void hks_archive_use_utf8_names(void);

enum hks_archive_status {
    HKS_ARCHIVE_END = 1,
    HKS_ARCHIVE_OK = 0,
    HKS_ARCHIVE_RETRY = -10,
    HKS_ARCHIVE_WARN = -20,
    HKS_ARCHIVE_FAILED = -25,
    HKS_ARCHIVE_FATAL = -30,
};

enum hks_archive_file_type {
    HKS_ARCHIVE_REGULAR = 0100000,
    HKS_ARCHIVE_SYMBOLIC_LINK = 0120000,
    HKS_ARCHIVE_FOLDER = 0040000,
    HKS_ARCHIVE_CHARACTER_DEVICE = 0020000,
    HKS_ARCHIVE_BLOCK_DEVICE = 0060000,
    HKS_ARCHIVE_FIFO = 0010000,
    HKS_ARCHIVE_SOCKET = 0140000,
};

// Value of hks_archive_filter_code for gzip.
enum { HKS_ARCHIVE_FILTER_GZIP = 1 };

typedef ssize_t hks_archive_reader(struct archive *archive, void *client, const void **buffer);
typedef ssize_t hks_archive_writer(struct archive *archive, void *client, const void *buffer, size_t length);

const char *hks_archive_error_string(struct archive *archive);
void hks_archive_set_error(struct archive *archive, int number, const char *message);

struct archive *hks_archive_read_new(void);
int hks_archive_read_support_filter_gzip(struct archive *archive);
int hks_archive_read_support_format_raw(struct archive *archive);
int hks_archive_read_support_format_tar(struct archive *archive);
int hks_archive_read_support_format_zip_seekable(struct archive *archive);
int hks_archive_read_open(struct archive *archive, void *client, hks_archive_reader *reader);
int hks_archive_read_open_fd(struct archive *archive, int fd, size_t block_size);
int hks_archive_read_next_header(struct archive *archive, struct archive_entry **entry);
ssize_t hks_archive_read_data(struct archive *archive, void *buffer, size_t length);
int hks_archive_filter_code(struct archive *archive, int filter);
int64_t hks_archive_filter_bytes(struct archive *archive, int filter);
int hks_archive_read_free(struct archive *archive);

struct archive *hks_archive_write_new(void);
int hks_archive_write_add_filter_gzip(struct archive *archive);
int hks_archive_write_set_format_gnutar(struct archive *archive);
int hks_archive_write_set_format_zip(struct archive *archive);
int hks_archive_write_set_filter_option(
    struct archive *archive, const char *module, const char *option, const char *value);
int hks_archive_write_set_format_option(
    struct archive *archive, const char *module, const char *option, const char *value);
int hks_archive_write_set_bytes_per_block(struct archive *archive, int bytes);
int hks_archive_write_set_bytes_in_last_block(struct archive *archive, int bytes);
int hks_archive_write_open(struct archive *archive, void *client, hks_archive_writer *writer);
int hks_archive_write_header(struct archive *archive, struct archive_entry *entry);
ssize_t hks_archive_write_data(struct archive *archive, const void *buffer, size_t length);
int hks_archive_write_finish_entry(struct archive *archive);
int hks_archive_write_close(struct archive *archive);
int hks_archive_write_fail(struct archive *archive);
int hks_archive_write_free(struct archive *archive);

struct archive_entry *hks_archive_entry_new(void);
struct archive_entry *hks_archive_entry_clear(struct archive_entry *entry);
void hks_archive_entry_free(struct archive_entry *entry);
const char *hks_archive_entry_pathname(struct archive_entry *entry);
const char *hks_archive_entry_symlink(struct archive_entry *entry);
const char *hks_archive_entry_hardlink(struct archive_entry *entry);
mode_t hks_archive_entry_filetype(struct archive_entry *entry);
mode_t hks_archive_entry_perm(struct archive_entry *entry);
int hks_archive_entry_is_encrypted(struct archive_entry *entry);
void hks_archive_entry_copy_pathname(struct archive_entry *entry, const char *name);
void hks_archive_entry_copy_symlink(struct archive_entry *entry, const char *target);
void hks_archive_entry_set_filetype(struct archive_entry *entry, unsigned int type);
void hks_archive_entry_set_perm(struct archive_entry *entry, mode_t mode);
void hks_archive_entry_set_size(struct archive_entry *entry, int64_t size);
void hks_archive_entry_set_mtime(struct archive_entry *entry, time_t seconds, long nanoseconds);
void hks_archive_entry_set_uid(struct archive_entry *entry, int64_t id);
void hks_archive_entry_set_gid(struct archive_entry *entry, int64_t id);
