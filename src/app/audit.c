/* scan and audit: scan -> facts -> verdicts -> digest -> signed entry -> stored result. */
#include "app/audit_entry.h"
#include "app/changes.h"
#include "app/judge.h"
#include "app/masker.h"
#include "app/result.h"
#include "app/rights.h"
#include "app/store.h"
#include "assay/version.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "policy/facts.h"

#include <string.h>
#include <unistd.h>

/* Everything of one audit that has to be put away again. */
struct audit {
	struct project *project;
	const struct audit_request *request;
	struct assay_env *env;
	struct judge judge;
	struct scan_job job;
	struct rights rights;
	sqlite3 *db;
	char *temporary;          /* path of the database while it is filled */
	char *reserved;           /* path that it will have, empty until then */
	char *actor;              /* masked */
	struct base_buffer packs; /* canonical JSON */
	uint8_t options_sha256[32];
};

static void
audit_dispose(struct audit *a)
{
	sqlite3_close(a->db);
	if (a->temporary)
		unlink(a->temporary);
	if (a->reserved)
		unlink(a->reserved);
	free(a->temporary);
	free(a->reserved);
	free(a->actor);
	rights_dispose(&a->rights);
	scan_job_dispose(&a->job);
	judge_dispose(&a->judge);
	base_buffer_dispose(&a->packs);
}

struct pack_row {
	const char *name, *version;
	uint8_t sha256[32];
};

static int
by_pack_name(const void *a, const void *b)
{
	return strcmp(((const struct pack_row *)a)->name, ((const struct pack_row *)b)->name);
}

/* [{"name","sha256","version"}] of rule and control packs, sorted. set may be NULL. */
static int
list_packs(const struct rules *rules, const struct policy_set *set, struct base_buffer *json, struct base_buffer *text,
	struct assay_error *err)
{
	size_t n = rules->n_packs + (set ? set->n_packs : 0), at = 0;
	_cleanup_free_ struct pack_row *rows = base_calloc(n + 1, sizeof *rows);
	struct base_json j;
	int r = ASSAY_OK;

	if (!rows)
		return base_error_nomem(err);
	for (size_t i = 0; i < rules->n_packs; i++) {
		rows[at] = (struct pack_row){.name = rules->packs[i]->name, .version = rules->packs[i]->version};
		memcpy(rows[at++].sha256, rules->packs[i]->sha256, 32);
	}
	for (size_t i = 0; set && i < set->n_packs && r == ASSAY_OK; i++) {
		rows[at] = (struct pack_row){.name = set->packs[i].law, .version = set->packs[i].version};
		r = crypto_sha256(set->packs[i].text, set->packs[i].size, rows[at++].sha256);
	}
	qsort(rows, n, sizeof *rows, by_pack_name);
	base_json_init_canonical(&j, json);
	base_json_open_array(&j);
	for (size_t i = 0; i < n; i++) {
		base_json_open_object(&j);
		base_json_member_text(&j, "name", rows[i].name);
		base_json_member_hex(&j, "sha256", (struct base_span){rows[i].sha256, 32});
		base_json_member_text(&j, "version", rows[i].version);
		base_json_close_object(&j);
		base_buffer_format(text, "%s%s@%s", i ? ", " : "", rows[i].name, rows[i].version);
	}
	base_json_close_array(&j);
	return r < 0 || json->failed || text->failed ? base_error_nomem(err) : ASSAY_OK;
}

