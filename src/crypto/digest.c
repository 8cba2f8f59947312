/* SHA-256 and HMAC through OpenSSL's EVP. */
#include "crypto/digest.h"

#include "assay/error.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

struct crypto_sha256 {
	EVP_MD_CTX *context;
};

struct crypto_hmac {
	EVP_MAC_CTX *keyed;
};

int
crypto_sha256(const void *data, size_t n, uint8_t ret[static CRYPTO_SHA256_SIZE])
{
	return EVP_Digest(data, n, ret, NULL, EVP_sha256(), NULL) == 1 ? ASSAY_OK : ASSAY_INTERNAL;
}

struct crypto_sha256 *
crypto_sha256_new(void)
{
	struct crypto_sha256 *hash = calloc(1, sizeof *hash);

	if (!hash)
		return NULL;
	hash->context = EVP_MD_CTX_new();
	if (!hash->context || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
		crypto_sha256_free(hash);
		return NULL;
	}
	return hash;
}

void
crypto_sha256_free(struct crypto_sha256 *hash)
{
	if (!hash)
		return;
	EVP_MD_CTX_free(hash->context);
	free(hash);
}

int
crypto_sha256_update(struct crypto_sha256 *hash, const void *data, size_t n)
{
	return EVP_DigestUpdate(hash->context, data, n) == 1 ? ASSAY_OK : ASSAY_INTERNAL;
}

int
crypto_sha256_final(struct crypto_sha256 *hash, uint8_t ret[static CRYPTO_SHA256_SIZE])
{
	return EVP_DigestFinal_ex(hash->context, ret, NULL) == 1 ? ASSAY_OK : ASSAY_INTERNAL;
}

struct crypto_hmac *
crypto_hmac_new(const uint8_t *key, size_t n)
{
	char sha256[] = "SHA256";
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", sha256, 0), OSSL_PARAM_construct_end()};
	struct crypto_hmac *hmac = calloc(1, sizeof *hmac);
	EVP_MAC *mac;

	if (!hmac)
		return NULL;
	mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (mac)
		hmac->keyed = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	if (!hmac->keyed || EVP_MAC_init(hmac->keyed, key, n, params) != 1) {
		crypto_hmac_free(hmac);
		return NULL;
	}
	return hmac;
}

void
crypto_hmac_free(struct crypto_hmac *hmac)
{
	if (!hmac)
		return;
	EVP_MAC_CTX_free(hmac->keyed);
	free(hmac);
}

int
crypto_hmac_of(struct crypto_hmac *hmac, const struct crypto_piece *pieces, size_t n, uint8_t ret[static CRYPTO_SHA256_SIZE])
{
	size_t size;

	/* init without key starts anew with the stored key schedule */
	if (EVP_MAC_init(hmac->keyed, NULL, 0, NULL) != 1)
		return ASSAY_INTERNAL;
	for (size_t i = 0; i < n; i++)
		if (pieces[i].size > 0 && EVP_MAC_update(hmac->keyed, pieces[i].data, pieces[i].size) != 1)
			return ASSAY_INTERNAL;
	return EVP_MAC_final(hmac->keyed, ret, &size, CRYPTO_SHA256_SIZE) == 1 ? ASSAY_OK : ASSAY_INTERNAL;
}

void
crypto_wipe(void *data, size_t n)
{
	OPENSSL_cleanse(data, n);
}

int
crypto_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

const char *
crypto_version(void)
{
	return OpenSSL_version(OPENSSL_VERSION);
}
