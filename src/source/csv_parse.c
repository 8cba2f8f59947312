/* The row parser. Delimiters, row ends and quotes are found 64 bytes at a time as bits of a mask; each bit is looked at once. */
#include "source/csv.h"

#include "source/bytes.h"

#include <string.h>

struct cursor {
	const uint8_t *data;
	size_t size, block; /* block: offset of the bits in mask */
	uint64_t mask;
	uint8_t delimiter, newline;
};

static inline void
load(struct cursor *c)
{
	c->mask = bytes_any3(c->data + c->block, c->delimiter, c->newline, '"');
	if (c->size - c->block < 64)
		c->mask &= (UINT64_C(1) << (c->size - c->block)) - 1;
}

/* Offset of the next structural byte; size when there is none. */
static inline size_t
next(struct cursor *c)
{
	while (c->mask == 0) {
		if (c->size - c->block <= 64) {
			c->block = c->size;
			return c->size;
		}
		c->block += 64;
		load(c);
	}
	size_t at = c->block + (size_t)__builtin_ctzll(c->mask);
	c->mask &= c->mask - 1;
	return at;
}

/* What stands between the opening quote of a cell and its end. */
struct quoted {
	size_t close;   /* the closing quote; size = there is none */
	bool has_pairs; /* of quotes, each of which stands for one */
	bool has_more;  /* text behind the closing quote: it belongs to the cell */
};

/* Returns the offset of the delimiter or line feed behind the cell; size = the stretch ends before. */
static size_t
quoted_cell(struct cursor *c, bool is_final, struct quoted *ret)
{
	size_t at, gap;

	*ret = (struct quoted){.close = c->size};
	for (;;) {
		do
			at = next(c);
		while (at < c->size && c->data[at] != '"');
		if (at == c->size || (at + 1 == c->size && !is_final))
			return c->size;
		if (at + 1 == c->size || c->data[at + 1] != '"')
			break;
		next(c); /* the second quote of a pair */
		ret->has_pairs = true;
	}
	ret->close = at;
	do
		at = next(c);
	while (at < c->size && c->data[at] == '"');
	gap = at - (ret->close + 1);
	ret->has_more = gap > 1 || (gap == 1 && !(c->data[at - 1] == '\r' && (at == c->size || c->data[at] == c->newline)));
	return at;
}

struct cell {
	size_t start, len, end; /* end: of the delimiter, line feed or stretch behind it */
	uint8_t flags;
	bool is_open;
};

/* The cell that starts at ${start}. Its end is c->size when the stretch ends first. */
static inline void
take_cell(struct cursor *c, size_t start, bool is_final, struct cell *ret)
{
	const uint8_t *data = c->data;
	size_t end;

	ret->flags = 0;
	ret->start = start;
	ret->is_open = false;
	end = next(c);
	if (end == start && end < c->size && data[end] == '"') {
		struct quoted q;
		end = quoted_cell(c, is_final, &q);
		ret->start = start + 1;
		ret->is_open = q.close == c->size;
		size_t stop = q.has_more ? end - (data[end - 1] == '\r' && (end == c->size || data[end] == c->newline)) : q.close;
		ret->len = stop - ret->start;
		ret->flags = q.has_pairs || q.has_more ? VALUE_DECODED : 0;
	} else {
		while (end < c->size && data[end] == '"')
			end = next(c);
		ret->len = end - start;
		if (ret->len > 0 && data[end - 1] == '\r' && (end == c->size || data[end] == c->newline))
			ret->len--;
	}
	ret->end = end;
}

/* Where a row began: what a row that does not end here is taken back to. */
struct csv_mark {
	size_t at, values;
	uint32_t column;
};

static inline uint32_t
field_of(uint32_t column)
{
	return column < LIMIT_COLUMNS ? column : LIMIT_COLUMNS;
}

static inline void
end_row(struct csv_parser *p)
{
	if (p->column > p->n_columns)
		p->n_columns = p->column;
	if (p->expected > 0 && p->column != p->expected && p->n_ragged++ == 0)
		p->first_ragged = p->row;
	p->column = 0;
	p->row++;
}

/* Takes cells until the stretch, or what was asked for, is used up. *ret_row: start of the row that is not done. */
static int
take_rows(struct csv_parser *p, struct cursor *c, bool is_final, size_t enough, bool one_row, struct values *out, struct csv_mark *ret_row,
	size_t *ret_at)
{
	struct csv_mark row = {0, out->n, p->column};
	size_t size = c->size, at = 0;
	struct cell cell;

	for (;;) {
		/* behind a delimiter the end of everything is an empty cell */
		if (at == size && !(is_final && p->column > 0))
			break;
		take_cell(c, at, is_final, &cell);
		if (cell.end == size && !is_final)
			break;
		bool is_last = cell.end == size || c->data[cell.end] == c->newline,
		     is_empty_line = is_last && p->column == 0 && cell.len == 0 && cell.start == at;
		at = cell.end < size ? cell.end + 1 : size;
		if (!is_empty_line) {
			p->is_open = cell.is_open;
			if (!values_push(out, field_of(p->column), (uint8_t)(cell.flags | p->flags), cell.start, cell.len, p->row))
				return ASSAY_NOMEM;
			p->column++;
		}
		if (!is_last)
			continue;
		if (!is_empty_line)
			end_row(p);
		row = (struct csv_mark){at, out->n, 0};
		if (at >= enough || (one_row && !is_empty_line))
			break;
	}
	*ret_row = row;
	*ret_at = at;
	return ASSAY_OK;
}

int
csv_parse(struct csv_parser *parser, const uint8_t *data, size_t size, bool is_final, size_t enough, unsigned extent, struct values *out,
	size_t *ret_used)
{
	struct cursor c = {.data = data, .size = size, .delimiter = parser->delimiter, .newline = parser->newline ? parser->newline : '\n'};
	struct csv_parser p = *parser; /* a copy that nothing else points to stays in registers */
	struct csv_mark row;
	size_t at;
	int r;

	load(&c);
	r = take_rows(&p, &c, is_final, enough, extent & CSV_ONE_ROW, out, &row, &at);
	if (r < 0)
		return r;
	if (extent & CSV_CELLS) {
		p.n_columns = p.column > p.n_columns ? p.column : p.n_columns;
		*ret_used = at;
	} else {
		out->n = row.values;
		p.column = row.column;
		*ret_used = row.at;
	}
	*parser = p;
	return ASSAY_OK;
}

uint32_t
csv_escapes(const uint8_t *value, uint32_t len)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < len; i++)
		n += value[i] == '"';
	return n;
}

/* Within the quotes a pair stands for one; the first single quote closes, and what follows is taken as it is. */
uint32_t
csv_decode(uint8_t *value, uint32_t len, uint64_t raw, struct batch_map *map, uint32_t *ret_n)
{
	uint32_t out = 0, rows = 0;
	bool is_open = true;

	map[rows++] = (struct batch_map){0, raw};
	for (uint32_t i = 0; i < len; i++) {
		if (value[i] != '"' || !is_open) {
			value[out++] = value[i];
			continue;
		}
		is_open = i + 1 < len && value[i + 1] == '"';
		if (is_open) {
			value[out++] = '"';
			i++;
		}
		map[rows++] = (struct batch_map){out, raw + i + 1};
	}
	if (map[rows - 1].off < out)
		map[rows++] = (struct batch_map){out, raw + len};
	else
		map[rows - 1].raw = raw + len;
	*ret_n = rows;
	return out;
}
