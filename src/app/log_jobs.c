/* log note, show, verify, prove, checkpoint. */
#include "app/masker.h"
#include "app/project.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <jansson.h>
#include <string.h>

static int
open_reader(const struct project *p, struct ledger_reader **ret, struct assay_error *err)
{
	if (!project_has_log(p)) {
		base_error_at(err, ASSAY_USAGE, p->ledger_path, 0, 0, "there is no ledger here");
		base_error_hint(err, "'assay audit' or 'assay log note' start one");
		return ASSAY_USAGE;
	}
	return ledger_reader_open(&p->ledger, ret, err);
}

int
app_log_note(struct project *p, const char *text, struct assay_env *env, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(masker_free_at) struct masker *masker = NULL;
	_cleanup_free_ char *masked = NULL, *actor = NULL;
	struct base_buffer body;
	struct base_json j;
	uint64_t seq = 0;
	int r;

	if (strlen(text) > LIMIT_NAME) {
		/* the masker looks no further: the rest would be lost, and an entry is for ever */
		base_error(err, ASSAY_USAGE, "the note is longer than %d bytes", LIMIT_NAME);
		base_error_hint(err, "keep the long text in a file, and note what it is and its SHA-256");
		return ASSAY_USAGE;
	}
	r = project_ensure_keys(p, err);
	r = r < 0 ? r : masker_new(env->cache_folder, &masker, err);
	r = r < 0 ? r : masker_mask(masker, text, &masked, err);
	r = r < 0 ? r : masker_mask(masker, p->actor, &actor, err);
	if (r < 0)
		return r;
	base_buffer_init(&body, LIMIT_ENTRY);
	base_json_init_canonical(&j, &body);
	base_json_open_object(&j);
	base_json_member_text(&j, "text", masked);
	base_json_close_object(&j);
	if (base_buffer_status(&body) < 0)
		r = base_error(err, ASSAY_LIMIT, "the note is too long");
	struct ledger_entry entry = {"note", body.data, actor, NULL};
	r = r < 0 ? r : project_append(p, &entry, 1, &seq, err);
	base_buffer_dispose(&body);
	return r < 0 ? r
		     : sink_format(sink, "entry %llu%s\n", (unsigned long long)seq,
			     strcmp(masked, text) != 0 ? " (personal data in it was masked)" : "");
}

struct show {
	const struct app_sink *sink;
	const struct log_filter *filter;
	uint64_t left, skip;
	bool counting;
	uint64_t counted;
};

static const char *
member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* What is worth a line of an entry's body. */
static int
show_body(const struct app_sink *sink, const char *type, const json_t *body)
{
	static const struct {
		const char *type, *names[5];
	} worth[] = {
		{"audit", {"as_of", "profile", "result", NULL}},
		{"access", {"decision", "action", "resource", "purpose", NULL}},
		{"run", {"argv0", "role", "purpose", NULL}},
		{"lineage", {"job", NULL}},
		{"note", {"text", NULL}},
		{"genesis", {"origin", NULL}},
	};
	int r = ASSAY_OK;

	for (size_t i = 0; type && i < BASE_COUNT(worth); i++) {
		if (strcmp(worth[i].type, type) != 0)
			continue;
		for (size_t k = 0; worth[i].names[k] && r == ASSAY_OK; k++) {
			const char *text = member(body, worth[i].names[k]);
			r = sink_format(sink, "  ");
			r = r < 0 ? r : sink_printable(sink, text ? text : "-");
		}
	}
	if (r == ASSAY_OK && type && strcmp(type, "audit") == 0)
		r = sink_format(sink, "  blocking %lld", (long long)json_integer_value(json_object_get(body, "blocking")));
	return r;
}

static int
show_text(const struct app_sink *sink, uint64_t seq, const json_t *entry)
{
	const char *type = member(entry, "type"), *time = member(entry, "time"),
		   *claimed = member(json_object_get(entry, "actor"), "claimed");
	int r = sink_format(sink, "%6llu  %-20.19s  %-10.20s  ", (unsigned long long)seq, time ? time : "-", type ? type : "-");

	r = r < 0 ? r : sink_printable(sink, claimed ? claimed : "-");
	r = r < 0 ? r : show_body(sink, type, json_object_get(entry, "body"));
	return r < 0 ? r : sink_format(sink, "\n");
}

static int
show_json(const struct app_sink *sink, const struct ledger_row *row)
{
	struct base_buffer out;
	int r;

	base_buffer_init(&out, 8 * LIMIT_ENTRY);
	base_buffer_format(&out, "{\"seq\":%llu,\"entry\":", (unsigned long long)row->seq);
	base_json_shown(&out, base_span_of(row->json ? row->json : "null"));
	base_buffer_text(&out, ",\"nonce\":");
	base_buffer_format(&out, row->nonce_hex ? "\"%s\"}\n" : "null}\n", row->nonce_hex);
	r = sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	return r;
}

static int
show_row(void *context, const struct ledger_row *row)
{
	struct show *show = context;
	json_t *entry = row->json ? json_loads(row->json, 0, NULL) : NULL;
	const char *type = member(entry, "type");
	bool wanted = !show->filter->type || (type && strcmp(type, show->filter->type) == 0);
	int r = ASSAY_OK;

	if (wanted && show->counting)
		show->counted++;
	else if (wanted && show->skip > 0)
		show->skip--;
	else if (wanted && show->left > 0) {
		show->left--;
		if (show->filter->json)
			r = show_json(show->sink, row);
		else if (!row->json)
			r = sink_format(show->sink, "%6llu  (erased)\n", (unsigned long long)row->seq);
		else
			r = show_text(show->sink, row->seq, entry);
	}
	json_decref(entry);
	return r;
}

