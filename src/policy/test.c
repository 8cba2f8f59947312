/* A control's own cases: facts in YAML, the verdicts that must come out. */
#include "policy/policy.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/time.h"
#include "policy/facts.h"

#include <stdatomic.h>
#include <string.h>

struct builder {
	const struct policy_set *set;
	const struct base_yaml *yaml;
	sqlite3 *db;
	int64_t next_field, next_finding;
	struct assay_error *err;
};

static const char *
text_or(const struct base_yaml_node *map, const char *key, const char *fallback)
{
	const char *text = base_yaml_get_text(map, key);

	return text ? text : fallback;
}

static int64_t
int_or(const struct base_yaml_node *map, const char *key, int64_t fallback)
{
	const char *text = base_yaml_get_text(map, key);

	return text ? strtoll(text, NULL, 10) : fallback;
}

/* A time in milliseconds, or a day; false and *ret as it was when the case does not say. */
static bool
read_time(const struct base_yaml_node *map, const char *key, int64_t *ret)
{
	const char *text = base_yaml_get_text(map, key);

	if (text && !base_date_parse(base_span_of(text), ret))
		*ret = strtoll(text, NULL, 10);
	return text != NULL;
}

/* manifest: in the shape of assay.yaml; one row per scalar, one per container. */
static int
add_manifest(struct builder *b, const struct base_yaml_node *node, const char *pointer)
{
	struct base_buffer joined;
	size_t i = 0;
	bool all_text = true;
	int r = ASSAY_OK;

	if (node->kind == YAML_TEXT || node->kind == YAML_NULL)
		return facts_insert(b->db, "manifest_value", b->err, "ttt", pointer, "text", node->kind == YAML_TEXT ? node->text : NULL);
	base_buffer_init(&joined, LIMIT_ENTRY);
	for (const struct base_yaml_node *child = node->first; child && r == ASSAY_OK; child = child->next, i++) {
		_cleanup_free_ char *below = child->key ? base_format("%s/%s", pointer, child->key) : base_format("%s/%zu", pointer, i);
		if (!below)
			r = base_error_nomem(b->err);
		else
			r = add_manifest(b, child, below);
		all_text = all_text && child->kind == YAML_TEXT;
		if (all_text)
			base_buffer_format(&joined, "%s%s", i > 0 ? "," : "", child->text);
	}
	if (r == ASSAY_OK && node->kind == YAML_MAP && pointer[0])
		r = facts_insert(b->db, "manifest_value", b->err, "ttt", pointer, "map", NULL);
	if (r == ASSAY_OK && node->kind == YAML_LIST)
		r = facts_insert(
			b->db, "manifest_value", b->err, "ttt", pointer, "list", all_text ? (joined.data ? joined.data : "") : NULL);
	base_buffer_dispose(&joined);
	return r;
}

static int
add_finding(struct builder *b, int64_t field, const struct base_yaml_node *node, int64_t records)
{
	int64_t count = int_or(node, "count", 1);
	bool validated = strcmp(text_or(node, "validated", "true"), "true") == 0;

	return facts_insert(b->db, "finding", b->err,
		"iittt"
		"iiiiiiii"
		"b",
		b->next_finding++, field, text_or(node, "entity", ""), text_or(node, "state", "reported"), NULL, (int64_t)validated,
		int_or(node, "confidence", validated ? 85 : 65), count, int_or(node, "records", count),
		records > 0 ? int_or(node, "records", count) * 1000000 / records : (int64_t)0, int_or(node, "tried", 0),
		int_or(node, "passed", 0), (int64_t)0, NULL, (size_t)0);
}

