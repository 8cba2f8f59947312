/* CSV and TSV: whole rows in batches that are a copy of their bytes; a cell that is too long goes out in pieces. */
#include "source/csv.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "source/internal.h"

#include <string.h>

struct csv {
	struct csv_parser parser;
	struct csv_dialect dialect;
	uint64_t record; /* number of the row in progress: 0 is the header */
	size_t want;
	/* the long cell in progress */
	uint64_t cell_raw;
	bool in_cell, is_quoted, is_closed, ends_row;
};

/* Fields for columns up to n. Names of a header were added at the start; later ones are numbers. */
static int
add_columns(struct source *s, uint32_t n)
{
	char name[16];
	uint32_t field;

	while (s->n_fields < n && s->n_fields < LIMIT_COLUMNS) {
		snprintf(name, sizeof name, "#%zu", s->n_fields + 1);
		if (source_add_field(s, base_span_of(name), &field) < 0)
			return ASSAY_NOMEM;
	}
	if (n > LIMIT_COLUMNS && s->n_fields == LIMIT_COLUMNS) {
		source_note(s, ISSUE_LIMIT, ((struct csv *)s->state)->record, s->feed.raw, 1,
			"a row has more than %d cells: the rest share one column", LIMIT_COLUMNS);
		return source_add_field(s, base_span_of("#more"), &field);
	}
	return ASSAY_OK;
}

/* name, or name#2 and so on when it is taken; an empty name becomes the column's number. */
static int
add_name(struct source *s, struct base_map *taken, struct base_span name)
{
	size_t size = name.size < LIMIT_NAME ? name.size : LIMIT_NAME;
	uint32_t field;

	for (unsigned n = 1;; n++) {
		_cleanup_free_ char *unique = name.size == 0 ? base_format("#%zu", s->n_fields + n)
					      : n == 1       ? base_strndup(name.data, size)
							     : base_format("%.*s#%u", (int)size, (const char *)name.data, n);
		int r = unique ? base_map_insert(taken, base_span_of(unique), 0) : ASSAY_NOMEM;
		if (r < 0)
			return r;
		if (r == 1)
			return source_add_field(s, base_span_of(unique), &field);
	}
}

/* Fields from the first row of the prefix. */
static int
add_header(struct source *s, const struct csv *csv)
{
	struct csv_parser p = {.delimiter = csv->dialect.delimiter, .newline = csv->dialect.newline};
	struct values row = {0};
	struct base_map *taken = base_map_new();
	size_t used;
	int r = taken ? csv_parse(&p, feed_data(&s->feed), feed_size(&s->feed), s->feed.at_end, 1, CSV_ONE_ROW, &row, &used) : ASSAY_NOMEM;

	for (size_t i = 0; r == ASSAY_OK && i < row.n && i < LIMIT_COLUMNS; i++) {
		const struct value *v = &row.items[i];
		_cleanup_free_ uint8_t *name = (uint8_t *)base_strndup(feed_data(&s->feed) + v->off, v->len);
		_cleanup_free_ struct batch_map *map = NULL;
		uint32_t len = v->len, n;
		if (name && v->flags & VALUE_DECODED) {
			map = base_calloc((size_t)csv_escapes(name, len) + 2, sizeof *map);
			if (map)
				len = csv_decode(name, len, 0, map, &n);
		}
		bool is_ready = name && (map || !(v->flags & VALUE_DECODED));
		r = is_ready ? add_name(s, taken, base_span_trim((struct base_span){name, len})) : ASSAY_NOMEM;
	}
	base_map_free(taken);
	values_dispose(&row);
	return r;
}

static int
open_table(struct source *s, uint8_t delimiter, struct assay_error *err)
{
	struct csv *csv = calloc(1, sizeof *csv);
	int r;

	if (!csv)
		return base_error_nomem(err);
	s->state = csv;
	r = csv_sniff((struct base_span){feed_data(&s->feed), feed_size(&s->feed)}, s->feed.at_end, delimiter, &csv->dialect);
	csv->parser.delimiter = csv->dialect.delimiter;
	csv->parser.newline = csv->dialect.newline;
	csv->parser.expected = csv->dialect.n_columns;
	csv->record = csv->dialect.has_header ? 0 : 1;
	csv->want = s->spec.window_bytes;
	if (r == ASSAY_OK && csv->dialect.has_header)
		r = add_header(s, csv);
	r = r < 0 ? r : add_columns(s, csv->dialect.n_columns);
	return r < 0 ? base_error_nomem(err) : ASSAY_OK;
}

