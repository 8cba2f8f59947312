/* SQL of a stranger in the sandbox: the facts stay as they are byte for byte, no other file appears, what no control may read does not come
 * out, and the query ends within its steps.
 *
 * Input: 's' and SQL as text; 'y' and the YAML of a control pack; another byte that 4 divides, and one byte for each token of a statement;
 * any other, and decisions of which a statement grows that mostly makes sense. */
#include "fuzz.h"

#include "base/buffer.h"
#include "base/file.h"
#include "policy/facts.h"
#include "policy/policy.h"
#include "policy/sandbox.h"

#include <dirent.h>

enum { STEPS = 50000, ROWS = 2000, SQL_MAX = 6000 };

/* Stands in tables that are closed to controls. */
static const char canary[] = "nobody reads this Qz7";

/* What statements are made of. */
static const char *const tokens[] = {"SELECT", "FROM", "WHERE", "*", ",", "(", ")", "AND", "OR", "NOT", "AS", "JOIN", "LEFT JOIN", "ON",
	"GROUP BY", "ORDER BY", "HAVING", "LIMIT", "UNION", "UNION ALL", "EXCEPT", "WITH", "RECURSIVE", "IN", "EXISTS", "BETWEEN", "LIKE",
	"GLOB", "IS NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "DISTINCT", "OVER", "PARTITION BY", "VALUES", "=", "<", ">", "+", "-",
	"/", "||", "->", "->>", "%", "<<", "~", ";", "1", "0", "-1", "9223372036854775807", "0.5", "1e308", "'x'", "''", "'a,b'", "NULL",
	"'2026-11-23'", "'P1M'", "'%a%'", "'[1,[2,{\"a\":3}]]'", "x'00ff'", "?", ":a", "finding", "resource", "field", "reported_finding",
	"personal_finding", "manifest", "manifest_value", "purpose", "entity_class", "unexamined", "document", "property", "verdict",
	"control", "sqlite_master", "json_each", "json_tree", "main.", "temp.", "pragma_table_info", "example", "audit", "id", "name",
	"value", "pointer", "state", "count", "entity", "field_id", "resource_id", "status", "reason", "f", "g", "n", "i", "rowid", "key",
	"count(*)", "sum(", "max(", "min(", "group_concat(", "length(", "substr(", "replace(", "printf(", "hex(", "instr(", "lower(",
	"json(", "json_object(", "json_extract(", "json_group_array(", "row_number()", "lag(", "coalesce(", "iif(", "abs(", "char(",
	"unicode(", "quote(", "round(", "trim(", "typeof(", "as_of()", "date_of(", "days_between(", "has_word(", "add_duration(",
	"random()", "randomblob(", "zeroblob(", "load_extension(", "readfile(", "fts3_tokenizer(", "likelihood(", "INSERT INTO", "UPDATE",
	"SET", "DELETE FROM", "REPLACE INTO", "CREATE TABLE", "CREATE TEMP TABLE", "CREATE VIEW", "CREATE TRIGGER", "CREATE INDEX",
	"DROP TABLE", "ALTER TABLE", "ATTACH", "DETACH", "PRAGMA", "query_only=OFF", "writable_schema=ON", "VACUUM", "VACUUM INTO 'x.db'",
	"REINDEX", "ANALYZE", "BEGIN", "COMMIT", "SAVEPOINT s", "EXPLAIN", "EXPLAIN QUERY PLAN", "RETURNING", "COLLATE NOCASE", "COLLATE x",
	"INDEXED BY x", "CAST(", "AS TEXT)", "AS INT)", "MATERIALIZED", "NATURAL", "CROSS JOIN", "FILTER (", "WINDOW w AS (",
	"ROWS UNBOUNDED PRECEDING", "ESCAPE", "REGEXP", "MATCH", "dbstat", "sqlite_dbpage", "sqlite_stmt", "bytecode",
	"generate_series(1,99)", "--", "/*", "*/", "n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n)", "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
	"json_each('[1,2,3,4,5,6,7,8]')", "sqlite_version()", "changes()", "CURRENT_TIMESTAMP", "date('now')"};

