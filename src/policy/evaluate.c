/* From controls to verdicts. One roll-up row per control (resource = '') and one per row that its SELECT returned. */
#include "policy/policy.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "policy/evidence.h"
#include "policy/facts.h"
#include "policy/sandbox.h"

#include <string.h>

struct evaluator {
	const struct policy_set *set;
	const struct policy_options *options;
	sqlite3 *db;
	struct sandbox *sandbox;
	const struct policy_control *control;
	struct policy_counts counts;
	bool blocks;
	bool guards_log; /* blocks when the log is broken; a log without a pinned checkpoint proves little, but stops nothing */
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

	return facts_insert(e->db, "verdict", e->err, "tttttttttitt", c->id, row->resource ? row->resource : "", row->field, row->entity,
		row->status, row->basis ? row->basis : c->basis, "open", NULL, c->severity, (int64_t)e->blocks, row->reason, row->dims);
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

	e->counts.evaluated += strcmp(status, "pass") == 0 || strcmp(status, "fail") == 0 || strcmp(status, "review") == 0;
	e->counts.not_applicable += strcmp(status, "na") == 0;
	if (e->guards_log && strcmp(status, "noteval") == 0)
		e->blocks = false;
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

/* " (declared by m.rossi on 2026-11-20)": whoever turns a control off by a declaration is named. malloc'ed; empty when the manifest says
 * neither. */
static int
declared_by(struct evaluator *e, char **ret)
{
	return facts_text(e->db, ret, e->err,
		"SELECT iif(declared_by IS NULL, '', ' (declared by ' || declared_by || coalesce(' on ' || declared_on, '') || ')') FROM "
		"manifest",
		0, NULL);
}

/* Identifiers of the pack's places among the validated findings. */
static int
count_identifiers(struct evaluator *e, int64_t *ret)
{
	const struct policy_pack *pack = e->control->pack;
	int r = ASSAY_OK;

	*ret = 0;
	for (size_t i = 0; i < pack->n_prefixes && r == ASSAY_OK && *ret == 0; i++)
		r = count(e, "SELECT count(*) FROM reported_finding WHERE validated AND substr(entity, 1, length(?1)) = ?1",
			pack->prefixes[i], ret);
	return r;
}

/* A law whose places are not declared: na, or review when identifiers of those places were found; noteval when no place is declared at all.
 * *ret_done: a verdict was written. */
static int
gate_jurisdiction(struct evaluator *e, bool *ret_done)
{
	const struct policy_pack *pack = e->control->pack;
	_cleanup_free_ char *by = NULL, *text = NULL;
	int64_t declared = 0, n = 0;
	int r = ASSAY_OK;

	*ret_done = false;
	if (!e->options->has_manifest || e->options->ignores_jurisdiction || pack->n_jurisdictions == 0)
		return ASSAY_OK;
	for (size_t i = 0; i < pack->n_jurisdictions && r == ASSAY_OK && n == 0; i++)
		r = count(e, "SELECT count(*) FROM jurisdiction WHERE id=?1 OR id LIKE ?1 || '-%'", pack->jurisdictions[i], &n);
	if (r < 0 || n > 0)
		return r;
	*ret_done = true;
	r = count(e, "SELECT count(*) FROM jurisdiction", NULL, &declared);
	if (r == ASSAY_OK && declared == 0)
		return roll_up(e, "noteval", "declared", "not declared: /jurisdictions");
	r = r < 0 ? r : count_identifiers(e, &n);
	r = r < 0 ? r : declared_by(e, &by);
	if (r < 0)
		return r;
	text = n > 0 ? base_format("identifiers of this jurisdiction were found, yet the manifest does not declare %s%s",
		       pack->jurisdictions[0], by ? by : "")
		     : base_format("the manifest does not declare %s%s", pack->jurisdictions[0], by ? by : "");
	if (!text)
		return base_error_nomem(e->err);
	return roll_up(e, n > 0 ? "review" : "na", n > 0 ? "data" : "declared", text);
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
	e->blocks = false;
	return roll_up(e, "na", NULL, reason);
}

/* The predicate said no. It rests on declarations where the control needs any, else on what was found. */
static int
write_not_applicable(struct evaluator *e)
{
	const char *text = e->control->na ? e->control->na : "does not apply to what is declared";
	_cleanup_free_ char *by = NULL, *reason = NULL;
	bool is_declared = false;
	int r;

	for (size_t i = 0; i < e->control->n_required; i++)
		is_declared = is_declared || evidence_is_declared(e->control->required[i]);
	for (size_t i = 0; i < e->control->n_optional; i++)
		is_declared = is_declared || evidence_is_declared(e->control->optional[i]);
	if (!is_declared)
		return roll_up(e, "na", "data", text);
	r = declared_by(e, &by);
	if (r < 0)
		return r;
	reason = base_format("%s%s", text, by ? by : "");
	return reason ? roll_up(e, "na", "declared", reason) : base_error_nomem(e->err);
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
	return r == SQLITE_DONE ? write_not_applicable(e) : roll_up(e, "error", NULL, why.message);
}

/* Without its evidence a control says nothing. */
static int
gate_evidence(struct evaluator *e, enum evidence_stage stage, bool *ret_done)
{
	struct base_buffer reason;
	int r;

	base_buffer_init(&reason, LIMIT_SQL);
	r = evidence_find_missing(e->db, e->control, stage, &reason, ret_done, e->err);
	if (r == ASSAY_OK && *ret_done)
		r = roll_up(e, "noteval", NULL, reason.data);
	base_buffer_dispose(&reason);
	return r;
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
	} known[] = {{"resource", &row.resource}, {"field", &row.field}, {"entity", &row.entity}, {"status", &row.status},
		{"basis", &row.basis}, {"reason", &row.reason}};

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

/* From the strongest to the weakest; -1 for no known word. */
static int
basis_rank(const char *word)
{
	static const char *const bases[] = {"data", "log", "declared", "document"};

	for (int i = 0; i < (int)BASE_COUNT(bases); i++)
		if (strcmp(word, bases[i]) == 0)
			return i;
	return -1;
}

/* The contract of a row: a status, a reason, a known basis. */
static const char *
row_fault(const struct row *row)
{
	static const char *const statuses[] = {"pass", "fail", "review", "na", "noteval"};

	if (!is_word_of(row->status, statuses, BASE_COUNT(statuses)))
		return "a row has no known status";
	if (row->basis && basis_rank(row->basis) < 0)
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

/* Why an absence cannot pass: entities that the control needs were not looked for, or nobody knows how many of them are found. */
static int
recall_reason(struct evaluator *e, char **ret)
{
	const char *parameters[] = {e->control->sql};

	return facts_text(e->db, ret, e->err,
		"WITH needed AS (SELECT entity, has_floor FROM sought_recall WHERE entity IN(SELECT entity FROM needed_entity WHERE "
		"instr(?1, reads) > 0)), open AS (SELECT entity, count(*) OVER () AS n FROM needed WHERE NOT has_floor ORDER BY entity "
		"LIMIT 3) "
		"SELECT printf('nothing found, but %d of %d kinds of values were not looked for or have no published recall: ', n, "
		"(SELECT count(*) FROM needed)) || group_concat(entity, ', ') || iif(n > 3, ' and ' || (n-3) || ' more', '') FROM open "
		"HAVING n > 0",
		1, parameters);
}

/* Why an absence cannot pass: what was not examined. */
static int
unexamined_reason(struct evaluator *e, char **ret)
{
	return facts_text(e->db, ret, e->err,
		"SELECT 'nothing found, but not everything was examined: ' || group_concat(resource || ' (' || why || ')', ', ') || iif(n "
		"> 3, ' and ' || (n-3) || ' more', '') "
		"FROM (SELECT resource, why, (SELECT count(*) FROM unexamined) AS n FROM unexamined ORDER BY resource, why LIMIT 3)",
		0, NULL);
}

/* What the rows come to: the worst status wins, and its basis is the weakest that any of its rows stands on. */
struct sum {
	const char *status, *basis, *first; /* first: reason of the first row of that status */
	size_t n;
};

static struct sum
sum_up(const struct evaluator *e, const struct rows *rows)
{
	static const char *const by_weight[] = {"fail", "noteval", "review", "pass", "na"};
	struct sum sum = {.status = "pass", .basis = e->control->basis};

	for (size_t s = 0; s < BASE_COUNT(by_weight) && sum.n == 0; s++)
		for (size_t i = 0; i < rows->n; i++) {
			const struct row *row = &rows->items[i];
			const char *basis = row->basis ? row->basis : e->control->basis;
			if (strcmp(row->status, by_weight[s]) != 0)
				continue;
			if (sum.n++ == 0)
				sum = (struct sum){by_weight[s], basis, row->reason, 1};
			if (basis_rank(basis) > basis_rank(sum.basis))
				sum.basis = basis;
		}
	return sum;
}

static int
write_roll_up(struct evaluator *e, const struct rows *rows)
{
	static const char *const counted[][2] = {
		{"fail", "contradictions"}, {"review", "to be judged by a person"}, {"noteval", "without evidence"}};
	struct sum sum = sum_up(e, rows);
	_cleanup_free_ char *reason = NULL;
	const char *words = NULL;
	int r;

	for (size_t i = 0; i < BASE_COUNT(counted); i++)
		if (strcmp(sum.status, counted[i][0]) == 0)
			words = counted[i][1];
	if (words || strcmp(sum.status, "na") == 0) {
		reason = !words || sum.n == 1 ? base_strdup(sum.first) : base_format("%zu %s; first: %s", sum.n, words, sum.first);
		if (!reason)
			return base_error_nomem(e->err);
	} else if (e->control->absence) {
		r = unexamined_reason(e, &reason);
		if (r == ASSAY_OK && !reason)
			r = recall_reason(e, &reason);
		if (r < 0)
			return r;
		if (reason)
			sum.status = "review";
	}
	return roll_up(e, sum.status, sum.basis, reason ? reason : sum.n == 1 ? sum.first : e->control->title);
}

/* Date, place, declarations, predicate, further evidence: the first that stands in the way is the verdict. */
static int
pass_gates(struct evaluator *e, bool *ret_done)
{
	int r = gate_date(e, ret_done);

	if (r == ASSAY_OK && !*ret_done)
		r = gate_jurisdiction(e, ret_done);
	if (r == ASSAY_OK && !*ret_done)
		r = gate_evidence(e, EVIDENCE_OF_PREDICATE, ret_done);
	if (r == ASSAY_OK && !*ret_done)
		r = gate_applies(e, ret_done);
	if (r == ASSAY_OK && !*ret_done)
		r = gate_evidence(e, EVIDENCE_OF_VERDICT, ret_done);
	return r;
}

static int
evaluate_control(struct evaluator *e)
{
	struct rows rows = {0};
	struct assay_error why = {0};
	bool done = false, failed = false;
	int r = pass_gates(e, &done);

	if (r < 0 || done)
		return r;
	r = run_sql(e, &rows, &why, &failed);
	if (r == ASSAY_OK && failed)
		r = roll_up(e, "error", NULL, why.message);
	else {
		for (size_t i = 0; i < rows.n && r == ASSAY_OK; i++)
			r = write_detail(e, &rows.items[i]);
		r = r < 0 ? r : write_roll_up(e, &rows);
	}
	free_rows(&rows);
	return r;
}

/* Controls on the log itself: the pack `integrity`, and the accountability principle. */
static bool
is_about_log(const struct policy_control *c)
{
	return strcmp(c->pack->law, "integrity") == 0 || strcmp(c->id, "gdpr-a5.2-2") == 0;
}

static void
set_blocking(struct evaluator *e)
{
	const struct policy_control *c = e->control;
	const struct policy_profile *profile = e->options->profile ? policy_profile_find(e->set, e->options->profile) : NULL;
	bool is_named = profile && is_word_of(c->id, profile->blocks, profile->n_blocks);

	e->guards_log = profile && profile->integrity && !is_named && is_about_log(c);
	e->blocks = !c->is_draft && (is_named || e->guards_log);
}

static int
write_control(struct evaluator *e)
{
	const struct policy_control *c = e->control;

	return facts_insert(e->db, "control", e->err, "ttttttitttt", c->id, c->pack->law, c->title, c->cite, c->severity, c->status,
		(int64_t)e->blocks, c->remedy, c->from, c->to, c->question);
}

int
policy_evaluate(
	const struct policy_set *set, sqlite3 *db, const struct policy_options *options, struct policy_counts *ret, struct assay_error *err)
{
	struct evaluator e = {.set = set, .options = options, .db = db, .err = err};
	int r = sandbox_open(options->path, options->as_of, options->max_steps, &e.sandbox, err);

	for (size_t i = 0; i < set->n && r == ASSAY_OK; i++) {
		e.control = &set->controls[i];
		if (options->only ? strcmp(options->only, e.control->id) != 0
				  : options->n_laws > 0 && !is_word_of(e.control->pack->law, options->laws, options->n_laws))
			continue;
		set_blocking(&e);
		e.counts.total++;
		r = write_control(&e);
		r = r < 0 ? r : evaluate_control(&e);
	}
	sandbox_close(e.sandbox);
	if (r < 0)
		return r;
	*ret = e.counts;
	return ASSAY_OK;
}

int
policy_query(const char *path, const char *as_of, const char *sql,
	int (*each)(void *context, int n, const char *const *names, const char *const *values), void *context, struct assay_error *err)
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
