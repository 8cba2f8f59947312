/* The report for a terminal. Of a scan: findings by column. Of an audit: what stops the gate, and what would decide most. */
#include "report/text.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH_DEFAULT = 100, WIDTH_MIN = 40, BLOCKERS_SHOWN = 5, LINES_SHOWN = 10, QUESTIONS_SHOWN = 8, LABEL = 10 };

static void
sentence(struct text *t, void (*say)(const struct report_summary *, struct base_buffer *), size_t indent, size_t at)
{
	struct base_buffer words;

	base_buffer_init(&words, t->report->out.max);
	say(t->report->summary, &words);
	report_absorb(t->report, &words);
	text_wrap(t, base_span_of(words.data), indent, at);
	base_buffer_dispose(&words);
}

static void
label(struct text *t, const char *word)
{
	text_style(t, TEXT_DIM);
	text_cell(t, base_span_of(word), LABEL, false);
	text_style(t, TEXT_PLAIN);
}

static void
fact(struct text *t, const char *word, const char *value)
{
	if (!value)
		return;
	label(t, word);
	text_wrap(t, base_span_of(value), LABEL, LABEL);
}

static void
write_banners(struct text *t)
{
	const struct report_banner *banner;

	for (size_t i = 0; (banner = report_banner_at(t->report->summary, i)) != NULL; i++) {
		text_styled(t, TEXT_RED, banner->word);
		text_raw(t, "  ");
		text_wrap(t, base_span_of(banner->text), 2, strlen(banner->word) + 2);
	}
}

/* Lines of a list with an end: the rest is counted. */
struct lines {
	struct text *text;
	int64_t n, shown;
};

static void
more(struct lines *l, const char *where)
{
	if (l->n > l->shown)
		base_buffer_format(&l->text->report->out, "  and %" PRId64 " more%s\n", l->n - l->shown, where);
}

static int
unexamined_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct lines *l = context;

	(void)r;
	if (l->n++ >= LINES_SHOWN)
		return ASSAY_OK;
	if (l->shown++ == 0)
		text_heading(l->text, "Not fully examined");
	text_raw(l->text, "  ");
	text_cell(l->text, report_column(row, UNEXAMINED_RESOURCE), 0, false);
	text_raw(l->text, ": ");
	text_cell(l->text, report_column(row, UNEXAMINED_WHY), 0, false);
	text_raw(l->text, "\n");
	return ASSAY_OK;
}

static int
issue_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct lines *l = context;
	int64_t record = sqlite3_column_int64(row, ISSUE_RECORD);

	if (l->n++ >= LINES_SHOWN)
		return ASSAY_OK;
	if (l->shown++ == 0)
		text_heading(l->text, "Issues");
	text_raw(l->text, "  ");
	text_cell(l->text, report_is_null(row, ISSUE_RESOURCE) ? base_span_of("dataset") : report_column(row, ISSUE_RESOURCE), 0, false);
	if (record > 0)
		base_buffer_format(&r->out, ":%" PRId64, record);
	text_raw(l->text, ": ");
	text_cell(l->text, report_column(row, ISSUE_CODE), 0, false);
	if (report_column(row, ISSUE_DETAIL).size > 0) {
		text_raw(l->text, ", ");
		text_cell(l->text, report_column(row, ISSUE_DETAIL), 0, false);
	}
	if (sqlite3_column_int64(row, ISSUE_COUNT) > 1)
		base_buffer_format(&r->out, " (%" PRId64 " times)", (int64_t)sqlite3_column_int64(row, ISSUE_COUNT));
	text_raw(l->text, "\n");
	return ASSAY_OK;
}

static int
write_limits(struct text *t)
{
	struct lines unexamined = {.text = t}, issues = {.text = t};
	int e = report_each(t->report, report_unexamined, unexamined_row, &unexamined);

	more(&unexamined, "");
	e = e < 0 ? e : report_each(t->report, report_issues, issue_row, &issues);
	more(&issues, "; --format json lists all");
	return e;
}

