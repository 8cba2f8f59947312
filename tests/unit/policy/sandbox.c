/* SQL of a stranger: whatever it tries, the verdict is 'error' with a reason and the facts stay as they were. */
#include "world.h"

#include "base/buffer.h"
#include "policy/sandbox.h"

enum { STEPS = 200000 };

/* What a control tries, and what the reason must say. */
static const struct attack {
	const char *sql, *reason;
} attacks[] = {
	/* writing */
	{"INSERT INTO manifest_value VALUES('/x', 'text', 'y')", "writing is not allowed"},
	{"UPDATE finding SET validated=0", "writing is not allowed"},
	{"DELETE FROM verdict", "writing is not allowed"},
	{"REPLACE INTO resource(id, name, kind, state) VALUES(1, 'x', 'csv', 'complete')", "writing is not allowed"},
	{"INSERT INTO resource(id, name, kind, state) SELECT 9, 'x', 'csv', 'complete' RETURNING name, 'pass', 'x'",
		"writing is not allowed"},
	{"CREATE TABLE evil(x)", "not allowed"},
	{"CREATE TEMP TABLE evil(x)", "not allowed"},
	{"CREATE VIEW evil AS SELECT 1", "not allowed"},
	{"CREATE TRIGGER evil AFTER INSERT ON verdict BEGIN SELECT 1; END", "not allowed"},
	{"DROP TABLE finding", "not allowed"},
	{"ALTER TABLE finding RENAME TO gone", "not allowed"},
	{"VACUUM", "only one SELECT is allowed"},
	{"REINDEX", "not allowed"},
	{"ANALYZE", "not allowed"},
	{"BEGIN", "not allowed"},
	{"SAVEPOINT s", "not allowed"},
	/* other files */
	{"ATTACH DATABASE 'evil.db' AS evil", "attaching a database is not allowed"},
	{"DETACH DATABASE main", "attaching a database is not allowed"},
	{"VACUUM INTO 'evil.db'", ""},
	{"SELECT load_extension('evil')", "load_extension"},
	{"SELECT readfile('/etc/hostname')", "readfile"},
	{"SELECT writefile('evil', 'x')", "writefile"},
	{"SELECT fts3_tokenizer('simple')", "fts3_tokenizer"},
	/* settings */
	{"PRAGMA query_only=OFF", "a pragma is not allowed"},
	{"PRAGMA user_version=9", "a pragma is not allowed"},
	{"PRAGMA writable_schema=ON", "a pragma is not allowed"},
	{"SELECT name, 'pass', 'x' FROM pragma_table_list", "not allowed"},
	{"SELECT name, 'pass', 'x' FROM pragma_database_list", "not allowed"},
	/* what is none of a control's business */
	{"SELECT name, 'fail' AS status, sql AS reason FROM sqlite_master", "the table 'sqlite_master' is not open to controls"},
	{"SELECT name, 'fail' AS status, sql AS reason FROM sqlite_schema", "not open to controls"},
	{"SELECT name, 'fail' AS status, sql AS reason FROM main.sqlite_master", "not open to controls"},
	{"SELECT name, 'fail' AS status, name AS reason FROM sqlite_temp_master", "not open to controls"},
	{"SELECT name AS resource, 'fail' AS status, value AS reason FROM property", "the table 'property' is not open to controls"},
	{"SELECT control AS resource, status, reason FROM verdict", "the table 'verdict' is not open to controls"},
	{"SELECT id AS resource, status, title AS reason FROM control", "the table 'control' is not open to controls"},
	{"WITH finding AS (SELECT value AS x FROM property) SELECT x AS resource, 'fail' AS status, 'x' AS reason FROM finding",
		"the table 'property'"},
	{"SELECT '' AS resource, 'fail' AS status, (SELECT value FROM property LIMIT 1) AS reason", "the table 'property'"},
	{"SELECT count(*) AS resource, 'pass' AS status, 'x' AS reason FROM dbstat", ""},
	{"SELECT 1 AS resource, 'pass' AS status, 'x' AS reason FROM sqlite_dbpage", ""},
	{"SELECT 1 FROM no_such_table", "no such table"},
	/* what differs from run to run */
	{"SELECT random() AS resource, 'pass' AS status, 'x' AS reason", "the function 'random'"},
	{"SELECT '' AS resource, 'pass' AS status, date('now') AS reason", "the function 'date'"},
	{"SELECT '' AS resource, 'pass' AS status, CURRENT_TIMESTAMP AS reason", ""},
	{"SELECT '' AS resource, 'pass' AS status, hex(randomblob(8)) AS reason", "the function 'randomblob'"},
	{"SELECT '' AS resource, 'pass' AS status, sqlite_version() AS reason", "the function 'sqlite_version'"},
	/* too much */
	{"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT '' AS resource, 'pass' AS status, max(i) AS reason FROM n",
		"more than 200000 steps"},
	{"SELECT '' AS resource, 'pass' AS status, count(*) AS reason FROM json_each('[1,2,3,4,5,6,7,8,9]') a, "
	 "json_each('[1,2,3,4,5,6,7,8,9]') b, "
	 "json_each('[1,2,3,4,5,6,7,8,9]') c, json_each('[1,2,3,4,5,6,7,8,9]') d, json_each('[1,2,3,4,5,6,7,8,9]') e, "
	 "json_each('[1,2,3,4,5,6,7,8,9]') f",
		"more than 200000 steps"},
	{"SELECT '' AS resource, 'pass' AS status, replace(printf('%100000s', 'x'), ' ', '01234567890123456789') AS reason", "too big"},
	{"SELECT '' AS resource, 'pass' AS status, zeroblob(1000) AS reason", "the function 'zeroblob'"},
	/* not one SELECT */
	{"SELECT '' AS resource, 'pass' AS status, 'x' AS reason; SELECT 2", "only one SELECT is allowed"},
	{"SELECT '' AS resource, 'pass' AS status, 'x' AS reason; DROP TABLE finding", "only one SELECT is allowed"},
	{"SELECT '' AS resource, 'pass' AS status, 'x' AS reason; -- and then\nDELETE FROM verdict", "only one SELECT is allowed"},
	{"-- nothing", "there is no statement"},
	{"SELEKT 1", "syntax error"},
	/* rows that break their contract */
	{"SELECT 'a.csv' AS resource, 'x' AS reason", "a row has no known status"},
	{"SELECT 'a.csv' AS resource, 'perfect' AS status, 'x' AS reason", "a row has no known status"},
	{"SELECT 'a.csv' AS resource, 'error' AS status, 'x' AS reason", "a row has no known status"},
	{"SELECT 'a.csv' AS resource, 'fail' AS status", "a row has no reason"},
	{"SELECT 'a.csv' AS resource, 'fail' AS status, 'x' AS reason, 'hearsay' AS basis", "a row has no known basis"},
};

