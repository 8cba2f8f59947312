/* Declarations, rights and the log as facts. */
#include "app/store.h"

#include "app/masker.h"
#include "app/rights.h"
#include "app/scan_job.h"
#include "base/error.h"
#include "base/file.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "policy/facts.h"

#include <jansson.h>
#include <string.h>

/* Which laws a declared place brings in. */
static int
store_jurisdictions(sqlite3 *db, const struct manifest *m, struct assay_error *err)
{
	static const struct {
		const char *place, *law;
	} laws[] = {{"uk", "uk-gdpr"}, {"us-ca", "ccpa"}, {"br", "lgpd"}};
	int r = ASSAY_OK;

	for (size_t i = 0; r == ASSAY_OK; i++) {
		char pointer[40];
		const char *law = "", *place;
		snprintf(pointer, sizeof pointer, "/jurisdictions/%zu", i);
		place = manifest_get(m, pointer);
		if (!place)
			break;
		for (size_t k = 0; k < BASE_COUNT(laws); k++)
			if (strcmp(place, laws[k].place) == 0)
				law = laws[k].law;
		if (scan_job_is_eea(place))
			law = "gdpr";
		r = facts_insert(db, "jurisdiction", err, "tt", place, law);
	}
	return r;
}

static int
store_document(sqlite3 *db, const struct project *project, const struct manifest_value *v, struct assay_error *err)
{
	_cleanup_free_ char *path = base_path_join(project->root, v->value);
	uint8_t sha256[32];
	bool present;

	if (!path)
		return base_error_nomem(err);
	/* an address elsewhere is not fetched: it stays unseen */
	present = !strstr(v->value, "://") && base_file_exists(path) && dataset_file_sha256(path, sha256, NULL) == ASSAY_OK;
	return facts_insert(db, "document", err, "ttib", v->pointer, v->value, (int64_t)present, present ? sha256 : NULL, sizeof sha256);
}

int
store_manifest(sqlite3 *db, const struct project *project, struct assay_error *err)
{
	int r = ASSAY_OK;

	if (!project->manifest)
		return ASSAY_OK;
	for (size_t i = 0; i < manifest_count(project->manifest) && r == ASSAY_OK; i++) {
		const struct manifest_value *v = manifest_at(project->manifest, i);
		r = facts_insert(db, "manifest_value", err, "ttt", v->pointer, v->type, v->value);
		if (r == ASSAY_OK && v->value && store_is_document(v->pointer))
			r = store_document(db, project, v, err);
	}
	return r < 0 ? r : store_jurisdictions(db, project->manifest, err);
}

int
store_rights(sqlite3 *db, const struct rights *rights, struct assay_error *err)
{
	int r = ASSAY_OK;

	for (size_t i = 0; i < RIGHTS_LISTS && r == ASSAY_OK; i++) {
		const struct rights_list *list = &rights->lists[i];
		const char *state = list->state;
		if (!list->is_declared)
			continue;
		if (strcmp(state, "ok") == 0 && list->n_compared == 0)
			state = "incomparable";
		r = facts_insert(db, "rights_list", err, "ttttiiit", list->name, state, list->entity, list->column,
			(int64_t)list->n_entries, (int64_t)list->n_compared, (int64_t)list->n_hits, list->detail);
	}
	return r;
}

struct access_rows {
	sqlite3 *db;
	struct assay_error *err;
};

/* The policy's words as the entries of `run` have them: what is masked there has to be masked here, or nothing meets. */
struct masked_rights {
	struct access_rows rows;
	struct masker *masker;
	const uint8_t *key;
	const char *principal; /* the one that was masked last */
	char *masked_principal;
	struct base_map *known; /* number of each text in masked */
	char **masked;
	size_t capacity;
};

static void
masked_rights_dispose(struct masked_rights *m)
{
	for (size_t i = 0; m->known && i < base_map_count(m->known); i++)
		free(m->masked[i]);
	free(m->masked);
	free(m->masked_principal);
	base_map_free(m->known);
	masker_free(m->masker);
}

static int
masked_text(struct masked_rights *m, const char *text, const char **ret)
{
	uint32_t number = (uint32_t)base_map_count(m->known);
	char *masked = NULL;
	int r;

	*ret = text;
	if (!text || !*text)
		return ASSAY_OK;
	if (base_map_find(m->known, base_span_of(text), &number)) {
		*ret = m->masked[number];
		return ASSAY_OK;
	}
	r = base_grow(&m->masked, &m->capacity, (size_t)number + 1, sizeof *m->masked);
	r = r < 0 ? base_error_nomem(m->rows.err) : masker_mask(m->masker, text, &masked, m->rows.err);
	if (r == ASSAY_OK && base_map_insert(m->known, base_span_of(text), number) < 0)
		r = base_error_nomem(m->rows.err);
	if (r < 0) {
		free(masked);
		return r;
	}
	*ret = m->masked[number] = masked;
	return ASSAY_OK;
}