static void
write_found(struct text *t)
{
	const struct report_summary *s = t->report->summary;

	label(t, "found");
	sentence(t, report_findings_line, LABEL, LABEL);
	if (s->samples + s->suppressed + s->undecided > 0) {
		label(t, "not shown");
		base_buffer_format(&t->report->out,
			"documentation samples %" PRId64 ", suppressed with a reason %" PRId64 ", undecided "
			"%" PRId64 "\n",
			s->samples, s->suppressed, s->undecided);
	}
	struct base_span rest = base_span_of(s->facts.allow_applied), line;
	while (report_next_line(&rest, &line)) {
		label(t, "accepted");
		text_raw(t, "allow-list ");
		text_wrap(t, line, LABEL + 11, LABEL);
	}
	label(t, "coverage");
	sentence(t, report_coverage_line, LABEL, LABEL);
}

static void
write_identity(struct text *t)
{
	const struct report_facts *f = &t->report->summary->facts;

	if (f->dataset) {
		label(t, "dataset");
		text_cell(t, base_span_of(f->dataset), 0, false);
		text_raw(t, f->dataset_version ? " " : "");
		text_cell(t, base_span_of(f->dataset_version), 0, false);
		text_raw(t, f->owner ? ", owner " : "");
		text_cell(t, base_span_of(f->owner), 0, false);
		text_raw(t, "\n");
	}
	fact(t, "digest", f->dataset_sha256);
	fact(t, "as of", f->as_of);
	fact(t, "result", f->result_sha256);
	if (t->report->summary->is_signed) {
		label(t, "signed");
		base_buffer_format(&t->report->out, "entry %s under the checkpoint of size %s\n", f->ledger_seq ? f->ledger_seq : "?",
			f->ledger_size ? f->ledger_size : "?");
		fact(t, "signer", f->ledger_signer);
		fact(t, "owner", f->ledger_owner);
	}
}

static int
blocker_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct lines *l = context;
	struct text *t = l->text;
	int64_t places = sqlite3_column_int64(row, CONTROL_PLACES);

	if (l->n++ >= BLOCKERS_SHOWN)
		return ASSAY_OK;
	if (l->shown++ == 0)
		text_heading(t, "What blocks");
	base_buffer_format(&r->out, "  %" PRId64 ". ", l->shown);
	text_style(t, TEXT_RED);
	text_cell(t, report_column(row, CONTROL_STATUS), 0, false);
	text_style(t, TEXT_PLAIN);
	text_raw(t, "  ");
	text_cell(t, report_column(row, CONTROL_ID), 0, false);
	text_raw(t, ", ");
	text_cell(t, report_column(row, CONTROL_SEVERITY), 0, false);
	if (places > 0) {
		text_raw(t, ", ");
		text_cell(t, report_column(row, CONTROL_RESOURCE), 0, false);
		text_raw(t, report_is_null(row, CONTROL_COLUMN) ? "" : " column ");
		text_cell(t, report_column(row, CONTROL_COLUMN), 0, false);
		if (places > 1)
			base_buffer_format(&r->out, " and %" PRId64 " more", places - 1);
	}
	text_raw(t, "\n     ");
	text_wrap(t, report_column(row, CONTROL_REASON), 5, 5);
	if (report_fix(row).size > 0) {
		text_styled(t, TEXT_DIM, "     fix: ");
		text_wrap(t, report_fix(row), 10, 10);
	}
	return ASSAY_OK;
}