/* Which entries of the allow-list were met how often: "entry 1 (line 4): 2 values, test card of the shop". */
static int
set_allowed(struct audit *a, struct assay_error *err)
{
	const struct allow *allow = a->project->allow;
	char digest[7 + 65] = "sha256:";
	struct base_buffer lines;
	int r = ASSAY_OK;

	if (!allow)
		return ASSAY_OK;
	base_hex((struct base_span){allow_sha256(allow), 32}, digest + 7);
	base_buffer_init(&lines, LIMIT_CONFIG_FILE);
	for (size_t i = 0; i < allow_count(allow) && r == ASSAY_OK; i++) {
		const struct allow_entry *entry = allow_at(allow, i);
		_cleanup_free_ char *reason = NULL;
		if (a->job.n_allowed[i] == 0)
			continue;
		r = entry->reason ? scan_mask_text(a->job.scan, entry->reason, &reason, err) : ASSAY_OK;
		base_buffer_format(&lines, "%sentry %zu (line %u): %llu value%s%s%s", lines.size ? "\n" : "", i + 1, entry->at.line,
			(unsigned long long)a->job.n_allowed[i], a->job.n_allowed[i] == 1 ? "" : "s", reason ? ", " : "",
			reason ? reason : "");
	}
	if (r == ASSAY_OK && lines.failed)
		r = base_error_nomem(err);
	r = r < 0 ? r : facts_set_property(a->db, "allow", digest, err);
	if (r == ASSAY_OK && lines.size > 0)
		r = facts_set_property(a->db, "allow.applied", lines.data, err);
	base_buffer_dispose(&lines);
	return r;
}

static int
set_common(struct audit *a, const char *kind, struct assay_error *err)
{
	const char *options = a->request->scan.options_json ? a->request->scan.options_json : "{}";
	struct base_buffer text;
	sqlite3 *db = a->db;
	int r;

	base_buffer_init(&text, LIMIT_ENTRY);
	r = list_packs(a->job.rules, a->judge.set, &a->packs, &text, err);
	r = r < 0 ? r : facts_set_property(db, "packs", text.data, err);
	r = r < 0 ? r : set_allowed(a, err);
	base_buffer_dispose(&text);
	r = r < 0 ? r : crypto_sha256(options, strlen(options), a->options_sha256);
	r = r < 0 ? r : facts_set_property(db, "kind", kind, err);
	r = r < 0 ? r : facts_set_property(db, "tool", ASSAY_VERSION, err);
	r = r < 0 ? r : facts_set_property(db, "as_of", a->judge.as_of, err);
	r = r < 0 ? r : facts_set_property(db, "options", options, err);
	if (r == ASSAY_OK && a->project->has_fingerprint)
		r = facts_set_property(db, "key_id", a->project->key_id, err);
	char hex[65];
	base_hex((struct base_span){a->job.dataset_sha256, 32}, hex);
	return r < 0 ? r : facts_set_property(db, "dataset_sha256", hex, err);
}

static int
insert_audit(struct audit *a, const char *id, struct assay_error *err)
{
	const struct project *p = a->project;
	int64_t as_of = 0;

	(void)base_date_parse(base_span_of(a->judge.as_of), &as_of);
	return facts_insert(a->db, "audit", err,
		"tiit"
		"bbbbb"
		"ttnn",
		id, (int64_t)1, as_of, ASSAY_VERSION, a->options_sha256, (size_t)32, a->job.dataset_sha256, (size_t)32,
		p->manifest ? manifest_sha256(p->manifest) : NULL, (size_t)32, p->access ? access_sha256(p->access) : NULL, (size_t)32,
		p->waivers ? waivers_sha256(p->waivers) : NULL, (size_t)32, p->has_fingerprint ? p->key_id : NULL, "pending");
}

static int
fill_facts(struct audit *a, struct assay_error *err)
{
	int r = facts_begin(a->db, err);

	r = r < 0 ? r : store_scan(a->db, &a->job, a->project, a->judge.set, err);
	r = r < 0 ? r : store_manifest(a->db, a->project, err);
	r = r < 0 ? r : store_access(a->db, a->project, err);
	r = r < 0 ? r : store_rights(a->db, &a->rights, err);
	r = r < 0 ? r : store_ledger(a->db, a->project, err);
	r = r < 0 ? r : insert_audit(a, "new", err);
	return r < 0 ? r : facts_commit(a->db, err);
}

