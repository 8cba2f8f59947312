/* CSV and TSV: dialect, header, quotes, ragged rows, both offsets, cells that are longer than memory allows. */
#include "read.h"

#include "source/csv.h"

static void
test_simple_table(void **state)
{
	static const char text[] = "id,email,city\r\n1,a@example.com,\"Bern, CH\"\r\n2,\"say \"\"hi\"\" now\",\r\n\r\n3,x,\"two\nlines\"";
	struct got got = read_text("t.csv", text, (struct read_options){.reach = 16});
	(void)state;

	assert_string_equal(got.stats.kind, "csv");
	assert_int_equal(got.n_fields, 3);
	assert_string_equal(got.fields[0], "id");
	assert_string_equal(got.fields[2], "city");
	assert_value(&got, 0, "email", "email");
	assert_true(got_at(&got, 0, "email")->flags & VALUE_HEADER);
	assert_false(got_at(&got, 1, "email")->flags & VALUE_HEADER);
	assert_value(&got, 1, "email", "a@example.com");
	assert_value(&got, 1, "city", "Bern, CH");
	assert_value(&got, 2, "email", "say \"hi\" now");
	assert_value(&got, 2, "city", "");
	assert_value(&got, 3, "city", "two\nlines");
	assert_int_equal(got.stats.n_records, 3);
	assert_int_equal(got.n_issues, 0);
	check_cut(got_at(&got, 1, "email"), "a@example.com", text, strlen(text), "a@example.com");
	check_cut(got_at(&got, 2, "email"), "say", text, strlen(text), "say");
	check_cut(got_at(&got, 2, "email"), "\"hi\" now", text, strlen(text), "\"\"hi\"\" now");
	check_cut(got_at(&got, 2, "email"), "hi", text, strlen(text), "hi");
	check_cut(got_at(&got, 3, "city"), "two\nlines", text, strlen(text), "two\nlines");
	got_dispose(&got);
}

/* Classic Mac: CR alone ends a row, line feeds stand only within quotes. */
static void
test_rows_that_end_at_cr(void **state)
{
	static const char text[] =
		"id,email,note\r1,a@example.com,\"two\nlines\"\r\r2,b@example.com,\"said \"\"x\"\"\"\r3,c@example.com,last";
	struct got got = read_text("t.csv", text, (struct read_options){.reach = 16});

	(void)state;
	assert_int_equal(got.n_fields, 3);
	assert_int_equal(got.stats.n_records, 3);
	assert_value(&got, 1, "note", "two\nlines");
	assert_value(&got, 2, "email", "b@example.com");
	assert_value(&got, 2, "note", "said \"x\"");
	assert_value(&got, 3, "note", "last");
	assert_int_equal(got.n_issues, 0);
	check_cut(got_at(&got, 2, "email"), "b@example.com", text, strlen(text), "b@example.com");
	got_dispose(&got);
	/* one line feed outside of quotes: CR is text, and what a CRLF file was cut behind is no Mac file */
	got = read_text("t.csv", "id,email\r\n1,a\rb\r\n", (struct read_options){.reach = 16});
	assert_int_equal(got.stats.n_records, 1);
	assert_value(&got, 1, "email", "a\rb");
	got_dispose(&got);
}

static const struct dialect_case {
	const char *text;
	char delimiter;
	uint32_t columns;
	bool has_header;
} dialects[] = {
	{"name,email\nA,a@example.com\n", ',', 2, true},
	{"name;price\nA;1,50\nB;2,50\nC;3,50\n", ';', 2, true},
	{"1,5;2,5\n3,5;4,5\n", ';', 2, false},
	{"a\tb\tc\n1\t2\t3\n", '\t', 3, true},
	{"a|b|c\n1|2|3\n", '|', 3, true},
	{"alice@example.com,1990-01-01\nbob@example.com,1991-02-02\n", ',', 2, false},
	{"1,2,3\n4,5,6\n", ',', 3, false},
	{"Alice,Berlin\nBob,Berlin\nCarol,Bern\n", ',', 2, false},
	{"email\na@example.com\nb@example.com\n", ',', 1, true},
	{",name,age\n0,A,30\n1,B,40\n", ',', 3, true},
	{"\"first name\",\"last name\"\n\"A\",\"B\"\n", ',', 2, true},
	{"one,two\n", ',', 2, true},
	{"\"a,b\";c\n\"d,e\";f\n", ';', 2, true},
};

