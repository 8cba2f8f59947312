/* Encoded characters: what each stands for and how many bytes it takes up, what is none, what is marked, and the way back. */
#include "../support.h"

#include "base/batch.h"
#include "detect/decoded.h"

#include <sys/mman.h>

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

struct token_case {
	const char *text;
	int size; /* 0: no token */
	enum decode_kind kind;
	const char *bytes;
};

static const struct token_case tokens[] = {
	/* HTML */
	{"&#64;x", 5, DECODE_HTML, "@"},
	{"&#64 x", 4, DECODE_HTML, "@"},
	{"&#x40;", 6, DECODE_HTML, "@"},
	{"&#X40;", 6, DECODE_HTML, "@"},
	{"&#0000064;", 10, DECODE_HTML, "@"},
	{"&commat;", 8, DECODE_HTML, "@"},
	{"&nbsp;", 6, DECODE_HTML, " "},
	{"&shy;", 5, DECODE_HTML, ""},
	{"&ndash;", 7, DECODE_HTML, "-"},
	{"&#8211;", 7, DECODE_HTML, "-"},
	{"&#233;", 6, DECODE_HTML, "\xc3\xa9"},
	{"&amp;#64;", 5, DECODE_HTML, "&"},
	{"&NewLine;", 9, DECODE_HTML, "\n"},
	{"&zwnj;", 6, DECODE_HTML, ""},
	{"&", 0, 0, NULL},
	{"&#", 0, 0, NULL},
	{"&#x", 0, 0, NULL},
	{"&#;", 0, 0, NULL},
	{"&nbsp", 0, 0, NULL},
	{"&unknown;", 0, 0, NULL},
	{"&commatcommat;", 0, 0, NULL},
	{"&#0;", 0, 0, NULL},
	{"&#7;", 0, 0, NULL},
	{"&#1114112;", 0, 0, NULL},
	{"&#xd800;", 0, 0, NULL},
	{"&#00000000064;", 0, 0, NULL},
	{"& 64;", 0, 0, NULL},
	/* JSON */
	{"\\u0040x", 6, DECODE_JSON, "@"},
	{"\\\\u0040", 7, DECODE_JSON, "@"},
	{"\\u00e9", 6, DECODE_JSON, "\xc3\xa9"},
	{"\\uFF11", 6, DECODE_JSON, "1"},
	{"\\u200b", 6, DECODE_JSON, ""},
	{"\\/", 2, DECODE_JSON, "/"},
	{"\\ud835\\udfd7", 12, DECODE_JSON, "9"},
	{"\\ud83d\\ude00", 12, DECODE_JSON, "\xf0\x9f\x98\x80"},
	{"\\\\ud835\\\\udfd7", 14, DECODE_JSON, "9"},
	{"\\ud835", 0, 0, NULL},
	{"\\ud835x", 0, 0, NULL},
	{"\\ud835\\u0040", 0, 0, NULL},
	{"\\udfd7", 0, 0, NULL},
	{"\\u004", 0, 0, NULL},
	{"\\u00g0", 0, 0, NULL},
	{"\\", 0, 0, NULL},
	{"\\n", 0, 0, NULL},
	{"\\\\", 0, 0, NULL},
	{"\\u0000", 0, 0, NULL},
	{"\\u001b", 0, 0, NULL},
	/* quoted-printable: capitals only */
	{"=40", 3, DECODE_QP, "@"},
	{"=3D", 3, DECODE_QP, "="},
	{"=C3=A9", 6, DECODE_QP, "\xc3\xa9"},
	{"=C2=A0", 6, DECODE_QP, " "},
	{"=E2=80=93x", 9, DECODE_QP, "-"},
	{"=3d", 0, 0, NULL},
	{"=4", 0, 0, NULL},
	{"=", 0, 0, NULL},
	{"=C3", 0, 0, NULL},
	{"=C3=41", 0, 0, NULL},
	{"=00", 0, 0, NULL},
	{"=1B", 0, 0, NULL},
	{"=7F", 0, 0, NULL},
	{"= 40", 0, 0, NULL},
	{"=\nx", 0, 0, NULL},
	{"=C0=80", 0, 0, NULL},
	/* percent */
	{"%40", 3, DECODE_PERCENT, "@"},
	{"%2e", 3, DECODE_PERCENT, "."},
	{"%C3%a9", 6, DECODE_PERCENT, "\xc3\xa9"},
	{"%c2%a0", 6, DECODE_PERCENT, " "},
	{"%EF%BC%91", 9, DECODE_PERCENT, "1"},
	{"%25%34%30", 3, DECODE_PERCENT, "%"},
	{"%", 0, 0, NULL},
	{"%4", 0, 0, NULL},
	{"%d", 0, 0, NULL},
	{"%zz", 0, 0, NULL},
	{"%00", 0, 0, NULL},
	{"%ff", 0, 0, NULL},
	{"%ed%a0%80", 0, 0, NULL},
	{"%f4%90%80%80", 0, 0, NULL},
	/* Unicode */
	{"\xef\xbc\x91", 3, DECODE_UNICODE, "1"},
	{"\xef\xbc\xa0", 3, DECODE_UNICODE, "@"},
	{"\xef\xbd\x81", 3, DECODE_UNICODE, "a"},
	{"\xd9\xa5", 2, DECODE_UNICODE, "5"},
	{"\xdb\xb9", 2, DECODE_UNICODE, "9"},
	{"\xe0\xa5\xa6", 3, DECODE_UNICODE, "0"},
	{"\xe0\xb9\x99", 3, DECODE_UNICODE, "9"},
	{"\xf0\x9d\x9f\x8e", 4, DECODE_UNICODE, "0"},
	{"\xf0\x9d\x9f\xbf", 4, DECODE_UNICODE, "9"},
	{"\xc2\xa0", 2, DECODE_UNICODE, " "},
	{"\xc2\xad", 2, DECODE_UNICODE, ""},
	{"\xe2\x80\x8b", 3, DECODE_UNICODE, ""},
	{"\xef\xbb\xbf", 3, DECODE_UNICODE, ""},
	{"\xe2\x80\x91", 3, DECODE_UNICODE, "-"},
	{"\xe2\x88\x92", 3, DECODE_UNICODE, "-"},
	{"\xe2\x80\x89", 3, DECODE_UNICODE, " "},
	{"\xe3\x80\x80", 3, DECODE_UNICODE, " "},
	{"\xc3\xa9", 0, 0, NULL},
	{"\xe2\x80\x99", 0, 0, NULL},
	{"\xe4\xbd\xa0", 0, 0, NULL},
	{"\xd9\xaa", 0, 0, NULL},
	{"\xf0\x9f\x98\x80", 0, 0, NULL},
	{"\xc2", 0, 0, NULL},
	{"\xef\xbc", 0, 0, NULL},
	{"\xc0\xa0", 0, 0, NULL},
	{"\xe0\x82\xa0", 0, 0, NULL},
	{"\xff", 0, 0, NULL},
	{"a", 0, 0, NULL},
};

