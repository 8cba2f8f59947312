/* Block steps against their plain twins, and the UTF-8 count against counting byte by byte over any cutting into chunks. */
#include "read.h"

#include "base/text.h"
#include "source/bytes.h"
#include "source/stream.h"

static uint64_t seed = 88172645463325252u;

static uint32_t
random_number(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32);
}

static void
test_twins(void **state)
{
	uint8_t block[64 + 16];
	(void)state;

	for (unsigned round = 0; round < 20000; round++) {
		uint8_t few[] = {',', '\n', '"', '\\', 'x', 0x80, 0xff, 0};
		for (size_t i = 0; i < sizeof block; i++)
			block[i] = round % 2 ? few[random_number() % sizeof few] : (uint8_t)random_number();
		const uint8_t *p = block + round % 16;
		assert_true(bytes_any3(p, ',', '\n', '"') == bytes_any3_plain(p, ',', '\n', '"'));
		assert_true(bytes_any3(p, 0xff, 0, 0x80) == bytes_any3_plain(p, 0xff, 0, 0x80));
		assert_true(bytes_high(p) == bytes_high_plain(p));
		assert_int_equal(bytes_any2(p, '"', '\\'), bytes_any2_plain(p, '"', '\\'));
		assert_int_equal(bytes_count(p, '\n'), bytes_count_plain(p, '\n'));
		assert_int_equal(bytes_count(p, 0xff), bytes_count_plain(p, 0xff));
	}
	memset(block, '\n', sizeof block);
	assert_int_equal(bytes_count(block, '\n'), 64);
	for (size_t n = 0; n <= sizeof block; n++)
		assert_int_equal(bytes_count_all(block, n, '\n'), n);
}

static uint64_t
count_slowly(const uint8_t *data, size_t n)
{
	uint64_t bad = 0;

	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t length = base_utf8_decode((struct base_span){data + i, n - i}, &c);
		bad += length == 0;
		i += length ? length : 1;
	}
	return bad;
}

static void
test_utf8_count(void **state)
{
	static const char *const parts[] = {"a", "plain ascii that is long enough to fill a block of sixty-four bytes and more", "\xc3\xa9",
		"\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xe2\x82", "\xff", "\x80", "\xed\xa0\x80", "\xf0\x9f", "\xc3"};
	(void)state;

	for (unsigned round = 0; round < 3000; round++) {
		struct base_buffer text;
		struct utf8_check whole = {0}, chunked = {0};
		base_buffer_init(&text, 1 << 20);
		for (unsigned i = random_number() % 60; i > 0; i--)
			base_buffer_text(&text, parts[random_number() % BASE_COUNT(parts)]);
		base_buffer_append(&text, "", 0);
		const uint8_t *data = (const uint8_t *)text.data;
		utf8_check_add(&whole, data, text.size);
		utf8_check_end(&whole);
		for (size_t at = 0; at < text.size;) {
			size_t n = 1 + random_number() % (round % 2 ? 5 : 200);
			n = n < text.size - at ? n : text.size - at;
			utf8_check_add(&chunked, data + at, n);
			at += n;
		}
		utf8_check_end(&chunked);
		assert_int_equal(whole.n_bad, count_slowly(data, text.size));
		assert_int_equal(chunked.n_bad, whole.n_bad);
		assert_int_equal(chunked.first_bad, whole.first_bad);
		assert_int_equal(chunked.at, text.size);
		base_buffer_dispose(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_utf8_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
