/* The result is the same for any number of threads and any size of window: findings, issues, coverage, digests, and the order of spans. */
#include "run.h"

#include "base/limits.h"

#include <zlib.h>

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

#define PICK(seed, list) ((list)[next(seed) % BASE_COUNT(list)])

static const char *const cells[] = {"anna@example.com", "bob.smith@example.com", "4012 8888 8888 1881", "4012888888881882",
	"card 4012888888881881", "555-0123", "192.0.2.17", "https://www.example.com/a?b=c", "2023-11-05", "", "x", "hello world",
	"call 555-0199 or write to carl@example.com", "12345674", "order 4012888888881881", "caf\xc3\xa9", "DE89370400440532013000",
	"2001:db8::17", "4111111111111111",
	/* encoded */
	"anna&#64;example.com", "bob%40example.com", "carl\\u0040example.com",
	"4012\xc2\xa0"
	"8888\xc2\xa0"
	"8888\xc2\xa0"
	"1881",
	"4012&nbsp;8888&nbsp;8888&nbsp;1881", "d=C3=A9sir=C3=A9 emma=40exam=2Dple.com",
	"\xef\xbc\x94\xef\xbc\x90"
	"12888888881881",
	"Y29udGFjdDogYm9iLnNtaXRoQGV4YW1wbGUuY29tLCBjYXJkIDQwMTI4ODg4ODg4ODE4ODE=", "%20", "&amp;",
	"x\xe2\x80\x8by\xe2\x80\x93"
	"12"};

static void
fill_text(struct base_buffer *out, uint64_t *seed, size_t size)
{
	static const char *const glue[] = {" ", " ", "\n", ", ", "; ", "", "\n\n", " and then "};

	while (out->size < size) {
		base_buffer_text(out, PICK(seed, cells));
		base_buffer_text(out, PICK(seed, glue));
		/* now and then base64 that goes on and on */
		for (uint64_t n = next(seed) % 300 == 0 ? next(seed) % 700 : 0; n > 0; n--)
			base_buffer_text(out, "IG5vdGUgdG8gYm9iQGV4YW1wbGUuY29t");
		/* now and then a line that is longer than a window */
		if (next(seed) % 400 == 0)
			base_buffer_format(out, "%*s", 6000, "");
	}
}

static void
fill_csv(struct base_buffer *out, uint64_t *seed, size_t size, char delimiter)
{
	base_buffer_format(out, "id%cemail%ccard_no%cnote%cnote\n", delimiter, delimiter, delimiter, delimiter);
	for (int row = 1; out->size < size; row++) {
		base_buffer_format(out, "%d%c%s%c\"%s\"%c", row, delimiter, PICK(seed, cells), delimiter, PICK(seed, cells), delimiter);
		base_buffer_format(
			out, "\"%s \"\"quoted\"\"\n%s\"%c%s", PICK(seed, cells), PICK(seed, cells), delimiter, PICK(seed, cells));
		if (next(seed) % 60 == 0)
			base_buffer_format(out, "%cmore", delimiter); /* ragged */
		base_buffer_char(out, '\n');
		if (next(seed) % 150 == 0)
			base_buffer_format(out, "%d%c%c\"%*s%s%*s\"%c%c\n", row, delimiter, delimiter, 5000, "", PICK(seed, cells), 3000,
				"", delimiter, delimiter);
	}
}

static void
fill_record(struct base_buffer *out, uint64_t *seed, int row)
{
	base_buffer_format(out,
		"{\"id\":%d,\"email\":\"%s\",\"user\":{\"card\":\"%s\",\"tags\":[\"%s\",\"\\u0061%s\\n\"]},\"n\":%d,\"none\":null}", row,
		PICK(seed, cells), PICK(seed, cells), PICK(seed, cells), PICK(seed, cells), (int)(next(seed) % 100000));
}