static void
fill(struct world *w)
{
	world_open(w);
	world_sql(w, "INSERT INTO resource(id, name, kind, state) VALUES(1, 'a.csv', 'csv', 'complete'); INSERT INTO field VALUES(1, 1, "
		     "'mail', NULL, 3);"
		     "INSERT INTO finding VALUES(1, 1, 'EMAIL_ADDRESS', 'reported', NULL, 1, 85, 3, 3, 1000000, 3, 3, 0, NULL);"
		     "INSERT INTO property VALUES('secret', 'nobody may read this'); INSERT INTO manifest_value VALUES('/dataset/id', "
		     "'text', 'x')");
}

/* Everything but the verdicts, as one text. */
static char *
facts_as_text(struct world *w)
{
	return world_text(w, "SELECT (SELECT group_concat(type || name || coalesce(sql, ''), char(10)) FROM (SELECT * FROM sqlite_master "
			     "ORDER BY type, name)) || "
			     "(SELECT group_concat(quote(name) || quote(value)) FROM property) || (SELECT group_concat(quote(pointer) || "
			     "quote(value)) FROM manifest_value) || "
			     "(SELECT group_concat(quote(name) || quote(state)) FROM resource) || (SELECT group_concat(entity || "
			     "validated) FROM finding)");
}

static bool
is_alone(const struct world *w)
{
	_cleanup_free_ char *evil = base_path_join(w->folder, "evil.db");

	return !base_file_exists(evil) && !base_file_exists("evil.db") && !base_file_exists("evil");
}

static char *
quoted(const char *sql)
{
	size_t n = strlen(sql), at = 0;
	char *text = calloc(n * 2 + 1, 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++) {
		if (sql[i] == '"' || sql[i] == '\\')
			text[at++] = '\\';
		if (sql[i] == '\n') {
			text[at++] = '\\';
			text[at++] = 'n';
		} else
			text[at++] = sql[i];
	}
	return text;
}

