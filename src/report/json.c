/* JSON, in the shape of DESIGN section 12. One row at a time: the document never exists in memory. */
#include "report/rows.h"

#include "base/json.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

/* A property that holds a number; left out when there is none. */
static void
member_count(struct base_json *j, const char *key, const char *text)
{
	if (text)
		base_json_member_int(j, key, strtoll(text, NULL, 10));
}

static void
member_known(struct base_json *j, const char *key, const char *text)
{
	if (text)
		base_json_member_text(j, key, text);
}

static void
write_members(struct base_json *j, sqlite3_stmt *row, const struct report_member *members)
{
	for (; members->name; members++) {
		char scratch[REPORT_VALUE];
		struct base_span value;
		bool is_literal;
		base_json_key(j, members->name);
		if (!report_value(row, members, scratch, &value, &is_literal))
			base_json_null(j);
		else if (is_literal)
			base_json_raw(j, value);
		else
			base_json_string(j, value);
	}
}

static int
finding_begin(struct report *r, sqlite3_stmt *row, void *context)
{
	struct base_json *j = context;

	(void)r;
	base_json_open_object(j);
	write_members(j, row, report_finding_members);
	base_json_key(j, "examples");
	base_json_open_array(j);
	return ASSAY_OK;
}

static int
finding_example(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)r;
	base_json_open_object(context);
	write_members(context, row, report_example_members);
	base_json_close_object(context);
	return ASSAY_OK;
}

static int
finding_end(struct report *r, void *context)
{
	(void)r;
	base_json_close_array(context);
	base_json_close_object(context);
	return ASSAY_OK;
}

static void
write_identity(struct report *r, struct base_json *j)
{
	const struct report_summary *s = r->summary;
	const struct report_facts *f = &s->facts;

	base_json_member_int(j, "v", 1);
	base_json_member_text(j, "kind", s->is_audit ? "audit" : "scan");
	base_json_member_text(j, "tool", f->tool);
	member_known(j, "id", f->id);
	member_known(j, "as_of", f->as_of);
	member_known(j, "result_sha256", f->result_sha256);
	base_json_member_text(j, "key_id", f->key_id);
	if (s->is_audit) {
		base_json_member_text(j, "profile", f->profile);
		base_json_member_bool(j, "simulated", s->is_simulated);
		base_json_member_bool(j, "strict", f->strict && strcmp(f->strict, "1") == 0);
		base_json_member_text(j, "fail_on", f->fail_on ? f->fail_on : "high");
		base_json_member_text(j, "changes_since", f->changes_since);
		base_json_key(j, "dataset");
		base_json_open_object(j);
		base_json_member_text(j, "id", f->dataset);
		base_json_member_text(j, "version", f->dataset_version);
		base_json_member_text(j, "owner", f->owner);
		base_json_member_text(j, "sha256", f->dataset_sha256);
		base_json_close_object(j);
	}
	base_json_key(j, "exit");
	base_json_open_object(j);
	base_json_member_int(j, "code", f->exit_code ? strtoll(f->exit_code, NULL, 10) : 0);
	base_json_key(j, "codes");
	base_json_open_array(j);
	for (int i = 1; i < 6; i++)
		if (s->exits[i])
			base_json_int(j, i);
	base_json_close_array(j);
	base_json_close_object(j);
}

static void
write_words(struct report *r, struct base_json *j)
{
	struct base_buffer text;
	const struct report_banner *banner;

	base_buffer_init(&text, r->out.max);
	report_headline(r->summary, &text);
	base_json_member_text(j, "headline", text.data);
	base_buffer_reset(&text);
	report_subline(r->summary, &text);
	base_json_member_text(j, "more", text.data ? text.data : "");
	report_absorb(r, &text);
	base_buffer_dispose(&text);
	base_json_member_text(j, "advice", REPORT_ADVICE);
	base_json_member_text(j, "notice", REPORT_NOTICE);
	base_json_key(j, "banners");
	base_json_open_array(j);
	for (size_t i = 0; (banner = report_banner_at(r->summary, i)) != NULL; i++)
		base_json_text(j, banner->word);
	base_json_close_array(j);
}

static void
write_open(struct base_json *j, const char *key, const struct report_open *open)
{
	base_json_key(j, key);
	base_json_open_object(j);
	base_json_member_int(j, "contradictions", open->contradictions);
	base_json_member_int(j, "missing", open->missing);
	base_json_member_int(j, "person", open->person);
	base_json_close_object(j);
}

/* Verdict totals stand per basis and are never added across. */
static void
write_verdict_counts(struct base_json *j, const struct report_summary *s)
{
	base_json_member_bool(j, "blocked", s->is_blocked);
	base_json_member_int(j, "blockers", s->blockers);
	write_open(j, "in_profile", &s->profile);
	write_open(j, "beside", &s->other);
	base_json_key(j, "by_basis");
	base_json_open_object(j);
	for (int b = 0; b < BASIS_COUNT; b++) {
		base_json_key(j, report_basis_names[b]);
		base_json_open_object(j);
		for (int i = 0; i < STATUS_COUNT; i++)
			base_json_member_int(j, report_status_names[i], s->verdicts[b][i]);
		base_json_close_object(j);
	}
	base_json_close_object(j);
	base_json_key(j, "dispositions");
	base_json_open_object(j);
	for (int i = 0; i < DISPOSED_COUNT; i++)
		base_json_member_int(j, report_disposition_names[i], s->disposed[i]);
	base_json_close_object(j);
	member_count(j, "controls_evaluated", s->facts.controls_evaluated);
	member_count(j, "controls_total", s->facts.controls_total);
	member_known(j, "not_judged", s->facts.not_judged);
}