static void
each_token_is_what_it_stands_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(tokens); i++) {
		const struct token_case *c = &tokens[i];
		size_t n = strlen(c->text);
		/* exactly that many bytes: a sanitizer sees a look beyond them */
		_cleanup_free_ uint8_t *text = malloc(n);
		struct decode_token t;
		assert_non_null(text);
		memcpy(text, c->text, n);
		bool is = decode_token((struct base_span){text, n}, 0, &t);
		if (is != (c->size > 0))
			fail_msg("'%s': %s", c->text, is ? "a token" : "no token");
		if (!is)
			continue;
		if ((int)t.size != c->size || t.kind != c->kind || t.n != strlen(c->bytes) || memcmp(t.bytes, c->bytes, t.n) != 0)
			fail_msg("'%s': %u bytes of kind %u for '%.*s'", c->text, t.size, t.kind, t.n, t.bytes);
	}
}

static void
what_no_identifier_is_near_is_left_alone(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		bool is_wanted;
	} cases[] = {{"bob&#64;x", 3, true}, {"caf&#233;", 3, false}, {"a&nbsp;b", 1, false}, {"4012&nbsp;8888", 4, true},
		{"4012 x y z&nbsp;a", 10, false}, {"a\xe2\x80\x93z", 1, false}, {"12\xe2\x80\x93z", 2, true}, {"a%20b", 1, false},
		{"a%20b%20c", 1, false}, {"12%20b", 2, true}, {"b\xc2\xad@", 1, true},
		{"bo\xe2\x80\x8b"
		 "b.smith@example.com",
			2, true},
		{"so\xc2\xadme word", 2, false}, {"\xef\xbd\x81 only letters", 0, false}, {"\xd9\xa5", 0, true}, {"x\\u003dy", 1, false},
		{"x\\u003dy@", 1, true}, {"1\\/2", 1, true}, {"a\\/b", 1, false}};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct base_span text = base_span_of(cases[i].text);
		struct decode_token t;
		assert_true(decode_token(text, cases[i].at, &t));
		if (decode_is_wanted(text, cases[i].at, &t) != cases[i].is_wanted)
			fail_msg("'%s' is %swanted", cases[i].text, cases[i].is_wanted ? "not " : "");
	}
}