/* "  sensitive  HEALTH_TERM     120 values in 2 columns of 1 resource" */
static int
entity_row(struct report *r, sqlite3_stmt *row, void *context)
{
	enum { ROLE = 9, NAME = 24 };
	static const char *const nouns[] = {"value", "column", "resource"}, *const joins[] = {"  ", " in ", " of "};
	static const int counts[] = {ENTITY_VALUES, ENTITY_COLUMNS, ENTITY_RESOURCES};
	struct lines *l = context;
	struct text *t = l->text;

	if (l->n++ >= LINES_SHOWN)
		return ASSAY_OK;
	if (l->shown++ == 0)
		text_heading(t, "What was found, what weighs most first");
	text_raw(t, "  ");
	text_cell(t, report_column(row, ENTITY_ROLE), ROLE, false);
	text_raw(t, "  ");
	text_cell(t, report_column(row, ENTITY_NAME), NAME, false);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		int64_t n = sqlite3_column_int64(row, counts[i]);
		base_buffer_format(&r->out, "%s%" PRId64 " %s%s", joins[i], n, nouns[i], n == 1 ? "" : "s");
	}
	text_raw(t, "\n");
	return ASSAY_OK;
}

static void
write_bases(struct text *t)
{
	const struct report_summary *s = t->report->summary;
	struct base_buffer *out = &t->report->out;

	text_heading(t, "Controls by basis (never added across)");
	text_style(t, TEXT_DIM);
	text_raw(t, "            ");
	for (int i = 0; i < STATUS_COUNT; i++)
		base_buffer_format(out, "%9s", report_status_names[i]);
	text_style(t, TEXT_PLAIN);
	text_raw(t, "\n");
	for (int b = 0; b < BASIS_COUNT; b++) {
		base_buffer_format(out, "  %-10s", report_basis_names[b]);
		for (int i = 0; i < STATUS_COUNT; i++) {
			int64_t n = s->verdicts[b][i];
			enum text_style style = n == 0                                                    ? TEXT_DIM
						: i == STATUS_FAIL                                        ? TEXT_RED
						: i == STATUS_NOTEVAL || i == STATUS_ERROR                ? TEXT_YELLOW
						: i == STATUS_PASS && (b == BASIS_DATA || b == BASIS_LOG) ? TEXT_GREEN
													  : TEXT_PLAIN;
			if (style != TEXT_PLAIN)
				text_style(t, style);
			base_buffer_format(out, "%9" PRId64, n);
			if (style != TEXT_PLAIN)
				text_style(t, TEXT_PLAIN);
		}
		text_raw(t, "\n");
	}
}

/* "  changed  verdict gdpr-a5.1c-1: review -> pass" */
static int
change_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct lines *l = context;
	struct text *t = l->text;

	(void)r;
	if (l->n++ >= LINES_SHOWN)
		return ASSAY_OK;
	if (l->shown++ == 0)
		text_heading(t, "What changed");
	text_raw(t, "  ");
	text_cell(t, report_column(row, CHANGE_WHAT), sizeof "changed " - 1, false);
	text_raw(t, " ");
	text_cell(t, report_column(row, CHANGE_KIND), 0, false);
	if (!report_is_null(row, CHANGE_SUBJECT)) {
		text_raw(t, " ");
		text_cell(t, report_column(row, CHANGE_SUBJECT), 0, false);
	}
	if (!report_is_null(row, CHANGE_RESOURCE)) {
		text_raw(t, report_is_null(row, CHANGE_SUBJECT) ? " " : " in ");
		text_cell(t, report_column(row, CHANGE_RESOURCE), 0, false);
	}
	if (!report_is_null(row, CHANGE_COLUMN)) {
		text_raw(t, ", ");
		text_cell(t, report_column(row, CHANGE_COLUMN), 0, false);
	}
	/* the list of all packs would fill the screen */
	if (!report_is(report_column(row, CHANGE_SUBJECT), "packs")) {
		text_raw(t, report_is_null(row, CHANGE_BEFORE) && report_is_null(row, CHANGE_AFTER) ? "" : ": ");
		text_cell(t, report_column(row, CHANGE_BEFORE), 0, false);
		text_raw(t, report_is_null(row, CHANGE_BEFORE) || report_is_null(row, CHANGE_AFTER) ? "" : " -> ");
		text_cell(t, report_column(row, CHANGE_AFTER), 0, false);
	}
	text_raw(t, "\n");
	return ASSAY_OK;
}

