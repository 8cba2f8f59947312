/* Each check of secrets against vectors, in blocks of exactly their size so that a read past the end is seen. Strings that look
 * like live tokens are joined from halves: the file itself holds none. */
#include "rules/check_family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A published example header of RFC 7515 A.1, and one without an algorithm. */
#define HS256 "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
#define NO_ALG "eyJ0eXAiOiJKV1QiLCJraWQiOiJrMSJ9"
#define RUN32 "VGhpcyBpcyBvbmx5IHRoZSBzaGFwZSBv"

static const struct vector {
	const char *check, *text;
	bool holds;
} vectors[] = {
	{"entropy-3", "abcdefgh", true}, /* eight letters once each: exactly 3 bits */
	{"entropy-3", "aabbccddeeffgghh", true},
	{"entropy-3", "abcdefghabcdefghabcdefghabcdefghabcdefghabcdefghabcdefgh", true},
	{"entropy-3", "abcdefgg", false},
	{"entropy-3", "aaaaaaaaaaaaaaaaaaaaaaaa", false},
	{"entropy-3", "", false},
	{"entropy-3.5", "abcdefghijkl", true}, /* log2 12 = 3.58 */
	{"entropy-3.5", "abcdefghijk", false}, /* log2 11 = 3.46 */
	{"entropy-4", "0123456789abcdef", true},
	{"entropy-4", "0123456789abcde", false},
	{"entropy-4", "", false},

	{"not-placeholder", "iAX1DyyXN9iYw1mXJft5isGXNwAMnEYY", true},
	{"not-placeholder", "67e7893f57fd14c1604d115cea325a65", true},
	{"not-placeholder", "uOzE95B9EgE0VrbBGI09QYNd", true},
	{"not-placeholder", "ugM1yTMAd7V3DnI8lFPP", true},
	{"not-placeholder", "vzihlaquknriqlht", true},
	{"not-placeholder", "Tr1-ffid9", true},
	{"not-placeholder", "hunter22", true},
	{"not-placeholder", "super$ecret", true},
	{"not-placeholder", "m{{h}o)p${e]nob(ody[finds>-_$#thisone}}", true},
	{"not-placeholder", "abcd1234abcd1234abcd1234", true},
	{"not-placeholder", "", false},
	{"not-placeholder", "abc", false},
	{"not-placeholder", "changeme", false},
	{"not-placeholder", "CHANGE_ME_9x7", false},
	{"not-placeholder", "your_api_key_4711", false},
	{"not-placeholder", "AKEXAMPLEKEY7391", false},
	{"not-placeholder", "<api-key-19x7>", false},
	{"not-placeholder", "${API_KEY}", false},
	{"not-placeholder", "prefix-${VAULT.token}", false},
	{"not-placeholder", "{{ secrets.TOKEN9 }}", false},
	{"not-placeholder", "%API_KEY_77%", false},
	{"not-placeholder", "%(password)s", false},
	{"not-placeholder", "#{node['pw1']}", false},
	{"not-placeholder", "$(cat_file)", false},
	{"not-placeholder", "__SECRET_77__", false},
	{"not-placeholder", "$DB_PASSWORD", false},
	{"not-placeholder", "true", false},
	{"not-placeholder", "NULL", false},
	{"not-placeholder", "None", false},
	{"not-placeholder", "xxxxxxxxxxxxxxxx", false},
	{"not-placeholder", "****************", false},
	{"not-placeholder", "00000000-0000-0000", false},
	{"not-placeholder", "1234567890", false},
	{"not-placeholder", "abcdefghijklmnop", false},
	{"not-placeholder", "9876543210", false},
	{"not-placeholder", "authorization_code", false},
	{"not-placeholder", "accessTokenProvider", false},
	{"not-placeholder", "settings.database.password", false},
	{"not-placeholder", "getenv(\"KEY9\")", false},
	{"not-placeholder", "os.environ['K9X7']", false},
	{"not-placeholder", "WinDLL(nt.load(", false},
	{"not-placeholder", "/run/secrets/database", false},
	{"not-placeholder", "~/project/keys", false},
	{"not-placeholder", "../svc/key.pem", false},
	{"not-placeholder", "C:\\secrets\\keys.pem", false},
	{"not-placeholder", "maria.alexei@mail.test", false},

	{"password-value", "hunter22", true},
	{"password-value", "sunshine", true},
	{"password-value", "123456", true},
	{"password-value", "correct horse battery", true},
	{"password-value", "pa$$w0rd", true},
	{"password-value", "", false},
	{"password-value", "ab", false},
	{"password-value", "null", false},
	{"password-value", "N/A", false},
	{"password-value", "[REDACTED]", false},
	{"password-value", "********", false},
	{"password-value", "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2", false},
	{"password-value", "${DB_PW}", false},
	{"password-value", "<password>", false},
	{"password-value", "getpass()", false},
	{"password-value", "5f4dcc3b5aa765d61d8327deb882cf99", false},
	{"password-value", "5f4dcc3b5aa765d61d8327deb882cf9", true}, /* one short of a digest */
	{"password-value", "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZbY3tC1yC7Zl0v0J1yVQ7b5r6kq1aa", false},
	{"password-value", "{SSHA}mkYlnWfQbXvJ0nq3", false},
	{"password-value", "pbkdf2_sha256$600000$saltsalt$kZ7dH0==", false},
	{"password-value", "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", false},
	{"password-value", "2024-05-01T10:00:00Z", false},
	{"password-value", "2024-05-0", true},

	{"aws-secret", "Udk7Z3KhXXZUon6uZ3FCH2n6WSZ1mvw4SKdWcWCi", true},
	{"aws-secret", "HSWYpUWyFiXuuyxGxZvyCrS8Q7PSK4gFR4/gJo7+", true},
	{"aws-secret", "Udk7Z3KhXXZUon6uZ3FCH2n6WSZ1mvw4SKdWcWC", false},
	{"aws-secret", "e19cbae530282bd36cb9d21f6be6abf0d7c1c1e2", false},
	{"aws-secret", "E19CBAE530282BD36cb9d21f6be6abf0d7c1c1e2", false},
	{"aws-secret", "Udk7Z3KhXXZUon6uZ3FCH2n6WSZ1mvw4SKdWcWC_", false},
	{"aws-secret", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	{"aws-secret", "", false},

	{"base64-key", "z2TyXW8VzFDEtz9MfmIVE6U8x+mc151/2ce85OBbCwE=", true},
	{"base64-key", "AAECAwQFBgcICQoLDA0ODw==", true},
	{"base64-key", "AAECAwQFBgcICQoLDA0ODw8P", true},
	{"base64-key", "z2TyXW8VzFDEtz9MfmIVE6U8x+mc151/2ce85OBbCwF=", false}, /* a stray bit */
	{"base64-key", "AAECAwQFBgcICQoLDA0ODx==", false},
	{"base64-key", "z2TyXW8VzFDEtz9MfmIVE6U8x+mc151/2ce85OBbCwE", false},
	{"base64-key", "z2Ty W8VzFDEtz9MfmIVE6U8x+mc151/2ce85OBbCwE=", false},
	{"base64-key", "AAECAwQ=", false},
	{"base64-key", "", false},

	{"basic-auth", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", true}, /* rfc7617 2 */
	{"basic-auth", "QWxhZGRpbjpvcGVuIHNlc2FtZQ", true},
	{"basic-auth", "bm8gY29sb24gaW4gaGVyZQ==", false},
	{"basic-auth", "OnBhc3N3b3Jk", false}, /* no user */
	{"basic-auth", "dXNlcjo=", false},     /* no password */
	{"basic-auth", "dXNlcjoB", false},     /* a control character */
	{"basic-auth", "dXNlcjpw*w==", false},
	{"basic-auth", "dXNlcg", false},
	{"basic-auth", "", false},

	{"jwt-header", HS256 ".eyJpc3MiOiJqb2UifQ.c2ln", true},
	{"jwt-header", "eyJhbGciOiJub25lIn0.e30.", true},
	{"jwt-header", NO_ALG ".eyJpc3MiOiJqb2UifQ.c2ln", false},
	{"jwt-header", HS256, false},                                              /* one part */
	{"jwt-header", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ.e30.c2ln", false}, /* the brace is cut off */
	{"jwt-header", "eyJhIjp7ImFsZyI6IkhTMjU2In19.e30.c2ln", false},            /* alg one level down */
	{"jwt-header", "eyJ4IjoiYWxnIn0.e30.c2ln", false},                         /* alg as a value */
	{"jwt-header", "eyJhbGciOjd9.e30.c2ln", false},                            /* a number */
	{"jwt-header", "eyJhbGciOnsieCI6InkifX0.e30.c2ln", false},                 /* an object */
	{"jwt-header", "eyJhbGciOiJIUzI1NiJ9fQ.e30.c2ln", false},                  /* one brace too many */
	{"jwt-header", "eyJhbGci.e30.c2ln", false},
	{"jwt-header", "bm90.anNvbg", false},
	{"jwt-header", ".", false},
	{"jwt-header", "", false},

	{"pem-body",
		"-----BEGIN PRIVATE"
		" KEY-----\n" RUN32 "\n-----END",
		true},
	{"pem-body",
		"-----BEGIN PRIVATE"
		" KEY-----\\n" RUN32,
		true},
	{"pem-body",
		"-----BEGIN RSA PRIVATE"
		" KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n" RUN32 "AA==",
		true},
	{"pem-body",
		"-----BEGIN PRIVATE"
		" KEY-----\nVGhpcyBpcyBvbmx5IHRoZSBzaGFwZSB",
		false},
	{"pem-body",
		"-----BEGIN PRIVATE"
		" KEY----- and words that stand apart from each other, and many of them",
		false},
	{"pem-body", RUN32 RUN32, false},
	{"pem-body", "----------", false},
	{"pem-body", "-----", false},
	{"pem-body", "", false},

	{"github-crc",
		"ghp"
		"_Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y3gm1IL",
		true},
	{"github-crc",
		"ghs"
		"_Eeeby3abP3E2Zs8IQ9Y7aJZqhB6bae2dTjzx",
		true},
	{"github-crc",
		"gho"
		"_CN6Zj4a3dDVhYRnKTbxTNJFoBinF5a42GyMy",
		true},
	{"github-crc",
		"ghp"
		"_Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y3gm1I",
		false},
	{"github-crc",
		"ghp"
		"_Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y3gm1ILL",
		false},
	{"github-crc",
		"ghp"
		"_Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y-gm1IL0",
		false},
	{"github-crc", "", false},
	{"npm-crc",
		"npm"
		"_JXVuLkSIc47WQAmL9xVQ2zg4mZaouq416qWT",
		true},
	{"npm-crc",
		"npm"
		"_JXVuLkSIc47WQAmL9xVQ2zg4mZaouq416qWU",
		false},
};

static const struct rules_check *
find(const char *name)
{
	for (size_t i = 0; i < rules_checks_secret_count; i++)
		if (strcmp(rules_checks_secret[i].name, name) == 0)
			return &rules_checks_secret[i];
	fail_msg("no check '%s'", name);
	return NULL;
}

static bool
holds(const char *name, const char *text, size_t size)
{
	uint8_t *block = malloc(size > 0 ? size : 1);
	bool result;

	assert_non_null(block);
	if (size > 0)
		memcpy(block, text, size);
	result = find(name)->holds((struct base_span){size > 0 ? block : NULL, size});
	free(block);
	return result;
}

static void
vectors_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
		if (holds(vectors[i].check, vectors[i].text, strlen(vectors[i].text)) != vectors[i].holds)
			fail_msg("%s on '%s'", vectors[i].check, vectors[i].text);
}

/* A CRC of 32 bits sees every single wrong character, in the random part and in the digits. */
static void
single_errors_in_tokens_are_seen(void **state)
{
	char token[] = "ghp"
		       "_Ky9Pf34qY6Nb3wWD25RQ4F5ZR3qa7y3gm1IL";

	(void)state;
	for (size_t i = 4; i < sizeof token - 1; i++)
		for (char c = '0'; c <= 'z'; c++) {
			char was = token[i];
			token[i] = c;
			if (c != was && holds("github-crc", token, sizeof token - 1))
				fail_msg("'%c' for '%c' at %zu is not seen", c, was, i);
			token[i] = was;
		}
}

/* Every check bears every prefix of every vector, and bytes that are no text. */
static void
prefixes_and_bytes_are_safe(void **state)
{
	uint8_t bytes[257];
	size_t held = 0, tried = 0;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 167 + 3);
	for (size_t k = 0; k < rules_checks_secret_count; k++) {
		const char *name = rules_checks_secret[k].name;
		for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
			for (size_t n = 0; n <= strlen(vectors[i].text); n++, tried++)
				held += holds(name, vectors[i].text, n);
		for (size_t n = 0; n < sizeof bytes; n++, tried++)
			held += holds(name, (const char *)bytes, n);
	}
	assert_true(held > 0 && held < tried);
}

/* Sizes at which a buffer inside a check would overflow. */
static void
long_values_are_safe(void **state)
{
	enum { SIZE = 8192 };
	char *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < SIZE; i++)
		text[i] = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"[i * 7 % 36];
	assert_true(holds("entropy-4", text, SIZE));
	assert_false(holds("basic-auth", text, SIZE));
	text[SIZE - 1] = '.';
	assert_false(holds("jwt-header", text, SIZE));
	memset(text, 'A', SIZE);
	assert_false(holds("entropy-3", text, SIZE));
	assert_false(holds("not-placeholder", text, SIZE));
	free(text);
}

static void
rows_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < rules_checks_secret_count; i++) {
		const struct rules_check *row = &rules_checks_secret[i];
		assert_true(row->chance > 0 && row->chance <= 1);
		assert_true(row->holds && row->source && row->source[0]);
		assert_true(i == 0 || strcmp(rules_checks_secret[i - 1].name, row->name) < 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_hold),
		cmocka_unit_test(single_errors_in_tokens_are_seen),
		cmocka_unit_test(prefixes_and_bytes_are_safe),
		cmocka_unit_test(long_values_are_safe),
		cmocka_unit_test(rows_are_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