/* All of them as controls of one pack, test-1, test-2 and so on. */
static char *
attack_pack(const char *key)
{
	struct base_buffer text;

	base_buffer_init(&text, 1 << 20);
	base_buffer_text(&text, "policy: test\nversion: 1.0.0\ncontrols:\n");
	for (size_t i = 0; i < BASE_COUNT(attacks); i++) {
		_cleanup_free_ char *sql = quoted(attacks[i].sql);
		base_buffer_format(&text,
			"  - {id: test-%zu, title: T, cite: [x], severity: low, status: reviewed, needs: {required: []}, %s: \"%s\"%s}\n",
			i + 1, key, sql,
			strcmp(key, "sql") == 0 ? "" : ", sql: \"SELECT '' AS resource, 'pass' AS status, 'x' AS reason\"");
	}
	assert_false(text.failed);
	return base_buffer_take(&text);
}

static void
attack_in(const char *key)
{
	_cleanup_free_ char *text = attack_pack(key), *before = NULL, *after = NULL;
	struct assay_error err = {0};
	struct world w;

	fill(&w);
	assert_ok(world_load(&w, text, &err));
	before = facts_as_text(&w);
	world_evaluate(&w, (struct policy_options){.max_steps = STEPS});
	after = facts_as_text(&w);
	assert_string_equal(before, after);
	assert_true(is_alone(&w));
	for (size_t i = 0; i < BASE_COUNT(attacks); i++) {
		_cleanup_free_ char *sql = base_format(
					    "SELECT group_concat(status || ': ' || reason) FROM verdict WHERE control='test-%zu'", i + 1),
				    *said = world_text(&w, sql);
		/* the rows of a predicate carry nothing, so no contract of theirs is broken */
		if (strcmp(key, "applies") == 0 && strncmp(attacks[i].reason, "a row", 5) == 0)
			continue;
		if (!said || strncmp(said, "error: ", 7) != 0 || !said[7] || !strstr(said, attacks[i].reason))
			fail_msg("%s: %s\n  says '%s', not '%s'", key, attacks[i].sql, said ? said : "(null)", attacks[i].reason);
		if (strstr(said, "nobody may read this"))
			fail_msg("%s\n  read a property", attacks[i].sql);
	}
	world_close(&w);
}

static void
attacks_in_sql_are_errors(void **state)
{
	(void)state;
	attack_in("sql");
}

static void
attacks_in_applies_are_errors(void **state)
{
	(void)state;
	attack_in("applies");
}

static void
too_many_rows_are_an_error(void **state)
{
	struct world w;

	(void)state;
	fill(&w);
	world_judge(&w,
		"    needs: {required: []}\n    sql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001) "
		"SELECT 'r' || i AS resource, 'fail' AS status, 'x' AS reason FROM n\n",
		(struct policy_options){0});
	world_expect(&w, "SELECT group_concat(status || ': ' || reason) FROM verdict", "error: more than 100000 rows");
	world_close(&w);
}

/* What comes after a broken control is judged all the same. */
static void
an_error_stays_with_its_control(void **state)
{
	_cleanup_free_ char *text = world_pack("",
		"    needs: {required: []}\n    sql: DROP TABLE finding\n"
		"  - id: test-2\n    title: T\n    cite: [x]\n    severity: low\n    status: reviewed\n    needs: {required: []}\n"
		"    sql: SELECT resource, 'fail' AS status, field AS reason, field, entity FROM personal_finding\n");
	struct assay_error err = {0};
	struct world w;

	(void)state;
	fill(&w);
	assert_ok(policy_load(NULL, 0, &w.set, &err));
	assert_ok(policy_fill_taxonomy(w.set, w.db, &err));
	assert_ok(world_load(&w, text, &err));
	world_evaluate(&w, (struct policy_options){0});
	world_expect(&w, "SELECT status FROM verdict WHERE control='test-1'", "error");
	world_expect(&w,
		"SELECT group_concat(status || ' ' || resource || ' ' || coalesce(field, '-'), ', ') FROM (SELECT * FROM verdict WHERE "
		"control='test-2' ORDER BY resource DESC)",
		"fail a.csv mail, fail  -");
	world_close(&w);
}

struct rows {
	size_t n;
	char first[64];
};

static int
take(void *context, int n, const char *const *names, const char *const *values)
{
	struct rows *rows = context;

	assert_true(n > 0 && names[0]);
	if (rows->n++ == 0)
		snprintf(rows->first, sizeof rows->first, "%s", values[0] ? values[0] : "");
	return 0;
}