static int
set_dataset(struct audit *a, struct assay_error *err)
{
	static const struct {
		const char *property, *pointer;
	} shown[] = {{"dataset", "/dataset/id"}, {"dataset_version", "/dataset/version"}, {"owner", "/dataset/owner"}};
	int r = ASSAY_OK;

	for (size_t i = 0; a->project->manifest && i < BASE_COUNT(shown) && r == ASSAY_OK; i++) {
		const char *value = manifest_get(a->project->manifest, shown[i].pointer);
		if (value)
			r = facts_set_property(a->db, shown[i].property, value, err);
	}
	for (size_t i = 0; i < a->judge.set->n_packs && r == ASSAY_OK; i++) {
		const char *law = a->judge.set->packs[i].law;
		bool is_chosen = a->judge.n_laws == 0;
		char name[64];
		for (size_t k = 0; k < a->judge.n_laws; k++)
			is_chosen = is_chosen || strcmp(a->judge.laws[k], law) == 0;
		snprintf(name, sizeof name, "law.%.50s", law);
		r = facts_set_property(a->db, name, is_chosen ? "selected" : "not selected", err);
	}
	return r;
}

/* Audits of one second with one result: the second is ID-2. An empty file keeps the id from others until the result takes its place. */
static int
reserve_id(struct audit *a, struct app_outcome *outcome, struct assay_error *err)
{
	enum { ATTEMPTS = 1000 };
	size_t n = strlen(outcome->id);

	for (int i = 1; i <= ATTEMPTS; i++) {
		if (i > 1)
			snprintf(outcome->id + n, sizeof outcome->id - n, "-%d", i);
		_cleanup_free_ char *path = base_format("%s/%s.db", a->project->audits_path, outcome->id);
		int r = path ? base_file_reserve(path, 0600, err) : base_error_nomem(err);
		if (r == 0)
			continue;
		if (r > 0)
			a->reserved = BASE_STEAL(path);
		return r < 0 ? r : ASSAY_OK;
	}
	return base_error_at(err, ASSAY_IO, a->project->audits_path, 0, 0, "too many audits in one second");
}

/* result_sha256 and with it the id of the audit. */
static int
settle_result(struct audit *a, struct app_outcome *outcome, struct assay_error *err)
{
	uint8_t digest[32];
	int64_t now = a->env->now_ms(a->env->context);
	char time[BASE_TIME_TEXT], *sql;
	int r = store_result_digest(a->db, digest, err);

	if (r < 0)
		return r;
	base_hex((struct base_span){digest, 32}, outcome->result_sha256);
	base_time_format(now, time);
	if (a->request->reproducible)
		snprintf(outcome->id, sizeof outcome->id, "%.16s", outcome->result_sha256);
	else
		snprintf(outcome->id, sizeof outcome->id, "%.4s%.2s%.2sT%.2s%.2s%.2sZ-%.8s", time, time + 5, time + 8, time + 11, time + 14,
			time + 17, outcome->result_sha256);
	/* what is reproducible has one id for one result */
	r = a->request->reproducible ? ASSAY_OK : reserve_id(a, outcome, err);
	if (r < 0)
		return r;
	sql = sqlite3_mprintf("UPDATE audit SET id=%Q", outcome->id);
	r = sql ? facts_exec(a->db, sql, err) : base_error_nomem(err);
	sqlite3_free(sql);
	r = r < 0 ? r : facts_set_property(a->db, "id", outcome->id, err);
	r = r < 0 ? r : facts_set_property(a->db, "result_sha256", outcome->result_sha256, err);
	return r < 0 ? r : result_set_exits(a->db, outcome, err);
}

