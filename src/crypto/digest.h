/* SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104) over OpenSSL. */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_SHA256_SIZE = 32 };

/* 0 or ASSAY_NOMEM / ASSAY_INTERNAL. */
int crypto_sha256(const void *data, size_t n, uint8_t ret[static CRYPTO_SHA256_SIZE]);

/* Incremental. new returns NULL when out of memory; final frees nothing and may be called once. Not thread safe per object. */
struct crypto_sha256;
struct crypto_sha256 *crypto_sha256_new(void);
void crypto_sha256_free(struct crypto_sha256 *hash);
int crypto_sha256_update(struct crypto_sha256 *hash, const void *data, size_t n);
int crypto_sha256_final(struct crypto_sha256 *hash, uint8_t ret[static CRYPTO_SHA256_SIZE]);

/* A keyed hash with the key schedule done once; one object per thread. */
struct crypto_hmac;
struct crypto_hmac *crypto_hmac_new(const uint8_t *key, size_t n);
void crypto_hmac_free(struct crypto_hmac *hmac);
/* HMAC of the concatenation of up to four pieces (size 0 = none). */
struct crypto_piece {
	const void *data;
	size_t size;
};
int crypto_hmac_of(struct crypto_hmac *hmac, const struct crypto_piece *pieces, size_t n, uint8_t ret[static CRYPTO_SHA256_SIZE]);

/* Overwrites memory in a way that the compiler keeps. */
void crypto_wipe(void *data, size_t n);
/* Constant time; n bytes. */
int crypto_equal(const void *a, const void *b, size_t n);

/* "OpenSSL 3.0.17 …", of the library in use. Static. */
const char *crypto_version(void);

#endif
