/* JSON and JSON Lines: paths, keys as values, escapes with both offsets, broken input as text, what is too long to be held. */
#include "read.h"

#include "source/json.h"

static void
test_document(void **state)
{
	static const char text[] =
		"{\"users\": [{\"name\":\"A\\u00e9B\",\"mail\":\"a@example.com\",\"n\":-12.5e3,\"ok\":true,\"no\":null},\n"
		" {\"name\":\"\\ud83d\\ude00 x\",\"tags\":[\"t1\",[\"t2\"]],\"a/b~c\":{\"\":\"deep\"}}]}";
	struct got got = read_text("d.json", text, (struct read_options){0});
	(void)state;

	assert_string_equal(got.stats.kind, "json");
	assert_string_equal(got.fields[0], "/users/*/name");
	assert_string_equal(got.fields[1], "/users/*/mail");
	assert_int_equal(got.n_fields, 8);
	assert_string_equal(got.fields[7], "/users/*/a~1b~0c/");
	assert_value(&got, 1, "/users/*/mail", "a@example.com");
	assert_value(&got, 1, "/users/*/n", "-12.5e3");
	assert_value(&got, 1, "/users/*/ok", "true");
	assert_true(got_at(&got, 1, "/users/*/no")->is_null);
	assert_value(&got, 1, "/users/*/tags/*", "t1");
	assert_value(&got, 1, "/users/*/tags/*/*", "t2");
	assert_value(&got, 1, "/users/*/a~1b~0c/", "deep");
	assert_memory_equal(got.values[0].data,
		"A\xc3\xa9"
		"B",
		4);
	assert_memory_equal(got.values[1].data, "\xf0\x9f\x98\x80 x", 6);
	check_cut(&got.values[0], "\xc3\xa9", text, strlen(text), "\\u00e9");
	check_cut(&got.values[0], "B", text, strlen(text), "B");
	check_cut(&got.values[1], "\xf0\x9f\x98\x80", text, strlen(text), "\\ud83d\\ude00");
	check_cut(&got.values[1], " x", text, strlen(text), " x");
	check_cut(got_at(&got, 1, "/users/*/mail"), "example", text, strlen(text), "example");
	check_cut(got_at(&got, 1, "/users/*/n"), "-12.5e3", text, strlen(text), "-12.5e3");
	assert_int_equal(got.n_issues, 0);
	assert_int_equal(got.stats.n_records, 1);
	assert_int_equal(got.stats.n_values, 8);
	got_dispose(&got);
}

static void
test_records(void **state)
{
	struct got got = read_text("d.json", "[{\"a\":1},{\"a\":2},[3,4],5,\"x\"]", (struct read_options){0});
	(void)state;

	assert_value(&got, 2, "/*/a", "2");
	assert_int_equal(got.n, 6);
	assert_int_equal(got.values[2].record, 3);
	assert_int_equal(got.values[3].record, 3);
	assert_value(&got, 5, "/*", "x");
	assert_int_equal(got.stats.n_records, 5);
	got_dispose(&got);
	got = read_text("d.json", "{\"a\":\n1}\n{\"a\":2} 7", (struct read_options){0});
	assert_string_equal(got.stats.kind, "json");
	assert_value(&got, 1, "/a", "1");
	assert_value(&got, 2, "/a", "2");
	assert_value(&got, 3, "", "7");
	got_dispose(&got);
	/* as many values as records, but not one each */
	got = read_text("d.jsonl", "{\"a\":[1,2],\"b\":0}\n{\"b\":0}\n", (struct read_options){0});
	assert_int_equal(got.n, 4);
	assert_int_equal(got.values[1].record, 1);
	assert_int_equal(got.values[1].field, got.values[0].field);
	assert_value(&got, 2, "/b", "0");
	got_dispose(&got);
	got = read_text("d.json", "[]", (struct read_options){0});
	assert_int_equal(got.stats.n_records, 0);
	assert_int_equal(got.n, 0);
	got_dispose(&got);
}

static void
test_escapes(void **state)
{
	static const char text[] = "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u0000z\",\"\\ud800x\",\"\\udc00\",\"end\\n\"]";
	struct got got = read_text("d.json", text, (struct read_options){0});
	(void)state;

	assert_int_equal(got.values[0].size, 11);
	assert_memory_equal(got.values[0].data, "\"\\/\b\f\n\r\tA\0z", 11);
	assert_memory_equal(got.values[1].data, "\xef\xbf\xbdx", 4);
	assert_memory_equal(got.values[2].data, "\xef\xbf\xbd", 3);
	check_cut(&got.values[0], "A", text, strlen(text), "\\u0041");
	check_cut(&got.values[0], "\"", text, strlen(text), "\\\"");
	check_cut(&got.values[3], "end\n", text, strlen(text), "end\\n");
	got_dispose(&got);
}