static int
mask_principal(struct masked_rights *m, const char *name)
{
	char *masked;
	int r;

	if (m->principal == name)
		return ASSAY_OK;
	r = masker_mask_principal(m->masker, m->key, name, &masked, m->rows.err);
	if (r < 0)
		return r;
	free(m->masked_principal);
	m->masked_principal = masked;
	m->principal = name;
	return ASSAY_OK;
}

static int
store_right(void *context, const struct access_right *right)
{
	struct masked_rights *m = context;
	struct access_rows *rows = &m->rows;
	const char *role, *resource, *purpose, *grant;
	int r = mask_principal(m, right->principal);

	r = r < 0 ? r : masked_text(m, right->role, &role);
	r = r < 0 ? r : masked_text(m, right->resource, &resource);
	r = r < 0 ? r : masked_text(m, right->purpose, &purpose);
	r = r < 0 ? r : masked_text(m, right->grant, &grant);
	if (r < 0)
		return r;
	if (right->expires_ms == INT64_MAX)
		return facts_insert(rows->db, "access_right", rows->err, "ttttttnt", m->masked_principal, role, right->action, resource,
			purpose, right->effect, grant);
	return facts_insert(rows->db, "access_right", rows->err, "ttttttit", m->masked_principal, role, right->action, resource, purpose,
		right->effect, right->expires_ms, grant);
}

int
store_access(sqlite3 *db, const struct project *project, struct assay_error *err)
{
	_cleanup_(masked_rights_dispose) struct masked_rights m = {.rows = {db, err}, .key = project_fingerprint_key(project)};
	int r;

	if (!project->access)
		return ASSAY_OK;
	m.known = base_map_new();
	r = m.known ? masker_new(project->env->cache_folder, &m.masker, err) : base_error_nomem(err);
	return r < 0 ? r : access_each_right(project->access, store_right, &m);
}

static const char *
member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static int
store_edges(sqlite3 *db, uint64_t seq, const json_t *body, struct assay_error *err)
{
	const json_t *inputs = json_object_get(body, "inputs"), *outputs = json_object_get(body, "outputs");
	const char *job = member(body, "job");
	int r = ASSAY_OK;

	for (size_t i = 0; i < json_array_size(inputs) && r == ASSAY_OK; i++)
		for (size_t k = 0; k < json_array_size(outputs) && r == ASSAY_OK; k++) {
			const json_t *in = json_array_get(inputs, i), *out = json_array_get(outputs, k);
			const char *in_hex = member(in, "sha256"), *out_hex = member(out, "sha256");
			uint8_t from[32], to[32];
			bool has_from = in_hex && base_unhex(base_span_of(in_hex), from, 32),
			     has_to = out_hex && base_unhex(base_span_of(out_hex), to, 32);
			r = facts_insert(db, "lineage_edge", err, "itbtbti", (int64_t)seq, member(in, "name"), has_from ? from : NULL,
				(size_t)32, member(out, "name"), has_to ? to : NULL, (size_t)32, job, (int64_t)0);
		}
	return r;
}

static int
store_entry(void *context, const struct ledger_row *row)
{
	struct access_rows *rows = context;
	json_error_t why;
	json_t *entry = row->json ? json_loads(row->json, 0, &why) : NULL;
	const json_t *body = json_object_get(entry, "body");
	const char *type = member(entry, "type"), *time = member(entry, "time");
	int64_t time_ms = 0;
	int r = ASSAY_OK;

	if (time)
		(void)base_time_parse(base_span_of(time), &time_ms);
	if (type && strcmp(type, "access") == 0)
		r = facts_insert(rows->db, "access_event", rows->err, "iitttttt", (int64_t)row->seq, time_ms, member(body, "principal"),
			member(body, "role"), member(body, "action"), member(body, "resource"), member(body, "purpose"),
			member(body, "decision"));
	else if (type && strcmp(type, "lineage") == 0)
		r = store_edges(rows->db, row->seq, body, rows->err);
	json_decref(entry);
	return r;
}

int
store_ledger(sqlite3 *db, struct project *project, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	struct access_rows rows = {db, err};
	struct ledger_report report = {0};
	struct assay_error why = {0};
	struct ledger_trust trust;
	const char *state;
	int r = project_load_trust(project, err);

	if (r < 0)
		return r;
	trust = (struct ledger_trust){project->trust.vkeys, project->trust.n};
	if (!project_has_log(project))
		return facts_insert(db, "ledger_state", err, "tiit", "absent", (int64_t)0, (int64_t)0, "this is the first entry");
	r = ledger_verify(&project->ledger, &trust, &report, &why);
	if (r == ASSAY_NOMEM)
		return base_error_nomem(err);
	state = r < 0 ? "broken" : report.is_pinned && trust_is_pinned(&project->trust) ? "ok" : "unpinned";
	r = facts_insert(db, "ledger_state", err, "tiit", state, (int64_t)report.size, (int64_t)report.is_pinned,
		why.code ? why.message : report.outside);
	if (r < 0 || why.code)
		return r;
	r = ledger_reader_open(&project->ledger, &reader, err);
	return r < 0 ? r : ledger_reader_each(reader, 0, ledger_reader_size(reader), store_entry, &rows, err);
}
