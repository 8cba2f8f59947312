/* The table of findings by column: one heading per resource, one line per finding. */
#include "report/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MIN = 12, EXAMPLE_MAX = 24, NUMBER_MAX = 24 };
#define HEAD_COLUMN "COLUMN"
#define HEAD_ENTITY "ENTITY"
#define HEAD_COUNT "COUNT"
#define HEAD_SHARE "SHARE"
#define HEAD_LEVEL "CONFIDENCE"
#define HEAD_VALID "VALID"
#define HEAD_EXAMPLE "EXAMPLE"

struct findings {
	struct text *text;
	int64_t resource; /* whose heading was printed */
	bool has_resource, is_shown, has_example;
	size_t column, entity, count, valid; /* widths; valid: of the last word written */
};

static bool
is_reported(sqlite3_stmt *row)
{
	return report_is(report_column(row, FINDING_STATE), "reported");
}

static int
measure(struct report *r, sqlite3_stmt *row, void *context)
{
	struct findings *f = context;
	size_t column, entity, count;

	(void)r;
	if (!is_reported(row))
		return ASSAY_OK;
	column = text_width(f->text, report_column(row, FINDING_COLUMN));
	entity = text_width(f->text, report_column(row, FINDING_ENTITY));
	count = report_column(row, FINDING_COUNT).size;
	f->column = column > f->column ? column : f->column;
	f->entity = entity > f->entity ? entity : f->entity;
	f->count = count > f->count ? count : f->count;
	return ASSAY_OK;
}

/* Space of everything but the two names: indent, gaps, share, level, valid, example. */
static void
fit(struct findings *f)
{
	size_t fixed = 2 + 6 * 2 + f->count + sizeof "<0.1 %" - 1 + sizeof HEAD_LEVEL - 1 + sizeof HEAD_VALID - 1 + EXAMPLE_MAX;
	size_t room = f->text->width > fixed + 2 * NAME_MIN ? f->text->width - fixed : 2 * NAME_MIN;

	if (f->column + f->entity <= room)
		return;
	/* entities are short and always the same: the column's name gives way first */
	if (f->entity > room - NAME_MIN)
		f->entity = room - NAME_MIN;
	f->column = room - f->entity;
}

static void
number(struct text *t, int64_t n, size_t width)
{
	char text[NUMBER_MAX];

	snprintf(text, sizeof text, "%" PRId64, n);
	text_cell(t, base_span_of(text), width, true);
}

static void
resource_heading(struct findings *f, sqlite3_stmt *row)
{
	struct text *t = f->text;

	if (f->has_resource && f->resource == sqlite3_column_int64(row, FINDING_RESOURCE_ID))
		return;
	text_raw(t, f->has_resource ? "\n" : "");
	text_style(t, TEXT_BOLD);
	text_cell(t, report_column(row, FINDING_RESOURCE), 0, false);
	text_style(t, TEXT_PLAIN);
	text_raw(t, "\n");
	f->has_resource = true;
	f->resource = sqlite3_column_int64(row, FINDING_RESOURCE_ID);
}

static int
finding_begin(struct report *r, sqlite3_stmt *row, void *context)
{
	struct findings *f = context;
	struct text *t = f->text;
	int64_t confidence = sqlite3_column_int64(row, FINDING_CONFIDENCE);
	bool is_valid = sqlite3_column_int(row, FINDING_VALIDATED) != 0;
	char share[16], level[NUMBER_MAX];

	(void)r;
	f->is_shown = is_reported(row);
	f->has_example = false;
	if (!f->is_shown)
		return ASSAY_OK;
	resource_heading(f, row);
	text_raw(t, "  ");
	text_cell(t, report_column(row, FINDING_COLUMN), f->column, false);
	text_raw(t, "  ");
	text_cell(t, report_column(row, FINDING_ENTITY), f->entity, false);
	text_raw(t, "  ");
	number(t, sqlite3_column_int64(row, FINDING_COUNT), f->count);
	report_share(sqlite3_column_int64(row, FINDING_SHARE), share);
	text_raw(t, "  ");
	text_cell(t, base_span_of(report_is_null(row, FINDING_SHARE) ? "-" : share), sizeof "<0.1 %" - 1, true);
	snprintf(level, sizeof level, "%s %" PRId64, report_level(confidence), confidence);
	text_raw(t, "  ");
	text_cell(t, base_span_of(level), sizeof HEAD_LEVEL - 1, false);
	text_raw(t, is_valid ? "  yes" : "  -");
	f->valid = is_valid ? sizeof "yes" - 1 : 1;
	return ASSAY_OK;
}

static int
finding_example(struct report *r, sqlite3_stmt *row, void *context)
{
	struct findings *f = context;

	(void)r;
	if (!f->is_shown || f->has_example || report_is_null(row, FINDING_MASKED))
		return ASSAY_OK;
	f->has_example = true;
	/* nothing stands behind a row without example, not even spaces */
	text_cell(f->text, base_span_of(""), sizeof HEAD_VALID - 1 - f->valid + 2, false);
	text_cell(f->text, report_column(row, FINDING_MASKED),
		text_width(f->text, report_column(row, FINDING_MASKED)) > EXAMPLE_MAX ? EXAMPLE_MAX : 0, false);
	return ASSAY_OK;
}

static int
finding_end(struct report *r, void *context)
{
	struct findings *f = context;

	(void)r;
	if (f->is_shown)
		text_raw(f->text, "\n");
	return ASSAY_OK;
}

static void
table_head(struct findings *f)
{
	struct text *t = f->text;

	text_style(t, TEXT_DIM);
	text_raw(t, "  ");
	text_cell(t, base_span_of(HEAD_COLUMN), f->column, false);
	text_raw(t, "  ");
	text_cell(t, base_span_of(HEAD_ENTITY), f->entity, false);
	text_raw(t, "  ");
	text_cell(t, base_span_of(HEAD_COUNT), f->count, true);
	text_raw(t, "   " HEAD_SHARE "  " HEAD_LEVEL "  " HEAD_VALID "  " HEAD_EXAMPLE);
	text_style(t, TEXT_PLAIN);
	text_raw(t, "\n");
}

int
text_findings(struct text *t)
{
	struct findings f = {.text = t, .column = sizeof HEAD_COLUMN - 1, .entity = sizeof HEAD_ENTITY - 1, .count = sizeof HEAD_COUNT - 1};
	struct report_finding_visitor measuring = {measure, NULL, NULL, &f}, printing = {finding_begin, finding_example, finding_end, &f};
	int e = ASSAY_OK;

	if (t->report->summary->findings > 0) {
		e = report_each_finding(t->report, &measuring);
		fit(&f);
		table_head(&f);
		e = e < 0 ? e : report_each_finding(t->report, &printing);
		text_raw(t, "\n");
	}
	return e;
}
