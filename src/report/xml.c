/* XML through libxml2's writer, valid against reports/assay-report-1.xsd. The rows carry the same names as in JSON, as attributes.
 *
 * A name from the data may hold what XML 1.0 cannot: such bytes are replaced by a visible \xNN or \u{...}, never dropped. */
#include "report/rows.h"

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE "urn:assay:report:1"

struct xml {
	struct report *report;
	xmlTextWriterPtr writer;
	struct base_buffer scratch; /* one text, made fit for XML */
	bool failed;                /* the writer found no memory */
	const struct report_table *table;
};

/* libxml2 asks for the number of bytes taken and complains aloud about less: a failure waits in the buffer instead. */
static int
take_bytes(void *context, const char *data, int n)
{
	struct xml *x = context;

	base_buffer_append(&x->report->out, data, (size_t)n);
	return n;
}

static void
stay_silent(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/* Production [2] Char of XML 1.0, without the control characters that the standard discourages. */
static bool
is_xml_char(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd)
	       || (c >= 0x10000 && c <= 0x10ffff);
}

static const xmlChar *
fit(struct xml *x, struct base_span s)
{
	base_buffer_reset(&x->scratch);
	while (s.size > 0) {
		uint32_t c = 0;
		size_t n = base_utf8_decode(s, &c);
		if (n == 0) {
			base_buffer_format(&x->scratch, "\\x%02X", s.data[0]);
			n = 1;
		} else if (is_xml_char(c))
			base_buffer_append(&x->scratch, s.data, n);
		else
			base_buffer_format(&x->scratch, c < 0x100 ? "\\x%02X" : "\\u{%X}", (unsigned)c);
		s.data += n;
		s.size -= n;
	}
	report_absorb(x->report, &x->scratch);
	return x->scratch.data && !x->scratch.failed ? (const xmlChar *)x->scratch.data : (const xmlChar *)"";
}

static void
open_element(struct xml *x, const char *name)
{
	x->failed = xmlTextWriterStartElement(x->writer, (const xmlChar *)name) < 0 || x->failed;
}

static void
close_element(struct xml *x)
{
	x->failed = xmlTextWriterEndElement(x->writer) < 0 || x->failed;
}

static void
attribute_span(struct xml *x, const char *name, struct base_span value)
{
	x->failed = xmlTextWriterWriteAttribute(x->writer, (const xmlChar *)name, fit(x, value)) < 0 || x->failed;
}

/* Left out when there is no text. */
static void
attribute(struct xml *x, const char *name, const char *value)
{
	if (value)
		attribute_span(x, name, base_span_of(value));
}

static void
attribute_int(struct xml *x, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	attribute(x, name, text);
}

static void
attribute_bool(struct xml *x, const char *name, bool value)
{
	attribute(x, name, value ? "true" : "false");
}

static void
text_element(struct xml *x, const char *name, struct base_span text)
{
	open_element(x, name);
	x->failed = xmlTextWriterWriteString(x->writer, fit(x, text)) < 0 || x->failed;
	close_element(x);
}

/* Columns whose words the schema lists but the database does not check. */
static int
check_words(struct xml *x, const char *row, const char *member, struct base_span value)
{
	static const struct {
		const char *row, *member, *words;
	} lists[] = {{NULL, "severity", " critical high medium low "}, {"finding", "state", " reported sample suppressed undecided "}};
	char word[32];

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if ((lists[i].row && strcmp(lists[i].row, row) != 0) || strcmp(lists[i].member, member) != 0)
			continue;
		if (value.size > 0 && value.size < sizeof word - 2 && !memchr(value.data, ' ', value.size))
			snprintf(word, sizeof word, " %.*s ", (int)value.size, (const char *)value.data);
		else
			snprintf(word, sizeof word, "?");
		if (!strstr(lists[i].words, word))
			return base_error(
				x->report->err, ASSAY_FORMAT, "the stored result is damaged: a %s has an unknown %s", row, member);
	}
	return ASSAY_OK;
}

static int
write_members(struct xml *x, const char *name, sqlite3_stmt *row, const struct report_member *members)
{
	int e = ASSAY_OK;

	for (; members->name && e == ASSAY_OK; members++) {
		char scratch[REPORT_VALUE];
		struct base_span value;
		bool is_literal;
		if (!report_value(row, members, scratch, &value, &is_literal))
			continue;
		e = check_words(x, name, members->name, value);
		attribute_span(x, members->name, value);
	}
	return e < 0 || !x->failed ? e : base_error_nomem(x->report->err);
}

static int
table_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct xml *x = context;
	int e;

	(void)r;
	open_element(x, x->table->row);
	e = write_members(x, x->table->row, row, x->table->members);
	close_element(x);
	return e;
}

static int
finding_begin(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)r;
	open_element(context, "finding");
	return write_members(context, "finding", row, report_finding_members);
}