static int
add_resource(struct builder *b, const struct base_yaml_node *node, int64_t id)
{
	const struct base_yaml_node *fields = base_yaml_get(node, "fields");
	int64_t records = int_or(node, "records", 10);
	int r = facts_insert(b->db, "resource", b->err,
		"itttt"
		"iii"
		"btt",
		id, text_or(node, "name", "data"), text_or(node, "kind", "csv"), "utf-8", text_or(node, "state", "complete"),
		int_or(node, "bytes", 100), records, (int64_t)0, NULL, (size_t)0, base_yaml_get_text(node, "split"),
		base_yaml_get_text(node, "note"));

	for (const struct base_yaml_node *f = fields ? fields->first : NULL; f && r == ASSAY_OK; f = f->next) {
		const struct base_yaml_node *findings = base_yaml_get(f, "findings");
		int64_t field = b->next_field++;
		r = facts_insert(
			b->db, "field", b->err, "iitti", field, id, text_or(f, "name", "column"), base_yaml_get_text(f, "role"), records);
		for (const struct base_yaml_node *x = findings ? findings->first : NULL; x && r == ASSAY_OK; x = x->next)
			r = add_finding(b, field, x, records);
	}
	return r;
}

static int
add_right(struct builder *b, const struct base_yaml_node *x)
{
	int64_t expires = 0;

	if (!read_time(x, "expires", &expires))
		return facts_insert(b->db, "access_right", b->err, "ttttttnt", base_yaml_get_text(x, "principal"),
			base_yaml_get_text(x, "role"), base_yaml_get_text(x, "action"), base_yaml_get_text(x, "resource"),
			base_yaml_get_text(x, "purpose"), text_or(x, "effect", "allow"), base_yaml_get_text(x, "grant"));
	return facts_insert(b->db, "access_right", b->err, "ttttttit", base_yaml_get_text(x, "principal"), base_yaml_get_text(x, "role"),
		base_yaml_get_text(x, "action"), base_yaml_get_text(x, "resource"), base_yaml_get_text(x, "purpose"),
		text_or(x, "effect", "allow"), expires, base_yaml_get_text(x, "grant"));
}

static int
add_rows(struct builder *b, const struct base_yaml_node *facts)
{
	const struct base_yaml_node *list = base_yaml_get(facts, "access");
	int64_t seq = 1;
	int r = ASSAY_OK;

	for (const struct base_yaml_node *x = list ? list->first : NULL; x && r == ASSAY_OK; x = x->next)
		r = add_right(b, x);
	list = base_yaml_get(facts, "events");
	for (const struct base_yaml_node *x = list ? list->first : NULL; x && r == ASSAY_OK; x = x->next, seq++) {
		int64_t time = 1000;
		(void)read_time(x, "time", &time);
		r = facts_insert(b->db, "access_event", b->err,
			"iittttt"
			"t",
			int_or(x, "seq", seq), time, base_yaml_get_text(x, "principal"), base_yaml_get_text(x, "role"),
			base_yaml_get_text(x, "action"), base_yaml_get_text(x, "resource"), base_yaml_get_text(x, "purpose"),
			text_or(x, "decision", "allowed"));
	}
	list = base_yaml_get(facts, "issues");
	for (const struct base_yaml_node *x = list ? list->first : NULL; x && r == ASSAY_OK; x = x->next)
		r = facts_insert(b->db, "issue", b->err, "nttiiit", base_yaml_get_text(x, "code"), NULL, (int64_t)0, (int64_t)-1,
			int_or(x, "count", 1), base_yaml_get_text(x, "detail"));
	list = base_yaml_get(facts, "lineage");
	for (const struct base_yaml_node *x = list ? list->first : NULL; x && r == ASSAY_OK; x = x->next, seq++)
		r = facts_insert(b->db, "lineage_edge", b->err, "itbtbti", int_or(x, "seq", seq), base_yaml_get_text(x, "input"), NULL,
			(size_t)0, base_yaml_get_text(x, "output"), NULL, (size_t)0, base_yaml_get_text(x, "job"), int_or(x, "masking", 0));
	return r;
}

