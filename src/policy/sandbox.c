/* SQLite's own advice for untrusted SQL: read-only, default-deny authoriser, limits, a counter of virtual machine steps. */
#include "policy/sandbox.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/span.h"
#include "base/time.h"

#include <string.h>

enum { STEP_GRAIN = 1000 };

enum { SANDBOX_TABLES = 128 };

struct sandbox {
	sqlite3 *db;
	char as_of[BASE_DATE_TEXT];
	int64_t steps, max_steps;
	bool out_of_steps;
	char denied[128];
	char *tables[SANDBOX_TABLES]; /* names in the database, open to controls or not */
	size_t n_tables;
};

/* Tables and views of schema.sql that a control may read. */
static const char *const readable[] = {"audit", "resource", "field", "finding", "example", "issue", "manifest_value", "access_right",
	"access_event", "lineage_edge", "entity", "entity_class", "rights_list", "document", "ledger_state", "jurisdiction",
	"adequate_country", "manifest", "purpose", "processor", "recipient", "transfer", "document_state", "sensitive_category",
	"declared_category", "reported_finding", "personal_finding", "secret_finding", "special_category_finding", "criminal_finding",
	"ccpa_finding", "ccpa_sensitive_finding", "hipaa_identifier_finding", "direct_identifier_finding", "unexamined", "json_each",
	"json_tree"};

static const char *const functions[] = {"abs", "char", "coalesce", "format", "glob", "hex", "ifnull", "iif", "instr", "length", "like",
	"lower", "ltrim", "max", "min", "nullif", "printf", "quote", "replace", "round", "rtrim", "sign", "substr", "substring", "trim",
	"typeof", "unicode", "upper", "avg", "count", "group_concat", "sum", "total", "row_number", "rank", "dense_rank", "lag", "lead",
	"first_value", "last_value", "ntile", "json", "json_array", "json_array_length", "json_each", "json_extract", "json_group_array",
	"json_group_object", "json_object", "json_quote", "json_type", "json_valid", "->", "->>", "as_of", "date_of", "days_between",
	"has_word", "add_duration"};

static bool
is_listed(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; name && i < n; i++)
		if (sqlite3_stricmp(name, list[i]) == 0)
			return true;
	return false;
}

/* Does the database hold a table or view of this name? Looked up before the authoriser stands guard. */
static bool
is_known_table(const struct sandbox *s, const char *name)
{
	bool known = name && sqlite3_strnicmp(name, "sqlite_", 7) == 0;

	for (size_t i = 0; name && i < s->n_tables && !known; i++)
		known = sqlite3_stricmp(name, s->tables[i]) == 0;
	return known;
}

static int
list_tables(struct sandbox *s)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(s->db, "SELECT name FROM sqlite_schema WHERE type IN('table','view')", -1, &statement, NULL);

	while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		if (s->n_tables == BASE_COUNT(s->tables))
			break;
		s->tables[s->n_tables] = base_strdup((const char *)sqlite3_column_text(statement, 0));
		rc = s->tables[s->n_tables++] ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc == SQLITE_OK ? SQLITE_FULL : rc;
}

static int
authorise(void *context, int action, const char *a, const char *b, const char *database, const char *trigger)
{
	struct sandbox *s = context;
	const char *what = "this kind of statement";

	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		if (is_listed(a, readable, BASE_COUNT(readable)) && (!database || strcmp(database, "main") == 0))
			return SQLITE_OK;
		/* a common table expression or subquery: no database behind it. A table of which no column is read has none either, so a
		 * name that the schema knows must be on the list */
		if ((!database && !is_known_table(s, a)) || (a && a[0] == '\0'))
			return SQLITE_OK;
		snprintf(s->denied, sizeof s->denied, "the table '%.60s' is not open to controls", a ? a : "?");
		return SQLITE_DENY;
	case SQLITE_FUNCTION:
		if (is_listed(b, functions, BASE_COUNT(functions)))
			return SQLITE_OK;
		snprintf(s->denied, sizeof s->denied, "the function '%.60s' is not open to controls", b ? b : "?");
		return SQLITE_DENY;
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		what = "attaching a database";
		break;
	case SQLITE_PRAGMA:
		what = "a pragma";
		break;
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
		what = "writing";
		break;
	default:
		break;
	}
	snprintf(s->denied, sizeof s->denied, "%s is not allowed in a control", what);
	return SQLITE_DENY;
}