static void
write_counts(struct base_json *j, const struct report_summary *s)
{
	base_json_key(j, "coverage");
	base_json_open_object(j);
	for (int i = 0; i < COVERED_COUNT; i++)
		base_json_member_int(j, report_cover_names[i], s->covered[i]);
	base_json_close_object(j);
	base_json_key(j, "summary");
	base_json_open_object(j);
	base_json_member_int(j, "resources", s->resources);
	base_json_member_int(j, "findings", s->findings);
	base_json_member_int(j, "validated", s->validated);
	base_json_member_int(j, "values", s->values);
	base_json_member_int(j, "columns", s->columns);
	base_json_member_int(j, "resources_with_findings", s->resources_with);
	base_json_member_int(j, "samples", s->samples);
	base_json_member_int(j, "suppressed", s->suppressed);
	base_json_member_int(j, "undecided", s->undecided);
	base_json_member_int(j, "issues", s->issue_count);
	if (s->is_audit)
		write_verdict_counts(j, s);
	base_json_close_object(j);
}

static void
write_ledger(struct base_json *j, const struct report_summary *s)
{
	const struct report_facts *f = &s->facts;

	if (!f->ledger_state)
		return;
	base_json_key(j, "ledger");
	base_json_open_object(j);
	base_json_member_text(j, "state", f->ledger_state);
	member_count(j, "seq", f->ledger_seq);
	member_count(j, "size", f->ledger_size);
	member_known(j, "root", f->ledger_root);
	member_known(j, "checkpoint", f->ledger_checkpoint);
	member_known(j, "signer", f->ledger_signer);
	member_known(j, "owner", f->ledger_owner);
	member_known(j, "vkey", f->vkey);
	if (f->ledger_pinned)
		base_json_member_bool(j, "pinned", !s->is_unpinned);
	if (s->is_signed)
		base_json_member_bool(j, "unprotected_key", s->is_unprotected);
	if (f->ledger_time) {
		char text[BASE_TIME_TEXT];
		base_time_format(strtoll(f->ledger_time, NULL, 10), text);
		base_json_member_text(j, "time", text);
	}
	base_json_close_object(j);
}

static void
write_pieces(struct base_json *j, const char *key, const char *text, bool (*next)(struct base_span *, struct base_span *))
{
	struct base_span rest = base_span_of(text), piece;

	base_json_key(j, key);
	base_json_open_array(j);
	while (next(&rest, &piece))
		base_json_string(j, piece);
	base_json_close_array(j);
}

struct table_walk {
	struct base_json *json;
	const struct report_member *members;
};

static int
table_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct table_walk *w = context;

	(void)r;
	base_json_open_object(w->json);
	write_members(w->json, row, w->members);
	base_json_close_object(w->json);
	return ASSAY_OK;
}

static int
write_tables(struct report *r, struct base_json *j, const struct report_table *table)
{
	int e = ASSAY_OK;

	for (; table->name && e == ASSAY_OK; table++) {
		struct table_walk walk = {j, table->members};
		if (table->is_judgement && !r->summary->is_audit)
			continue;
		base_json_key(j, table->name);
		base_json_open_array(j);
		e = report_each(r, table->sql, table_row, &walk);
		base_json_close_array(j);
	}
	return e;
}

static int
write_findings(struct report *r, struct base_json *j)
{
	struct report_finding_visitor visitor = {finding_begin, finding_example, finding_end, j};
	int e;

	base_json_key(j, "findings");
	base_json_open_array(j);
	e = report_each_finding(r, &visitor);
	base_json_close_array(j);
	return e;
}

int
report_write_json(struct report *r)
{
	struct base_json j;
	int e;

	base_json_init(&j, &r->out);
	base_json_open_object(&j);
	write_identity(r, &j);
	write_words(r, &j);
	write_counts(&j, r->summary);
	e = write_tables(r, &j, report_tables_before);
	e = e < 0 ? e : write_findings(r, &j);
	e = e < 0 ? e : write_tables(r, &j, report_tables_after);
	if (r->summary->facts.allow) {
		base_json_key(&j, "allow_list");
		base_json_open_object(&j);
		base_json_member_text(&j, "digest", r->summary->facts.allow);
		write_pieces(&j, "applied", r->summary->facts.allow_applied, report_next_line);
		base_json_close_object(&j);
	}
	if (r->summary->is_audit) {
		write_pieces(&j, "waivers_applied", r->summary->facts.waivers_applied, report_next_line);
		write_pieces(&j, "waivers_idle", r->summary->facts.waivers_idle, report_next_line);
	}
	write_ledger(&j, r->summary);
	write_pieces(&j, "packs", r->summary->facts.packs, report_next_part);
	base_json_key(&j, "options");
	base_json_raw(&j, base_span_of(r->summary->facts.options ? r->summary->facts.options : "null"));
	base_json_close_object(&j);
	base_buffer_char(&r->out, '\n');
	return e;
}
