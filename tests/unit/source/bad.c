/* Input that is no data, is not there, or changes: an issue each, never silence, and the digest still sees every stored byte. */
#include "read.h"

static const struct unreadable_case {
	const char *name, *data;
	size_t size;
	const char *kind;
	enum issue_code code;
	const char *detail;
} unreadable[] = {
	{"garbage.bin", "\0\1\2\3abc\xff\xfe", 9, "binary", ISSUE_UNSUPPORTED, "binary data of an unknown kind"},
	{"controls.txt", "\1\2\3\4\5\6\16\17\20", 9, "binary", ISSUE_UNSUPPORTED, "unknown kind"},
	{"wide.txt", "a\0b\0c\0d\0", 8, "binary", ISSUE_UNSUPPORTED, "unknown kind"},
	{"wide32.txt", "\xff\xfe\0\0a\0\0\0", 8, "binary", ISSUE_UNSUPPORTED, "unknown kind"},
	{"x.zip", "PK\3\4\24\0\0\0\10\0", 10, "binary", ISSUE_UNSUPPORTED, "zip archive"},
	{"x.pdf", "%PDF-1.4\n% text only\n", 21, "binary", ISSUE_UNSUPPORTED, "PDF"},
	{"x.db", "SQLite format 3\0\20\0", 18, "binary", ISSUE_UNSUPPORTED, "SQLite"},
	{"x.csv.xz",
		"\xfd"
		"7zXZ\0\0\4",
		8, "binary", ISSUE_UNSUPPORTED, "xz"},
	{"x.parquet", "PAR1\25\0\25\0\0", 9, "binary", ISSUE_UNSUPPORTED, "Parquet"},
	{"model.csv",
		"version https://git-lfs.github.com/spec/v1\noid "
		"sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n",
		127, "pointer", ISSUE_POINTER, "git lfs pull"},
	{"unlocked.csv", "/annex/objects/SHA256E-s31390--f50d.csv\n", 40, "pointer", ISSUE_POINTER, "git annex get"},
};

static void
test_unreadable(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(unreadable); i++) {
		const struct unreadable_case *c = &unreadable[i];
		struct got got = read_bytes(c->name, c->data, c->size, (struct read_options){0});
		if (strcmp(got.stats.kind, c->kind) != 0 || got.n_issues != 1 || got.issues[0].code != c->code
			|| !strstr(got.issues[0].detail, c->detail))
			fail_msg("%s: %s, %zu issues, '%s'", c->name, got.stats.kind, got.n_issues,
				got.n_issues ? got.issues[0].detail : "");
		assert_true(got.stats.is_unread);
		assert_true(got.stats.is_incomplete);
		assert_int_equal(got.n_batches, 0);
		got_dispose(&got);
	}
}

/* Looks like something else, but is text and is read. */
static void
test_readable(void **state)
{
	static const struct {
		const char *name, *text, *kind;
	} cases[] = {
		{"a.txt", "PK is a word", "text"},
		{"b.txt", "ORCHID growers of the world\n", "text"},
		{"c.txt", "version https://git-lfs.github.com/spec/v1 is the first line of a pointer\n", "text"},
		{"d.txt", "colours: \x1b[31mred\x1b[0m\tdone\r\n", "text"},
		{"e.txt", "latin one: caf\xe9 na\xefve\n", "text"},
		{"f", "no suffix at all", "text"},
		{"g.csv.gz", "a,b\n1,2\n", "csv"},
		{"h.CSV", "a,b\n1,2\n", "csv"},
	};
	(void)state;

	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct got got = read_text(cases[i].name, cases[i].text, (struct read_options){0});
		if (strcmp(got.stats.kind, cases[i].kind) != 0 || got.stats.is_unread)
			fail_msg("%s: %s", cases[i].name, got.stats.kind);
		got_dispose(&got);
	}
}

static void
test_empty(void **state)
{
	static const char *const names[] = {"a.txt", "a.csv", "a.json", "a.jsonl"};
	(void)state;

	for (size_t i = 0; i < BASE_COUNT(names); i++)
		for (size_t n = 0; n <= 3; n += 3) {
			struct got got = read_bytes(names[i], "\xef\xbb\xbf", n, (struct read_options){0});
			assert_string_equal(got.stats.kind, "empty");
			assert_int_equal(got.n_issues, 1);
			assert_int_equal(got.issues[0].code, ISSUE_EMPTY);
			assert_false(got.stats.is_incomplete);
			assert_false(got.stats.is_unread);
			got_dispose(&got);
		}
	struct got got = read_text("a.csv", "\n\n", (struct read_options){0});
	assert_int_equal(got.n, 0);
	assert_string_equal(got.stats.kind, "csv");
	got_dispose(&got);
	got = read_text("a.json", " \n ", (struct read_options){0});
	assert_int_equal(got.n, 0);
	got_dispose(&got);
}

struct change {
	const char *path;
	off_t size;
};

static void
shrink(void *context, size_t n)
{
	const struct change *change = context;

	if (n == 1)
		assert_int_equal(truncate(change->path, change->size), 0);
}

