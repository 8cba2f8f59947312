/* What may leave the engine of a value: masks that show at most a quarter and four characters, fingerprints that need the key, masked
 * names. */
#include "engine.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"

static void
masks_look_as_documented(void **state)
{
	static const struct {
		const char *value;
		enum rules_mask style;
		const char *mask;
	} cases[] = {
		{"4012888888881881", MASK_TAIL, "***1881"},
		{"123456789012", MASK_TAIL, "***012"},
		{"12345678", MASK_TAIL, "***78"},
		{"1234567", MASK_TAIL, "***"},
		{"", MASK_TAIL, "***"},
		{"4012888888881881", MASK_WHOLE, "***"},
		{"jane.doe@example.com", MASK_EMAIL, "j***@***"},
		{"a@b.com", MASK_EMAIL, "***"},
		{"no-at-sign-in-it", MASK_EMAIL, "***n-it"},
		{"_x.doe@example.com", MASK_EMAIL, "?***@***"},
		{"\xc3\xa9"
		 "ric@example.com",
			MASK_EMAIL, "?***@***"},
		{"1234567890123 \n\\4", MASK_TAIL, "***??\?4"},
		{"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", MASK_TAIL, "***"},
		{"abcdefghijklmno\xc3\xa9", MASK_TAIL, "***no??"},
		{"1234567\xff", MASK_TAIL, "***7?"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		uint8_t mask[24];
		size_t n = detect_mask(base_span_of(cases[i].value), cases[i].style, mask);
		if (n != strlen(cases[i].mask) || memcmp(mask, cases[i].mask, n) != 0)
			fail_msg("'%s' became '%.*s'", cases[i].value, (int)n, (const char *)mask);
	}
}

static size_t
characters_of(struct base_span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.size; i++)
		n += (s.data[i] & 0xc0) != 0x80;
	return n;
}

/* BORDERS B2, for any bytes: at most a quarter of the characters, at most four, wholly masked under eight; printable; the length says
 * nothing. */
static void
masks_never_show_too_much(void **state)
{
	uint64_t seed = 17;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[64], mask[24];
		struct base_span value = {bytes, 0};
		size_t shown = 0, n;
		support_random(&seed, bytes, sizeof bytes);
		value.size = bytes[0] % 60;
		for (size_t i = 1; i < sizeof bytes; i++)
			if (bytes[0] & 0x40)
				bytes[i] = (uint8_t)(0x21 + bytes[i] % 90); /* printable, no star */
		enum rules_mask style = (enum rules_mask)(round % 3);
		n = detect_mask(value, style, mask);
		assert_true(n >= 3 && n <= sizeof mask);
		for (size_t i = 0; i < n; i++) {
			assert_true(mask[i] >= 0x20 && mask[i] < 0x7f && mask[i] != '\\');
			shown += mask[i] != '*';
		}
		size_t characters = characters_of(value);
		assert_true(shown <= 4 && shown <= characters / 4);
		if (characters < 8 || style == MASK_WHOLE)
			assert_true(n == 3 && shown == 0);
	}
}

#define PACK                                                                                                                               \
	ENGINE_PACK ENGINE_RULE("num", "NUMBER", "(?<!\\w)\\d{4}[- ]?\\d{4}(?!\\d)", "") ENGINE_RULE("other", "OTHER", "x\\d{8}", "")      \
		ENGINE_RULE("mail", "EMAIL_ADDRESS", "[a-zA-Z]{1,9}@[a-z]{1,9}\\.com", "")                                                 \
			ENGINE_RULE("raw", "RAW", "k=[A-Za-z]{4}", "    canonical: verbatim\n")

static struct span
one_span(struct world *w, const char *cell)
{
	struct found found;

	find_in_cell(w, NULL, cell, &found);
	assert_int_equal(found.n, 1);
	return found.spans[0];
}