static void
test_dialects(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(dialects); i++) {
		const struct dialect_case *c = &dialects[i];
		size_t n = strlen(c->text);
		uint8_t *padded = calloc(1, n + 64);
		struct csv_dialect got;
		memcpy(padded, c->text, n);
		assert_int_equal(csv_sniff((struct base_span){padded, n}, true, 0, &got), ASSAY_OK);
		if (got.delimiter != c->delimiter || got.n_columns != c->columns || got.has_header != c->has_header)
			fail_msg("case %zu: delimiter '%c', %u columns, header %d", i, got.delimiter, got.n_columns, got.has_header);
		free(padded);
	}
}

static void
test_names(void **state)
{
	struct got got = read_text("t.csv", "name,name,,\"na\"\"me\",name#2\nA,B,C,D,E\n", (struct read_options){0});
	(void)state;

	assert_int_equal(got.n_fields, 5);
	assert_string_equal(got.fields[0], "name");
	assert_string_equal(got.fields[1], "name#2");
	assert_string_equal(got.fields[2], "#3");
	assert_string_equal(got.fields[3], "na\"me");
	assert_string_equal(got.fields[4], "name#2#2");
	assert_value(&got, 0, "na\"me", "na\"me");
	got_dispose(&got);
	got = read_text("t.csv", "1,2\n3,4\n", (struct read_options){0});
	assert_string_equal(got.fields[0], "#1");
	assert_string_equal(got.fields[1], "#2");
	assert_value(&got, 1, "#1", "1");
	assert_value(&got, 2, "#2", "4");
	assert_int_equal(got.stats.n_records, 2);
	got_dispose(&got);
}

static void
test_ragged(void **state)
{
	struct got got = read_text("t.csv", "a,b\n1,2\n3\n4,5,6\n7,8\n9,\n", (struct read_options){0});
	const struct issue *issue = got_find_issue(&got, ISSUE_RAGGED);
	(void)state;

	assert_non_null(issue);
	assert_int_equal(issue->count, 2);
	assert_int_equal(issue->record, 2);
	assert_int_equal(got.n_issues, 1);
	assert_false(got.stats.is_incomplete);
	assert_value(&got, 2, "a", "3");
	assert_value(&got, 3, "#3", "6");
	assert_value(&got, 5, "b", "");
	assert_int_equal(got.stats.n_records, 5);
	got_dispose(&got);
}

static void
test_quotes_out_of_place(void **state)
{
	static const char text[] = "a,b\nx \"y\" z,12\" screen\n\"abc\"def,\"q\" \n\"\"\"\",\"\"\n";
	struct got got = read_text("t.csv", text, (struct read_options){0});
	(void)state;

	assert_value(&got, 1, "a", "x \"y\" z");
	assert_value(&got, 1, "b", "12\" screen");
	assert_value(&got, 2, "a", "abcdef");
	assert_value(&got, 2, "b", "q ");
	assert_value(&got, 3, "a", "\"");
	assert_value(&got, 3, "b", "");
	check_cut(got_at(&got, 2, "a"), "abcdef", text, strlen(text), "abc\"def");
	check_cut(got_at(&got, 2, "a"), "def", text, strlen(text), "def");
	got_dispose(&got);
}

