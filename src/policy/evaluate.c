/* From controls to verdicts. One roll-up row per control (resource = '') and one per row that its SELECT returned. */
#include "policy/policy.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "policy/facts.h"
#include "policy/sandbox.h"

#include <string.h>

struct evaluator {
	const struct policy_set *set;
	const struct policy_options *options;
	sqlite3 *db;
	struct sandbox *sandbox;
	const struct policy_control *control;
	bool blocks;
	struct assay_error *err;
};

/* A row on its way into the verdict table. */
struct row {
	char *resource, *field, *entity, *status, *basis, *reason, *dims;
};

struct rows {
	struct row *items;
	size_t n, capacity;
};

static void
free_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row *r = &rows->items[i];
		free(r->resource);
		free(r->field);
		free(r->entity);
		free(r->status);
		free(r->basis);
		free(r->reason);
		free(r->dims);
	}
	free(rows->items);
}

static int
write_verdict(struct evaluator *e, const struct row *row)
{
	const struct policy_control *c = e->control;

	return facts_insert(e->db, "verdict", e->err, "tttttttttitt", c->id, row->resource ? row->resource : "", row->field, row->entity, row->status,
		row->basis ? row->basis : c->basis, "open", NULL, c->severity, (int64_t)e->blocks, row->reason, row->dims);
}

/* Only the roll-up has no resource: a row about no one resource is about ".", the whole dataset. */
static int
write_detail(struct evaluator *e, const struct row *row)
{
	struct row named = *row;
	char whole[] = ".";

	if (!row->resource || !*row->resource)
		named.resource = whole;
	return write_verdict(e, &named);
}

static int
roll_up(struct evaluator *e, const char *status, const char *basis, const char *reason)
{
	struct row row = {.status = (char *)(uintptr_t)status, .basis = (char *)(uintptr_t)basis, .reason = (char *)(uintptr_t)reason};

	return write_verdict(e, &row);
}

static int
count(struct evaluator *e, const char *sql, const char *parameter, int64_t *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = facts_text(e->db, &text, e->err, sql, parameter ? 1 : 0, &parameter);

	*ret = text ? strtoll(text, NULL, 10) : 0;
	return r;
}

/* Is a named kind of evidence there? *ret_basis_word: what is missing, for the reason. */
static int
has_evidence(struct evaluator *e, const char *need, bool *ret)
{
	static const struct {
		const char *word, *sql;
	} kinds[] = {
		{"findings", "SELECT count(*) FROM resource WHERE state IN('complete','sampled','incomplete')"},
		{"ledger", "SELECT count(*) FROM ledger_state WHERE state='ok' AND pinned"},
		{"access", "SELECT count(*) FROM access_right"},
		{"access-log", "SELECT count(*) FROM access_event"},
		{"lineage", "SELECT count(*) FROM lineage_edge"},
	};
	static const struct {
		const char *prefix, *sql;
	} named[] = {
		{"manifest:", "SELECT count(*) FROM manifest_value WHERE pointer=? AND (value IS NOT NULL OR type IN('map','list'))"},
		{"rights:", "SELECT count(*) FROM rights_list WHERE name=? AND state='ok'"},
		{"document:", "SELECT count(*) FROM document WHERE pointer=? AND present"},
	};
	int64_t n = 0;
	int r;

	for (size_t i = 0; i < BASE_COUNT(kinds); i++)
		if (strcmp(need, kinds[i].word) == 0) {
			r = count(e, kinds[i].sql, NULL, &n);
			*ret = n > 0;
			return r;
		}
	for (size_t i = 0; i < BASE_COUNT(named); i++)
		if (strncmp(need, named[i].prefix, strlen(named[i].prefix)) == 0) {
			r = count(e, named[i].sql, need + strlen(named[i].prefix), &n);
			*ret = n > 0;
			return r;
		}
	*ret = false;
	return ASSAY_OK;
}

