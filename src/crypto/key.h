/* Ed25519 keys (RFC 8032): made, stored as PKCS#8 PEM under a passphrase (scrypt), used to sign and to verify. */
#ifndef CRYPTO_KEY_H
#define CRYPTO_KEY_H

#include "assay/env.h"
#include "assay/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CRYPTO_SEED_SIZE = 32,
	CRYPTO_PUBLIC_SIZE = 32,
	CRYPTO_SIGNATURE_SIZE = 64,
	CRYPTO_PASSPHRASE_MAX = 1024,
	CRYPTO_PASSPHRASE_MIN = 8
};

struct crypto_key;

int crypto_key_new(struct assay_env *env, struct crypto_key **ret, struct assay_error *err);
int crypto_key_from_seed(const uint8_t seed[static CRYPTO_SEED_SIZE], struct crypto_key **ret, struct assay_error *err);
void crypto_key_free(struct crypto_key *key);
static inline void
crypto_key_free_at(struct crypto_key **p)
{
	crypto_key_free(*p);
}
const uint8_t *crypto_key_public(const struct crypto_key *key); /* 32 bytes */
int crypto_key_sign(
	const struct crypto_key *key, const void *data, size_t n, uint8_t ret[static CRYPTO_SIGNATURE_SIZE], struct assay_error *err);
bool crypto_verify(const uint8_t public_key[static CRYPTO_PUBLIC_SIZE], const void *data, size_t n,
	const uint8_t signature[static CRYPTO_SIGNATURE_SIZE]);

/* KEY when a passphrase is too short for a new key; crypto_key_save asks the same. */
int crypto_passphrase_check(const char *passphrase, struct assay_error *err);
/* Writes the key durably with mode 0600; passphrase NULL leaves it unprotected. KEY or IO on failure. */
int crypto_key_save(const struct crypto_key *key, const char *path, const char *passphrase, struct assay_error *err);
/* *ret_protected tells whether the file is encrypted. KEY with a hint: no passphrase for a protected key, wrong passphrase, not Ed25519,
 * file readable by others, truncated. IO when it cannot be read. */
int crypto_key_load(const char *path, const char *passphrase, struct crypto_key **ret, bool *ret_protected, struct assay_error *err);
/* Looks only whether the file is encrypted. */
int crypto_key_is_protected(const char *path, bool *ret, struct assay_error *err);

#endif
