/* Judging: profile, laws, date, exit codes. */
#include "app/judge.h"

#include "app/result.h"
#include "app/waive.h"
#include "base/error.h"
#include "base/match.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "policy/facts.h"

#include <string.h>

void
audit_request_defaults(struct audit_request *ret)
{
	*ret = (struct audit_request){0};
	scan_request_defaults(&ret->scan);
}

static const char *const severities[] = {"critical", "high", "medium", "low"};

static int
refuse_word(const char *what, const char *word, const char *const *known, size_t n, struct assay_error *err)
{
	const char *near = base_suggest(word, known, n);

	base_error_at(err, ASSAY_USAGE, word, 0, 0, "no such %s", what);
	if (near)
		base_error_hint(err, "did you mean '%s'?", near);
	return ASSAY_USAGE;
}

static int
set_severity(struct judge *j, const char *word, struct assay_error *err)
{
	j->fail_on_word = word ? word : "high";
	for (int i = 0; i < (int)BASE_COUNT(severities); i++)
		if (strcmp(j->fail_on_word, severities[i]) == 0) {
			j->fail_on = i;
			return ASSAY_OK;
		}
	return refuse_word("severity", word, severities, BASE_COUNT(severities), err);
}

static int
set_date(struct judge *j, const struct project *project, const char *as_of, struct assay_error *err)
{
	char today[BASE_DATE_TEXT];
	int64_t ms;

	project_today(project, today);
	if (as_of && (strlen(as_of) != 10 || !base_date_parse(base_span_of(as_of), &ms)))
		return base_error_at(err, ASSAY_USAGE, as_of, 0, 0, "not a date (YYYY-MM-DD)");
	snprintf(j->as_of, sizeof j->as_of, "%.10s", as_of ? as_of : today);
	j->is_simulated = strcmp(j->as_of, today) != 0;
	return ASSAY_OK;
}

static bool
is_law(const struct policy_set *set, const char *word, size_t n, const char **ret)
{
	for (size_t i = 0; i < set->n_packs; i++)
		if (strlen(set->packs[i].law) == n && memcmp(set->packs[i].law, word, n) == 0) {
			*ret = set->packs[i].law;
			return true;
		}
	return false;
}

static int
refuse_law(const struct judge *j, const char *word, struct assay_error *err)
{
	const char *known[JUDGE_LAWS];
	size_t n = 0;

	for (size_t i = 0; i < j->set->n_packs && n < JUDGE_LAWS; i++)
		known[n++] = j->set->packs[i].law;
	return refuse_word("control pack", word, known, n, err);
}

/* --policy, else audit.packs of the manifest ("gdpr@1"; names of rule packs stand there too and select nothing here), else all. */
static int
set_laws(struct judge *j, const struct project *project, const struct audit_request *request, struct assay_error *err)
{
	for (size_t i = 0; i < request->n_laws && j->n_laws < JUDGE_LAWS; i++)
		if (!is_law(j->set, request->laws[i], strlen(request->laws[i]), &j->laws[j->n_laws++]))
			return refuse_law(j, request->laws[i], err);
	for (size_t i = 0; request->n_laws == 0 && project->manifest && j->n_laws < JUDGE_LAWS; i++) {
		char pointer[40];
		snprintf(pointer, sizeof pointer, "/audit/packs/%zu", i);
		const char *word = manifest_get(project->manifest, pointer);
		if (!word)
			break;
		j->n_laws += is_law(j->set, word, strcspn(word, "@"), &j->laws[j->n_laws]);
	}
	return ASSAY_OK;
}

static bool
judges_law(const struct judge *j, const char *law)
{
	for (size_t i = 0; i < j->n_laws; i++)
		if (strcmp(j->laws[i], law) == 0)
			return true;
	return j->n_laws == 0;
}

/* Such an audit is true and is stored, but a gate cannot rest on it: what it left out would have been judged otherwise. */
static int
set_narrowed(struct judge *j, const struct project *project, const struct audit_request *request, struct assay_error *err)
{
	const struct audit_request plain = {0};
	struct judge usual = {.set = j->set};
	const struct scan_request *scan = &request->scan;
	bool all_countries = scan->n_countries == 1 && strcmp(scan->countries[0], "all") == 0;
	int r = set_laws(&usual, project, &plain, err);

	for (size_t i = 0; r == ASSAY_OK && i < j->set->n_packs; i++) {
		const char *law = j->set->packs[i].law;
		/* the log itself is verified by the gate */
		if (judges_law(&usual, law) && !judges_law(j, law) && strcmp(law, "integrity") != 0)
			j->narrowed_by = "--policy";
	}
	if (j->fail_on == 0)
		j->narrowed_by = "--fail-on";
	if (scan->n_countries > 0 && !all_countries)
		j->narrowed_by = "--country";
	if (scan->n_entities > 0)
		j->narrowed_by = "--entity";
	if (scan->min_confidence > 65)
		j->narrowed_by = "--min-confidence";
	return r;
}

static int
set_profile(struct judge *j, const struct project *project, const char *word, struct assay_error *err)
{
	const char *known[JUDGE_LAWS], *declared = project->manifest ? manifest_get(project->manifest, "/audit/profile") : NULL;
	size_t n = 0;

	j->profile = word ? word : declared ? declared : "pre-training";
	if (policy_profile_find(j->set, j->profile))
		return ASSAY_OK;
	for (size_t i = 0; i < j->set->n_profiles && n < JUDGE_LAWS; i++)
		known[n++] = j->set->profiles[i].name;
	return refuse_word("profile", j->profile, known, n, err);
}

