/* The table of formats, failures on the way, and memory that does not grow with the number of findings. */
#include "fixture.h"

#include "report/rows.h"

static void
test_formats(void **state)
{
	static const struct {
		const char *name, *format;
	} cases[] = {{"report.html", "html"}, {"out/report.htm", "html"}, {"a.xml", "xml"}, {"a.json", "json"}, {"a.txt", "text"},
		{"a.pdf", NULL}, {"html", NULL}, {"", NULL}, {"a.html.gz", NULL}};
	struct rendered sink = {.counts_only = true};
	sqlite3 *db = fixture_empty("scan");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *format = report_format_of(cases[i].name);
		assert_true(cases[i].format ? format && strcmp(format, cases[i].format) == 0 : format == NULL);
	}
	assert_string_equal(report_format_at(0), "html");
	assert_string_equal(report_format_at(3), "text");
	assert_null(report_format_at(4));
	assert_int_equal(report_write(db, "htm", NULL, rendered_write, &sink, ERR), ASSAY_USAGE);
	assert_string_equal(fixture_error.hint, "did you mean 'html'?");
	assert_string_equal(fixture_error.subject, "htm");
	assert_int_equal(sink.calls, 0);
	sqlite3_close(db);
}

/* The reader hangs up: its code comes back, whatever the format. */
static void
test_write_fails(void **state)
{
	(void)state;
	for (size_t i = 0; report_format_at(i); i++) {
		sqlite3 *db = fixture_many(40, 50);
		struct rendered sink = {.counts_only = true, .answer = ASSAY_IO};
		assert_int_equal(report_write(db, report_format_at(i), NULL, rendered_write, &sink, ERR), ASSAY_IO);
		assert_int_equal(sink.calls, 1);
		sqlite3_close(db);
	}
}

/* A database that is no result, and one whose table is gone. */
static void
test_damaged(void **state)
{
	static const char *const tables[] = {
		"property", "resource", "finding", "example", "issue", "verdict", "control", "access_event", "lineage_edge", "document"};

	(void)state;
	for (size_t f = 0; report_format_at(f); f++)
		for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
			sqlite3 *db = fixture_audit();
			struct rendered sink = {.counts_only = true};
			char sql[64];
			int r;
			snprintf(sql, sizeof sql, "DROP TABLE %s", tables[i]);
			OK(facts_exec(db, sql, ERR));
			r = report_write(db, report_format_at(f), NULL, rendered_write, &sink, ERR);
			/* text shows no documents */
			if (r != ASSAY_FORMAT
				&& !(strcmp(report_format_at(f), "text") == 0
					&& (strcmp(tables[i], "document") == 0 || strcmp(tables[i], "example") == 0)))
				fail_msg("%s without %s: %d", report_format_at(f), tables[i], r);
			sqlite3_close(db);
		}
}

/* A million findings need no sorting: the join follows the indices. */
static void
test_findings_are_not_sorted(void **state)
{
	sqlite3 *db = fixture_many(1, 1);
	sqlite3_stmt *plan = NULL;
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", report_findings);

	(void)state;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW)
		if (strstr((const char *)sqlite3_column_text(plan, 3), "TEMP B-TREE"))
			fail_msg("%s", sqlite3_column_text(plan, 3));
	sqlite3_finalize(plan);
	sqlite3_free(sql);
	sqlite3_close(db);
}

static sqlite3_int64
extra_memory(sqlite3 *db, const char *format, size_t *ret_largest)
{
	struct rendered sink = {.counts_only = true};
	sqlite3_int64 before = sqlite3_memory_used();

	sqlite3_memory_highwater(1);
	OK(report_write(db, format, NULL, rendered_write, &sink, ERR));
	*ret_largest = sink.largest;
	return sqlite3_memory_highwater(0) - before;
}

/* Twenty times the findings, the same memory: both SQLite's own and the pieces that are handed out. */
static void
test_memory_is_bounded(void **state)
{
	sqlite3 *few = fixture_many(20, 50), *many = fixture_many(400, 50);

	(void)state;
	for (size_t i = 0; report_format_at(i); i++) {
		size_t largest_few, largest_many;
		sqlite3_int64 of_few = extra_memory(few, report_format_at(i), &largest_few),
			      of_many = extra_memory(many, report_format_at(i), &largest_many);
		print_message("%s: %lld and %lld bytes of SQLite, pieces up to %zu\n", report_format_at(i), (long long)of_few,
			(long long)of_many, largest_many);
		assert_in_range(largest_many, 1, 128 << 10);
		assert_in_range(of_many, 0, of_few + (4 << 20));
	}
	sqlite3_close(few);
	sqlite3_close(many);
}

static void
test_all_rows_arrive(void **state)
{
	static const struct {
		const char *format, *mark;
	} cases[] = {{"html", "<tr id=\"f-"}, {"xml", "<finding id="}, {"json", "{\"id\":\"f-"}, {"text", "  EMAIL_ADDRESS  "}};
	sqlite3 *db = fixture_many(400, 50);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rendered out = render(db, cases[i].format);
		size_t n = 0;
		const char *p = out.bytes.data, *past = p + out.bytes.size;
		while ((p = memmem(p, (size_t)(past - p), cases[i].mark, strlen(cases[i].mark))) != NULL) {
			n++;
			p++;
		}
		assert_int_equal(n, 20000);
		rendered_free(&out);
	}
	sqlite3_close(db);
}

/* One value of 20 MiB is no report row: an error with a name, not an endless buffer. */
static void
test_huge_value(void **state)
{
	(void)state;
	for (size_t i = 0; report_format_at(i); i++) {
		sqlite3 *db = fixture_scan();
		struct rendered sink = {.counts_only = true};
		OK(facts_exec(db, "UPDATE field SET name=hex(zeroblob(10<<20)) WHERE id=1", ERR));
		assert_int_equal(report_write(db, report_format_at(i), NULL, rendered_write, &sink, ERR), ASSAY_LIMIT);
		assert_non_null(strstr(fixture_error.message, "too large"));
		sqlite3_close(db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_findings_are_not_sorted),
		cmocka_unit_test(test_memory_is_bounded),
		cmocka_unit_test(test_all_rows_arrive),
		cmocka_unit_test(test_huge_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