static int
question_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct lines *l = context;
	struct text *t = l->text;
	int64_t n = sqlite3_column_int64(row, QUESTION_CONTROLS);
	char head[64];

	if (!report_is(report_column(row, QUESTION_FOR), "owner") || l->n++ >= QUESTIONS_SHOWN)
		return ASSAY_OK;
	if (l->shown++ == 0)
		text_heading(t, "To declare or provide, most decisive first");
	snprintf(head, sizeof head, "  %3" PRId64 " control%s  ", n, n == 1 ? " " : "s");
	text_raw(t, head);
	(void)r;
	text_wrap(t, report_column(row, QUESTION_TEXT), strlen(head), strlen(head));
	return ASSAY_OK;
}

static int
write_exceptions(struct text *t)
{
	struct base_span rest, line;

	rest = base_span_of(t->report->summary->facts.waivers_idle);
	if (rest.size > 0)
		text_heading(t, "Waivers that do not apply");
	while (report_next_line(&rest, &line)) {
		text_raw(t, "  ");
		text_wrap(t, line, 4, 2);
	}
	return ASSAY_OK;
}

static void
write_headline(struct text *t)
{
	const struct report_summary *s = t->report->summary;

	text_style(t, s->is_blocked ? TEXT_RED : TEXT_BOLD);
	sentence(t, report_headline, 0, 0);
	text_style(t, TEXT_PLAIN);
	if (s->is_audit)
		text_raw(t, REPORT_ADVICE "\n");
	sentence(t, report_subline, 0, 0);
	write_banners(t);
}

static int
write_audit(struct text *t)
{
	const struct report_summary *s = t->report->summary;
	struct lines blockers = {.text = t}, questions = {.text = t}, changes = {.text = t}, entities = {.text = t};
	int e = s->is_judged ? ASSAY_OK : text_findings(t);

	write_headline(t);
	text_raw(t, "\n");
	write_identity(t);
	write_found(t);
	label(t, "changes");
	sentence(t, report_changes_line, LABEL, LABEL);
	if (s->is_judged)
		e = e < 0 ? e : report_each(t->report, report_blockers, blocker_row, &blockers);
	more(&blockers, "");
	/* without judgement the columns stand above */
	if (s->is_judged)
		e = e < 0 ? e : report_each(t->report, report_entities, entity_row, &entities);
	more(&entities, "; --format json lists all by column");
	write_bases(t);
	e = e < 0 ? e : report_each(t->report, report_changes, change_row, &changes);
	more(&changes, "; --format json lists all");
	e = e < 0 ? e : report_each(t->report, report_questions, question_row, &questions);
	more(&questions, "");
	e = e < 0 ? e : write_exceptions(t);
	return e < 0 ? e : write_limits(t);
}

static int
write_scan(struct text *t)
{
	int e = text_findings(t);

	write_headline(t);
	text_raw(t, "\n");
	write_found(t);
	return e < 0 ? e : write_limits(t);
}

int
report_write_text(struct report *r)
{
	unsigned width = r->options->width ? r->options->width : WIDTH_DEFAULT;
	struct text t = {.report = r, .width = width < WIDTH_MIN ? WIDTH_MIN : width};
	int e;

	base_buffer_init(&t.scratch, r->out.max);
	e = r->summary->is_audit ? write_audit(&t) : write_scan(&t);
	text_raw(&t, "\n");
	text_style(&t, TEXT_DIM);
	text_wrap(&t, base_span_of(REPORT_NOTICE), 0, 0);
	text_style(&t, TEXT_PLAIN);
	base_buffer_dispose(&t.scratch);
	return e;
}