static char folder[64], path[96];
static char *facts;
static size_t facts_size;
static sqlite3 *db;

static void
remove_folder(void)
{
	sqlite3_close(db);
	unlink(path);
	rmdir(folder);
	free(facts);
}

static void
make_facts(void)
{
	static const char sql[] = "INSERT INTO resource(id, name, kind, state, records) VALUES(1, 'a.csv', 'csv', 'complete', 9), (2, "
				  "'b.txt', 'text', 'sampled', 3);"
				  "INSERT INTO field VALUES(1, 1, 'mail', NULL, 9), (2, 2, 'text', 'free_text', 3);"
				  "INSERT INTO finding VALUES(1, 1, 'EMAIL_ADDRESS', 'reported', NULL, 1, 85, 3, 3, 1000000, 3, 3, 0, "
				  "NULL), (2, 2, 'US_SSN', 'reported', NULL, 0, 65, 1, 1, 10, 1, 1, 0, NULL);"
				  "INSERT INTO example VALUES(1, 1, 0, 9, 'global/email', 85, 'format', 'a***@***', NULL);"
				  "INSERT INTO manifest_value VALUES('/dataset/id', 'text', 'x'), ('/categories', 'list', "
				  "'contact,health'), ('/purposes/0/id', 'text', 'p'),"
				  "('/purposes/0/basis', 'text', 'contract'), ('/retention/keep', 'duration', 'P36M');"
				  "INSERT INTO entity_class VALUES('US_SSN', 'us-ca', 'sensitive', '1798.140', NULL)";
	const char *base = getenv("TMPDIR");
	struct assay_error err = {0};

	snprintf(folder, sizeof folder, "%.40s/assay-fuzz-XXXXXX", base ? base : "/tmp");
	must(mkdtemp(folder), "cannot make '%s'", folder);
	snprintf(path, sizeof path, "%s/facts.db", folder);
	must(facts_create(path, &db, &err) == 0 && facts_exec(db, sql, &err) == 0, "%s", err.message);
	must(facts_set_property(db, "secret", canary, &err) == 0, "%s", err.message);
	must(facts_insert(db, "verdict", &err, "tttttttttitt", "c", "", NULL, NULL, "pass", "data", "open", NULL, "high", (int64_t)1,
		     canary, NULL)
			== 0,
		"%s", err.message);
	must(base_file_read(path, 16 << 20, &facts, &facts_size, &err) == 0, "%s", err.message);
	atexit(remove_folder);
}

static void
must_be_untouched(const char *sql)
{
	struct assay_error err = {0};
	_cleanup_free_ char *now = NULL;
	struct dirent *entry;
	size_t n = 0;
	DIR *dir = opendir(folder);

	must(base_file_read(path, 16 << 20, &now, &n, &err) == 0, "%s", err.message);
	must(n == facts_size && memcmp(now, facts, n) == 0, "the facts were changed by: %s", sql);
	must(dir, "the folder is gone");
	while ((entry = readdir(dir)))
		must(entry->d_name[0] == '.' || strcmp(entry->d_name, "facts.db") == 0, "'%s' was made by: %s", entry->d_name, sql);
	closedir(dir);
}

static void
check_row(sqlite3_stmt *statement, const char *sql)
{
	for (int i = 0; i < sqlite3_column_count(statement); i++) {
		const char *value = (const char *)sqlite3_column_blob(statement, i);
		int n = sqlite3_column_bytes(statement, i);
		/* a statement may spell the words itself */
		must(!value || n < (int)sizeof canary - 1 || strstr(sql, "Qz7") || !memmem(value, (size_t)n, canary, sizeof canary - 1),
			"a closed table was read by: %s", sql);
	}
}