static void
queries_of_users_run_in_the_same_walls(void **state)
{
	struct world w;

	(void)state;
	fill(&w);
	sqlite3_close(w.db);
	w.db = NULL;
	for (size_t i = 0; i < BASE_COUNT(attacks); i++) {
		struct assay_error err = {0};
		struct rows rows = {0};
		/* EXPLAIN-like harmless ones and long loops are left to the cases above */
		if (strncmp(attacks[i].reason, "a row", 5) == 0 || strncmp(attacks[i].reason, "more than", 9) == 0)
			continue;
		int r = policy_query(w.path, "2026-11-24", attacks[i].sql, take, &rows, &err);
		if (r >= 0 || !err.message[0] || rows.n > 0)
			fail_msg("%s: %d, %zu rows, '%s'", attacks[i].sql, r, rows.n, err.message);
	}
	struct assay_error err = {0};
	struct rows rows = {0};
	assert_ok(policy_query(w.path, "2026-11-24", "SELECT name FROM resource", take, &rows, &err));
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.first, "a.csv");
	assert_ok(facts_open(w.path, &w.db, &err));
	world_expect(&w, "SELECT count(*) FROM finding", "1");
	world_close(&w);
}

static const struct {
	const char *expression, *want;
} functions[] = {
	{"as_of()", "2026-11-24"},
	{"date_of(0)", "1970-01-01"},
	{"date_of(1763892000000)", "2025-11-23"},
	{"coalesce(date_of('x'), 'null')", "null"},
	{"coalesce(date_of(9223372036854775807), 'null')", "null"},
	{"days_between('2026-02-27', '2026-03-01')", "2"},
	{"days_between('2026-03-01', '2026-02-27')", "-2"},
	{"coalesce(days_between('2026-02-30', '2026-03-01'), 'null')", "null"},
	{"coalesce(days_between(NULL, '2026-03-01'), 'null')", "null"},
	{"add_duration('2026-01-31', 'P1M')", "2026-02-28"},
	{"add_duration('2024-02-29', 'P1Y')", "2025-02-28"},
	{"add_duration('2026-01-31', 'P30D')", "2026-03-02"},
	{"coalesce(add_duration('2026-01-31', 'forever'), 'null')", "null"},
	{"coalesce(add_duration('2026-01-31', NULL), 'null')", "null"},
	{"has_word('a, b,c', 'b')", "1"},
	{"has_word('contact,account', 'count')", "0"},
	{"has_word('', '')", "1"},
	{"has_word('a', NULL)", "0"},
	{"has_word(NULL, 'a')", "0"},
	{"(SELECT group_concat(value, '+') FROM json_each('[1,2]'))", "1+2"},
	{"(SELECT count(*) FROM json_tree('{\"a\":[1,2]}'))", "4"},
};

static void
own_functions_hold(void **state)
{
	struct world w;

	(void)state;
	fill(&w);
	for (size_t i = 0; i < BASE_COUNT(functions); i++) {
		_cleanup_free_ char *sql = base_format("SELECT %s", functions[i].expression);
		struct assay_error err = {0};
		struct rows rows = {0};
		assert_ok(policy_query(w.path, "2026-11-24", sql, take, &rows, &err));
		if (strcmp(rows.first, functions[i].want) != 0)
			fail_msg("%s gives '%s', not '%s'", functions[i].expression, rows.first, functions[i].want);
	}
	world_close(&w);
}

/* Each statement begins with a fresh count; one that runs out leaves the sandbox usable. */
static void
steps_are_counted_per_statement(void **state)
{
	struct assay_error err = {0};
	struct sandbox *s = NULL;
	sqlite3_stmt *statement = NULL;
	struct world w;

	(void)state;
	fill(&w);
	assert_ok(sandbox_open(w.path, "2026-11-24", STEPS, &s, &err));
	assert_ok(sandbox_prepare(
		s, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", &statement, &err));
	assert_int_equal(sandbox_step(s, statement, &err), ASSAY_LIMIT);
	sqlite3_finalize(statement);
	assert_ok(sandbox_prepare(s, "SELECT 7", &statement, &err));
	assert_int_equal(sandbox_step(s, statement, &err), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(statement, 0), 7);
	sqlite3_finalize(statement);
	sandbox_close(s);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(attacks_in_sql_are_errors), cmocka_unit_test(attacks_in_applies_are_errors),
		cmocka_unit_test(too_many_rows_are_an_error), cmocka_unit_test(an_error_stays_with_its_control),
		cmocka_unit_test(queries_of_users_run_in_the_same_walls), cmocka_unit_test(own_functions_hold),
		cmocka_unit_test(steps_are_counted_per_statement)};

	return cmocka_run_group_tests_name("policy sandbox", tests, NULL, NULL);
}