int
judge_init(struct judge *judge, const struct project *project, const struct audit_request *request, struct assay_error *err)
{
	struct judge j = {0};
	int r = policy_load(request->policy_files, request->n_policy_files, &j.set, err);

	r = r < 0 ? r : set_date(&j, project, request->as_of, err);
	r = r < 0 ? r : set_severity(&j, request->fail_on, err);
	r = r < 0 ? r : set_laws(&j, project, request, err);
	r = r < 0 ? r : set_profile(&j, project, request->profile, err);
	r = r < 0 ? r : set_narrowed(&j, project, request, err);
	if (r < 0)
		judge_dispose(&j);
	else
		*judge = j;
	return r;
}

void
judge_dispose(struct judge *judge)
{
	policy_free(judge->set);
	*judge = (struct judge){0};
}

int
judge_coverage(sqlite3 *db, struct app_outcome *outcome, struct assay_error *err)
{
	int64_t bad = 0, read = 0;
	int r = facts_int(db, "SELECT count(*) FROM resource WHERE state IN('incomplete','unread')", &bad, err);

	r = r < 0 ? r
		  : facts_int(
			  db, "SELECT count(*) FROM resource WHERE state IN('complete','sampled','incomplete') AND bytes>0", &read, err);
	for (int code = 0; code < ISSUE_CODE_COUNT && r == ASSAY_OK && bad == 0; code++) {
		const char *name = issue_code_name((enum issue_code)code);
		_cleanup_free_ char *n = NULL;
		if (!issue_code_is_incomplete((enum issue_code)code))
			continue;
		r = facts_text(db, &n, err, "SELECT count(*) FROM issue WHERE code=?", 1, &name);
		bad = n ? strtoll(n, NULL, 10) : 0;
	}
	if (r == ASSAY_OK && (bad > 0 || read == 0))
		outcome->exits[APP_EXIT_INCOMPLETE] = true;
	return r;
}

/* Which exits the roll-up verdicts ask for. */
static int
judge_verdicts(
	const struct judge *j, const struct audit_request *request, sqlite3 *db, struct app_outcome *outcome, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(
		db, "SELECT status, severity, blocks FROM verdict WHERE resource='' AND disposition='open'", -1, &statement, NULL);

	while (rc == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
		const char *status = (const char *)sqlite3_column_text(statement, 0),
			   *severity = (const char *)sqlite3_column_text(statement, 1);
		bool blocks = sqlite3_column_int(statement, 2) != 0, fails = strcmp(status, "fail") == 0, is_severe = false;
		bool lacks = strcmp(status, "noteval") == 0 || strcmp(status, "error") == 0;
		for (int i = 0; i <= j->fail_on; i++)
			is_severe = is_severe || (severity && strcmp(severity, severities[i]) == 0);
		if (fails && blocks && is_severe)
			outcome->exits[APP_EXIT_VIOLATION] = true;
		if (lacks && blocks)
			outcome->exits[APP_EXIT_INCOMPLETE] = true;
		if (request->strict && (fails || lacks || strcmp(status, "review") == 0))
			outcome->exits[APP_EXIT_VIOLATION] = true;
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_OK ? ASSAY_OK : base_error(err, ASSAY_INTERNAL, "cannot read the verdicts: %s", sqlite3_errmsg(db));
}

/* Without a manifest nothing can be judged, and only secrets speak for themselves. */
static int
judge_without_manifest(sqlite3 *db, const struct policy_counts *counts, struct app_outcome *outcome, struct assay_error *err)
{
	char text[128];
	int64_t secrets = 0;
	int r = facts_int(db, "SELECT count(*) FROM secret_finding WHERE validated", &secrets, err);

	outcome->exits[APP_EXIT_INCOMPLETE] = true;
	if (secrets > 0)
		outcome->exits[APP_EXIT_VIOLATION] = true;
	snprintf(text, sizeof text, "not judged: no assay.yaml; %zu of %zu controls evaluated", counts->evaluated, counts->total);
	return r < 0 ? r : facts_set_property(db, "not_judged", text, err);
}

int
judge_run(struct judge *j, const struct project *project, const struct audit_request *request, const char *path, sqlite3 *db,
	struct app_outcome *outcome, struct assay_error *err)
{
	struct policy_options options = {.path = path,
		.as_of = j->as_of,
		.profile = j->profile,
		.laws = j->n_laws ? j->laws : NULL,
		.n_laws = j->n_laws,
		.has_manifest = project->manifest != NULL};
	struct policy_counts counts = {0};
	int r = policy_evaluate(j->set, db, &options, &counts, err);

	r = r < 0 ? r : waive_apply(db, project, j->set, j->as_of, err);
	r = r < 0 ? r : judge_coverage(db, outcome, err);
	r = r < 0 ? r : judge_verdicts(j, request, db, outcome, err);
	if (r == ASSAY_OK && counts.evaluated == 0)
		outcome->exits[APP_EXIT_INCOMPLETE] = true;
	if (r == ASSAY_OK && !project->manifest)
		r = judge_without_manifest(db, &counts, outcome, err);
	r = r < 0 ? r : result_set_int(db, "controls_evaluated", (int64_t)counts.evaluated, err);
	r = r < 0 ? r : result_set_int(db, "controls_total", (int64_t)counts.total, err);
	r = r < 0 ? r : facts_set_property(db, "profile", j->profile, err);
	r = r < 0 ? r : facts_set_property(db, "fail_on", j->fail_on_word, err);
	if (r == ASSAY_OK && request->strict)
		r = facts_set_property(db, "strict", "1", err);
	return r < 0 || !j->is_simulated ? r : facts_set_property(db, "simulated", "1", err);
}