/* Nobody reads a binary file to its end, but its digest needs every byte (read_bytes compares them). */
static void
test_large_binary(void **state)
{
	enum { SIZE = 3 << 20 };
	uint8_t *data = malloc(SIZE);
	(void)state;

	for (size_t i = 0; i < SIZE; i++)
		data[i] = (uint8_t)(i * 7 + i / 251);
	struct got got = read_bytes("large", data, SIZE, (struct read_options){0});
	assert_string_equal(got.stats.kind, "binary");
	assert_int_equal(got.stats.bytes_stored, SIZE);
	got_dispose(&got);
	/* text with a zero here and there is read; with one in fifty it is no text */
	memset(data, 'a', 5000);
	for (size_t step = 50; step <= 500; step += 450) {
		for (size_t i = 0; i < 5000; i++)
			data[i] = i % step == 0 ? 0 : 'a';
		got = read_bytes("zeros.txt", data, 5000, (struct read_options){0});
		assert_string_equal(got.stats.kind, step == 50 ? "binary" : "text");
		got_dispose(&got);
	}
	free(data);
}

/* The file loses its end, or grows, between two reads: no crash, an issue, and what was there is delivered. */
static void
test_changes_while_read(void **state)
{
	char *folder = support_folder(), *data = malloc(4 << 20);
	(void)state;

	memset(data, 'd', 4 << 20);
	for (off_t size = 300000; size <= 5 << 20; size += (5 << 20) - 300000) {
		char *path = write_file(folder, "t.txt", data, 4 << 20);
		struct change change = {path, size};
		struct got got =
			read_all(path, (struct read_options){.reach = 16, .window = 8192, .after_batch = shrink, .context = &change});
		assert_int_equal(got.n_issues, 1);
		assert_int_equal(got.issues[0].code, ISSUE_SHRANK);
		assert_true(got.stats.is_incomplete);
		assert_int_equal(got.text.size, got.stored.size);
		assert_true(got.text.size >= 262144);
		got_dispose(&got);
		free(path);
	}
	free(data);
	support_remove(folder);
}

static void
test_cannot_open(void **state)
{
	char *folder = support_folder(), *pipe_path = base_format("%s/pipe", folder), *missing = base_format("%s/missing.csv", folder);
	const char *const paths[] = {folder, pipe_path, missing};
	struct assay_env env = {.size = sizeof env};
	struct source *source = NULL;
	(void)state;

	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	for (size_t i = 0; i < BASE_COUNT(paths); i++) {
		struct assay_error err = {0};
		struct source_spec spec = {.path = paths[i], .fd = -1, .name = "x"};
		assert_int_equal(source_open(&spec, &env, &source, &err), ASSAY_IO);
		assert_string_equal(err.subject, paths[i]);
		assert_null(source);
	}
	/* reading fails although opening did not */
	int fd = open(folder, O_RDONLY);
	struct got got = read_all(NULL, (struct read_options){.fd = fd, .name = "-"});
	assert_int_equal(got.n_issues, 1);
	assert_int_equal(got.issues[0].code, ISSUE_UNREADABLE);
	assert_true(got.stats.is_unread);
	got_dispose(&got);
	close(fd);
	struct assay_error err = {0};
	char *path = write_file(folder, "t.txt", "x", 1);
	struct source_spec spec = {.path = path, .fd = -1, .name = "x", .format = "yaml"};
	assert_int_equal(source_open(&spec, &env, &source, &err), ASSAY_UNSUPPORTED);
	free(path);
	free(pipe_path);
	free(missing);
	support_remove(folder);
}

static int
refuse(void *context, const struct issue *issue)
{
	(void)context;
	(void)issue;
	return ASSAY_NOMEM;
}

static void
test_cancel_and_sink(void **state)
{
	char *folder = support_folder(), *path = write_file(folder, "t.csv", "a,b\n1\n2,3\n", 10);
	atomic_bool cancelled = true;
	struct assay_env env = {.size = sizeof env};
	struct assay_error err = {0};
	struct source_spec spec = {.path = path, .fd = -1, .name = path};
	struct batch batch = {.arena = base_arena_new()};
	struct issue_sink sink = {NULL, refuse};
	struct source *source;
	int r;
	(void)state;

	assert_ok(source_open(&spec, &env, &source, &err));
	env.cancelled = &cancelled;
	assert_int_equal(source_next(source, &batch, &sink, &err), ASSAY_CANCELLED);
	env.cancelled = NULL;
	while ((r = source_next(source, &batch, &sink, &err)) == 1)
		;
	assert_int_equal(r, ASSAY_NOMEM);
	source_close(source);
	base_arena_free(batch.arena);
	free(path);
	support_remove(folder);
}

static void
test_formats(void **state)
{
	static const char *const names[] = {"text", "csv", "tsv", "json", "jsonl"};
	(void)state;

	for (size_t i = 0; i < BASE_COUNT(names); i++) {
		assert_string_equal(source_format(i)->name, names[i]);
		assert_non_null(source_format(i)->media_types);
	}
	assert_null(source_format(BASE_COUNT(names)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_readable),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_large_binary),
		cmocka_unit_test(test_changes_while_read),
		cmocka_unit_test(test_cannot_open),
		cmocka_unit_test(test_cancel_and_sink),
		cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