static void
run_sql(const char *sql)
{
	struct assay_error err = {0};
	struct sandbox *sandbox;
	sqlite3_stmt *statement = NULL;
	int r, rows = 0;

	must(sandbox_open(path, "2026-11-23", STEPS, &sandbox, &err) == 0, "%s", err.message);
	r = sandbox_prepare(sandbox, sql, &statement, &err);
	fuzz_check_error(r, &err);
	while (r >= 0 && statement && rows++ < ROWS && (r = sandbox_step(sandbox, statement, &err)) == SQLITE_ROW)
		check_row(statement, sql);
	if (r < 0)
		fuzz_check_error(r, &err);
	if (statement) {
		/* the handler is asked every thousand steps, and a step counts where it ends */
		int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0);
		must(steps <= STEPS + 4000, "%d steps of: %s", steps, sql);
	}
	sqlite3_finalize(statement);
	sandbox_close(sandbox);
	must_be_untouched(sql);
}

static void
run_tokens(struct take *take)
{
	static char sql[SQL_MAX];
	size_t n = 0;

	while (take_left(take) > 0 && n + 64 < sizeof sql)
		n += (size_t)snprintf(sql + n, sizeof sql - n, "%s ", tokens[take_below(take, BASE_COUNT(tokens))]);
	sql[n] = '\0';
	run_sql(sql);
}

/* ---- statements that have a shape ---- */

struct maker {
	struct take *take;
	struct base_buffer out;
	unsigned depth;
};

static void make_select(struct maker *m);

static void
word(struct maker *m, const char *const *words, size_t n)
{
	base_buffer_text(&m->out, words[take_below(m->take, (uint32_t)n)]);
}

#define WORD(m, ...) word(m, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void
make_expression(struct maker *m)
{
	uint32_t kind = take_below(m->take, m->depth > 5 || m->out.size > SQL_MAX / 2 ? 3 : 9), n;

	m->depth++;
	switch (kind) {
	case 0:
		WORD(m, "1", "0", "-1", "9223372036854775807", "1e308", "'x'", "''", "NULL", "'2026-11-23'", "'P1M'", "x'00ff'",
			"'[1,{\"a\":2}]'", "'$.a'", "'%a_'", "100000");
		break;
	case 1:
	case 2:
		WORD(m, "name", "id", "value", "pointer", "count", "entity", "state", "rowid", "i", "resource", "status", "reason", "a.id",
			"b.name", "key", "*", "as_of()", "count(*)");
		break;
	case 3:
	case 4:
		WORD(m, "abs", "coalesce", "group_concat", "hex", "instr", "length", "lower", "max", "min", "printf", "quote", "replace",
			"round", "substr", "sum", "total", "trim", "typeof", "unicode", "char", "json", "json_array", "json_extract",
			"json_object", "json_group_array", "json_group_object", "json_type", "json_valid", "date_of", "days_between",
			"has_word", "add_duration", "like", "glob", "nullif", "iif", "sign", "random", "load_extension", "readfile",
			"zeroblob", "sqlite_version", "json_set", "json_patch", "date", "strftime", "last_insert_rowid",
			"sqlite_compileoption_get", "fts5", "rtreecheck");
		base_buffer_char(&m->out, '(');
		n = take_below(m->take, 4);
		for (uint32_t i = 0; i < n; i++) {
			base_buffer_text(&m->out, i > 0 ? ", " : "");
			make_expression(m);
		}
		base_buffer_text(&m->out, take_below(m->take, 8) == 7 ? ") OVER ()" : ")");
		break;
	case 5:
	case 6:
		base_buffer_char(&m->out, '(');
		make_expression(m);
		WORD(m, " = ", " < ", " + ", " || ", " AND ", " OR ", " IS NOT ", " LIKE ", " GLOB ", " * ", " -> ", " ->> ", " << ",
			" IN ", " COLLATE NOCASE > ", " % ");
		make_expression(m);
		base_buffer_char(&m->out, ')');
		break;
	case 7:
		base_buffer_text(&m->out, "CASE WHEN ");
		make_expression(m);
		base_buffer_text(&m->out, " THEN ");
		make_expression(m);
		base_buffer_text(&m->out, " END");
		break;
	default:
		base_buffer_text(&m->out, take_below(m->take, 2) ? "EXISTS(" : "(");
		make_select(m);
		base_buffer_char(&m->out, ')');
		break;
	}
	m->depth--;
}

