/* Text windows: each byte owned once, enough borrowed, line numbers, encodings. */
#include "read.h"

static void
make_lines(struct base_buffer *text, unsigned n)
{
	base_buffer_init(text, 256 << 20);
	for (unsigned i = 0; i < n; i++)
		base_buffer_format(text, "line %u holds %.*s\n", i, (int)(i % 70),
			"some words, more words and then a few more of them to fill the line up");
}

static void
test_windows(void **state)
{
	static const uint32_t windows[] = {LIMIT_WINDOW_MIN, 5000, 64 << 10, 0, LIMIT_WINDOW_MAX}, reaches[] = {0, 1, 300, LIMIT_REACH};
	struct base_buffer text;
	(void)state;

	make_lines(&text, 20000);
	for (size_t i = 0; i < BASE_COUNT(windows) * BASE_COUNT(reaches); i++) {
		uint32_t window = windows[i % BASE_COUNT(windows)], reach = reaches[i / BASE_COUNT(windows)];
		struct got got = read_bytes("t.txt", text.data, text.size, (struct read_options){.window = window, .reach = reach});
		assert_int_equal(got.text.size, text.size);
		assert_memory_equal(got.text.data, text.data, text.size);
		assert_int_equal(got.stats.n_records, 20000);
		assert_int_equal(got.stats.bytes_stored, text.size);
		assert_int_equal(got.stats.bytes_decoded, text.size);
		assert_string_equal(got.stats.kind, "text");
		assert_string_equal(got.fields[0], "text");
		assert_int_equal(got.n_issues, 0);
		assert_true(window == LIMIT_WINDOW_MAX ? got.n_batches == 1
						       : got.largest <= (window ? window : LIMIT_WINDOW_DEFAULT) + 2 * (reach ? reach : 1));
		got_dispose(&got);
	}
	base_buffer_dispose(&text);
}

static void
test_records(void **state)
{
	static const struct {
		const char *text;
		uint64_t records;
	} cases[] = {{"one", 1}, {"one\n", 1}, {"one\ntwo", 2}, {"\n\n\n", 3}, {"\n\nx", 3}};
	(void)state;

	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct got got = read_text("t.txt", cases[i].text, (struct read_options){.reach = 8});
		assert_int_equal(got.stats.n_records, cases[i].records);
		assert_string_equal(got.text.data, cases[i].text);
		got_dispose(&got);
	}
}

static void
test_byte_order_mark(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "mail a@example.com\n";
	struct got got = read_text("t.txt", text, (struct read_options){.reach = 8});
	(void)state;

	assert_string_equal(got.stats.encoding, "utf-8-bom");
	assert_string_equal(got.text.data, text + 3);
	assert_int_equal(got.text_raw, 3);
	assert_memory_equal(text + got.text_raw + 5, "a@example.com", 13);
	assert_int_equal(got.stats.bytes_decoded, strlen(text));
	got_dispose(&got);
}

/* UTF-8 to UTF-16 by hand for the test; big or little endian. */
static size_t
widen(const uint16_t *units, size_t n, bool big, uint8_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		ret[2 * i + !big] = (uint8_t)(units[i] >> 8);
		ret[2 * i + big] = (uint8_t)units[i];
	}
	return 2 * n;
}

static void
test_utf16(void **state)
{
	static const uint16_t units[] = {0xfeff, 'm', 0xe9, ' ', 0xd83d, 0xde00, 0x20ac, '\r', '\n', 0xd800, 'x', 0xdc00, '\n'};
	static const char decoded[] = "\xef\xbb\xbfm\xc3\xa9 \xf0\x9f\x98\x80\xe2\x82\xac\r\n\xef\xbf\xbdx\xef\xbf\xbd\n";
	uint8_t bytes[2 * BASE_COUNT(units) + 1];
	(void)state;

	for (int big = 0; big < 2; big++) {
		size_t n = widen(units, BASE_COUNT(units), big, bytes);
		struct got got = read_bytes("t.txt", bytes, n, (struct read_options){.reach = 8});
		assert_string_equal(got.stats.encoding, big ? "utf-16be" : "utf-16le");
		assert_string_equal(got.text.data, decoded + 3);
		assert_int_equal(got.text_raw, 3);
		assert_int_equal(got.stats.bytes_decoded, strlen(decoded));
		assert_int_equal(got.stats.n_bad_utf8, 2);
		assert_int_equal(got_find_issue(&got, ISSUE_BAD_UTF8)->count, 2);
		assert_int_equal(got_find_issue(&got, ISSUE_BAD_UTF8)->raw, 16);
		assert_int_equal(got.stats.n_records, 2);
		got_dispose(&got);
		/* an odd byte, and half a pair, at the end */
		bytes[n] = 'z';
		got = read_bytes("t.txt", bytes, n + 1, (struct read_options){.reach = 8});
		assert_int_equal(got.stats.n_bad_utf8, 3);
		got_dispose(&got);
		got = read_bytes("t.txt", bytes, 10, (struct read_options){.reach = 8});
		assert_int_equal(got.stats.n_bad_utf8, 1);
		assert_string_equal(got.text.data, "m\xc3\xa9 \xef\xbf\xbd");
		got_dispose(&got);
	}
}

