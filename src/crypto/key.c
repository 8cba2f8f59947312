/* Ed25519 through EVP. OpenSSL's default for encrypted PKCS#8 is PBKDF2 with 2048 rounds; scrypt is asked for by name. */
#include "crypto/key.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "crypto/digest.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>

enum { KEY_FILE_MAX = 16 << 10, SCRYPT_N = 1 << 14, SCRYPT_R = 8, SCRYPT_P = 5 };

struct crypto_key {
	EVP_PKEY *pkey;
	uint8_t public_key[CRYPTO_PUBLIC_SIZE];
};

static int
wrap(EVP_PKEY *pkey, struct crypto_key **ret, struct assay_error *err)
{
	struct crypto_key *key = pkey ? calloc(1, sizeof *key) : NULL;
	size_t n = sizeof key->public_key;

	if (!key) {
		EVP_PKEY_free(pkey);
		return base_error_nomem(err);
	}
	key->pkey = pkey;
	if (EVP_PKEY_get_raw_public_key(pkey, key->public_key, &n) != 1 || n != sizeof key->public_key) {
		crypto_key_free(key);
		return base_error(err, ASSAY_KEY, "not an Ed25519 key");
	}
	*ret = key;
	return ASSAY_OK;
}

int
crypto_key_from_seed(const uint8_t seed[static CRYPTO_SEED_SIZE], struct crypto_key **ret, struct assay_error *err)
{
	return wrap(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, CRYPTO_SEED_SIZE), ret, err);
}

int
crypto_key_new(struct assay_env *env, struct crypto_key **ret, struct assay_error *err)
{
	uint8_t seed[CRYPTO_SEED_SIZE];
	int r = env->random(env->context, seed, sizeof seed);

	if (r < 0)
		return base_error(err, r, "no randomness for a new key");
	r = crypto_key_from_seed(seed, ret, err);
	crypto_wipe(seed, sizeof seed);
	return r;
}

void
crypto_key_free(struct crypto_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

const uint8_t *
crypto_key_public(const struct crypto_key *key)
{
	return key->public_key;
}

int
crypto_key_sign(
	const struct crypto_key *key, const void *data, size_t n, uint8_t ret[static CRYPTO_SIGNATURE_SIZE], struct assay_error *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = CRYPTO_SIGNATURE_SIZE;
	bool done = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey) == 1
		    && EVP_DigestSign(context, ret, &size, data, n) == 1 && size == CRYPTO_SIGNATURE_SIZE;

	EVP_MD_CTX_free(context);
	return done ? ASSAY_OK : base_error(err, ASSAY_KEY, "cannot sign");
}

bool
crypto_verify(const uint8_t public_key[static CRYPTO_PUBLIC_SIZE], const void *data, size_t n,
	const uint8_t signature[static CRYPTO_SIGNATURE_SIZE])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, CRYPTO_PUBLIC_SIZE);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool holds = pkey && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1
		     && EVP_DigestVerify(context, signature, CRYPTO_SIGNATURE_SIZE, data, n) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return holds;
}

/* PKCS#8 under scrypt and AES-256-CBC. */
static bool
write_encrypted(BIO *bio, EVP_PKEY *pkey, const char *passphrase)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(pkey);
	X509_ALGOR *algorithm = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	X509_SIG *sealed = plain && algorithm ? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, algorithm) : NULL;
	bool done = sealed && PEM_write_bio_PKCS8(bio, sealed) == 1;

	if (!sealed)
		X509_ALGOR_free(algorithm); /* PKCS8_set0_pbe owns it only on success */
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return done;
}

int
crypto_passphrase_check(const char *passphrase, struct assay_error *err)
{
	return strlen(passphrase) >= CRYPTO_PASSPHRASE_MIN
		       ? ASSAY_OK
		       : base_error(err, ASSAY_KEY, "the passphrase has fewer than %d bytes", CRYPTO_PASSPHRASE_MIN);
}

int
crypto_key_save(const struct crypto_key *key, const char *path, const char *passphrase, struct assay_error *err)
{
	BIO *bio;
	char *text;
	long n;
	bool done;
	int r;

	if (passphrase && crypto_passphrase_check(passphrase, err) < 0)
		return ASSAY_KEY;
	bio = BIO_new(BIO_s_secmem());
	if (!bio)
		return base_error_nomem(err);
	done = passphrase ? write_encrypted(bio, key->pkey, passphrase)
			  : PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1;
	n = BIO_get_mem_data(bio, &text);
	r = done && n > 0 ? base_file_replace(path, text, (size_t)n, 0600, err)
			  : base_error_at(err, ASSAY_KEY, path, 0, 0, "cannot encode the key");
	if (n > 0)
		crypto_wipe(text, (size_t)n);
	BIO_free(bio);
	return r;
}

static int
read_key_file(const char *path, char **ret, size_t *ret_size, struct assay_error *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & 077) != 0) {
		base_error_at(err, ASSAY_KEY, path, 0, 0, "the key file is open to others (mode %03o)", (unsigned)st.st_mode & 0777);
		base_error_hint(err, "chmod 600 it");
		return ASSAY_KEY;
	}
	return base_file_read(path, KEY_FILE_MAX, ret, ret_size, err);
}

int
crypto_key_is_protected(const char *path, bool *ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n;
	int r = read_key_file(path, &text, &n, err);

	if (r < 0)
		return r;
	*ret = strstr(text, "BEGIN ENCRYPTED PRIVATE KEY") != NULL;
	crypto_wipe(text, n);
	return ASSAY_OK;
}

struct pass {
	const char *text;
	bool asked;
};

static int
give_passphrase(char *ret, int size, int is_writing, void *context)
{
	struct pass *pass = context;
	size_t n = pass->text ? strlen(pass->text) : 0;

	(void)is_writing;
	pass->asked = true;
	if (!pass->text || n > (size_t)size)
		return -1;
	memcpy(ret, pass->text, n);
	return (int)n;
}

int
crypto_key_load(const char *path, const char *passphrase, struct crypto_key **ret, bool *ret_protected, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct pass pass = {passphrase, false};
	size_t n;
	EVP_PKEY *pkey;
	BIO *bio;
	int r = read_key_file(path, &text, &n, err);

	if (r < 0)
		return r;
	bio = BIO_new_mem_buf(text, (int)n);
	pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &pass) : NULL;
	BIO_free(bio);
	crypto_wipe(text, n);
	ERR_clear_error();
	if (!pkey && pass.asked && !passphrase) {
		base_error_at(err, ASSAY_KEY, path, 0, 0, "the signing key is protected and no passphrase was given");
		base_error_hint(err, "give --passphrase-file FILE, --passphrase-fd N or ASSAY_PASSPHRASE");
		return ASSAY_KEY;
	}
	if (!pkey) {
		base_error_at(err, ASSAY_KEY, path, 0, 0,
			pass.asked ? "wrong passphrase, or the key file is damaged" : "not a private key in PEM form");
		base_error_hint(err, "a damaged key comes back only from a copy: nothing can be signed in its place");
		return ASSAY_KEY;
	}
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_ED25519) {
		EVP_PKEY_free(pkey);
		return base_error_at(err, ASSAY_KEY, path, 0, 0, "not an Ed25519 key");
	}
	*ret_protected = pass.asked;
	return wrap(pkey, ret, err);
}