static void
fill_jsonl(struct base_buffer *out, uint64_t *seed, size_t size)
{
	for (int row = 1; out->size < size; row++) {
		fill_record(out, seed, row);
		base_buffer_char(out, '\n');
		if (next(seed) % 300 == 0)
			base_buffer_text(out, "{\"broken\": \n");
	}
}

static void
fill_json(struct base_buffer *out, uint64_t *seed, size_t size)
{
	base_buffer_text(out, "[");
	for (int row = 1; out->size < size; row++) {
		if (row > 1)
			base_buffer_text(out, ",\n ");
		fill_record(out, seed, row);
	}
	base_buffer_text(out, "]\n");
}

static void
write_gzip(struct run *run, const char *name, const struct base_buffer *data, size_t cut)
{
	_cleanup_free_ char *path = base_path_join(run->folder, name);
	gzFile gz = gzopen(path, "wb");
	struct stat st;

	assert_non_null(gz);
	assert_int_equal(gzwrite(gz, data->data, (unsigned)data->size), (int)data->size);
	assert_int_equal(gzclose(gz), Z_OK);
	assert_int_equal(stat(path, &st), 0);
	if (cut)
		assert_int_equal(truncate(path, st.st_size - (off_t)cut), 0);
}

static void
write_utf16(struct run *run, const char *name, const struct base_buffer *data)
{
	struct base_buffer wide;

	base_buffer_init(&wide, 64 << 20);
	base_buffer_append(&wide, "\xff\xfe", 2);
	for (size_t i = 0; i < data->size; i++)
		if ((uint8_t)data->data[i] < 0x80)
			base_buffer_append(&wide, (char[]){data->data[i], 0}, 2);
	run_write(run, name, wide.data, wide.size);
	base_buffer_dispose(&wide);
}

static const char *const names[] = {
	"a.txt", "b.csv", "c.tsv", "d.json", "e.jsonl", "f.csv.gz", "g.txt.gz", "h.txt", "i.csv", "j.txt", "k.bin", "l.txt", "m.csv"};

static void
write_files(struct run *run)
{
	enum { SIZE = 60 << 10 };
	static const char pointer[] = "version https://git-lfs.github.com/spec/v1\noid "
				      "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nsize 12345\n";
	uint64_t seed = UINT64_C(0xabcdef12345);
	struct base_buffer out;

	base_buffer_init(&out, 16 << 20);
	fill_text(&out, &seed, SIZE);
	run_write(run, "a.txt", out.data, out.size);
	write_gzip(run, "g.txt.gz", &out, 50); /* cut short */
	write_utf16(run, "h.txt", &out);
	for (size_t i = 0; i < out.size; i += 97)
		out.data[i] = (char)0xff; /* bad bytes */
	run_write(run, "j.txt", out.data, out.size);
	base_buffer_reset(&out);
	fill_csv(&out, &seed, SIZE, ',');
	run_write(run, "b.csv", out.data, out.size);
	write_gzip(run, "f.csv.gz", &out, 0);
	base_buffer_text(&out, "1,\"a quote that never closes, anna@example.com");
	run_write(run, "i.csv", out.data, out.size);
	base_buffer_reset(&out);
	fill_csv(&out, &seed, SIZE, '\t');
	run_write(run, "c.tsv", out.data, out.size);
	base_buffer_reset(&out);
	fill_json(&out, &seed, SIZE);
	run_write(run, "d.json", out.data, out.size);
	base_buffer_reset(&out);
	fill_jsonl(&out, &seed, SIZE);
	run_write(run, "e.jsonl", out.data, out.size);
	base_buffer_dispose(&out);
	run_write(run, "k.bin",
		"\x7f"
		"ELF\0\0\0\1\2\3\0\0",
		12);
	run_write(run, "l.txt", pointer, sizeof pointer - 1);
	run_write(run, "m.csv", "", 0);
}