static void
quoted_printable_needs_company(void **state)
{
	static const char line[] = "a line that is broken where it would be longer than it may be, in word=\nbreaks",
			  coded[] = "cGFzc3dvcmQ6IGE=\nb";
	struct decode_token t;

	(void)state;
	assert_true(decode_token(base_span_of("bob=40example"), 3, &t));
	assert_true(decode_is_lone_qp(base_span_of("bob=40example"), 3, &t));
	assert_false(decode_is_lone_qp(base_span_of("bob =40example"), 4, &t));
	assert_false(decode_is_sure_qp(base_span_of("bob=40example"), 3, &t));
	assert_true(decode_token(base_span_of("id=42"), 2, &t));
	assert_false(decode_is_lone_qp(base_span_of("id=42"), 2, &t) || decode_is_sure_qp(base_span_of("id=42"), 2, &t));
	assert_true(decode_token(base_span_of("x=3D"), 1, &t));
	assert_true(decode_is_sure_qp(base_span_of("x=3D"), 1, &t));
	size_t at = (size_t)(strchr(line, '=') - line);
	assert_true(decode_token(base_span_of(line), at, &t));
	assert_int_equal(t.size, 2);
	assert_int_equal(t.n, 0);
	assert_true(decode_is_lone_qp(base_span_of(line), at, &t));
	assert_true(decode_token(base_span_of("exam=\r\nple"), 4, &t));
	assert_int_equal(t.size, 3);
	assert_false(decode_is_lone_qp(base_span_of("exam=\r\nple"), 4, &t));
	/* the padding of base64 ends a line as well */
	assert_false(decode_token(base_span_of(coded), (size_t)(strchr(coded, '=') - coded), &t));
	assert_false(decode_token(base_span_of("x =\n5"), 2, &t));
}

static void
base64_is_strict_and_text(void **state)
{
	static const struct {
		const char *run, *text;
	} cases[] = {{"Ym9iQGV4YW1wbGUuY29t", "bob@example.com"}, {"Ym9iQGV4YW1wbGUuY28", "bob@example.co"},
		{"Y2Fmw6kgY2Fmw6kgMQ", "caf\xc3\xa9 caf\xc3\xa9 1"}, {"Pz8_Pz8-YWFhYWFhYWE", "?\?\?\?\?>aaaaaaaa"},
		{"Ym9iQGV4YW1wbGUuY29tY", NULL}, {"Ym9iQGV4YW1wbGUuY29", NULL}, {"AAECAwQFBgcICQoLDA0O", NULL}, {"________________", NULL},
		{"w6nDqcOpw6nDqcOpw6nD", NULL}, {"ThisIsOnlySomeLongNameInCode", NULL}};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct base_span run = base_span_of(cases[i].run);
		_cleanup_free_ uint8_t *out = malloc(run.size * 3 / 4 + 1);
		size_t n = 0;
		bool cut, is = decode_base64_text(run, out, &n);
		assert_int_equal(decode_base64_run(run, 0, 1000, &cut), run.size);
		assert_false(cut);
		if (is != (cases[i].text != NULL) || (is && (n != strlen(cases[i].text) || memcmp(out, cases[i].text, n) != 0)))
			fail_msg("'%s' is '%.*s'", cases[i].run, is ? (int)n : 2, is ? (char *)out : "no");
	}
	bool cut;
	assert_int_equal(decode_base64_run(base_span_of("abcdefgh=="), 0, 8, &cut), 8);
	assert_false(cut);
	assert_int_equal(decode_base64_run(base_span_of("abcdefghi"), 0, 8, &cut), 8);
	assert_true(cut);
	assert_int_equal(decode_base64_run(base_span_of("abc def"), 0, 8, &cut), 3);
}

