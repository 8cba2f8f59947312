/* The JSON writer: commas, escapes of RFC 8785, shares, and what happens at its limits. */
#include "../support.h"

#include "base/json.h"

#include <jansson.h>

static void
structure_is_right(void **state)
{
	struct base_buffer out;
	struct base_json j;

	(void)state;
	base_buffer_init(&out, 4096);
	base_json_init(&j, &out);
	base_json_open_object(&j);
	base_json_member_text(&j, "a", "x");
	base_json_member_int(&j, "b", INT64_MIN);
	base_json_member_bool(&j, "c", false);
	base_json_key(&j, "d");
	base_json_open_array(&j);
	base_json_uint(&j, UINT64_MAX);
	base_json_open_object(&j);
	base_json_close_object(&j);
	base_json_open_array(&j);
	base_json_close_array(&j);
	base_json_null(&j);
	base_json_close_array(&j);
	base_json_member_hex(&j, "e", (struct base_span){(const uint8_t *)"\x00\xff", 2});
	base_json_member_text(&j, "f", NULL);
	base_json_key(&j, "g");
	base_json_raw(&j, base_span_of("{\"h\":1}"));
	base_json_member_bool(&j, "i", true);
	base_json_close_object(&j);
	assert_false(out.failed);
	assert_string_equal(out.data, "{\"a\":\"x\",\"b\":-9223372036854775808,\"c\":false,\"d\":[18446744073709551615,{},[],null],\"e\":"
				      "\"00ff\",\"f\":null,\"g\":{\"h\":1},\"i\":true}");
	base_buffer_dispose(&out);
}

static void
strings_are_escaped_as_rfc8785_asks(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *json;
	} cases[] = {
		{"plain", 5, "\"plain\""},
		{"\"\\/", 3, "\"\\\"\\\\/\""},
		{"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
		{"\x00\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\""},
		{"\xe2\x82\xac", 3, "\"\xe2\x82\xac\""},
		{"a\xff"
		 "b",
			3,
			"\"a\xef\xbf\xbd"
			"b\""},
		{"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
		{"", 0, "\"\""},
		{"\xe2\x80\xa8", 3, "\"\xe2\x80\xa8\""},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct base_buffer out;
		struct base_json j;
		base_buffer_init(&out, 256);
		base_json_init_canonical(&j, &out);
		base_json_string(&j, (struct base_span){(const uint8_t *)cases[i].text, cases[i].size});
		assert_string_equal(out.data, cases[i].json);
		base_buffer_dispose(&out);
	}
}

/* Whatever bytes go in, a parser takes what comes out. */
static void
shown_strings_hold_nothing_that_harms_a_terminal(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"\x7f", "\"\\u007f\""},
		{"\xc2\x80 \xc2\x9b"
		 "2J \xc2\x9f",
			"\"\\u0080 \\u009b2J \\u009f\""},
		{"\xc2\xa0\xc3\xa4", "\"\xc2\xa0\xc3\xa4\""},
		{"\xe2\x80\xae", "\"\\u202e\""},
		{"\xf3\xa0\x81\x81", "\"\\udb40\\udc41\""},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct base_buffer canonical, out, shown;
		struct base_json j;
		base_buffer_init(&canonical, 256);
		base_buffer_init(&out, 256);
		base_buffer_init(&shown, 256);
		base_json_init(&j, &out);
		base_json_text(&j, cases[i].text);
		assert_string_equal(out.data, cases[i].json);
		base_json_init_canonical(&j, &canonical);
		base_json_text(&j, cases[i].text);
		base_json_shown(&shown, base_span_of(canonical.data));
		assert_string_equal(shown.data, cases[i].json);
		base_buffer_dispose(&canonical);
		base_buffer_dispose(&out);
		base_buffer_dispose(&shown);
	}
}

static void
any_bytes_make_valid_json(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 300; round++) {
		uint8_t bytes[64];
		struct base_buffer out;
		struct base_json j;
		json_t *parsed;
		support_random(&seed, bytes, sizeof bytes);
		base_buffer_init(&out, 4096);
		base_json_init(&j, &out);
		base_json_open_array(&j);
		base_json_string(&j, (struct base_span){bytes, bytes[0] % sizeof bytes});
		base_json_close_array(&j);
		assert_false(out.failed);
		parsed = json_loadb(out.data, out.size, JSON_ALLOW_NUL, NULL);
		assert_non_null(parsed);
		json_decref(parsed);
		base_buffer_dispose(&out);
	}
}

static void
shares_are_exact(void **state)
{
	static const struct {
		uint32_t ppm;
		const char *json;
	} cases[] = {{0, "0.0"}, {1, "0.000001"}, {500000, "0.5"}, {123456, "0.123456"}, {1000000, "1.0"}, {999999, "0.999999"},
		{100000, "0.1"}, {1500000, "1.5"}};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct base_buffer out;
		struct base_json j;
		base_buffer_init(&out, 64);
		base_json_init(&j, &out);
		base_json_ppm(&j, cases[i].ppm);
		assert_string_equal(out.data, cases[i].json);
		base_buffer_dispose(&out);
	}
}

static void
too_deep_fails_instead_of_writing_nonsense(void **state)
{
	for (int depth = 61; depth <= 80; depth += 19) {
		struct base_buffer out;
		struct base_json j;
		(void)state;
		base_buffer_init(&out, 4096);
		base_json_init(&j, &out);
		for (int i = 0; i < depth; i++)
			base_json_open_array(&j);
		for (int i = 0; i < depth; i++)
			base_json_close_array(&j);
		assert_int_equal(out.failed, depth > 62);
		base_buffer_dispose(&out);
	}
	struct base_buffer out;
	struct base_json j;
	uint8_t bytes[65] = {0};
	base_buffer_init(&out, 4096);
	base_json_init(&j, &out);
	base_json_open_object(&j);
	base_json_member_hex(&j, "a", (struct base_span){bytes, sizeof bytes});
	assert_true(out.failed);
	base_buffer_dispose(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structure_is_right),
		cmocka_unit_test(strings_are_escaped_as_rfc8785_asks),
		cmocka_unit_test(shown_strings_hold_nothing_that_harms_a_terminal),
		cmocka_unit_test(any_bytes_make_valid_json),
		cmocka_unit_test(shares_are_exact),
		cmocka_unit_test(too_deep_fails_instead_of_writing_nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