static void
threads_and_windows_change_nothing(void **state)
{
	static const unsigned threads[] = {1, 2, 8};
	static const uint32_t windows[] = {0, 4096, 5001, 16384, 1 << 20};
	struct run run;
	_cleanup_free_ char *want = NULL;

	(void)state;
	run_open(&run, NULL);
	write_files(&run);
	for (size_t t = 0; t < BASE_COUNT(threads); t++)
		for (size_t w = 0; w < BASE_COUNT(windows); w++) {
			char what[64];
			run.options.threads = threads[t];
			run.options.window_bytes = windows[w];
			struct run_result r = run_scan(&run, names, BASE_COUNT(names));
			_cleanup_free_ char *got = run_text(&r);
			snprintf(what, sizeof what, "%u threads, windows of %u", threads[t], windows[w]);
			if (!want) {
				assert_true(r.result->n_findings > 30 && r.result->n_issues >= 6);
				want = BASE_STEAL(got);
			} else
				run_assert_same(want, got, what);
			run_done(&r);
		}
	run_close(&run);
}

/* Without the literal lane's library and wide instructions: the same again. */
static void
the_plain_engine_says_the_same(void **state)
{
	struct detect_options plain = {
		.fingerprint_key = run_key, .min_confidence = 65, .no_vectorscan = true, .cpu_level = DETECT_CPU_PLAIN};
	struct assay_error err = {0};
	struct detect_engine *engine;
	struct run run;

	(void)state;
	run_open(&run, NULL);
	write_files(&run);
	struct run_result a = run_scan(&run, names, BASE_COUNT(names));
	assert_ok(detect_engine_new(run.rules, &plain, &engine, &err));
	run.options.engine = engine;
	struct run_result b = run_scan(&run, names, BASE_COUNT(names));
	_cleanup_free_ char *want = run_text(&a), *got = run_text(&b);
	run_assert_same(want, got, "plain");
	run_done(&a);
	run_done(&b);
	detect_engine_free(engine);
	run_close(&run);
}

/* A limit of the regular expressions is met at the same places, with the same line and byte, whatever the window. */
static void
limits_are_met_at_the_same_place(void **state)
{
	static const char pack[] = "pack: p\nversion: 1\nrules:\n" RUN_RULE("bomb", "BOMB", "(?:k|kk|kkk){1,40}(?:j|jj|jjj){1,40}[cd]", "")
		RUN_RULE("num", "NUM", "(?<!\\d)\\d{6}(?!\\d)", "");
	static const uint32_t windows[] = {0, 4096, 7000};
	static const char *const bombs[] = {"bomb.txt", "bomb.csv"};
	_cleanup_free_ char *want = NULL;
	struct base_buffer out;
	struct run run;

	(void)state;
	run_open(&run, pack);
	base_buffer_init(&out, 1 << 20);
	for (int i = 0; i < 2500; i++)
		base_buffer_format(&out, "%s%06d\n",
			i == 1700 || i == 2200 ? "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj " : "",
			i);
	run_write(&run, "bomb.txt", out.data, out.size);
	run_write(&run, "bomb.csv", out.data, out.size);
	base_buffer_dispose(&out);
	for (size_t w = 0; w < BASE_COUNT(windows); w++) {
		run.options.window_bytes = windows[w];
		struct run_result r = run_scan(&run, bombs, BASE_COUNT(bombs));
		_cleanup_free_ char *got = run_text(&r);
		const struct issue *issue = run_issue(&r, 0, ISSUE_REGEX_LIMIT);
		assert_non_null(issue);
		assert_int_equal(r.result->resources[0].state, COVER_INCOMPLETE);
		assert_int_equal(issue->record, 1701);
		if (!want)
			want = BASE_STEAL(got);
		else
			run_assert_same(want, got, "another window");
		run_done(&r);
	}
	run_close(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_and_windows_change_nothing),
		cmocka_unit_test(the_plain_engine_says_the_same),
		cmocka_unit_test(limits_are_met_at_the_same_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
