/* Values that are written in some code: found as if plain, at the place of their original bytes, with the fingerprint of the plain value.
 */
#include "engine.h"

static const char pack[] = ENGINE_PACK ENGINE_RULE("mail", "EMAIL_ADDRESS",
	"(?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){0,4}\\.[a-z]{2,8}(?![A-Za-z0-9])",
	"    canonical: lower\n    mask: email\n")
	ENGINE_RULE("card", "CREDIT_CARD", "(?<![0-9])[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])", "    check: [luhn]\n")
		ENGINE_RULE("ssn", "US_SSN", "(?<![0-9A-Za-z-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9-])", "")
			ENGINE_RULE("url", "URL", "https?://[A-Za-z0-9./?&=%;_-]{4,200}", "    canonical: verbatim\n");

struct want {
	const char *text, *hidden, *plain; /* hidden: the bytes that are found, of text; plain: what they stand for */
	enum reason how;
};

static const struct want wants[] = {
	{"to bob&#64;example.com.", "bob&#64;example.com", "bob@example.com", REASON_DECODED_HTML},
	{"to bob&commat;example&period;com", "bob&commat;example&period;com", "bob@example.com", REASON_DECODED_HTML},
	{"to &#98;&#111;&#98;&#64;example.com", "&#98;&#111;&#98;&#64;example.com", "bob@example.com", REASON_DECODED_HTML},
	{"{\"a\": \"bob\\u0040example.com\"}", "bob\\u0040example.com", "bob@example.com", REASON_DECODED_JSON},
	{"bob=40example.com", "bob=40example.com", "bob@example.com", REASON_DECODED_QP},
	{"sch=C3=B6n =3D bob@exam=\r\nple.com", "bob@exam=\r\nple.com", "bob@example.com", REASON_DECODED_QP},
	{"/x?mail=bob%40example.com&y", "bob%40example.com", "bob@example.com", REASON_DECODED_PERCENT},
	{"mailto%3Abob@example.com", "bob@example.com", "bob@example.com", REASON_DECODED_PERCENT},
	{"\xef\xbd\x82ob\xef\xbc\xa0"
	 "example.com",
		"\xef\xbd\x82ob\xef\xbc\xa0"
		"example.com",
		"bob@example.com", REASON_DECODED_UNICODE},
	{"b\xc2\xado\xe2\x80\x8b"
	 "b@example.com\xe2\x80\x8b",
		"b\xc2\xado\xe2\x80\x8b"
		"b@example.com",
		"bob@example.com", REASON_DECODED_UNICODE},
	{"4012\xc2\xa0"
	 "8888\xc2\xa0"
	 "8888\xc2\xa0"
	 "1881",
		"4012\xc2\xa0"
		"8888\xc2\xa0"
		"8888\xc2\xa0"
		"1881",
		"4012 8888 8888 1881", REASON_DECODED_UNICODE},
	{"4012&nbsp;8888&nbsp;8888&nbsp;1881", "4012&nbsp;8888&nbsp;8888&nbsp;1881", "4012 8888 8888 1881", REASON_DECODED_HTML},
	{"\xef\xbc\x94\xef\xbc\x90"
	 "12888888881881",
		"\xef\xbc\x94\xef\xbc\x90"
		"12888888881881",
		"4012888888881881", REASON_DECODED_UNICODE},
	{"536\xe2\x80\x91"
	 "90\xe2\x80\x91"
	 "4399",
		"536\xe2\x80\x91"
		"90\xe2\x80\x91"
		"4399",
		"536-90-4399", REASON_DECODED_UNICODE},
	{"\xd9\xa5\xd9\xa3\xd9\xa6-\xd9\xa9\xd9\xa0-\xd9\xa4\xd9\xa3\xd9\xa9\xd9\xa9",
		"\xd9\xa5\xd9\xa3\xd9\xa6-\xd9\xa9\xd9\xa0-\xd9\xa4\xd9\xa3\xd9\xa9\xd9\xa9", "536-90-4399", REASON_DECODED_UNICODE},
	{"ssn%3D536-90-4399", "536-90-4399", "536-90-4399", REASON_DECODED_PERCENT},
	{"x: Ym9iQGV4YW1wbGUuY29t", "Ym9iQGV4YW1wbGUuY29t", "bob@example.com", REASON_DECODED_BASE64},
};

static void
check_found(const struct world *w, const struct want *want, const struct span *span)
{
	size_t start = (size_t)(strstr(want->text, want->hidden) - want->text), end = start + strlen(want->hidden);

	if (span->start != start || span->end != end)
		fail_msg("'%s': found at %d..%d, not %zu..%zu", want->text, (int)span->start, (int)span->end, start, end);
	assert_int_equal(span->raw_start, start);
	assert_int_equal(span->raw_end, end);
	assert_int_equal(span->reasons & REASONS_DECODED, 1u << want->how);
	assert_int_equal(span->state, SPAN_REPORTED);
	assert_true(w->rules->n > 0);
}

