/* Compiled literal databases between runs: one file each, named by the digest of all that decides what is in it.
 *
 * A cache only saves time: whatever is wrong with a file (another owner, writable by others, cut, changed, of another library or
 * processor), it is not used and the database is made anew. Whatever goes wrong in writing is no error either. */
#ifndef DETECT_LANE_CACHE_H
#define DETECT_LANE_CACHE_H

#include "crypto/digest.h"

#include <stdbool.h>

/* The file of ${key} in ${folder}: true and its verified content, malloc'ed. */
bool lane_cache_load(const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE], char **ret, size_t *ret_size);
/* Keeps ${data} under ${key}; makes the folder (0700), replaces atomically, and drops the oldest files beyond LIMIT_LANE_CACHE_FILES. */
void lane_cache_store(const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE], const char *data, size_t size);

#endif