/* Shown when nobody says how many. */
enum { NEWEST = 20 };

int
app_log_show(struct project *p, const struct log_filter *filter, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	struct show show = {.sink = sink, .filter = filter, .counting = true};
	uint64_t size, first = filter->first;
	int r = open_reader(p, &reader, err);

	if (r < 0)
		return r;
	size = ledger_reader_size(reader);
	if (!filter->has_first) {
		/* the newest of that type */
		uint64_t wanted = filter->count ? filter->count : NEWEST;
		r = ledger_reader_each(reader, 0, size, show_row, &show, err);
		show.skip = show.counted > wanted ? show.counted - wanted : 0;
	}
	show.counting = false;
	show.left = filter->count ? filter->count : UINT64_MAX;
	if (first >= size)
		return r;
	r = r < 0 ? r : ledger_reader_each(reader, first, size - first, show_row, &show, err);
	return r < 0 && err->code == ASSAY_OK ? base_error(err, r, "cannot write the list") : r;
}

static int
tell_report(const struct project *p, const struct ledger_report *report, bool json, const struct app_sink *sink)
{
	const struct trust_key *key = report->is_signed ? &p->trust.keys[report->key] : NULL;
	struct base_buffer out;
	struct base_json j;
	char root[65];
	int r;

	base_hex((struct base_span){(const uint8_t *)&report->root, 32}, root);
	if (!json) {
		r = sink_format(sink, "verified: %llu entries (%llu erased), %llu checkpoints, root %s\n",
			(unsigned long long)report->entries_checked, (unsigned long long)report->erased,
			(unsigned long long)report->checkpoints_checked, root);
		r = r < 0 ? r
			  : sink_format(sink, "outside copy: %s\n",
				  report->outside[0] ? report->outside : "none: an older copy of the ledger would not be noticed");
		if (!key)
			return r < 0 ? r : sink_format(sink, "signer: none (unsigned)\n");
		r = r < 0 ? r : sink_format(sink, "signer: %s, ", key->vkey.name);
		r = r < 0 ? r : sink_printable(sink, key->owner[0] ? key->owner : "owner not stated");
		return r < 0 ? r
			     : sink_format(sink, " (%s%s)\n", trust_source_name(key->source),
				     key->source == TRUST_BESIDE ? ": unpinned, proves little" : "");
	}
	base_buffer_init(&out, LIMIT_ENTRY);
	base_json_init(&j, &out);
	base_json_open_object(&j);
	base_json_member_int(&j, "v", 1);
	base_json_member_bool(&j, "verified", true);
	base_json_member_int(&j, "size", (int64_t)report->size);
	base_json_member_int(&j, "erased", (int64_t)report->erased);
	base_json_member_text(&j, "root", root);
	base_json_member_bool(&j, "pinned", report->is_pinned && key && key->source != TRUST_BESIDE);
	base_json_member_text(&j, "outside", report->outside);
	base_json_member_text(&j, "signer", key ? key->vkey.name : NULL);
	base_json_member_text(&j, "owner", key && key->owner[0] ? key->owner : NULL);
	base_json_member_text(&j, "trust", key ? trust_source_name(key->source) : NULL);
	base_json_close_object(&j);
	base_buffer_char(&out, '\n');
	r = sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	return r;
}

int
app_log_verify(struct project *p, bool json, const struct app_sink *sink, struct assay_error *err)
{
	struct ledger_report report = {0};
	struct ledger_trust trust;
	int r = project_load_trust(p, err);

	if (r < 0)
		return r;
	if (!project_has_log(p)) {
		base_error_at(err, ASSAY_USAGE, p->ledger_path, 0, 0, "there is no ledger here");
		base_error_hint(err, "'assay audit' or 'assay log note' start one");
		return ASSAY_USAGE;
	}
	trust = (struct ledger_trust){p->trust.vkeys, p->trust.n};
	r = ledger_verify(&p->ledger, &trust, &report, err);
	return r < 0 ? r : tell_report(p, &report, json, sink);
}

int
app_log_prove(struct project *p, uint64_t seq, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	struct base_buffer out;
	int r = open_reader(p, &reader, err);

	if (r < 0)
		return r;
	base_buffer_init(&out, LIMIT_NOTE);
	r = ledger_reader_receipt(reader, seq, &out, err);
	r = r < 0 ? r : sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	return r;
}

static int
sign_head(struct project *p, struct assay_env *env, struct assay_error *err)
{
	_cleanup_(crypto_key_free_at) struct crypto_key *key = NULL;
	_cleanup_(ledger_close_at) struct ledger *ledger = NULL;
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	_cleanup_free_ char *origin = NULL;
	bool is_protected;
	int r = open_reader(p, &reader, err);

	r = r < 0 ? r : project_load_signing_key(p, &key, &is_protected, err);
	if (r < 0)
		return r;
	origin = base_strdup(ledger_reader_origin(reader));
	/* the reader holds a lock of the database that a writer would wait for */
	ledger_reader_close(BASE_STEAL(reader));
	r = origin ? ledger_open(&p->ledger, origin, env, &ledger, err) : base_error_nomem(err);
	return r < 0 ? r : ledger_sign(ledger, key, err);
}

int
app_log_checkpoint(struct project *p, bool sign, struct assay_env *env, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	const char *note;
	int r = sign ? sign_head(p, env, err) : ASSAY_OK;

	r = r < 0 ? r : open_reader(p, &reader, err);
	if (r < 0)
		return r;
	note = ledger_reader_checkpoint(reader);
	if (!note)
		return base_error_at(err, ASSAY_UNSUPPORTED, p->ledger_path, 0, 0, "the ledger has no signed checkpoint");
	return sink->write(sink->context, note, strlen(note));
}