static int
add_named(struct builder *b, const struct base_yaml_node *facts)
{
	const struct base_yaml_node *map = base_yaml_get(facts, "rights");
	const char *ledger = base_yaml_get_text(facts, "ledger");
	/* every document that the manifest names is looked for; absent unless the case says otherwise */
	int r = facts_exec(b->db,
		"INSERT INTO document SELECT pointer, value, 0, NULL FROM manifest_value WHERE value IS NOT NULL AND (pointer LIKE "
		"'%_/ref' "
		"OR pointer LIKE '%_/lia' OR pointer LIKE '%_/compatibility' OR pointer LIKE '%_/assessment' OR pointer LIKE "
		"'%_/contract')",
		b->err);

	for (const struct base_yaml_node *x = map ? map->first : NULL; x && r == ASSAY_OK; x = x->next)
		r = facts_insert(b->db, "rights_list", b->err, "ttttiiit", x->key, text_or(x, "state", "ok"),
			base_yaml_get_text(x, "entity"), base_yaml_get_text(x, "field"), int_or(x, "entries", 1), int_or(x, "compared", 1),
			int_or(x, "hits", 0), base_yaml_get_text(x, "detail"));
	map = base_yaml_get(facts, "documents");
	for (const struct base_yaml_node *x = map ? map->first : NULL; x && r == ASSAY_OK; x = x->next) {
		/* named by pointer (/ai/dpia/ref) or by the path that a manifest value holds */
		bool present = x->kind == YAML_TEXT && strcmp(x->text, "true") == 0;
		char *sql = sqlite3_mprintf(
			"UPDATE document SET present=%d WHERE %s=%Q", present, x->key[0] == '/' ? "pointer" : "path", x->key);
		r = sql ? facts_exec(b->db, sql, b->err) : base_error_nomem(b->err);
		sqlite3_free(sql);
		if (r == ASSAY_OK && sqlite3_changes(b->db) == 0)
			r = base_yaml_error(b->yaml, x, b->err, ASSAY_PACK, "the manifest of this case names no document '%s'", x->key);
	}
	if (r == ASSAY_OK && ledger)
		r = facts_insert(b->db, "ledger_state", b->err, "tiit", ledger, (int64_t)5, (int64_t)(strcmp(ledger, "ok") == 0), NULL);
	return r;
}

static int
add_jurisdictions(struct builder *b)
{
	return facts_exec(
		b->db, "INSERT INTO jurisdiction SELECT value, '' FROM manifest_value WHERE pointer GLOB '/jurisdictions/[0-9]*'", b->err);
}

/* A misspelt key of a case would quietly take its facts away. */
static int
check_case(const struct builder *b, const struct base_yaml_node *test)
{
	static const char *const cases[] = {"name", "facts", "expect"},
				 *const facts[] = {"as_of", "manifest", "resources", "rights", "documents", "ledger", "access", "events",
					 "issues", "lineage"},
				 *const rows[] = {"resource", "field", "entity", "status", "basis", "reason", "severity"},
				 *const resources[] = {"name", "kind", "state", "bytes", "records", "split", "note", "fields"},
				 *const fields[] = {"name", "role", "findings"},
				 *const findings[] = {"entity", "state", "validated", "confidence", "count", "records", "tried", "passed"};
	const struct base_yaml_node *known = base_yaml_get(test, "facts"), *list = base_yaml_get(test, "expect");
	int r = base_yaml_check_keys(b->yaml, test, cases, BASE_COUNT(cases), ASSAY_PACK, b->err);

	if (r == ASSAY_OK && known)
		r = base_yaml_check_keys(b->yaml, known, facts, BASE_COUNT(facts), ASSAY_PACK, b->err);
	for (const struct base_yaml_node *x = list ? list->first : NULL; x && r == ASSAY_OK; x = x->next)
		r = base_yaml_check_keys(b->yaml, x, rows, BASE_COUNT(rows), ASSAY_PACK, b->err);
	list = base_yaml_get(known, "resources");
	for (const struct base_yaml_node *x = list ? list->first : NULL; x && r == ASSAY_OK; x = x->next) {
		r = base_yaml_check_keys(b->yaml, x, resources, BASE_COUNT(resources), ASSAY_PACK, b->err);
		const struct base_yaml_node *inner = base_yaml_get(x, "fields");
		for (const struct base_yaml_node *f = inner ? inner->first : NULL; f && r == ASSAY_OK; f = f->next) {
			r = base_yaml_check_keys(b->yaml, f, fields, BASE_COUNT(fields), ASSAY_PACK, b->err);
			const struct base_yaml_node *found = base_yaml_get(f, "findings");
			for (const struct base_yaml_node *y = found ? found->first : NULL; y && r == ASSAY_OK; y = y->next)
				r = base_yaml_check_keys(b->yaml, y, findings, BASE_COUNT(findings), ASSAY_PACK, b->err);
		}
	}
	return r;
}