static void
test_quote_never_closes(void **state)
{
	static const char text[] = "a,b\n1,\"open, and\n2,secret@example.com\n";
	struct got got = read_text("t.csv", text, (struct read_options){0});
	const struct issue *issue = got_find_issue(&got, ISSUE_FORMAT);
	(void)state;

	assert_non_null(issue);
	assert_int_equal(issue->record, 1);
	assert_int_equal(issue->raw, 6);
	assert_int_equal(issue->count, 1);
	assert_true(got.stats.is_incomplete);
	assert_value(&got, 1, "b", "open, and\n2,secret@example.com\n");
	check_cut(got_at(&got, 1, "b"), "secret@example.com", text, strlen(text), "secret@example.com");
	got_dispose(&got);
}

/* A cell of 3 MiB with pairs of quotes goes out in pieces; nothing is lost, offsets hold. */
static void
test_long_cell(void **state)
{
	enum { PAIRS = 300000 };
	static const uint32_t windows[] = {LIMIT_WINDOW_MIN, 0, 16 << 20};
	struct base_buffer text, value;
	(void)state;

	base_buffer_init(&text, 64 << 20);
	base_buffer_init(&value, 64 << 20);
	base_buffer_text(&text, "id,note,last\r\n1,\"");
	for (unsigned i = 0; i < PAIRS; i++) {
		base_buffer_format(&text, "n%u \"\"q\"\",\n", i);
		base_buffer_format(&value, "n%u \"q\",\n", i);
	}
	base_buffer_text(&text, "mail m@example.com \"\"\",end\r\n2,short,z\r\n");
	base_buffer_text(&value, "mail m@example.com \"");
	for (size_t i = 0; i < BASE_COUNT(windows); i++) {
		struct got got = read_bytes("t.csv", text.data, text.size, (struct read_options){.window = windows[i], .reach = 100});
		const struct got_value *v = got_at(&got, 1, "note");
		assert_int_equal(v->size, value.size);
		assert_memory_equal(v->data, value.data, value.size);
		check_cut(v, "m@example.com", text.data, text.size, "m@example.com");
		check_cut(v, "com \"", text.data, text.size, "com \"\"");
		check_cut(v, "n1234 \"q\"", text.data, text.size, "n1234 \"\"q\"\"");
		assert_value(&got, 1, "id", "1");
		assert_value(&got, 1, "last", "end");
		assert_value(&got, 2, "note", "short");
		assert_int_equal(got.n_issues, 0);
		assert_int_equal(got.stats.n_records, 2);
		assert_int_equal(got.stats.n_values, 9);
		assert_true(windows[i] > LIMIT_VALUE || got.n_batches > 3);
		got_dispose(&got);
	}
	/* the same cell without its end */
	struct got got = read_bytes("t.csv", text.data, 3 << 20, (struct read_options){.reach = 100});
	const struct got_value *v = got_at(&got, 1, "note");
	assert_memory_equal(v->data, value.data, v->size);
	assert_true(v->size > 2000000);
	assert_non_null(got_find_issue(&got, ISSUE_FORMAT));
	assert_int_equal(got_find_issue(&got, ISSUE_FORMAT)->raw, 16);
	got_dispose(&got);
	base_buffer_dispose(&text);
	base_buffer_dispose(&value);
}

/* The end of a long cell at, before and behind the seam of two reads: CR belongs to the line end, wherever it falls. */
static void
test_long_cell_ends(void **state)
{
	enum { SEAM = 40 * 65536 };
	char *text = malloc(SEAM + 100);
	(void)state;

	for (int shift = -3; shift <= 3; shift++) {
		size_t size = (size_t)(SEAM + shift);
		memset(text, 'x', size);
		memcpy(text + size, "\r\n2,\r", 6);
		struct got got = read_bytes("t.csv", text, size + 5, (struct read_options){.reach = 10, .window = LIMIT_WINDOW_MIN});
		assert_int_equal(got_at(&got, 1, "#1")->size, size);
		assert_value(&got, 2, "#1", "2");
		assert_value(&got, 2, "#2", "");
		got_dispose(&got);
		got = read_bytes("t.csv", text, size + 1, (struct read_options){.reach = 10, .window = LIMIT_WINDOW_MIN});
		assert_int_equal(got_at(&got, 1, "#1")->size, size);
		got_dispose(&got);
	}
	free(text);
}