static int
count_steps(void *context)
{
	struct sandbox *s = context;

	s->steps += STEP_GRAIN;
	s->out_of_steps = s->steps > s->max_steps;
	return s->out_of_steps;
}

static void
as_of(sqlite3_context *context, int n, sqlite3_value **args)
{
	const struct sandbox *s = sqlite3_user_data(context);

	(void)n;
	(void)args;
	sqlite3_result_text(context, s->as_of, -1, SQLITE_TRANSIENT);
}

static bool
date_argument(sqlite3_value *value, int64_t *ret)
{
	const char *text = (const char *)sqlite3_value_text(value);

	return text && base_time_parse(base_span_of(text), ret);
}

static void
days_between(sqlite3_context *context, int n, sqlite3_value **args)
{
	int64_t a, b;

	(void)n;
	if (!date_argument(args[0], &a) || !date_argument(args[1], &b))
		sqlite3_result_null(context);
	else
		sqlite3_result_int64(context, (b - a) / BASE_DAY_MS);
}

/* The day (UTC) of a time in milliseconds, as facts store them. */
static void
date_of(sqlite3_context *context, int n, sqlite3_value **args)
{
	char date[BASE_DATE_TEXT];

	(void)n;
	if (sqlite3_value_type(args[0]) != SQLITE_INTEGER) {
		sqlite3_result_null(context);
		return;
	}
	base_date_format(sqlite3_value_int64(args[0]), date);
	if (base_is_digit((uint8_t)date[0]))
		sqlite3_result_text(context, date, -1, SQLITE_TRANSIENT);
	else
		sqlite3_result_null(context);
}

static void
has_word(sqlite3_context *context, int n, sqlite3_value **args)
{
	const char *list = (const char *)sqlite3_value_text(args[0]), *word = (const char *)sqlite3_value_text(args[1]);
	size_t size = word ? strlen(word) : 0;
	int found = 0;

	(void)n;
	for (const char *at = list; at && word && !found; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
		struct base_span item = base_span_trim((struct base_span){(const uint8_t *)at, strcspn(at, ",")});
		found = item.size == size && memcmp(item.data, word, size) == 0;
	}
	sqlite3_result_int(context, found);
}

static void
add_duration(sqlite3_context *context, int n, sqlite3_value **args)
{
	const char *text = (const char *)sqlite3_value_text(args[1]);
	char date[BASE_DATE_TEXT];
	int months, days;
	int64_t ms;

	(void)n;
	if (!date_argument(args[0], &ms) || !text || !base_duration_parse(base_span_of(text), &months, &days)) {
		sqlite3_result_null(context);
		return;
	}
	base_date_format(base_time_add(ms, months, days), date);
	sqlite3_result_text(context, date, -1, SQLITE_TRANSIENT);
}

static void
set_limits(sqlite3 *db)
{
	static const int limits[][2] = {{SQLITE_LIMIT_LENGTH, 1000000}, {SQLITE_LIMIT_SQL_LENGTH, LIMIT_SQL}, {SQLITE_LIMIT_COLUMN, 200},
		{SQLITE_LIMIT_EXPR_DEPTH, 100}, {SQLITE_LIMIT_COMPOUND_SELECT, 40}, {SQLITE_LIMIT_VDBE_OP, 25000},
		{SQLITE_LIMIT_FUNCTION_ARG, 32}, {SQLITE_LIMIT_ATTACHED, 0}, {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
		{SQLITE_LIMIT_VARIABLE_NUMBER, 10}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1}};

	for (size_t i = 0; i < BASE_COUNT(limits); i++)
		sqlite3_limit(db, limits[i][0], limits[i][1]);
}