static const char *const parts[] = {"&#64;", "&nbsp;", "&#", "\\u0040", "\\ud835\\udfd7", "\\", "%40", "%20", "%C2%A0", "%", "=40", "=3D",
	"=E2=80=93", "=\n", "=", "\xc2\xa0", "\xe2\x80\x8b", "\xef\xbc\x91", "\xd9\xa1", "\xc3\xa9", "\xe2\x80", "\xff", "bob", "@",
	"example.com", "12", "4012", " ", "\n", "-", "Ym9iQGV4YW1wbGUuY29t", "abcdefghijklmnop", "+/+/+/+/+/+/+/+/",
	"text without anything, only some words here\n"};

static size_t
random_text(uint64_t *seed, uint8_t *ret, size_t max)
{
	size_t n = 0;

	while (n < max) {
		const char *part = next(seed) % 16 ? parts[next(seed) % BASE_COUNT(parts)] : "\n";
		size_t size = strlen(part);
		if (n + size > max)
			break;
		memcpy(ret + n, part, size);
		n += size;
	}
	return n;
}

static bool
is_letter(uint8_t c)
{
	return base_is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/* Is a byte what marks are for, by the slow way? Backslashes in a row are one token, which the last of them marks too. */
static bool
must_be_marked(const uint8_t *text, size_t n, size_t at)
{
	struct decode_token t;
	size_t run = 0;

	while (at + run < n && is_letter(text[at + run]))
		run++;
	if (run >= DECODE_BASE64_MIN && (at == 0 || !is_letter(text[at - 1])))
		return true;
	return decode_token((struct base_span){text, n}, at, &t);
}

static void
whatever_is_encoded_is_marked(void **state)
{
	enum { PAGE = 4096, MOST = 2000 };
	uint64_t seed = 77, plain[MOST / 64 + 1], fast[MOST / 64 + 1];
	bool has_avx2 = __builtin_cpu_supports("avx2");
	/* the last page cannot be read */
	uint8_t *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_int_equal(mprotect(map + PAGE, PAGE, PROT_NONE), 0);
	for (int round = 0; round < 3000; round++) {
		uint8_t text[MOST];
		size_t n = random_text(&seed, text, 1 + next(&seed) % (round % 10 ? 200 : MOST));
		uint8_t *at = map + PAGE - 64 - n;
		if (n == 0)
			continue;
		memcpy(at, text, n);
		for (size_t i = 0; i < 64; i++)
			at[n + i] = (uint8_t)next(&seed);
		decode_marks_plain(at, n, plain);
		if (has_avx2)
			decode_marks_avx2(at, n, fast);
		bool any = false;
		for (size_t i = 0; i < n; i++) {
			bool is = plain[i / 64] >> (i % 64) & 1;
			any |= is;
			if (must_be_marked(text, n, i) && (!is || (has_avx2 && !(fast[i / 64] >> (i % 64) & 1))))
				fail_msg("byte %zu of '%.*s' is not marked", i, (int)n, text);
		}
		assert_true(n % 64 == 0 || plain[n / 64] >> (n % 64) == 0);
		assert_true(!has_avx2 || n % 64 == 0 || fast[n / 64] >> (n % 64) == 0);
		assert_int_equal(decode_marks_plain(at, n, plain), any);
	}
	munmap(map, 2 * PAGE);
}

/* Pieces lie in the value, bytes that no segment covers are the same, and the way back never goes backwards. */
static void
check_piece(const struct decoded *d, const struct decoded_piece *p, const uint8_t *text, size_t n)
{
	uint32_t last_start = 0, last_end = 0;
	size_t segment = p->segment;

	assert_true(p->bytes >= BATCH_PAD && p->bytes + p->size < d->n_bytes + 1);
	assert_true(p->from <= p->own_from && p->own_from < p->own_to && p->own_to <= p->to && p->to <= n);
	assert_true(p->origin <= p->own_from && p->starts_from <= p->starts_to && p->starts_to <= p->size);
	for (uint32_t i = 0; i < p->size; i++) {
		uint32_t start = decoded_start(d, p, i), end = decoded_end(d, p, i + 1);
		while (segment < p->segment + p->n_segments && d->segments[segment].at + d->segments[segment].n <= i)
			segment++;
		bool is_covered = segment < p->segment + p->n_segments && d->segments[segment].at <= i;
		assert_true(start < end && end <= n && start >= last_start && end >= last_end);
		if (!is_covered) {
			assert_int_equal(end, start + 1);
			assert_int_equal(d->bytes[p->bytes + i], text[start]);
			assert_true(start >= last_end);
		}
		last_start = start;
		last_end = end;
	}
}

static void
the_way_back_is_monotone(void **state)
{
	enum { MOST = 9000 };
	uint64_t seed = 4711;
	struct decoded d = {0};
	size_t n_pieces = 0, n_segments = 0;
	uint8_t *text = calloc(1, MOST + 2 * BATCH_PAD), *data = text + BATCH_PAD;
	uint64_t marks[MOST / 64 + 1];

	(void)state;
	assert_non_null(text);
	for (int round = 0; round < 400; round++) {
		size_t n = random_text(&seed, data, 1 + next(&seed) % (round % 4 ? 300 : MOST));
		if (n == 0)
			continue;
		decode_marks_plain(data, n, marks);
		struct decoded_source source = {.text = {data, n}, .marks = marks, .own_end = (uint32_t)n};
		assert_int_equal(decoded_plan(&d, &source), 0);
		for (size_t i = 0; i < d.n_pieces; i++)
			check_piece(&d, &d.pieces[i], data, n);
		n_pieces += d.n_pieces;
		n_segments += d.n_segments;
	}
	assert_true(n_pieces > 500 && n_segments > 5000);
	decoded_dispose(&d);
	free(text);
}

static void
base64_goes_back_by_characters(void **state)
{
	static const char text[BATCH_PAD * 2] = "key: Ym9iQGV4YW1wbGUuY29t";
	struct decoded d = {0};
	uint64_t marks[2];
	uint32_t first;
	bool is_beside;

	(void)state;
	struct decoded_source source = {.text = {(const uint8_t *)text, strlen(text)}, .marks = marks, .own_end = (uint32_t)strlen(text)};
	assert_true(decode_marks_plain(source.text.data, source.text.size, marks));
	assert_int_equal(decoded_plan(&d, &source), 0);
	assert_int_equal(d.n_pieces, 1);
	const struct decoded_piece *p = d.pieces;
	assert_int_equal(p->size, 5 + 15);
	assert_memory_equal(d.bytes + p->bytes, "key: bob@example.com", p->size);
	assert_int_equal(decoded_start(&d, p, 5), 5);
	assert_int_equal(decoded_end(&d, p, 6), 7);
	assert_int_equal(decoded_start(&d, p, 9), 10);
	assert_int_equal(decoded_end(&d, p, 20), 25);
	assert_int_equal(decoded_kinds(&d, p, 0, 5, &first, &is_beside), 0);
	assert_int_equal(decoded_kinds(&d, p, 0, 6, &first, &is_beside), 1u << DECODE_BASE64);
	assert_int_equal(first, 0);
	decoded_dispose(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_token_is_what_it_stands_for),
		cmocka_unit_test(what_no_identifier_is_near_is_left_alone),
		cmocka_unit_test(quoted_printable_needs_company),
		cmocka_unit_test(base64_is_strict_and_text),
		cmocka_unit_test(whatever_is_encoded_is_marked),
		cmocka_unit_test(the_way_back_is_monotone),
		cmocka_unit_test(base64_goes_back_by_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
