/* Findings by column: one table per resource, opened at once while they are few. */
#include "report/html.h"

#include "report/finding_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Above this many findings the tables start closed: a page is first an overview. Printing opens them. */
enum { OPEN_MAX = 300 };

struct findings {
	int64_t resource;
	bool is_open, has_example, is_hidden;
	char last[64]; /* the example before: one that looks the same says nothing */
};

static void
close_resource(struct report *r, struct findings *f)
{
	if (!f->is_open)
		return;
	html_table_end(r);
	html_raw(r, "</details>\n");
	f->is_open = false;
}

static void
open_resource(struct report *r, struct findings *f, sqlite3_stmt *row)
{
	int64_t id = sqlite3_column_int64(row, FINDING_RESOURCE_ID);

	if (f->is_open && f->resource == id)
		return;
	close_resource(r, f);
	html_raw(r, r->summary->findings + r->summary->suppressed + r->summary->samples > OPEN_MAX
			    ? "<details class=\"resource\"><summary>"
			    : "<details class=\"resource\" open=\"open\"><summary>");
	html_text(r, report_column(row, FINDING_RESOURCE));
	html_raw(r, "</summary>\n");
	html_table(r, "Findings in this resource",
		"Column|Entity|Category|#Values|#Records|Share of records|Confidence|State|"
		"Examples, masked");
	f->is_open = true;
	f->resource = id;
}

/* "pattern,check" with room to break the line */
static void
write_reasons(struct report *r, struct base_span reasons)
{
	while (reasons.size > 0) {
		const uint8_t *comma = memchr(reasons.data, ',', reasons.size);
		size_t n = comma ? (size_t)(comma - reasons.data) + 1 : reasons.size;
		html_text(r, (struct base_span){reasons.data, n});
		html_raw(r, comma ? " " : "");
		reasons = (struct base_span){reasons.data + n, reasons.size - n};
	}
}

static void
write_state(struct report *r, sqlite3_stmt *row)
{
	bool is_reported = report_is(report_column(row, FINDING_STATE), "reported");

	html_raw(r, "</td><td>");
	html_text(r, report_column(row, FINDING_STATE));
	if (!is_reported && report_column(row, FINDING_REASON).size > 0) {
		html_raw(r, " <small>");
		write_reasons(r, report_column(row, FINDING_REASON));
		html_raw(r, "</small>");
	}
}

static int
begin(struct report *r, sqlite3_stmt *row, void *context)
{
	struct findings *f = context;
	int64_t share = sqlite3_column_int64(row, FINDING_SHARE), confidence = sqlite3_column_int64(row, FINDING_CONFIDENCE);
	char id[REPORT_FINDING_ID], percent[16];

	open_resource(r, f, row);
	report_row_id(row, id);
	report_share(share, percent);
	base_buffer_format(
		&r->out, "<tr id=\"%s\"%s>", id, report_is(report_column(row, FINDING_STATE), "reported") ? "" : " class=\"quiet\"");
	html_row_head(r, row, FINDING_COLUMN);
	html_cell(r, row, FINDING_ENTITY);
	html_cell(r, row, FINDING_CATEGORY);
	html_number_cell(r, row, FINDING_COUNT);
	html_number_cell(r, row, FINDING_RECORDS);
	html_raw(r, "<td class=\"share\">");
	if (!report_is_null(row, FINDING_SHARE)) {
		html_bar(r, share);
		html_raw(r, " ");
		html_string(r, percent);
	}
	base_buffer_format(&r->out, "</td><td>%s <small>%" PRId64 "%s</small>", report_level(confidence), confidence,
		sqlite3_column_int(row, FINDING_VALIDATED) ? ", validated" : "");
	write_state(r, row);
	html_raw(r, "</td>");
	f->has_example = f->is_hidden = false;
	return ASSAY_OK;
}

static int
example(struct report *r, sqlite3_stmt *row, void *context)
{
	struct findings *f = context;

	/* special categories, health, secrets: not even masked */
	if (report_is_null(row, FINDING_MASKED)) {
		f->is_hidden = true;
		return ASSAY_OK;
	}
	struct base_span masked = report_column(row, FINDING_MASKED);
	if (f->has_example && report_is(masked, f->last))
		return ASSAY_OK;
	snprintf(f->last, sizeof f->last, "%.*s", (int)masked.size, (const char *)masked.data);
	html_raw(r, f->has_example ? ", <code title=\"record " : "<td><code title=\"record ");
	html_number(r, sqlite3_column_int64(row, FINDING_RECORD));
	html_raw(r, "\">");
	html_text(r, report_column(row, FINDING_MASKED));
	html_raw(r, "</code>");
	f->has_example = true;
	return ASSAY_OK;
}

static int
end(struct report *r, void *context)
{
	struct findings *f = context;

	html_raw(r, f->has_example ? "</td></tr>\n"
		    : f->is_hidden ? "<td><span class=\"none\">never shown</span></td></tr>\n"
				   : "<td></td></tr>\n");
	return ASSAY_OK;
}

static int
entity_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, ENTITY_NAME);
	html_cell(r, row, ENTITY_CATEGORY);
	html_cell(r, row, ENTITY_ROLE);
	html_number_cell(r, row, ENTITY_VALUES);
	html_number_cell(r, row, ENTITY_COLUMNS);
	html_number_cell(r, row, ENTITY_RESOURCES);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

int
html_findings(struct report *r)
{
	struct findings f = {0};
	struct report_finding_visitor visitor = {begin, example, end, &f};
	const struct report_summary *s = r->summary;
	struct html_rows entities = {
		.caption = "What was found, by entity", .heads = "Entity|Category|Role|#Values|#Columns|#Resources", .each = entity_row};
	int e = ASSAY_OK;

	html_section(r, "findings", "Findings by column", NULL);
	html_raw(r, "<p class=\"intro\"><b id=\"n-findings\">");
	html_number(r, s->findings);
	html_raw(r, "</b> reported, <b id=\"n-validated\">");
	html_number(r, s->validated);
	html_raw(r, "</b> of them validated by a check digit, a complete format or the whole column; <b id=\"n-values\">");
	html_number(r, s->values);
	html_raw(r, "</b> values in all. Listed but not counted: <b id=\"n-samples\">");
	html_number(r, s->samples);
	html_raw(r, "</b> documentation samples, <b id=\"n-suppressed\">");
	html_number(r, s->suppressed);
	html_raw(r, "</b> suppressed with a reason, <b id=\"n-undecided\">");
	html_number(r, s->undecided);
	html_raw(r, "</b> undecided.</p>\n");
	if (s->findings > 0)
		e = html_table_of(r, report_entities, &entities);
	e = e < 0 ? e : report_each_finding(r, &visitor);
	close_resource(r, &f);
	html_section_end(r);
	return e;
}