/* Shows the entry that was just signed. */
static int
set_ledger(struct audit *a, uint64_t seq, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	struct ledger_report report = {0};
	struct ledger_trust trust;
	struct base_buffer root;
	char *sql;
	bool is_protected = true;
	int r = project_load_trust(a->project, err);

	trust = (struct ledger_trust){a->project->trust.vkeys, a->project->trust.n};
	r = r < 0 ? r : ledger_verify(&a->project->ledger, &trust, &report, err);
	r = r < 0 ? r : ledger_reader_open(&a->project->ledger, &reader, err);
	if (r < 0)
		return r;
	base_buffer_init(&root, 128);
	base_base64(&root, (struct base_span){(const uint8_t *)&report.root, 32});
	sql = sqlite3_mprintf("UPDATE audit SET log_state='signed', log_size=%lld", (long long)report.size);
	r = sql && root.data ? facts_exec(a->db, sql, err) : base_error_nomem(err);
	sqlite3_free(sql);
	const struct trust_key *key = &a->project->trust.keys[report.key];
	r = r < 0 ? r : facts_set_property(a->db, "ledger.state", "signed", err);
	r = r < 0 ? r : result_set_int(a->db, "ledger.seq", (int64_t)seq, err);
	r = r < 0 ? r : result_set_int(a->db, "ledger.size", (int64_t)report.size, err);
	r = r < 0 ? r : facts_set_property(a->db, "ledger.root", root.data, err);
	r = r < 0 ? r : facts_set_property(a->db, "ledger.checkpoint", ledger_reader_checkpoint(reader), err);
	r = r < 0 ? r : facts_set_property(a->db, "ledger.signer", key->vkey.name, err);
	r = r < 0 ? r : facts_set_property(a->db, "ledger.owner", key->owner[0] ? key->owner : trust_source_name(key->source), err);
	r = r < 0 ? r : facts_set_property(a->db, "ledger.pinned", key->source == TRUST_BESIDE ? "0" : "1", err);
	r = r < 0 ? r : result_set_int(a->db, "ledger.time", a->env->now_ms(a->env->context), err);
	root.size = 0;
	if (r == ASSAY_OK && note_vkey_format(&key->vkey, &root))
		r = facts_set_property(a->db, "vkey", root.data, err);
	base_buffer_dispose(&root);
	if (r == ASSAY_OK && crypto_key_is_protected(a->project->signing_path, &is_protected, NULL) == ASSAY_OK && !is_protected)
		r = facts_set_property(a->db, "unprotected_key", "1", err);
	return r;
}

static int
sign(struct audit *a, struct app_outcome *outcome, struct assay_error *err)
{
	struct audit_facts facts = {.job = &a->job,
		.rights = &a->rights,
		.as_of = a->judge.as_of,
		.profile = a->judge.profile,
		.packs_json = a->packs.data,
		.result_sha256 = outcome->result_sha256,
		.is_simulated = a->judge.is_simulated,
		.narrowed_by = a->judge.narrowed_by,
		.outcome = outcome};
	_cleanup_free_ char *principal = NULL;
	struct base_buffer audit, access;
	uint64_t seq = 0;
	int r;

	memcpy(facts.options_sha256, a->options_sha256, 32);
	base_buffer_init(&audit, LIMIT_ENTRY);
	base_buffer_init(&access, LIMIT_ENTRY);
	r = masker_tag_principal(project_fingerprint_key(a->project), a->project->actor, a->actor, &principal, err);
	r = r < 0 ? r : audit_access_body(a->project, &a->job, principal, &access, err);
	r = r < 0 ? r : audit_entry_body(a->db, a->project, &facts, &audit, err);
	if (r == ASSAY_OK) {
		struct ledger_entry entries[] = {{"access", access.data, a->actor, NULL}, {"audit", audit.data, a->actor, NULL}};
		r = project_append(a->project, entries, BASE_COUNT(entries), &seq, err);
		seq += BASE_COUNT(entries) - 1;
	}
	base_buffer_dispose(&audit);
	base_buffer_dispose(&access);
	return r < 0 || a->request->reproducible ? r : set_ledger(a, seq, err);
}