static int
finding_example(struct report *r, sqlite3_stmt *row, void *context)
{
	int e;

	(void)r;
	open_element(context, "example");
	e = write_members(context, "example", row, report_example_members);
	close_element(context);
	return e;
}

static int
finding_end(struct report *r, void *context)
{
	(void)r;
	close_element(context);
	return ASSAY_OK;
}

static int
write_findings(struct xml *x)
{
	struct report_finding_visitor visitor = {finding_begin, finding_example, finding_end, x};
	int e;

	open_element(x, "findings");
	e = report_each_finding(x->report, &visitor);
	close_element(x);
	return e;
}

static int
write_tables(struct xml *x, const struct report_table *table)
{
	int e = ASSAY_OK;

	for (; table->name && e == ASSAY_OK; table++) {
		if (table->is_judgement && !x->report->summary->is_audit)
			continue;
		x->table = table;
		open_element(x, table->name);
		e = report_each(x->report, table->sql, table_row, x);
		close_element(x);
	}
	return e;
}

static void
write_root(struct xml *x)
{
	const struct report_summary *s = x->report->summary;
	const struct report_facts *f = &s->facts;

	open_element(x, "report");
	attribute(x, "xmlns", NAMESPACE);
	attribute(x, "v", "1");
	attribute(x, "kind", s->is_audit ? "audit" : "scan");
	attribute(x, "tool", f->tool);
	attribute(x, "id", f->id);
	attribute(x, "as_of", f->as_of);
	attribute(x, "result_sha256", f->result_sha256);
	attribute(x, "key_id", f->key_id);
	if (!s->is_audit)
		return;
	attribute(x, "profile", f->profile);
	attribute_bool(x, "simulated", s->is_simulated);
	attribute_bool(x, "strict", f->strict && strcmp(f->strict, "1") == 0);
	attribute(x, "fail_on", f->fail_on ? f->fail_on : "high");
	attribute(x, "changes_since", f->changes_since);
}

static void
write_words(struct xml *x)
{
	const struct report_summary *s = x->report->summary;
	const struct report_banner *banner;
	struct base_buffer text;

	text_element(x, "notice", base_span_of(REPORT_NOTICE));
	text_element(x, "advice", base_span_of(REPORT_ADVICE));
	base_buffer_init(&text, x->report->out.max);
	report_headline(s, &text);
	text_element(x, "headline", base_span_of(text.data));
	base_buffer_reset(&text);
	report_subline(s, &text);
	text_element(x, "more", base_span_of(text.data));
	report_absorb(x->report, &text);
	base_buffer_dispose(&text);
	for (size_t i = 0; (banner = report_banner_at(s, i)) != NULL; i++) {
		open_element(x, "banner");
		attribute(x, "word", banner->word);
		x->failed = xmlTextWriterWriteString(x->writer, (const xmlChar *)banner->text) < 0 || x->failed;
		close_element(x);
	}
}

static void
write_dataset_and_exit(struct xml *x)
{
	const struct report_summary *s = x->report->summary;
	const struct report_facts *f = &s->facts;
	char codes[16] = "";

	if (s->is_audit) {
		open_element(x, "dataset");
		attribute(x, "id", f->dataset);
		attribute(x, "version", f->dataset_version);
		attribute(x, "owner", f->owner);
		attribute(x, "sha256", f->dataset_sha256);
		close_element(x);
	}
	for (int i = 1; i < 6; i++)
		if (s->exits[i])
			snprintf(codes + strlen(codes), sizeof codes - strlen(codes), "%s%d", codes[0] ? " " : "", i);
	open_element(x, "exit");
	attribute_int(x, "code", f->exit_code ? strtoll(f->exit_code, NULL, 10) : 0);
	attribute(x, "codes", codes);
	close_element(x);
}

static void
write_open(struct xml *x, const char *name, const struct report_open *open)
{
	open_element(x, name);
	attribute_int(x, "contradictions", open->contradictions);
	attribute_int(x, "missing", open->missing);
	attribute_int(x, "person", open->person);
	close_element(x);
}

static void
write_counts_of(struct xml *x, const char *name, const char *const *names, const int64_t *counts, int n)
{
	open_element(x, name);
	for (int i = 0; i < n; i++)
		attribute_int(x, names[i], counts[i]);
	close_element(x);
}

static void
write_judgement_counts(struct xml *x)
{
	const struct report_summary *s = x->report->summary;

	attribute_bool(x, "blocked", s->is_blocked);
	attribute_int(x, "blockers", s->blockers);
	attribute(x, "controls_evaluated", s->facts.controls_evaluated);
	attribute(x, "controls_total", s->facts.controls_total);
	attribute(x, "not_judged", s->facts.not_judged);
	write_open(x, "in_profile", &s->profile);
	write_open(x, "beside", &s->other);
	open_element(x, "by_basis");
	for (int b = 0; b < BASIS_COUNT; b++)
		write_counts_of(x, report_basis_names[b], report_status_names, s->verdicts[b], STATUS_COUNT);
	close_element(x);
	write_counts_of(x, "dispositions", report_disposition_names, s->disposed, DISPOSED_COUNT);
}

