/* The table of formats, and the output that all writers share. */
#include "report/internal.h"

#include "base/asset.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* One row at a time waits in the buffer. A row larger than the maximum means a damaged result, not a large data set. */
enum { OUT_CHUNK = 32 << 10, OUT_MAX = 16 << 20 };

extern const struct base_asset report_assets[];

static const struct format {
	const char *name, *endings; /* endings: space separated */
	int (*write)(struct report *r);
} formats[] = {
	{"html", ".html .htm", report_write_html},
	{"xml", ".xml", report_write_xml},
	{"json", ".json", report_write_json},
	{"text", ".txt .text", report_write_text},
};

const char *
report_format_at(size_t i)
{
	return i < BASE_COUNT(formats) ? formats[i].name : NULL;
}

const char *
report_format_of(const char *file_name)
{
	struct base_span name = base_span_of(file_name);

	for (size_t i = 0; i < BASE_COUNT(formats); i++)
		for (const char *p = formats[i].endings; *p;) {
			char ending[16];
			size_t n = strcspn(p, " ");
			snprintf(ending, sizeof ending, "%.*s", (int)n, p);
			if (base_span_ends_with(name, ending))
				return formats[i].name;
			p += n + (p[n] == ' ');
		}
	return NULL;
}

static const struct format *
find_format(const char *name, struct assay_error *err)
{
	const char *names[BASE_COUNT(formats)], *near;

	for (size_t i = 0; i < BASE_COUNT(formats); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
		names[i] = formats[i].name;
	}
	near = base_suggest(name, names, BASE_COUNT(names));
	base_error_at(err, ASSAY_USAGE, name, 0, 0, "no such report format");
	if (near)
		base_error_hint(err, "did you mean '%s'?", near);
	else
		base_error_hint(err, "formats: html, xml, json, text");
	return NULL;
}

int
report_flush(struct report *r)
{
	int status = r->status ? r->status : base_buffer_status(&r->out), e = ASSAY_OK;

	if (status == ASSAY_NOMEM)
		return base_error_nomem(r->err);
	if (status < 0)
		return base_error(r->err, status, "a row of the stored result is too large to be shown");
	if (r->out.size > 0)
		e = r->write(r->context, r->out.data, r->out.size);
	base_buffer_reset(&r->out);
	return e < 0 ? base_error(r->err, e, "cannot write the report") : ASSAY_OK;
}

int
report_drain(struct report *r)
{
	return r->out.failed || r->out.size >= OUT_CHUNK ? report_flush(r) : ASSAY_OK;
}

void
report_absorb(struct report *r, const struct base_buffer *b)
{
	if (!b->failed)
		return;
	r->out.failed = true;
	if (!r->status)
		r->status = base_buffer_status(b);
}

int
report_each(struct report *r, const char *sql, report_row *each, void *context)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(r->db, sql, -1, &statement, NULL), e = ASSAY_OK;

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(statement);
		if (rc != SQLITE_ROW)
			break;
		e = each(r, statement, context);
		e = e < 0 ? e : report_drain(r);
		if (e < 0)
			break;
	}
	if (e == ASSAY_OK && rc != SQLITE_DONE)
		e = base_error(r->err, (rc & 0xff) == SQLITE_NOMEM ? ASSAY_NOMEM : ASSAY_FORMAT, "cannot read the stored result: %s",
			sqlite3_errmsg(r->db));
	sqlite3_finalize(statement);
	return e;
}

struct base_span
report_column(sqlite3_stmt *row, int column)
{
	const void *data = sqlite3_column_blob(row, column);

	return (struct base_span){data, data ? (size_t)sqlite3_column_bytes(row, column) : 0};
}

bool
report_is_null(sqlite3_stmt *row, int column)
{
	return sqlite3_column_type(row, column) == SQLITE_NULL;
}

bool
report_is(struct base_span s, const char *word)
{
	return base_span_equals(s, base_span_of(word));
}

struct base_span
report_asset(const char *name)
{
	for (size_t i = 0; report_assets[i].name; i++)
		if (strcmp(report_assets[i].name, name) == 0)
			return (struct base_span){
				(const uint8_t *)report_assets[i].data, (size_t)(report_assets[i].end - report_assets[i].data)};
	return (struct base_span){0};
}

int
report_write(sqlite3 *db, const char *format, const struct report_options *options, int (*write)(void *context, const void *data, size_t n),
	void *context, struct assay_error *err)
{
	const struct format *f = find_format(format, err);
	struct report_options defaults = {.size = sizeof defaults};
	struct report_summary summary = {0};
	struct report r = {
		.db = db, .options = options ? options : &defaults, .summary = &summary, .write = write, .context = context, .err = err};
	int e;

	if (!f)
		return ASSAY_USAGE;
	base_buffer_init(&r.out, OUT_MAX);
	e = report_summary_load(db, &summary, err);
	e = e < 0 ? e : f->write(&r);
	e = e < 0 ? e : report_flush(&r);
	report_summary_dispose(&summary);
	base_buffer_dispose(&r.out);
	return e;
}