static int
csv_open(struct source *s, struct assay_error *err)
{
	return open_table(s, 0, err);
}

static int
tsv_open(struct source *s, struct assay_error *err)
{
	return open_table(s, '\t', err);
}

static void
csv_close(struct source *s)
{
	free(s->state);
	s->state = NULL;
}

static void
note_open_quote(struct source *s, uint64_t record, uint64_t raw)
{
	source_note(s, ISSUE_FORMAT, record, raw, 1, "a quote never closes: the rest was read as one cell");
}

/* Takes in what the parser says about the rows it did; gives the batch. */
static int
give_rows(struct source *s, struct csv *csv, size_t used, struct batch *batch, struct assay_error *err)
{
	const struct values_block how = {.record = csv->record, .decode = csv_decode, .escapes = csv_escapes};
	struct csv_parser *p = &csv->parser;
	uint32_t rows = p->row;

	if (p->n_ragged > 0)
		source_note(s, ISSUE_RAGGED, csv->record + p->first_ragged, BATCH_UNMAPPED, p->n_ragged,
			"rows with more or fewer cells than the first one");
	if (p->is_open)
		note_open_quote(s, csv->record + rows - 1, s->feed.raw + s->values.items[s->values.n - 1].off - 1);
	if (add_columns(s, p->n_columns) < 0)
		return base_error_nomem(err);
	s->stats.n_records += rows - (rows > 0 && csv->record == 0);
	csv->record += rows;
	p->row = 0;
	p->n_ragged = 0;
	p->is_open = false;
	if (s->values.n == 0) {
		feed_take(&s->feed, used);
		return 0;
	}
	return source_give_values(s, &how, used, batch, err);
}

/* ---- the long cell ---- */

enum { CHUNK = 64 << 10 };

static int
begin_cell(struct source *s, struct csv *csv)
{
	uint32_t column = csv->parser.column;

	if (column + 1 > csv->parser.n_columns)
		csv->parser.n_columns = column + 1;
	if (add_columns(s, csv->parser.n_columns) < 0)
		return ASSAY_NOMEM;
	csv->in_cell = true;
	csv->is_closed = csv->ends_row = false;
	csv->is_quoted = feed_data(&s->feed)[0] == '"';
	csv->cell_raw = s->feed.raw;
	if (csv->is_quoted)
		feed_take(&s->feed, 1);
	pieces_begin(&s->pieces, column < LIMIT_COLUMNS ? column : LIMIT_COLUMNS, csv->record == 0 ? VALUE_HEADER : 0, csv->record);
	return ASSAY_OK;
}

static int
append(struct source *s, size_t n)
{
	int r = pieces_append(&s->pieces, feed_data(&s->feed), n, s->feed.raw, s->feed.raw + n);

	feed_take(&s->feed, n);
	return r;
}

/* Within quotes: a run up to the next quote, or what that quote means. */
static int
step_quoted(struct source *s, struct csv *csv)
{
	const uint8_t *data = feed_data(&s->feed);
	size_t n = feed_size(&s->feed) < CHUNK ? feed_size(&s->feed) : CHUNK;
	const uint8_t *quote = memchr(data, '"', n);
	int r = ASSAY_OK;

	if (quote != data)
		return append(s, quote ? (size_t)(quote - data) : n);
	if (feed_size(&s->feed) > 1 && data[1] == '"') {
		r = pieces_append(&s->pieces, data, 1, s->feed.raw, s->feed.raw + 2);
		feed_take(&s->feed, 2);
	} else {
		csv->is_closed = true;
		feed_take(&s->feed, 1);
	}
	return r;
}