/* Long UTF-16 through every buffer, as CSV: offsets count in the transcoded stream. */
static void
test_utf16_csv(void **state)
{
	enum { ROWS = 40000 };
	struct base_buffer narrow;
	uint8_t *wide;
	(void)state;

	base_buffer_init(&narrow, 64 << 20);
	base_buffer_text(&narrow, "id,mail\n");
	for (unsigned i = 0; i < ROWS; i++)
		base_buffer_format(&narrow, "%u,u%u@example.com\n", i, i);
	wide = malloc(2 * narrow.size + 2);
	assert_non_null(wide);
	wide[0] = 0xff;
	wide[1] = 0xfe;
	for (size_t i = 0; i < narrow.size; i++) {
		wide[2 * i + 2] = (uint8_t)narrow.data[i];
		wide[2 * i + 3] = 0;
	}
	struct got got = read_bytes("t.csv", wide, 2 * narrow.size + 2, (struct read_options){.reach = 8});
	assert_value(&got, 31234, "mail", "u31233@example.com");
	assert_int_equal(got.stats.n_records, ROWS);
	const struct got_value *v = got_at(&got, 31234, "mail");
	assert_memory_equal(narrow.data + v->raw[0] - 3, "u31233@example.com", 18);
	assert_int_equal(got.stats.n_bad_utf8, 0);
	got_dispose(&got);
	free(wide);
	base_buffer_dispose(&narrow);
}

static void
test_bad_utf8(void **state)
{
	static const struct {
		const char *text;
		uint64_t n_bad, first;
	} cases[] = {
		{"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 fine", 0, 0},
		{"latin \xe9 one", 1, 6},
		{"cut \xe2\x82", 2, 4},
		{"\xc0\xaf overlong", 2, 0},
		{"\xed\xa0\x80 surrogate", 3, 0},
		{"\xf5\x80\x80\x80 too high", 4, 0},
		{"stray \x80\xbf", 2, 6},
		{"\xe2\x28\xa1 mixed \xf0\x90\x28\xbc", 5, 0},
	};
	(void)state;

	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct got got = read_text("t.txt", cases[i].text, (struct read_options){.reach = 8});
		const struct issue *issue = got_find_issue(&got, ISSUE_BAD_UTF8);
		if (got.stats.n_bad_utf8 != cases[i].n_bad)
			fail_msg("case %zu: %llu", i, (unsigned long long)got.stats.n_bad_utf8);
		assert_string_equal(got.text.data, cases[i].text);
		assert_int_equal(issue ? issue->count : 0, cases[i].n_bad);
		assert_int_equal(issue ? issue->raw : 0, cases[i].first);
		assert_false(got.stats.is_incomplete);
		got_dispose(&got);
	}
}

/* 200 MB without a line feed: the largest batch stays a window. */
static void
test_one_long_line(void **state)
{
	enum { CHUNK = 1 << 20, CHUNKS = 200 };
	char *folder = support_folder(), *path = base_format("%s/long.txt", folder), *chunk = malloc(CHUNK);
	static const char *const formats[] = {"text", "csv", "jsonl", "json"};
	struct assay_error err = {0};
	struct assay_env env = {.size = sizeof env};
	(void)state;

	memset(chunk, 'x', CHUNK);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(base_write_all(fd, "\"", 1), 0);
	for (unsigned i = 0; i < CHUNKS; i++)
		assert_int_equal(base_write_all(fd, chunk, CHUNK), 0);
	close(fd);
	for (size_t i = 0; i < BASE_COUNT(formats); i++) {
		struct source_spec spec = {.path = path, .fd = -1, .name = path, .reach = 4096, .format = formats[i]};
		struct batch batch = {.arena = base_arena_new()};
		struct got none = {0};
		struct issue_sink sink = {&none, got_issue};
		struct source *source;
		uint64_t owned = 0;
		int r;
		assert_ok(source_open(&spec, &env, &source, &err));
		while ((r = source_next(source, &batch, &sink, &err)) == 1) {
			assert_true(batch.size <= LIMIT_WINDOW_DEFAULT + 2 * 4096);
			owned += batch.size - batch.lead - batch.tail;
		}
		assert_ok(r);
		assert_true(owned == (uint64_t)CHUNK * CHUNKS + (i == 0));
		assert_int_equal(none.n_issues, i == 0 ? 0 : 1);
		free(none.issues);
		source_close(source);
		base_arena_free(batch.arena);
	}
	free(chunk);
	free(path);
	support_remove(folder);
}

static void
test_standard_input(void **state)
{
	struct base_buffer text;
	int ends[2];
	(void)state;

	make_lines(&text, 50);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(base_write_all(ends[1], text.data, text.size), 0);
	close(ends[1]);
	struct got got = read_all(NULL, (struct read_options){.fd = ends[0], .name = "-", .reach = 10});
	assert_int_equal(got.text.size, text.size);
	assert_memory_equal(got.text.data, text.data, text.size);
	assert_int_equal(got.n_issues, 0);
	assert_int_equal(fcntl(ends[0], F_GETFD), 0); /* still the caller's */
	close(ends[0]);
	got_dispose(&got);
	base_buffer_dispose(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_byte_order_mark),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_utf16_csv),
		cmocka_unit_test(test_bad_utf8),
		cmocka_unit_test(test_one_long_line),
		cmocka_unit_test(test_standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
