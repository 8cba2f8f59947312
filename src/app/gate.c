/* gate: never scans; admits only what a fresh, trusted, passing audit covers byte for byte (DESIGN section 4). */
#include "app/judge.h"
#include "app/rights.h"
#include "app/scan_job.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"

#include <jansson.h>
#include <string.h>

enum { GATE_MAX_AGE_DAYS = 30 };

/* What the ledger says about this dataset and profile; the newest entry wins. */
struct candidate {
	const char *dataset, *profile;                      /* wanted; dataset as "sha256:…" */
	char *manifest, *access, *waivers, *rights, *allow; /* digests the audit was made with; NULL = none */
	bool has_rights;                                    /* lists are declared now, and their digest */
	uint8_t rights_sha256[32];
	char *narrowed_by; /* option that left something out; NULL = none */
	bool found, other_data, other_profile, is_simulated, exits[6];
	uint64_t seq;
	char as_of[BASE_DATE_TEXT];
};

static void
candidate_dispose(struct candidate *c)
{
	free(c->manifest);
	free(c->access);
	free(c->waivers);
	free(c->rights);
	free(c->allow);
	free(c->narrowed_by);
}

static const char *
member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static int
keep_text(char **to, const char *text)
{
	free(*to);
	*to = text ? base_strdup(text) : NULL;
	return text && !*to ? ASSAY_NOMEM : ASSAY_OK;
}

static int
take_audit(struct candidate *c, uint64_t seq, int64_t time_ms, const json_t *body)
{
	int64_t as_of_ms = 0;
	const char *dataset = member(json_object_get(body, "inputs"), "sha256"), *profile = member(body, "profile"),
		   *as_of = member(body, "as_of");
	const json_t *exits = json_object_get(body, "exit");

	if (!dataset || !profile || !as_of || strcmp(dataset, c->dataset) != 0) {
		c->other_data = true;
		return ASSAY_OK;
	}
	if (strcmp(profile, c->profile) != 0) {
		c->other_profile = true;
		return ASSAY_OK;
	}
	c->found = true;
	c->seq = seq;
	/* an audit that starts before midnight is entered after it; more than that is another clock */
	(void)base_date_parse(base_span_of(as_of), &as_of_ms);
	c->is_simulated =
		json_is_true(json_object_get(body, "simulated")) || time_ms < as_of_ms || time_ms >= as_of_ms + 2 * (int64_t)BASE_DAY_MS;
	snprintf(c->as_of, sizeof c->as_of, "%.10s", as_of);
	memset(c->exits, 0, sizeof c->exits);
	for (size_t i = 0; i < json_array_size(exits); i++) {
		json_int_t n = json_integer_value(json_array_get(exits, i));
		c->exits[n >= 1 && n <= 5 ? n : 3] = true;
	}
	if (keep_text(&c->manifest, member(body, "manifest")) < 0 || keep_text(&c->access, member(body, "access")) < 0
		|| keep_text(&c->waivers, member(body, "waivers")) < 0 || keep_text(&c->rights, member(body, "rights")) < 0
		|| keep_text(&c->allow, member(body, "allow")) < 0 || keep_text(&c->narrowed_by, member(body, "narrowed_by")) < 0)
		return ASSAY_NOMEM;
	return ASSAY_OK;
}

static int
take_entry(void *context, const struct ledger_row *row)
{
	json_t *entry = row->json ? json_loads(row->json, 0, NULL) : NULL;
	const char *type = member(entry, "type");
	const char *time = member(entry, "time");
	int64_t time_ms = INT64_MIN;
	int r;

	if (time)
		(void)base_time_parse(base_span_of(time), &time_ms);
	r = type && strcmp(type, "audit") == 0 ? take_audit(context, row->seq, time_ms, json_object_get(entry, "body")) : ASSAY_OK;

	json_decref(entry);
	return r;
}

static bool
digest_equals(const char *stated, const uint8_t *sha256)
{
	char text[7 + 65] = "sha256:";

	if (!stated || !sha256)
		return !stated && !sha256;
	base_hex((struct base_span){sha256, 32}, text + 7);
	return strcmp(stated, text) == 0;
}