static const char *
need_in_words(const char *need)
{
	static const char *const words[][2] = {{"findings", "no data was examined"}, {"ledger", "no ledger with a pinned, verified checkpoint"},
		{"access", "no access policy (access.yaml)"}, {"access-log", "no access event is recorded in the ledger"}, {"lineage", "no lineage is recorded"}};

	for (size_t i = 0; i < BASE_COUNT(words); i++)
		if (strcmp(need, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

/* First missing required need; false when all are there. */
static int
find_missing(struct evaluator *e, struct base_buffer *reason, bool *ret_missing)
{
	*ret_missing = false;
	for (size_t i = 0; i < e->control->n_required; i++) {
		const char *need = e->control->required[i], *words = need_in_words(need);
		bool there;
		int r = has_evidence(e, need, &there);
		if (r < 0)
			return r;
		if (there)
			continue;
		if (words)
			base_buffer_format(reason, "%s%s", *ret_missing ? "; " : "", words);
		else if (strncmp(need, "manifest:", 9) == 0)
			base_buffer_format(reason, "%snot declared: %s", *ret_missing ? "; " : "", need + 9);
		else if (strncmp(need, "rights:", 7) == 0)
			base_buffer_format(reason, "%sno comparable list of '%s' persons", *ret_missing ? "; " : "", need + 7);
		else
			base_buffer_format(reason, "%smissing: %s", *ret_missing ? "; " : "", need);
		*ret_missing = true;
	}
	return ASSAY_OK;
}

/* A law whose places are not declared: na, or review when identifiers of those places were found. *ret_done: a verdict was written. */
static int
gate_jurisdiction(struct evaluator *e, bool *ret_done)
{
	const struct policy_pack *pack = e->control->pack;
	struct base_buffer text;
	int64_t n = 0;
	int r = ASSAY_OK;

	*ret_done = false;
	if (!e->options->has_manifest || e->options->ignores_jurisdiction || pack->n_jurisdictions == 0)
		return ASSAY_OK;
	for (size_t i = 0; i < pack->n_jurisdictions && r == ASSAY_OK && n == 0; i++)
		r = count(e, "SELECT count(*) FROM jurisdiction WHERE id=?1 OR id LIKE ?1 || '-%'", pack->jurisdictions[i], &n);
	if (r < 0 || n > 0)
		return r;
	for (size_t i = 0; i < pack->n_prefixes && r == ASSAY_OK && n == 0; i++)
		r = count(e, "SELECT count(*) FROM reported_finding WHERE validated AND substr(entity, 1, length(?1)) = ?1", pack->prefixes[i], &n);
	if (r < 0)
		return r;
	base_buffer_init(&text, 1024);
	base_buffer_format(&text, n > 0 ? "identifiers of this jurisdiction were found, yet the manifest does not declare %s"
					: "the manifest does not declare %s", pack->jurisdictions[0]);
	r = roll_up(e, n > 0 ? "review" : "na", n > 0 ? "data" : "declared", text.data);
	base_buffer_dispose(&text);
	*ret_done = true;
	return r;
}

static int
gate_date(struct evaluator *e, bool *ret_done)
{
	const struct policy_control *c = e->control;
	char reason[96];

	*ret_done = false;
	if (c->from && strcmp(e->options->as_of, c->from) < 0)
		snprintf(reason, sizeof reason, "in force from %.10s", c->from);
	else if (c->to && strcmp(e->options->as_of, c->to) >= 0)
		snprintf(reason, sizeof reason, "no longer in force since %.10s", c->to);
	else
		return ASSAY_OK;
	*ret_done = true;
	return roll_up(e, "na", NULL, reason);
}

static int
gate_applies(struct evaluator *e, bool *ret_done)
{
	struct assay_error why = {0};
	sqlite3_stmt *statement;
	int r;

	*ret_done = false;
	if (!e->control->applies)
		return ASSAY_OK;
	r = sandbox_prepare(e->sandbox, e->control->applies, &statement, &why);
	if (r == ASSAY_OK) {
		r = sandbox_step(e->sandbox, statement, &why);
		sqlite3_finalize(statement);
	}
	if (r == SQLITE_ROW)
		return ASSAY_OK;
	*ret_done = true;
	if (r == SQLITE_DONE)
		return roll_up(e, "na", "declared", e->control->na ? e->control->na : "does not apply to what is declared");
	return roll_up(e, "error", NULL, why.message);
}

static char *
column_text(sqlite3_stmt *statement, int i)
{
	const char *text = (const char *)sqlite3_column_text(statement, i);

	return text ? base_strdup(text) : NULL;
}

/* One result row; columns by name, others become dimensions. */
static int
take_row(struct evaluator *e, sqlite3_stmt *statement, struct rows *rows)
{
	struct row row = {0};
	struct base_buffer dims;
	struct base_json j;
	bool has_dims = false;
	struct {
		const char *name;
		char **to;
	} known[] = {{"resource", &row.resource}, {"field", &row.field}, {"entity", &row.entity}, {"status", &row.status}, {"basis", &row.basis},
		{"reason", &row.reason}};

	base_buffer_init(&dims, LIMIT_ENTRY);
	base_json_init(&j, &dims);
	base_json_open_object(&j);
	for (int i = 0; i < sqlite3_column_count(statement); i++) {
		const char *name = sqlite3_column_name(statement, i);
		char **to = NULL;
		for (size_t k = 0; k < BASE_COUNT(known); k++)
			if (strcmp(name, known[k].name) == 0)
				to = known[k].to;
		if (to) {
			free(*to);
			*to = column_text(statement, i);
		} else {
			base_json_member_text(&j, name, (const char *)sqlite3_column_text(statement, i));
			has_dims = true;
		}
	}
	base_json_close_object(&j);
	row.dims = has_dims ? base_buffer_take(&dims) : NULL;
	base_buffer_dispose(&dims);
	if (base_grow(&rows->items, &rows->capacity, rows->n + 1, sizeof *rows->items) < 0) {
		free(row.resource);
		free(row.field);
		free(row.entity);
		free(row.status);
		free(row.basis);
		free(row.reason);
		free(row.dims);
		return base_error_nomem(e->err);
	}
	rows->items[rows->n++] = row;
	return ASSAY_OK;
}

static bool
is_word_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; word && i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* The contract of a row: a status, a reason, a known basis. */
static const char *
row_fault(const struct row *row)
{
	static const char *const statuses[] = {"pass", "fail", "review", "na"}, *const bases[] = {"data", "log", "declared", "document"};

	if (!is_word_of(row->status, statuses, BASE_COUNT(statuses)))
		return "a row has no known status";
	if (row->basis && !is_word_of(row->basis, bases, BASE_COUNT(bases)))
		return "a row has no known basis";
	return row->reason ? NULL : "a row has no reason";
}

static int
run_sql(struct evaluator *e, struct rows *rows, struct assay_error *why, bool *ret_failed)
{
	sqlite3_stmt *statement;
	int r = sandbox_prepare(e->sandbox, e->control->sql, &statement, why), e2 = ASSAY_OK;

	*ret_failed = true;
	if (r < 0)
		return ASSAY_OK;
	while ((r = sandbox_step(e->sandbox, statement, why)) == SQLITE_ROW && e2 == ASSAY_OK) {
		if (rows->n >= LIMIT_SQL_ROWS) {
			r = base_error(why, ASSAY_LIMIT, "more than %d rows", LIMIT_SQL_ROWS);
			break;
		}
		e2 = take_row(e, statement, rows);
		if (e2 == ASSAY_OK && row_fault(&rows->items[rows->n - 1])) {
			r = base_error(why, ASSAY_PACK, "%s", row_fault(&rows->items[rows->n - 1]));
			break;
		}
	}
	sqlite3_finalize(statement);
	*ret_failed = r < 0;
	return e2;
}

/* Why an absence cannot pass: what was not examined. */
static int
unexamined_reason(struct evaluator *e, char **ret)
{
	return facts_text(e->db, ret, e->err,
		"SELECT 'nothing found, but not everything was examined: ' || group_concat(resource || ' (' || why || ')', ', ') || iif(n > 3, ' and ' || (n-3) || ' more', '') "
		"FROM (SELECT resource, why, (SELECT count(*) FROM unexamined) AS n FROM unexamined ORDER BY resource, why LIMIT 3)", 0, NULL);
}

static int
write_roll_up(struct evaluator *e, const struct rows *rows)
{
	size_t n_fail = 0, n_review = 0;
	const char *first_fail = NULL, *first_review = NULL, *basis = e->control->basis;
	_cleanup_free_ char *reason = NULL;
	int r;

	for (size_t i = 0; i < rows->n; i++) {
		bool fails = strcmp(rows->items[i].status, "fail") == 0, reviews = strcmp(rows->items[i].status, "review") == 0;
		n_fail += fails;
		n_review += reviews;
		if (fails && !first_fail)
			first_fail = rows->items[i].reason;
		if (reviews && !first_review)
			first_review = rows->items[i].reason;
		if (rows->items[i].basis && (fails || reviews) && n_fail + n_review == 1)
			basis = rows->items[i].basis;
	}
	if (n_fail > 0)
		reason = n_fail == 1 ? base_strdup(first_fail) : base_format("%zu contradictions; first: %s", n_fail, first_fail);
	else if (n_review > 0)
		reason = n_review == 1 ? base_strdup(first_review) : base_format("%zu to be judged by a person; first: %s", n_review, first_review);
	else if (e->control->absence) {
		r = unexamined_reason(e, &reason);
		if (r < 0)
			return r;
		if (reason)
			n_review = 1;
	}
	return roll_up(e, n_fail > 0 ? "fail" : n_review > 0 ? "review" : "pass", basis, reason ? reason : e->control->title);
}

static int
evaluate_control(struct evaluator *e, struct policy_counts *counts)
{
	struct rows rows = {0};
	struct assay_error why = {0};
	struct base_buffer reason;
	bool done = false, missing = false, failed = false;
	int r = gate_date(e, &done);

	if (r == ASSAY_OK && !done)
		r = gate_jurisdiction(e, &done);
	base_buffer_init(&reason, LIMIT_SQL);
	if (r == ASSAY_OK && !done)
		r = find_missing(e, &reason, &missing);
	if (r == ASSAY_OK && !done && missing) {
		done = true;
		r = roll_up(e, "noteval", NULL, reason.data);
	} else if (r == ASSAY_OK && !done) {
		r = gate_applies(e, &done);
	} else
		counts->not_applicable += done;
	base_buffer_dispose(&reason);
	if (r < 0 || done)
		return r;
	r = run_sql(e, &rows, &why, &failed);
	if (r == ASSAY_OK && failed)
		r = roll_up(e, "error", NULL, why.message);
	else {
		counts->evaluated++;
		for (size_t i = 0; i < rows.n && r == ASSAY_OK; i++)
			r = write_detail(e, &rows.items[i]);
		r = r < 0 ? r : write_roll_up(e, &rows);
	}
	free_rows(&rows);
	return r;
}

static bool
is_blocking(const struct policy_set *set, const struct policy_options *o, const struct policy_control *c)
{
	const struct policy_profile *profile = o->profile ? policy_profile_find(set, o->profile) : NULL;

	if (!profile || c->is_draft)
		return false;
	if (profile->integrity && strcmp(c->id, "gdpr-a5.2-2") == 0)
		return true;
	return is_word_of(c->id, profile->blocks, profile->n_blocks);
}

static int
write_control(struct evaluator *e)
{
	const struct policy_control *c = e->control;

	return facts_insert(e->db, "control", e->err, "ttttttitttt", c->id, c->pack->law, c->title, c->cite, c->severity, c->status, (int64_t)e->blocks, c->remedy,
		c->from, c->to, c->question);
}

int
policy_evaluate(const struct policy_set *set, sqlite3 *db, const struct policy_options *options, struct policy_counts *ret, struct assay_error *err)
{
	struct evaluator e = {.set = set, .options = options, .db = db, .err = err};
	struct policy_counts counts = {0};
	int r = sandbox_open(options->path, options->as_of, options->max_steps, &e.sandbox, err);

	for (size_t i = 0; i < set->n && r == ASSAY_OK; i++) {
		e.control = &set->controls[i];
		if (options->only ? strcmp(options->only, e.control->id) != 0
				  : options->n_laws > 0 && !is_word_of(e.control->pack->law, options->laws, options->n_laws))
			continue;
		e.blocks = is_blocking(set, options, e.control);
		counts.total++;
		r = write_control(&e);
		r = r < 0 ? r : evaluate_control(&e, &counts);
	}
	sandbox_close(e.sandbox);
	if (r < 0)
		return r;
	*ret = counts;
	return ASSAY_OK;
}

int
policy_query(const char *path, const char *as_of, const char *sql, int (*each)(void *context, int n, const char *const *names, const char *const *values),
	void *context, struct assay_error *err)
{
	enum { COLUMNS_MAX = 200 };
	const char *names[COLUMNS_MAX], *values[COLUMNS_MAX];
	struct sandbox *sandbox;
	sqlite3_stmt *statement = NULL;
	int r = sandbox_open(path, as_of, 0, &sandbox, err), n;

	if (r < 0)
		return r;
	r = sandbox_prepare(sandbox, sql, &statement, err);
	while (r >= 0 && (r = sandbox_step(sandbox, statement, err)) == SQLITE_ROW) {
		n = sqlite3_column_count(statement);
		for (int i = 0; i < n && i < COLUMNS_MAX; i++) {
			names[i] = sqlite3_column_name(statement, i);
			values[i] = (const char *)sqlite3_column_text(statement, i);
		}
		if (each(context, n, names, values) != 0)
			break;
	}
	sqlite3_finalize(statement);
	sandbox_close(sandbox);
	return r < 0 ? r : ASSAY_OK;
}