static bool
has_at(void *context, struct base_span key)
{
	(void)context;
	return memchr(key.data, '@', key.size) != NULL;
}

static void
test_keys_as_values(void **state)
{
	static const char text[] = "{\"u\":{\"a@example.com\":{\"n\":1},\"b\\u0040example.com\":{\"n\":2},\"plain\":3}}\n{\"u\":{\"a@"
				   "example.com\":{\"n\":4}}}\n";
	struct got got = read_text("d.jsonl", text, (struct read_options){.key_is_sensitive = has_at});
	struct base_buffer many;
	size_t n_keys = 0;
	(void)state;

	for (size_t i = 0; i < got.n_fields; i++)
		assert_null(strchr(got.fields[i], '@'));
	for (size_t i = 0; i < got.n; i++) {
		const struct got_value *v = &got.values[i];
		if (strcmp(got.fields[v->field], "/u/#key") != 0)
			continue;
		assert_true(v->flags & VALUE_KEY);
		assert_memory_equal(v->data, n_keys == 1 ? "b@example.com" : "a@example.com", 13);
		n_keys++;
	}
	assert_int_equal(n_keys, 3);
	check_cut(&got.values[1], "b@ex", text, strlen(text), "b\\u0040ex");
	assert_value(&got, 2, "/u/{}/n", "4");
	assert_value(&got, 1, "/u/plain", "3");
	got_dispose(&got);

	/* 300 keys at one path: those beyond the limit are values */
	base_buffer_init(&many, 1 << 20);
	base_buffer_char(&many, '{');
	for (unsigned i = 0; i < 300; i++)
		base_buffer_format(&many, "%s\"key%u\":{\"v\":%u}", i ? "," : "", i, i);
	base_buffer_text(&many, "}");
	got = read_bytes("d.json", many.data, many.size, (struct read_options){0});
	assert_int_equal(got.n_fields, LIMIT_JSON_KEYS + 2);
	n_keys = 0;
	for (size_t i = 0; i < got.n; i++)
		n_keys += got.values[i].flags == VALUE_KEY;
	assert_int_equal(n_keys, 300 - LIMIT_JSON_KEYS);
	assert_int_equal(got.n, 300 + n_keys);
	got_dispose(&got);
	base_buffer_dispose(&many);
}

static void
test_lines(void **state)
{
	static const char text[] =
		"{\"a\":1}\r\n\n{\"a\":\"x\",\"b\":2\n{\"a\":3} trailing\n{\"a\":\"ok\"}\n{\"a\":\"bad \\q\"}\n[1,]\n{\"a\":9}";
	struct got got = read_text("d.jsonl", text, (struct read_options){0});
	const struct issue *issue = got_find_issue(&got, ISSUE_FORMAT);
	uint64_t broken = 0;
	(void)state;

	assert_string_equal(got.stats.kind, "jsonl");
	assert_value(&got, 1, "/a", "1");
	assert_value(&got, 3, "text", "{\"a\":\"x\",\"b\":2");
	assert_value(&got, 4, "text", "{\"a\":3} trailing");
	assert_value(&got, 5, "/a", "ok");
	assert_value(&got, 6, "text", "{\"a\":\"bad \\q\"}");
	assert_value(&got, 7, "text", "[1,]");
	assert_value(&got, 8, "/a", "9");
	assert_int_equal(got.n, 7);
	assert_non_null(issue);
	for (size_t i = 0; i < got.n_issues; i++)
		broken += got.issues[i].count;
	assert_int_equal(broken, 4);
	assert_int_equal(issue->record, 3);
	assert_true(got.stats.is_incomplete);
	assert_int_equal(got.stats.n_records, 7);
	check_cut(got_at(&got, 4, "text"), "trailing", text, strlen(text), "trailing");
	got_dispose(&got);
}