/* A waiver that counted on the day of the audit and is over today. */
static const struct waiver *
lapsed_waiver(const struct project *p, int64_t as_of, int64_t today)
{
	for (size_t i = 0; p->waivers && i < waivers_count(p->waivers); i++) {
		const struct waiver *w = waivers_at(p->waivers, i);
		if (w->until_ms >= as_of && w->until_ms < today)
			return w;
	}
	return NULL;
}

/* The reason for a refusal, or NULL; *ret_exit its exit status. malloc'ed. */
static char *
refusal(const struct project *p, const struct candidate *c, int max_age_days, int *ret_exit)
{
	char today[BASE_DATE_TEXT];
	int64_t today_ms = 0, as_of_ms = 0, age;
	const struct waiver *lapsed;

	project_today(p, today);
	(void)base_date_parse(base_span_of(today), &today_ms);
	(void)base_date_parse(base_span_of(c->as_of), &as_of_ms);
	age = (today_ms - as_of_ms) / BASE_DAY_MS;
	*ret_exit = APP_EXIT_INCOMPLETE;
	if (!c->found)
		return base_strdup(c->other_profile ? "these bytes were audited under another profile only"
				   : c->other_data  ? "no audit covers exactly these bytes"
						    : "nothing was audited here yet");
	if (c->is_simulated)
		return base_format("the audit of %s was simulated for another day", c->as_of);
	if (c->narrowed_by)
		return base_format("the audit of %s (entry %llu) was narrowed by %s", c->as_of, (unsigned long long)c->seq, c->narrowed_by);
	if (age < 0)
		return base_format("the audit is dated %s, which is yet to come", c->as_of);
	if (age > max_age_days)
		return base_format("the audit of %s is %lld days old, more than %d", c->as_of, (long long)age, max_age_days);
	if (!digest_equals(c->manifest, p->manifest ? manifest_sha256(p->manifest) : NULL))
		return base_strdup("the manifest is not the one that was audited");
	if (!digest_equals(c->access, p->access ? access_sha256(p->access) : NULL))
		return base_strdup("the access policy is not the one that was audited");
	if (!digest_equals(c->waivers, p->waivers ? waivers_sha256(p->waivers) : NULL))
		return base_strdup("the waivers are not those that were audited");
	if (!digest_equals(c->allow, p->allow ? allow_sha256(p->allow) : NULL))
		return base_strdup("the allow-list is not the one that was audited");
	if (!digest_equals(c->rights, c->has_rights ? c->rights_sha256 : NULL))
		return base_strdup("the lists of persons who used a right, or the documents, are not those that were audited");
	lapsed = lapsed_waiver(p, as_of_ms, today_ms);
	if (lapsed)
		return base_format("the waiver %s has expired since the audit", lapsed->id);
	for (int i = 5; i >= 1; i--)
		if (c->exits[i] && i != APP_EXIT_VIOLATION)
			*ret_exit = i;
	if (c->exits[APP_EXIT_VIOLATION]) {
		*ret_exit = APP_EXIT_VIOLATION;
		return base_format("the audit of %s (entry %llu) found blocking violations", c->as_of, (unsigned long long)c->seq);
	}
	for (int i = 1; i < 6; i++)
		if (c->exits[i])
			return base_format("the audit of %s (entry %llu) was not complete", c->as_of, (unsigned long long)c->seq);
	*ret_exit = 0;
	return NULL;
}

/* Verifies the ledger and finds the audit. *ret_why: malloc'ed reason of a refusal for exit 4 or 5. */
static int
search_ledger(struct project *p, struct candidate *c, char **ret_why, int *ret_exit, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	struct ledger_report report = {0};
	struct ledger_trust trust;
	int r = project_load_trust(p, err);

	if (r < 0)
		return r;
	if (!project_has_log(p)) {
		*ret_exit = APP_EXIT_INCOMPLETE;
		*ret_why = base_strdup("there is no ledger: nothing was audited here yet");
		return ASSAY_OK;
	}
	trust = (struct ledger_trust){p->trust.vkeys, p->trust.n};
	r = ledger_verify(&p->ledger, &trust, &report, err);
	if (r < 0)
		return r;
	*ret_exit = APP_EXIT_VERIFY;
	if (!report.is_signed)
		*ret_why = base_strdup("the ledger is not signed");
	else if (p->trust.keys[report.key].source == TRUST_BESIDE)
		*ret_why = base_strdup("the signing key is not trusted: pin it in trust.yaml, the manifest or with --vkey");
	else if (!report.is_pinned)
		*ret_why = base_strdup("no checkpoint outside the ledger pins it");
	if (*ret_why)
		return ASSAY_OK;
	r = ledger_reader_open(&p->ledger, &reader, err);
	return r < 0 ? r : ledger_reader_each(reader, 0, ledger_reader_size(reader), take_entry, c, err);
}