/* Moves the finished database to its place and opens it there. */
static int
publish(struct audit *a, const struct app_outcome *outcome, struct result **ret, struct assay_error *err)
{
	_cleanup_free_ char *name = base_format("%s.db", outcome->id), *path = name ? base_path_join(a->project->audits_path, name) : NULL;
	_cleanup_free_ char *newest = base_path_join(a->project->audits_path, "newest");
	struct result *result = calloc(1, sizeof *result);
	int r = ASSAY_OK;

	if (!path || !newest || !result)
		r = base_error_nomem(err);
	if (r == ASSAY_OK && sqlite3_close(a->db) != SQLITE_OK)
		r = base_error_at(err, ASSAY_INTERNAL, a->temporary, 0, 0, "cannot close the result");
	if (r == ASSAY_OK) {
		a->db = NULL;
		r = base_file_publish(a->temporary, path, err);
	}
	if (r == ASSAY_OK) {
		free(a->temporary);
		free(a->reserved);
		a->temporary = a->reserved = NULL;
		r = base_file_replace(newest, outcome->id, strlen(outcome->id), 0600, err);
	}
	r = r < 0 ? r : facts_open(path, &result->db, err);
	if (r < 0) {
		free(result);
		return r;
	}
	*ret = result;
	return ASSAY_OK;
}

static int
new_temporary(struct audit *a, struct assay_error *err)
{
	uint8_t id[8];
	char hex[17];
	int r = a->env->random(a->env->context, id, sizeof id);

	if (r < 0)
		return base_error(err, r, "no randomness for a file name");
	base_hex((struct base_span){id, sizeof id}, hex);
	a->temporary = base_format("%s/.new-%s.db", a->project->audits_path, hex);
	if (!a->temporary)
		return base_error_nomem(err);
	/* SQLite would make it readable by others */
	r = base_file_replace(a->temporary, "", 0, 0600, err);
	return r < 0 ? r : facts_create(a->temporary, &a->db, err);
}

static void
compare_rights(void *context, const char *entity, const char *field, const struct span *span)
{
	rights_compare(context, entity, field, span);
}

/* The report says it too, but may be one that nobody reads now. */
static void
say_broken(const struct audit *a)
{
	_cleanup_free_ char *text =
		base_format("%s: does not verify ('assay log verify' says why): this audit was not signed", a->project->ledger_path);

	if (text && a->env->log)
		a->env->log(a->env->context, ASSAY_LOG_ERROR, text);
}

/* Packs of one's own may add; one that guards, names documentation values or goes before the built-in rules can also take findings away. */
static bool
added_packs_hide(const struct rules *rules, const struct scan_request *request)
{
	enum { USUAL_PRIORITY = 50 };

	for (size_t i = 0; i < rules->n; i++) {
		const struct rules_rule *def = rules->rule[i].def;
		for (size_t k = 0; k < request->n_rule_files; k++)
			if (strcmp(rules->rule[i].pack->file, request->rule_files[k]) == 0
				&& (def->is_guard || def->samples.n > 0 || def->priority > USUAL_PRIORITY))
				return true;
	}
	return false;
}

static int
audit_run(struct audit *a, struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_(crypto_key_free_at) struct crypto_key *key = NULL;
	bool signs = !a->request->is_unsigned, is_protected;
	int64_t broken = 0;
	int r = signs ? project_ensure_keys(a->project, err) : base_dir_make(a->project->audits_path, 0700, err);

	/* a wrong passphrase shows now, not after the scan */
	if (r == ASSAY_OK && signs)
		r = project_load_signing_key(a->project, &key, &is_protected, err);

	r = r < 0 ? r : judge_init(&a->judge, a->project, a->request, err);
	r = r < 0 ? r : rights_load(a->project, a->judge.as_of, &a->rights, err);
	if (r < 0)
		return r;
	a->job.compare = compare_rights;
	a->job.compare_context = &a->rights;
	r = scan_job_run(a->project, &a->request->scan, true, a->env, &a->job, err);
	if (r == ASSAY_OK && added_packs_hide(a->job.rules, &a->request->scan))
		a->judge.narrowed_by = "--rules";
	r = r < 0 ? r : scan_mask_text(a->job.scan, a->project->actor, &a->actor, err);
	r = r < 0 ? r : new_temporary(a, err);
	r = r < 0 ? r : fill_facts(a, err);
	r = r < 0 ? r : set_common(a, "audit", err);
	r = r < 0 ? r : set_dataset(a, err);
	r = r < 0 ? r : judge_run(&a->judge, a->project, a->request, a->temporary, a->db, outcome, err);
	r = r < 0 ? r : facts_int(a->db, "SELECT count(*) FROM ledger_state WHERE state='broken'", &broken, err);
	/* what is reproducible does not depend on what was audited before, and a broken log is no witness */
	if (r == ASSAY_OK && broken == 0 && !a->request->reproducible)
		r = changes_store(a->db, a->project, a->request->scan.paths, a->request->scan.n_paths, err);
	if (broken > 0) {
		outcome->exits[APP_EXIT_VERIFY] = true;
		say_broken(a);
	}
	r = r < 0 ? r : settle_result(a, outcome, err);
	if (r == ASSAY_OK && signs && broken == 0)
		r = sign(a, outcome, err);
	else if (r == ASSAY_OK)
		r = facts_set_property(a->db, "ledger.state", broken ? "broken" : "unsigned", err);
	return r;
}