static int
build_facts(struct builder *b, const struct base_yaml_node *facts)
{
	const struct base_yaml_node *manifest = base_yaml_get(facts, "manifest"), *resources = base_yaml_get(facts, "resources");
	int64_t id = 1;
	int r = facts_begin(b->db, b->err);

	if (r == ASSAY_OK && manifest)
		r = add_manifest(b, manifest, "");
	for (const struct base_yaml_node *x = resources ? resources->first : NULL; x && r == ASSAY_OK; x = x->next)
		r = add_resource(b, x, id++);
	r = r < 0 ? r : add_named(b, facts);
	r = r < 0 ? r : add_rows(b, facts);
	r = r < 0 ? r : add_jurisdictions(b);
	return r < 0 ? r : facts_commit(b->db, b->err);
}

/* Compares one expected row with the verdicts that are left; a found one is taken off. */
static int
match_expected(sqlite3 *db, const struct base_yaml_node *want, bool *ret, struct assay_error *err)
{
	static const char *const columns[] = {"resource", "field", "entity", "status", "basis", "reason", "severity"};
	struct base_buffer sql;
	char *piece;
	int64_t rowid = -1;
	int r;

	base_buffer_init(&sql, LIMIT_SQL);
	base_buffer_text(&sql, "SELECT coalesce((SELECT rowid FROM verdict WHERE 1");
	for (size_t i = 0; i < BASE_COUNT(columns); i++) {
		const struct base_yaml_node *value = base_yaml_get(want, columns[i]);
		if (!value)
			continue;
		piece = sqlite3_mprintf(" AND coalesce(%s,'')=%Q", columns[i], value->kind == YAML_TEXT ? value->text : "");
		base_buffer_text(&sql, piece ? piece : " AND 0");
		sqlite3_free(piece);
	}
	base_buffer_text(&sql, " ORDER BY resource='' LIMIT 1), -1)");
	r = base_buffer_status(&sql) < 0 ? base_error_nomem(err) : facts_int(db, sql.data, &rowid, err);
	base_buffer_reset(&sql);
	*ret = rowid >= 0;
	if (r == ASSAY_OK && *ret) {
		base_buffer_format(&sql, "DELETE FROM verdict WHERE rowid=%lld", (long long)rowid);
		r = facts_exec(db, sql.data, err);
	}
	base_buffer_dispose(&sql);
	return r;
}

static int
compare(sqlite3 *db, const struct base_yaml_node *expect, struct base_buffer *detail, struct assay_error *err)
{
	_cleanup_free_ char *all = NULL, *left = NULL;
	static const char list[] = "SELECT group_concat(status || ' ' || quote(resource) || ' ' || coalesce(field,'-') || ' ' || "
				   "coalesce(entity,'-') || ': ' || coalesce(reason,''), ' | ') FROM verdict";
	int64_t n = 0;
	int r = facts_text(db, &all, err, list, 0, NULL);

	for (const struct base_yaml_node *want = expect ? expect->first : NULL; want && r == ASSAY_OK; want = want->next) {
		bool found;
		r = match_expected(db, want, &found, err);
		if (r == ASSAY_OK && !found)
			base_buffer_format(detail, "line %u expected a row that did not come; ", want->line);
	}
	r = r < 0 ? r : facts_int(db, "SELECT count(*) FROM verdict", &n, err);
	/* one roll-up may go unnamed when its rows are named */
	if (r == ASSAY_OK && n > 0) {
		int64_t rows = 0, roll_ups = 0;
		r = facts_int(db, "SELECT count(*) FROM verdict WHERE resource<>''", &rows, err);
		r = r < 0 ? r : facts_int(db, "SELECT count(*) FROM verdict WHERE resource=''", &roll_ups, err);
		if (rows > 0 || roll_ups > 1 || (roll_ups == 1 && expect && expect->count == 0))
			base_buffer_format(detail, "%lld rows came unexpected; ", (long long)n);
	}
	if (r == ASSAY_OK && detail->size > 0)
		base_buffer_format(detail, "got: %s", all ? all : "nothing");
	return r;
}

