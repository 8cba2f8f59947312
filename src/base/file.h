/* Files: bounded reading, durable replacing, directories, and lexical paths. Paths are bytes. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "assay/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a whole regular file of at most ${max} bytes; *ret is malloc'ed and NUL terminated. IO or LIMIT on failure. */
int base_file_read(const char *path, size_t max, char **ret, size_t *ret_size, struct assay_error *err);
/* Replaces path durably: temporary file beside it with ${mode}, fsync, rename, fsync of the directory. */
int base_file_replace(const char *path, const void *data, size_t n, unsigned mode, struct assay_error *err);
/* Makes an empty file where there was nothing. 1, 0 when the name is taken, IO. */
int base_file_reserve(const char *path, unsigned mode, struct assay_error *err);
/* Makes a finished file durable and moves it to its place: fsync, rename, fsync of the directory. */
int base_file_publish(const char *temporary, const char *path, struct assay_error *err);
/* As mkdir -p with ${mode} for new parts. */
int base_dir_make(const char *path, unsigned mode, struct assay_error *err);
bool base_file_exists(const char *path);
/* malloc'ed "dir/name"; name alone when dir is empty or ".", or when name is absolute. */
char *base_path_join(const char *dir, const char *name);
/* malloc'ed absolute path without "." and ".." parts, symbolic links not followed. */
char *base_path_absolute(const char *path);
/* malloc'ed ${path} with symbolic links followed; parts that are not there yet stay as they are. IO for a link to nowhere. */
int base_path_follow(const char *path, char **ret, struct assay_error *err);
/* malloc'ed directory part; "." when there is none. */
char *base_path_dir(const char *path);
const char *base_path_name(const char *path);
/* ${path} relative to ${root} when it lies in it (both absolute, normalised); "." for the root itself; else path itself. Borrowed. */
const char *base_path_below(const char *root, const char *path);
/* Writes all n bytes, resuming after EINTR and short writes. */
int base_write_all(int fd, const void *data, size_t n);

#endif