int
sandbox_open(const char *path, const char *date, int64_t max_steps, struct sandbox **ret, struct assay_error *err)
{
	enum { FLAGS = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS };
	static const struct {
		const char *name;
		int n_args;
		void (*call)(sqlite3_context *, int, sqlite3_value **);
	} own[] = {{"as_of", 0, as_of}, {"date_of", 1, date_of}, {"days_between", 2, days_between}, {"has_word", 2, has_word},
		{"add_duration", 2, add_duration}};
	struct sandbox *s = calloc(1, sizeof *s);
	int rc;

	if (!s)
		return base_error_nomem(err);
	snprintf(s->as_of, sizeof s->as_of, "%.10s", date);
	s->max_steps = max_steps > 0 ? max_steps : LIMIT_SQL_STEPS;
	rc = sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	for (size_t i = 0; i < BASE_COUNT(own) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(s->db, own[i].name, own[i].n_args, FLAGS, s, own[i].call, NULL, NULL, NULL);
	rc = rc == SQLITE_OK ? list_tables(s) : rc;
	if (rc != SQLITE_OK) {
		base_error(err, ASSAY_IO, "cannot open the facts: %s", sqlite3_errstr(rc));
		sandbox_close(s);
		return ASSAY_IO;
	}
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	/* table-valued functions declare themselves on first use, which the authoriser would take for a CREATE: so it happens before it
	 * stands guard */
	sqlite3_exec(s->db, "PRAGMA query_only=ON; SELECT 1 FROM json_each('[]'), json_tree('[]')", NULL, NULL, NULL);
	set_limits(s->db);
	sqlite3_set_authorizer(s->db, authorise, s);
	sqlite3_progress_handler(s->db, STEP_GRAIN, count_steps, s);
	*ret = s;
	return ASSAY_OK;
}

void
sandbox_close(struct sandbox *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	for (size_t i = 0; i < s->n_tables; i++)
		free(s->tables[i]);
	free(s);
}

static int
refuse(struct sandbox *s, int rc, struct assay_error *err)
{
	if (s->out_of_steps)
		return base_error(err, ASSAY_LIMIT, "the query took more than %lld steps", (long long)s->max_steps);
	if ((rc & 0xff) == SQLITE_NOMEM)
		return base_error_nomem(err);
	return base_error(err, ASSAY_PACK, "%s", s->denied[0] ? s->denied : sqlite3_errmsg(s->db));
}

int
sandbox_prepare(struct sandbox *s, const char *sql, sqlite3_stmt **ret, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	const char *tail = NULL;
	int rc;

	s->steps = 0;
	s->out_of_steps = false;
	s->denied[0] = '\0';
	rc = sqlite3_prepare_v2(s->db, sql, -1, &statement, &tail);
	if (rc != SQLITE_OK)
		return refuse(s, rc, err);
	while (tail && *tail && (base_is_space((uint8_t)*tail) || *tail == ';'))
		tail++;
	if (!statement || (tail && *tail) || !sqlite3_stmt_readonly(statement)) {
		sqlite3_finalize(statement);
		return base_error(err, ASSAY_PACK, !statement ? "there is no statement" : "only one SELECT is allowed");
	}
	if (sqlite3_stmt_isexplain(statement)) {
		sqlite3_finalize(statement);
		base_error(err, ASSAY_PACK, "EXPLAIN is not allowed: it tells of the engine, not of the facts");
		base_error_hint(err, "ask the SELECT itself");
		return ASSAY_PACK;
	}
	*ret = statement;
	return ASSAY_OK;
}

int
sandbox_step(struct sandbox *s, sqlite3_stmt *statement, struct assay_error *err)
{
	int rc = sqlite3_step(statement);

	return rc == SQLITE_ROW || rc == SQLITE_DONE ? rc : refuse(s, rc, err);
}