static void
make_source(struct maker *m)
{
	WORD(m, "finding", "resource", "field", "reported_finding", "personal_finding", "manifest", "manifest_value", "purpose",
		"entity_class", "unexamined", "example", "audit", "n", "document", "json_each('[1,2,3]')", "json_tree('[1,[2,{\"a\":3}]]')",
		"property", "verdict", "control", "sqlite_master", "main.finding", "temp.finding", "pragma_table_info('finding')", "dbstat",
		"sqlite_dbpage", "(VALUES(1,2),(3,4))");
}

static void
make_select(struct maker *m)
{
	uint32_t columns = 1 + take_below(m->take, 3), flags = take_byte(m->take);

	m->depth++;
	base_buffer_text(&m->out, flags & 1 ? "SELECT DISTINCT " : "SELECT ");
	for (uint32_t i = 0; i < columns; i++) {
		base_buffer_text(&m->out, i > 0 ? ", " : "");
		make_expression(m);
	}
	base_buffer_text(&m->out, " FROM ");
	make_source(m);
	if (flags & 2) {
		WORD(m, " AS a, ", " AS a JOIN ", " AS a LEFT JOIN ", " AS a NATURAL JOIN ");
		make_source(m);
		base_buffer_text(&m->out, " AS b");
	}
	if (flags & 4) {
		base_buffer_text(&m->out, " WHERE ");
		make_expression(m);
	}
	if (flags & 8) {
		base_buffer_text(&m->out, " GROUP BY ");
		make_expression(m);
	}
	if (flags & 16 && m->depth < 4) {
		WORD(m, " UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT ");
		make_select(m);
	} else if (flags & 32) {
		base_buffer_text(&m->out, " ORDER BY ");
		make_expression(m);
	}
	m->depth--;
}

static void
run_shaped(struct take *take)
{
	struct maker m = {.take = take};

	base_buffer_init(&m.out, 1 << 20);
	/* most statements only read; one in eight tries something else with a query inside */
	switch (take_below(take, 16)) {
	case 13:
		WORD(&m, "INSERT INTO manifest_value ", "CREATE TABLE x AS ", "CREATE TEMP VIEW x AS ", "EXPLAIN ",
			"REPLACE INTO document ", "EXPLAIN QUERY PLAN ");
		break;
	case 14:
		WORD(&m, "WITH n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) ", "WITH n AS MATERIALIZED (SELECT * FROM property) ",
			"WITH RECURSIVE n(i) AS (VALUES(1)) ",
			"WITH n(i) AS (SELECT 1 UNION SELECT i || 'x' FROM n), finding AS (SELECT * FROM n) ",
			"WITH x AS (DELETE FROM finding RETURNING *) ");
		break;
	case 15:
		WORD(&m, "UPDATE finding SET count = (", "DELETE FROM finding WHERE id IN (", "ATTACH (", "PRAGMA user_version = (");
		break;
	default:
		break;
	}
	make_select(&m);
	must(!m.out.failed, "the statement is too long");
	run_sql(m.out.data);
	base_buffer_dispose(&m.out);
}

/* A pack of controls is refused with a place, or its controls are judged; what breaks in one is its verdict. */
static void
run_pack(struct base_span yaml)
{
	int fd = fuzz_file(yaml.data ? (const void *)yaml.data : "", yaml.size);
	char name[32];
	const char *files[] = {fuzz_path(fd, name)};
	struct assay_error err = {0};
	struct policy_set *set = NULL;
	int r = policy_load(files, 1, &set, &err);

	close(fd);
	fuzz_check_error(r, &err);
	must(r == 0 || r == ASSAY_PACK || r == ASSAY_CONFIG || r == ASSAY_USAGE, "code %d: %s", r, err.message);
	policy_free(set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size};
	uint8_t kind = take_byte(&take);

	if (!db)
		make_facts();
	if (kind == 's') {
		_cleanup_free_ char *sql = fuzz_text(take_rest(&take));
		run_sql(sql);
	} else if (kind == 'y')
		run_pack(take_rest(&take));
	else if (kind % 4 == 0)
		run_tokens(&take);
	else
		run_shaped(&take);
	return 0;
}