/* Outside: a run up to delimiter or row end. A carriage return is kept back until what follows it is known. */
static int
step_plain(struct source *s, struct csv *csv)
{
	const uint8_t *data = feed_data(&s->feed);
	size_t n = feed_size(&s->feed) < CHUNK ? feed_size(&s->feed) : CHUNK, run;
	const uint8_t *stop = memchr(data, csv->parser.newline, n),
		      *delimiter = memchr(data, csv->parser.delimiter, stop ? (size_t)(stop - data) : n);
	int r;

	stop = delimiter ? delimiter : stop;
	run = stop ? (size_t)(stop - data) : n;
	if (!stop && run > 1 && data[run - 1] == '\r')
		run--;
	bool ends_row = (stop && *stop == csv->parser.newline) || (s->feed.at_end && feed_size(&s->feed) == run);
	bool ends = stop || ends_row;
	bool has_cr = ends_row && run > 0 && data[run - 1] == '\r';
	r = append(s, run - has_cr);
	feed_take(&s->feed, (size_t)has_cr + (stop != NULL));
	csv->ends_row = ends_row;
	s->pieces.is_whole = ends;
	return r;
}

static void
end_cell(struct source *s, struct csv *csv)
{
	struct csv_parser *p = &csv->parser;

	csv->in_cell = false;
	p->column++;
	if (!csv->ends_row)
		return;
	if (p->expected > 0 && p->column != p->expected)
		source_note(s, ISSUE_RAGGED, csv->record, BATCH_UNMAPPED, 1, "rows with more or fewer cells than the first one");
	p->column = 0;
	s->stats.n_records += csv->record > 0;
	csv->record++;
}

static int
next_piece(struct source *s, struct csv *csv, struct batch *batch, struct assay_error *err)
{
	size_t own = s->spec.window_bytes, reach = s->spec.reach;
	bool is_last;
	int r;

	while (!pieces_is_ready(&s->pieces, own, reach)) {
		r = feed_want(&s->feed, CHUNK, err);
		if (r < 0)
			return r;
		if (feed_size(&s->feed) == 0) {
			s->pieces.is_whole = csv->ends_row = true;
			if (csv->is_quoted && !csv->is_closed)
				note_open_quote(s, csv->record, csv->cell_raw);
			break;
		}
		r = csv->is_quoted && !csv->is_closed ? step_quoted(s, csv) : step_plain(s, csv);
		if (r < 0)
			return base_error_nomem(err);
	}
	r = source_give_piece(s, batch, &is_last, err);
	if (r == 1 && is_last)
		end_cell(s, csv);
	return r;
}

static int
csv_next(struct source *s, struct batch *batch, struct assay_error *err)
{
	struct csv *csv = s->state;
	size_t window = s->spec.window_bytes, size, used;
	int r;

	if (csv->in_cell)
		return next_piece(s, csv, batch, err);
	for (csv->want = window;;) {
		bool is_header = csv->record == 0;
		r = feed_want(&s->feed, csv->want, err);
		if (r < 0)
			return r;
		size = feed_size(&s->feed);
		if (size == 0 && csv->parser.column == 0)
			return 0;
		csv->parser.flags = is_header ? VALUE_HEADER : 0;
		/* a row that is longer than any cell may be goes out in parts */
		unsigned extent = (size > LIMIT_VALUE && csv->want > window ? CSV_CELLS : CSV_ROWS) | (is_header ? CSV_ONE_ROW : CSV_ROWS);
		r = csv_parse(&csv->parser, feed_data(&s->feed), size, s->feed.at_end, window, extent, &s->values, &used);
		if (r < 0)
			return base_error_nomem(err);
		if (used > 0 || s->feed.at_end) {
			r = give_rows(s, csv, used, batch, err);
			if (r != 0)
				return r;
		} else if (size > LIMIT_VALUE && extent & CSV_CELLS) {
			return begin_cell(s, csv) < 0 ? base_error_nomem(err) : next_piece(s, csv, batch, err);
		} else
			csv->want = size * 2 > window ? size * 2 : window + 1;
		r = source_check_cancelled(s, err);
		if (r < 0)
			return r;
	}
}

const struct source_ops source_csv = {
	.name = "csv",
	.kind = "csv",
	.media_types = "text/csv",
	.suffixes = "csv",
	.open = csv_open,
	.next = csv_next,
	.close = csv_close,
};

const struct source_ops source_tsv = {
	.name = "tsv",
	.kind = "csv",
	.media_types = "text/tab-separated-values",
	.suffixes = "tsv tab",
	.open = tsv_open,
	.next = csv_next,
	.close = csv_close,
};