static void
found_as_if_plain(void **state)
{
	struct detect_options oracle = engine_options(), plain = engine_options();
	oracle.all_starts = true;
	plain.no_vectorscan = true;
	plain.cpu_level = DETECT_CPU_PLAIN;
	struct world worlds[] = {world_open(pack, NULL), world_open(pack, &oracle), world_open(pack, &plain)};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(wants); i++)
		for (size_t k = 0; k < BASE_COUNT(worlds); k++) {
			struct world *w = &worlds[k];
			struct found found, same;
			find_in_text(w, wants[i].plain, &same);
			assert_int_equal(same.n, 1);
			assert_int_equal(same.spans[0].reasons & REASONS_DECODED, 0);
			find_in_text(w, wants[i].text, &found);
			if (found.n != 1)
				fail_msg("'%s': %zu found by engine %zu", wants[i].text, found.n, k);
			check_found(w, &wants[i], &found.spans[0]);
			assert_memory_equal(found.spans[0].fingerprint, same.spans[0].fingerprint, sizeof same.spans[0].fingerprint);
			assert_memory_equal(found.spans[0].mask, same.spans[0].mask, sizeof same.spans[0].mask);
			/* in cells, where the same value comes again */
			find_in_cells(w, "x", (const char *const[]){"", wants[i].text, "none", wants[i].text, NULL}, &found);
			assert_int_equal(found.n, 2);
			assert_int_equal(found.spans[0].start, found.spans[1].start);
			assert_int_equal(found.spans[1].raw_start - found.spans[0].raw_start, strlen(wants[i].text) + strlen("none") + 2);
			assert_memory_equal(found.spans[1].fingerprint, same.spans[0].fingerprint, sizeof same.spans[0].fingerprint);
		}
	for (size_t k = 0; k < BASE_COUNT(worlds); k++)
		world_close(&worlds[k]);
}

static void
plain_values_stay_plain(void **state)
{
	static const char *const texts[] = {"&nbsp;bob@example.com&nbsp;", "4012&nbsp;4012888888881881",
		"https://example.com/a%20b1?c=%40d",
		"12\xe2\x80\x93"
		"34 bob@example.com",
		"a\\u0040b bob@example.com", "id=42 bob@example.com"};
	struct world w = world_open(pack, NULL);

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(texts); i++) {
		struct found found;
		find_in_text(&w, texts[i], &found);
		if (found.n != 1 || found.spans[0].reasons & REASONS_DECODED)
			fail_msg("'%s': %zu found, reasons %x", texts[i], found.n, found.n ? found.spans[0].reasons : 0);
	}
	world_close(&w);
}

static void
nothing_is_made_up(void **state)
{
	static const char *const texts[] = {"x=40 y", "ssn=20536-90-43990", "printf(\"%40s example.com\")", "bob\\u0040",
		"536&amp;90&amp;4399", "AAECAwQFBgcICQoLDA0ODxAREhM=", "4012&nbsp;8888&nbsp;8888&nbsp;1882", "4012\n&nbsp;\n8888",
		"bob&#64", "bob=\n40example.com"};
	struct world w = world_open(pack, NULL);

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(texts); i++) {
		struct found found;
		find_in_text(&w, texts[i], &found);
		if (found.n != 0)
			fail_msg("'%s': %zu found", texts[i], found.n);
	}
	world_close(&w);
}

/* Text in base64 that is longer than what is decoded of it, and a match that is wider than what is decoded around an escape. */
static void
limits_are_issues(void **state)
{
	static const char wide[] = ENGINE_PACK ENGINE_RULE("wide", "THING", "@\\[[a-z]{8,900}\\]", "");
	struct world w = world_open(wide, NULL);
	struct found found;
	char text[12 << 10];

	(void)state;
	memset(text, 0, sizeof text);
	for (size_t i = 0; i < 9000; i += 4)
		memcpy(text + i, "YWJj", 4);
	find_in_text(&w, text, &found);
	assert_int_equal(found.n, 0);
	assert_int_equal(found.n_issues, 1);
	assert_int_equal(found.issues[0].code, ISSUE_LIMIT);
	assert_int_equal(found.issues[0].count, 1);
	memset(text, 0, sizeof text);
	memcpy(text, "&#64;[", 6);
	memset(text + 6, 'z', 400);
	text[406] = ']';
	find_in_text(&w, text, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.n_issues, 0);
	memset(text + 6, 'z', 600);
	text[606] = ']';
	find_in_text(&w, text, &found);
	assert_int_equal(found.n, 0);
	assert_int_equal(found.n_issues, 1);
	assert_int_equal(found.issues[0].code, ISSUE_LIMIT);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_as_if_plain),
		cmocka_unit_test(plain_values_stay_plain),
		cmocka_unit_test(nothing_is_made_up),
		cmocka_unit_test(limits_are_issues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