static void
test_ends_behind_delimiter(void **state)
{
	struct got got = read_text("t.csv", "a,b\n1,2\n3,", (struct read_options){0});
	(void)state;

	assert_value(&got, 2, "a", "3");
	assert_value(&got, 2, "b", "");
	assert_int_equal(got.stats.n_records, 2);
	assert_int_equal(got.n_issues, 0);
	got_dispose(&got);
}

/* A row that is longer than a cell may be, made of short cells; and cells beyond the limit of columns share one. */
static void
test_long_row(void **state)
{
	enum { CELLS = 6000, PAD = 400 };
	struct base_buffer text;
	char pad[PAD + 1];
	(void)state;

	memset(pad, 'p', PAD);
	pad[PAD] = '\0';
	base_buffer_init(&text, 64 << 20);
	for (unsigned row = 0; row < 2; row++)
		for (unsigned i = 0; i < CELLS; i++)
			base_buffer_format(&text, "%u-%u%s%c", row, i, i % 2 ? pad : "", i + 1 < CELLS ? ',' : '\n');
	struct got got = read_bytes("t.csv", text.data, text.size, (struct read_options){.reach = 100, .window = LIMIT_WINDOW_MIN});
	assert_int_equal(got.n, 2 * CELLS);
	assert_int_equal(got.n_fields, LIMIT_COLUMNS + 1);
	assert_string_equal(got.fields[LIMIT_COLUMNS], "#more");
	assert_value(&got, 1, "#1", "0-0");
	assert_value(&got, 2, "#4095", "1-4094");
	assert_int_equal(got.values[got.n - 1].size, strlen("1-5999") + PAD);
	assert_int_equal(got.stats.n_records, 2);
	assert_non_null(got_find_issue(&got, ISSUE_LIMIT));
	assert_null(got_find_issue(&got, ISSUE_RAGGED));
	got_dispose(&got);
	base_buffer_dispose(&text);
}

static void
test_tsv_and_bom(void **state)
{
	static const char text[] = "\xef\xbb\xbf"
				   "name\tmail\nA, B\tb@example.com\n";
	struct got got = read_text("t.tsv", text, (struct read_options){0});
	(void)state;

	assert_string_equal(got.stats.encoding, "utf-8-bom");
	assert_string_equal(got.fields[0], "name");
	assert_value(&got, 1, "name", "A, B");
	check_cut(got_at(&got, 1, "mail"), "b@example.com", text, strlen(text), "b@example.com");
	check_cut(got_at(&got, 0, "name"), "name", text, strlen(text), "name");
	got_dispose(&got);
}

static void
test_by_content(void **state)
{
	struct got got = read_text("table.dat", "id,mail\n1,a@example.com\n2,b@example.com\n", (struct read_options){0});
	(void)state;

	assert_string_equal(got.stats.kind, "csv");
	got_dispose(&got);
	got = read_text("letter.dat", "Dear all,\nplease write to a@example.com, thanks,\nyours, B\n", (struct read_options){0});
	assert_string_equal(got.stats.kind, "text");
	got_dispose(&got);
	got = read_text("t.txt", "id,mail\n1,a@example.com\n", (struct read_options){.format = "csv"});
	assert_string_equal(got.stats.kind, "csv");
	got_dispose(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple_table),
		cmocka_unit_test(test_rows_that_end_at_cr),
		cmocka_unit_test(test_dialects),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_ragged),
		cmocka_unit_test(test_quotes_out_of_place),
		cmocka_unit_test(test_quote_never_closes),
		cmocka_unit_test(test_long_cell),
		cmocka_unit_test(test_long_cell_ends),
		cmocka_unit_test(test_ends_behind_delimiter),
		cmocka_unit_test(test_long_row),
		cmocka_unit_test(test_tsv_and_bom),
		cmocka_unit_test(test_by_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