/* Schema and taxonomy: the same for every case, so they are filled once and copied. */
static int
make_blank(const struct policy_set *set, sqlite3 **ret, struct assay_error *err)
{
	sqlite3 *db = NULL;
	int r = facts_create(":memory:", &db, err);

	r = r < 0 ? r : facts_begin(db, err);
	r = r < 0 ? r : policy_fill_taxonomy(set, db, err);
	r = r < 0 ? r : facts_commit(db, err);
	if (r < 0)
		sqlite3_close(db);
	else
		*ret = db;
	return r;
}

static int
copy_blank(sqlite3 *blank, const char *path, sqlite3 **ret, struct assay_error *err)
{
	sqlite3 *db = NULL;
	sqlite3_backup *copy = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL);

	if (rc == SQLITE_OK)
		copy = sqlite3_backup_init(db, "main", blank, "main");
	if (copy) {
		sqlite3_backup_step(copy, -1);
		rc = sqlite3_backup_finish(copy);
	} else if (rc == SQLITE_OK)
		rc = sqlite3_errcode(db);
	if (rc != SQLITE_OK) {
		sqlite3_close(db);
		return rc == SQLITE_NOMEM ? base_error_nomem(err)
					  : base_error(err, ASSAY_INTERNAL, "cannot set up a case: %s", sqlite3_errstr(rc));
	}
	*ret = db;
	return ASSAY_OK;
}

static int
run_case(const struct policy_set *set, sqlite3 *blank, const struct policy_control *control, const struct base_yaml_node *test,
	struct base_buffer *detail, struct assay_error *err)
{
	static atomic_uint serial;
	const struct base_yaml_node *facts = base_yaml_get(test, "facts");
	char path[64];
	struct builder b = {.set = set, .yaml = control->yaml, .next_field = 1, .next_finding = 1, .err = err};
	struct policy_options options = {.path = path,
		.as_of = text_or(facts, "as_of", "2026-11-24"),
		.only = control->id,
		.profile = NULL,
		.has_manifest = base_yaml_get(facts, "manifest") != NULL,
		.ignores_jurisdiction = true};
	struct policy_counts counts;
	int r;

	snprintf(path, sizeof path, "file:/assay-test-%u?vfs=memdb", atomic_fetch_add(&serial, 1));
	r = check_case(&b, test);
	r = r < 0 ? r : copy_blank(blank, path, &b.db, err);
	if (r < 0)
		return r;
	r = build_facts(&b, facts);
	r = r < 0 ? r : policy_evaluate(set, b.db, &options, &counts, err);
	r = r < 0 ? r : compare(b.db, base_yaml_get(test, "expect"), detail, err);
	sqlite3_close(b.db);
	return r;
}

int
policy_test(const struct policy_set *set, const struct policy_control *control,
	void (*tell)(void *context, const struct policy_control *control, const char *test, bool passed, const char *detail), void *context,
	struct assay_error *err)
{
	struct base_buffer detail;
	sqlite3 *blank = NULL;
	int failed = 0, r = make_blank(set, &blank, err);

	if (r < 0)
		return r;
	base_buffer_init(&detail, LIMIT_ENTRY);
	for (const struct base_yaml_node *test = control->tests ? control->tests->first : NULL; test && r == ASSAY_OK; test = test->next) {
		base_buffer_reset(&detail);
		r = run_case(set, blank, control, test, &detail, err);
		if (r < 0)
			break;
		failed += detail.size > 0;
		tell(context, control, text_or(test, "name", "case"), detail.size == 0, detail.size > 0 ? detail.data : "");
	}
	base_buffer_dispose(&detail);
	sqlite3_close(blank);
	return r < 0 ? r : failed;
}