/* Names that no audit reads, though they may lie among the data: counted, so that whoever reads the line sees them. */
static bool
is_never_scanned(const char *name)
{
	static const char *const names[] = {".git", ".assay", "__pycache__", ".DS_Store", "cache"};
	const char *last = base_path_name(name);

	for (size_t i = 0; i < BASE_COUNT(names); i++)
		if (strcmp(last, names[i]) == 0)
			return true;
	return false;
}

/* An entry that is no file (a pointer without its data, a dangling link, a pipe, what cannot be read) was in no complete audit. malloc'ed
 * reason or NULL; *ret_passed_over: never-scanned names within the data. */
static char *
look_at_entries(const struct project *p, const struct dataset *dataset, uint64_t *ret_passed_over)
{
	*ret_passed_over = 0;
	for (size_t i = 0; i < dataset->list.n; i++) {
		const struct dataset_file *file = &dataset->files[i];
		const struct source_entry *entry = file->entry;
		if (entry->state == ENTRY_FILE || file->part != DATASET_READ)
			continue;
		if (entry->state != ENTRY_EXCLUDED) {
			struct base_buffer shown;
			char *why;
			base_buffer_init(&shown, LIMIT_ENTRY);
			base_text_printable(&shown, base_span_of(entry->name));
			why = base_format("'%s' cannot be read as data, so no audit covers it", shown.data ? shown.data : "?");
			base_buffer_dispose(&shown);
			return why;
		}
		*ret_passed_over += strcmp(entry->path, p->state) != 0 && is_never_scanned(entry->name);
	}
	return NULL;
}

int
app_gate(struct project *p, const struct gate_request *request, struct assay_env *env, char **ret_line, struct app_outcome *outcome,
	struct assay_error *err)
{
	const char *declared = p->manifest ? manifest_get(p->manifest, "/audit/profile") : NULL;
	_cleanup_(candidate_dispose) struct candidate c = {.profile = request->profile ? request->profile
								      : declared       ? declared
										       : "pre-training"};
	char dataset_text[7 + 65] = "sha256:";
	_cleanup_free_ char *why = NULL, *odd = NULL, *passed_over = NULL;
	uint64_t n_passed_over = 0;
	struct dataset dataset = {0};
	struct app_outcome found = {0};
	uint8_t digest[32];
	uint64_t n_files = 0;
	int status = 0, r = dataset_make(p, request->paths, request->n_paths, NULL, 0, true, &dataset, err);

	r = r < 0 ? r : rights_digest(p, c.rights_sha256, &c.has_rights, err);
	r = r < 0 ? r : dataset_digest(&dataset, env, digest, &n_files, err);
	if (r == ASSAY_OK)
		odd = look_at_entries(p, &dataset, &n_passed_over);
	dataset_dispose(&dataset);
	if (r < 0)
		return r;
	base_hex((struct base_span){digest, 32}, dataset_text + 7);
	c.dataset = dataset_text;
	r = search_ledger(p, &c, &why, &status, err);
	if (r < 0)
		return r;
	if (!why)
		why = refusal(p, &c, request->max_age_days > 0 ? request->max_age_days : GATE_MAX_AGE_DAYS, &status);
	if (!why && odd) {
		why = BASE_STEAL(odd);
		status = APP_EXIT_INCOMPLETE;
	}
	if (n_passed_over > 0 && !(passed_over = base_format("; %llu never scanned", (unsigned long long)n_passed_over)))
		return base_error_nomem(err);
	*ret_line = why ? base_format("refused: %s", why)
			: base_format("admitted: audit of %s (entry %llu) passes profile %s for %llu file%s%s", c.as_of,
				(unsigned long long)c.seq, c.profile, (unsigned long long)n_files, n_files == 1 ? "" : "s",
				passed_over ? passed_over : "");
	if (!*ret_line)
		return base_error_nomem(err);
	if (status)
		found.exits[status] = true;
	*outcome = found;
	return ASSAY_OK;
}