static void
test_lines_in_json(void **state)
{
	struct got got = read_text("d.json", "{\"a\":1}\n{\"a\":2}\n", (struct read_options){0});
	(void)state;

	assert_string_equal(got.stats.kind, "jsonl");
	assert_value(&got, 2, "/a", "2");
	got_dispose(&got);
	got = read_text("d.jsonl", "[\n  {\"a\":1},\n  {\"a\":2}\n]\n", (struct read_options){0});
	assert_string_equal(got.stats.kind, "json");
	assert_value(&got, 2, "/*/a", "2");
	assert_int_equal(got.n_issues, 0);
	got_dispose(&got);
	got = read_text("d.dat", "{\"a\":1}\n{\"a\":2}\n", (struct read_options){0});
	assert_string_equal(got.stats.kind, "jsonl");
	got_dispose(&got);
	got = read_text("d.dat", "[2024-01-01] not JSON\n", (struct read_options){0});
	assert_string_equal(got.stats.kind, "text");
	got_dispose(&got);
	got = read_text("d.dat", "[1] a footnote\n", (struct read_options){0});
	assert_string_equal(got.stats.kind, "text");
	got_dispose(&got);
}

static const struct broken_case {
	const char *text, *rest;
} broken_documents[] = {
	{"{\"a\":1,\"b\":x@example.com}", "x@example.com}"},
	{"{\"a\":1,\"b\":\"never ends x@example.com", "\"never ends x@example.com"},
	{"{\"a\":1,\"b\":\"bad \\u12 x@example.com\"}", "\"bad \\u12 x@example.com\"}"},
	{"{\"a\":1,\"b\":01}", "01}"},
	{"{\"a\":1,\"b\":1.}", "1.}"},
	{"{\"a\":1,\"b\":-}", "-}"},
	{"{\"a\":1,\"b\":tru}", "tru}"},
	{"{\"a\":1 \"b\":2}", "\"b\":2}"},
	{"{\"a\":1,b:2}", "b:2}"},
	{"{\"a\":1]", "]"},
	{"{\"a\":1,}", "}"},
	{"{\"a\":1,\"b\"", NULL},
	{"{\"a\":1,\"b\":[", NULL},
	{"{\"a\":1}}", "}"},
	{"{\"a\":1},", ","},
};

static void
test_broken_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(broken_documents); i++) {
		const struct broken_case *c = &broken_documents[i];
		struct got got = read_text("d.json", c->text, (struct read_options){.format = "json"});
		if (got.n != 1 + (c->rest != NULL) || !got_find_issue(&got, ISSUE_FORMAT) || !got.stats.is_incomplete)
			fail_msg("case %zu: %zu values, %zu issues", i, got.n, got.n_issues);
		assert_value(&got, 1, "/a", "1");
		if (c->rest) {
			assert_value(&got, 1, "text", c->rest);
			check_cut(got_at(&got, 1, "text"), c->rest, c->text, strlen(c->text), c->rest);
			assert_int_equal(got_find_issue(&got, ISSUE_FORMAT)->raw, strlen(c->text) - strlen(c->rest));
		}
		assert_int_equal(got.n_issues, 1);
		got_dispose(&got);
	}
}

static void
test_depth(void **state)
{
	char text[2 * 1000 + 8];
	(void)state;

	memset(text, '[', 1000);
	memset(text + 1000, ']', 1000);
	text[2000] = '\0';
	struct got got = read_text("d.json", text, (struct read_options){0});
	assert_non_null(got_find_issue(&got, ISSUE_LIMIT));
	assert_int_equal(got.values[0].size, 2000 - LIMIT_JSON_DEPTH);
	got_dispose(&got);
	memset(text, '[', LIMIT_JSON_DEPTH);
	memset(text + LIMIT_JSON_DEPTH, ']', LIMIT_JSON_DEPTH);
	text[2 * LIMIT_JSON_DEPTH] = '\0';
	got = read_text("d.json", text, (struct read_options){0});
	assert_int_equal(got.n_issues, 0);
	got_dispose(&got);
}