static void
write_summary(struct xml *x)
{
	const struct report_summary *s = x->report->summary;

	write_counts_of(x, "coverage", report_cover_names, s->covered, COVERED_COUNT);
	open_element(x, "summary");
	attribute_int(x, "resources", s->resources);
	attribute_int(x, "findings", s->findings);
	attribute_int(x, "validated", s->validated);
	attribute_int(x, "values", s->values);
	attribute_int(x, "columns", s->columns);
	attribute_int(x, "resources_with_findings", s->resources_with);
	attribute_int(x, "samples", s->samples);
	attribute_int(x, "suppressed", s->suppressed);
	attribute_int(x, "undecided", s->undecided);
	attribute_int(x, "issues", s->issue_count);
	if (s->is_audit)
		write_judgement_counts(x);
	close_element(x);
}

static void
write_ledger(struct xml *x)
{
	const struct report_summary *s = x->report->summary;
	const struct report_facts *f = &s->facts;
	char time[BASE_TIME_TEXT];

	if (!f->ledger_state)
		return;
	open_element(x, "ledger");
	attribute(x, "state", f->ledger_state);
	attribute(x, "seq", f->ledger_seq);
	attribute(x, "size", f->ledger_size);
	attribute(x, "root", f->ledger_root);
	attribute(x, "signer", f->ledger_signer);
	attribute(x, "owner", f->ledger_owner);
	attribute(x, "vkey", f->vkey);
	if (f->ledger_pinned)
		attribute_bool(x, "pinned", !s->is_unpinned);
	if (s->is_signed)
		attribute_bool(x, "unprotected_key", s->is_unprotected);
	if (f->ledger_time) {
		base_time_format(strtoll(f->ledger_time, NULL, 10), time);
		attribute(x, "time", time);
	}
	if (f->ledger_checkpoint)
		text_element(x, "checkpoint", base_span_of(f->ledger_checkpoint));
	close_element(x);
}

static void
write_pieces(struct xml *x, const char *name, const char *text, bool (*next)(struct base_span *, struct base_span *))
{
	struct base_span rest = base_span_of(text), piece;

	while (next(&rest, &piece))
		text_element(x, name, piece);
}

static void
write_end(struct xml *x)
{
	const struct report_facts *f = &x->report->summary->facts;

	if (x->report->summary->is_audit) {
		open_element(x, "waivers");
		write_pieces(x, "applied", f->waivers_applied, report_next_line);
		write_pieces(x, "idle", f->waivers_idle, report_next_line);
		close_element(x);
	}
	if (f->allow) {
		open_element(x, "allow_list");
		text_element(x, "digest", base_span_of(f->allow));
		write_pieces(x, "applied", f->allow_applied, report_next_line);
		close_element(x);
	}
	write_ledger(x);
	open_element(x, "packs");
	write_pieces(x, "pack", f->packs, report_next_part);
	close_element(x);
	if (f->options)
		text_element(x, "options", base_span_of(f->options));
}

static int
write_document(struct xml *x)
{
	int e;

	x->failed = xmlTextWriterStartDocument(x->writer, "1.0", "UTF-8", NULL) < 0;
	write_root(x);
	write_words(x);
	write_dataset_and_exit(x);
	write_summary(x);
	e = write_tables(x, report_tables_before);
	e = e < 0 ? e : write_findings(x);
	e = e < 0 ? e : write_tables(x, report_tables_after);
	if (e == ASSAY_OK) {
		write_end(x);
		close_element(x);
		x->failed = xmlTextWriterEndDocument(x->writer) < 0 || x->failed;
	}
	return e;
}

int
report_write_xml(struct report *r)
{
	struct xml x = {.report = r};
	xmlStructuredErrorFunc old_handler = xmlStructuredError;
	void *old_context = xmlStructuredErrorContext;
	xmlOutputBufferPtr out = xmlOutputBufferCreateIO(take_bytes, NULL, &x, NULL);
	int e;

	x.writer = out ? xmlNewTextWriter(out) : NULL;
	if (!x.writer) {
		if (out)
			xmlOutputBufferClose(out);
		return base_error_nomem(r->err);
	}
	/* per thread; nothing below the command line prints */
	xmlSetStructuredErrorFunc(NULL, stay_silent);
	xmlTextWriterSetIndent(x.writer, 1);
	xmlTextWriterSetIndentString(x.writer, (const xmlChar *)"\t");
	base_buffer_init(&x.scratch, r->out.max);
	e = write_document(&x);
	xmlFreeTextWriter(x.writer);
	xmlSetStructuredErrorFunc(old_context, old_handler);
	base_buffer_dispose(&x.scratch);
	return e < 0 || !x.failed ? e : base_error_nomem(r->err);
}