int
app_audit(struct project *project, const struct audit_request *request, struct assay_env *env, struct result **ret,
	struct app_outcome *outcome, struct assay_error *err)
{
	struct audit a = {.project = project, .request = request, .env = env};
	struct app_outcome found = {0};
	int r;

	base_buffer_init(&a.packs, LIMIT_ENTRY);
	r = audit_run(&a, &found, err);
	r = r < 0 ? r : publish(&a, &found, ret, err);
	audit_dispose(&a);
	if (r == ASSAY_OK)
		*outcome = found;
	return r;
}

static int
scan_facts(struct audit *a, struct app_outcome *outcome, struct assay_error *err)
{
	int64_t reported = 0;
	uint8_t digest[32];
	int r = facts_create(":memory:", &a->db, err);

	r = r < 0 ? r : facts_begin(a->db, err);
	r = r < 0 ? r : store_scan(a->db, &a->job, a->project, a->judge.set, err);
	r = r < 0 ? r : set_common(a, "scan", err);
	r = r < 0 ? r : insert_audit(a, "scan", err);
	r = r < 0 ? r : facts_int(a->db, "SELECT count(*) FROM reported_finding", &reported, err);
	r = r < 0 ? r : judge_coverage(a->db, outcome, err);
	if (reported > 0)
		outcome->exits[APP_EXIT_VIOLATION] = true;
	r = r < 0 ? r : store_result_digest(a->db, digest, err);
	if (r < 0)
		return r;
	base_hex((struct base_span){digest, 32}, outcome->result_sha256);
	r = facts_set_property(a->db, "result_sha256", outcome->result_sha256, err);
	r = r < 0 ? r : result_set_exits(a->db, outcome, err);
	return r < 0 ? r : facts_commit(a->db, err);
}

int
app_scan(struct project *project, const struct scan_request *request, struct assay_env *env, struct result **ret,
	struct app_outcome *outcome, struct assay_error *err)
{
	struct audit_request whole = {.scan = *request};
	struct audit a = {.project = project, .request = &whole, .env = env};
	struct app_outcome found = {0};
	struct result *result = calloc(1, sizeof *result);
	int r = result ? ASSAY_OK : base_error_nomem(err);

	base_buffer_init(&a.packs, LIMIT_ENTRY);
	r = r < 0 ? r : policy_load(NULL, 0, &a.judge.set, err);
	if (r == ASSAY_OK)
		project_today(project, a.judge.as_of);
	r = r < 0 ? r : scan_job_run(project, request, false, env, &a.job, err);
	r = r < 0 ? r : scan_facts(&a, &found, err);
	if (r == ASSAY_OK) {
		result->db = BASE_STEAL(a.db);
		*ret = BASE_STEAL(result);
		*outcome = found;
	}
	audit_dispose(&a);
	free(result);
	return r;
}