/* Strings and keys of 3 MiB, in a document and in a line; and a long line that breaks off. */
static void
test_long(void **state)
{
	enum { PARTS = 200000 };
	static const uint32_t windows[] = {LIMIT_WINDOW_MIN, 0, 32 << 20};
	struct base_buffer escaped, value, text;
	(void)state;

	base_buffer_init(&escaped, 64 << 20);
	base_buffer_init(&value, 64 << 20);
	base_buffer_init(&text, 64 << 20);
	for (unsigned i = 0; i < PARTS; i++) {
		base_buffer_format(&escaped, "part %u\\n\\u00e4;", i);
		base_buffer_format(&value, "part %u\n\xc3\xa4;", i);
	}
	base_buffer_format(&text, "{\"short\":\"s\",\"long\":\"%s\",\"%s\":\"under a long key\",\"last\":1}\n{\"short\":\"t\"}\n",
		escaped.data, escaped.data);
	for (size_t i = 0; i < 2 * BASE_COUNT(windows); i++) {
		const char *format = i % 2 ? "json" : "jsonl";
		struct got got = read_bytes(
			"d", text.data, text.size, (struct read_options){.format = format, .window = windows[i / 2], .reach = 64});
		const struct got_value *v = got_at(&got, 1, "/long"), *key = got_at(&got, 1, "/#key");
		assert_int_equal(v->size, value.size);
		assert_memory_equal(v->data, value.data, value.size);
		assert_int_equal(key->size, value.size);
		assert_memory_equal(key->data, value.data, value.size);
		assert_int_equal(key->flags, VALUE_KEY);
		check_cut(v, "part 77777\n\xc3\xa4;", text.data, text.size, "part 77777\\n\\u00e4;");
		check_cut(v, "part 199999\n", text.data, text.size, "part 199999\\n");
		assert_value(&got, 1, "/{}", "under a long key");
		assert_value(&got, 1, "/last", "1");
		assert_value(&got, 2, "/short", "t");
		assert_int_equal(got.n_issues, 0);
		assert_int_equal(got.stats.n_records, 2);
		got_dispose(&got);

		/* without the closing quote of the long string: the next line must not be lost */
		base_buffer_reset(&text);
		base_buffer_format(&text, "{\"short\":\"s\",\"long\":\"%s\n{\"short\":\"t\"}\n", escaped.data);
		got = read_bytes("d", text.data, text.size, (struct read_options){.format = format, .window = windows[i / 2], .reach = 64});
		assert_non_null(got_find_issue(&got, ISSUE_FORMAT));
		if (i % 2 == 0)
			assert_value(&got, 2, "/short", "t");
		got_dispose(&got);
		base_buffer_reset(&text);
		base_buffer_format(&text, "{\"short\":\"s\",\"long\":\"%s\",\"%s\":\"under a long key\",\"last\":1}\n{\"short\":\"t\"}\n",
			escaped.data, escaped.data);
	}
	base_buffer_dispose(&escaped);
	base_buffer_dispose(&value);
	base_buffer_dispose(&text);
}

/* A long line that is no JSON half way: what was read stays, the rest of it is text, the next line is JSON again. */
static void
test_long_broken_line(void **state)
{
	struct base_buffer text;
	(void)state;

	base_buffer_init(&text, 64 << 20);
	base_buffer_text(&text, "{\"n\":[0");
	for (unsigned i = 1; i < 300000; i++)
		base_buffer_format(&text, ",%u", i);
	base_buffer_text(&text, "] oops x@example.com");
	for (unsigned i = 0; i < 100000; i++)
		base_buffer_format(&text, " more %u", i);
	base_buffer_text(&text, "\n{\"n\":\"next\"}\n{\"n\":[1");
	for (unsigned i = 0; i < 600000; i++)
		base_buffer_text(&text, ",2");
	struct got got = read_bytes("d.jsonl", text.data, text.size, (struct read_options){.window = LIMIT_WINDOW_MIN, .reach = 64});
	const struct got_value *rest = got_at(&got, 1, "text");
	assert_memory_equal(rest->data, "oops x@example.com more 0", 25);
	assert_memory_equal(rest->data + rest->size - 11, " more 99999", 11);
	check_cut(rest, "x@example.com", text.data, text.size, "x@example.com");
	assert_value(&got, 2, "/n", "next");
	assert_int_equal(got.n, 300000 + 1 + 1 + 600001);
	assert_int_equal(got.stats.n_records, 3);
	assert_int_equal(got.n_issues, 2);
	assert_int_equal(got.issues[1].record, 3);
	got_dispose(&got);
	base_buffer_dispose(&text);
}

/* More different paths than there may be fields: all values come, the rest shares one column. */
static void
test_many_paths(void **state)
{
	struct base_buffer text;
	(void)state;

	base_buffer_init(&text, 64 << 20);
	for (unsigned i = 0; i < 400; i++) {
		base_buffer_format(&text, "{\"o%u\":{", i % 250);
		for (unsigned k = 0; k < 200; k++)
			base_buffer_format(&text, "%s\"k%u\":{\"p%u\":%u}", k ? "," : "", k, i / 250, k);
		base_buffer_text(&text, "}}\n");
	}
	struct got got = read_bytes("d.jsonl", text.data, text.size, (struct read_options){0});
	assert_true(got.n_fields <= LIMIT_FIELDS);
	assert_int_equal(got.n, 400 * 200);
	assert_non_null(got_find_issue(&got, ISSUE_LIMIT));
	got_dispose(&got);
	base_buffer_dispose(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_keys_as_values),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_in_json),
		cmocka_unit_test(test_broken_documents),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_long_broken_line),
		cmocka_unit_test(test_many_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