static void
fingerprints_are_of_the_canonical_form(void **state)
{
	static const char label[] = "assay-fp/v1", entity[] = "NUMBER", form[] = "12345678";
	struct world w = world_open(PACK, NULL);
	struct span a = one_span(&w, "12345678"), b = one_span(&w, "see 1234-5678."), c = one_span(&w, "1234 5678"),
		    d = one_span(&w, "12345679");
	struct span upper = one_span(&w, "Jane@example.com"), lower = one_span(&w, "jane@example.com");
	struct span raw = one_span(&w, "k=abcd"), other_case = one_span(&w, "k=abcD");
	struct crypto_piece pieces[] = {{label, sizeof label}, {entity, sizeof entity}, {form, sizeof form - 1}};
	struct crypto_hmac *hmac = crypto_hmac_new(engine_key, sizeof engine_key);
	uint8_t mac[32];

	(void)state;
	assert_non_null(hmac);
	assert_int_equal(crypto_hmac_of(hmac, pieces, 3, mac), 0);
	assert_true(a.has_fingerprint);
	assert_memory_equal(a.fingerprint, mac, 16);
	assert_memory_equal(a.fingerprint, b.fingerprint, 16);
	assert_memory_equal(a.fingerprint, c.fingerprint, 16);
	assert_memory_not_equal(a.fingerprint, d.fingerprint, 16);
	assert_memory_equal(upper.fingerprint, lower.fingerprint, 16);
	assert_memory_not_equal(raw.fingerprint, other_case.fingerprint, 16);
	crypto_hmac_free(hmac);
	world_close(&w);
}

static void
fingerprints_need_the_key(void **state)
{
	static const uint8_t second_key[32] = {9};
	struct detect_options options = engine_options();
	struct world with = world_open(PACK, &options);
	options.fingerprint_key = second_key;
	struct world other = world_open(PACK, &options);
	options.fingerprint_key = NULL;
	struct world without = world_open(PACK, &options);
	struct span a = one_span(&with, "12345678"), b = one_span(&other, "12345678"), c = one_span(&without, "12345678"),
		    x = one_span(&with, "x12345678");
	static const uint8_t zero[16];

	(void)state;
	assert_memory_not_equal(a.fingerprint, b.fingerprint, 16);
	assert_false(c.has_fingerprint);
	assert_memory_equal(c.fingerprint, zero, 16);
	assert_memory_not_equal(a.fingerprint, x.fingerprint, 16); /* another entity */
	assert_string_equal(engine_entity(&with, &x), "OTHER");
	world_close(&with);
	world_close(&other);
	world_close(&without);
}

static void
names_are_masked(void **state)
{
	static const struct {
		const char *name, *masked;
	} cases[] = {
		{"data/users.csv", "data/users.csv"},
		{"", ""},
		{"jane@example.com", "j***@***"},
		{"a/jane@example.com/b", "a/j***@***/b"},
		{"1234-5678,jane@example.com", "***78,j***@***"},
		{"\xff\xfe\x01", "\xff\xfe\x01"},
		{"1234 5678 1234 5678", "***78 ***78"},
	};
	struct world w = world_open(PACK, NULL);
	struct assay_error err = {0};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *masked = NULL;
		bool changed = true;
		assert_ok(detect_mask_name(w.scanner, base_span_of(cases[i].name), &masked, &changed, &err));
		assert_string_equal(masked, cases[i].masked);
		assert_int_equal(changed, strcmp(cases[i].name, cases[i].masked) != 0);
	}
	/* a longer name is cut, not refused */
	_cleanup_free_ char *longer = malloc(5000), *masked = NULL;
	assert_non_null(longer);
	memset(longer, 'a', 5000);
	assert_ok(detect_mask_name(w.scanner, (struct base_span){(const uint8_t *)longer, 5000}, &masked, NULL, &err));
	assert_int_equal(strlen(masked), LIMIT_NAME);
	world_close(&w);
}

/* Low confidence, overlaps and samples in names: what is certain enough is masked, whatever its state. */
static void
names_hide_samples_too(void **state)
{
	struct world w = world_open(ENGINE_PACK ENGINE_RULE("num", "NUMBER", "(?<!\\d)\\d{8}(?!\\d)", "    samples: ['12345678']\n")
					    ENGINE_RULE("weak", "WEAK", "w\\d{3}", "    check: luhn\n    context: {words: [weak]}\n"),
		NULL);
	struct assay_error err = {0};
	_cleanup_free_ char *sample = NULL, *weak = NULL;

	(void)state;
	assert_ok(detect_mask_name(w.scanner, base_span_of("id-12345678"), &sample, NULL, &err));
	assert_string_equal(sample, "id-***78");
	assert_ok(detect_mask_name(w.scanner, base_span_of("weak w123"), &weak, NULL, &err));
	assert_string_equal(weak, "weak w123"); /* 40: the check fails */
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(masks_look_as_documented),
		cmocka_unit_test(masks_never_show_too_much),
		cmocka_unit_test(fingerprints_are_of_the_canonical_form),
		cmocka_unit_test(fingerprints_need_the_key),
		cmocka_unit_test(names_are_masked),
		cmocka_unit_test(names_hide_samples_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
