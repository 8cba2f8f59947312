/* SQL of a stranger in the sandbox: the facts stay as they are byte for byte, no other file appears, what no control may read does not come
 * out, and the query ends within its steps.
 *
 * Input: 's' and SQL as text; 'y' and the YAML of a control pack; or any other byte and one byte for each token of a statement. */
#include "fuzz.h"

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
	else
		run_tokens(&take);
	return 0;
}
