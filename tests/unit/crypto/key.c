/* Signing keys at rest: what goes in comes out, and nothing else opens them. */
#include "../support.h"

#include "crypto/key.h"

#include <sys/stat.h>

static struct crypto_key *
some_key(void)
{
	struct assay_error err = {0};
	uint8_t seed[32] = {3, 1, 4};
	struct crypto_key *key;

	assert_ok(crypto_key_from_seed(seed, &key, &err));
	return key;
}

static void
keys_survive_the_file(void **state)
{
	static const char *const passphrases[] = {NULL, "correct horse battery"};
	char *folder = support_folder();
	struct assay_error err = {0};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(passphrases); i++) {
		_cleanup_free_ char *path = base_path_join(folder, "signing.pem"), *text = NULL;
		struct crypto_key *key = some_key(), *again;
		uint8_t signature[64];
		struct stat st;
		bool is_protected;
		size_t n;
		assert_ok(crypto_key_save(key, path, passphrases[i], &err));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_ok(base_file_read(path, 1 << 16, &text, &n, &err));
		assert_true((strstr(text, "ENCRYPTED") != NULL) == (passphrases[i] != NULL));
		assert_ok(crypto_key_load(path, passphrases[i], &again, &is_protected, &err));
		assert_int_equal(is_protected, passphrases[i] != NULL);
		assert_ok(crypto_key_sign(again, "text", 4, signature, &err));
		assert_true(crypto_verify(crypto_key_public(key), "text", 4, signature));
		assert_false(crypto_verify(crypto_key_public(key), "tex", 3, signature));
		crypto_key_free(key);
		crypto_key_free(again);
	}
	support_remove(folder);
}

static void
wrong_files_are_key_errors(void **state)
{
	char *folder = support_folder();
	_cleanup_free_ char *path = base_path_join(folder, "signing.pem"), *text = NULL;
	struct assay_error err = {0};
	struct crypto_key *key = some_key(), *again;
	bool is_protected;
	size_t n;

	(void)state;
	assert_ok(crypto_key_save(key, path, "correct horse battery", &err));
	assert_int_equal(crypto_key_load(path, "another passphrase", &again, &is_protected, &err), ASSAY_KEY);
	assert_true(err.hint[0]);
	assert_int_equal(crypto_key_load(path, NULL, &again, &is_protected, &err), ASSAY_KEY);
	assert_int_equal(crypto_key_save(key, path, "short", &err), ASSAY_KEY);
	assert_ok(base_file_read(path, 1 << 16, &text, &n, &err));
	for (size_t keep = 0; keep < n - 1; keep += 7) {
		assert_ok(base_file_replace(path, text, keep, 0600, &err));
		assert_int_equal(crypto_key_load(path, "correct horse battery", &again, &is_protected, &err), ASSAY_KEY);
	}
	assert_ok(base_file_replace(path, text, n, 0644, &err));
	assert_int_equal(crypto_key_load(path, "correct horse battery", &again, &is_protected, &err), ASSAY_KEY);
	crypto_key_free(key);
	support_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_survive_the_file),
		cmocka_unit_test(wrong_files_are_key_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
