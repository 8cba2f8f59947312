/* Which delimiter, and is the first row a header? Both from the first rows only, so the answer does not depend on the window. */
#include "source/csv.h"

#include "base/error.h"
#include "source/internal.h"

#include <string.h>

enum { SNIFF_ROWS = 100, SNIFF_PARSE_BYTES = 64 << 10 };

/* Rows of the prefix as one delimiter cuts them. */
struct table {
	uint8_t newline; /* given */
	struct values values;
	uint32_t n_rows, n_columns; /* n_columns: of the first row */
	uint32_t n_regular;         /* rows with as many cells */
	uint32_t widest;
};

static int
cut(struct base_span prefix, bool is_whole, uint8_t delimiter, struct table *ret)
{
	struct csv_parser p = {.delimiter = delimiter, .newline = ret->newline};
	size_t used, n = 0;

	ret->values.n = 0;
	if (csv_parse(&p, prefix.data, prefix.size, is_whole, SNIFF_PARSE_BYTES, CSV_ROWS, &ret->values, &used) < 0)
		return ASSAY_NOMEM;
	ret->n_rows = p.row < SNIFF_ROWS ? p.row : SNIFF_ROWS;
	ret->n_columns = ret->n_regular = 0;
	for (uint32_t row = 0; row < ret->n_rows; row++) {
		uint32_t cells = 0;
		for (; n < ret->values.n && ret->values.items[n].row == row; n++)
			cells++;
		if (row == 0)
			ret->n_columns = cells;
		ret->n_regular += cells == ret->n_columns;
	}
	ret->values.n = n;
	ret->widest = p.n_columns;
	return ASSAY_OK;
}

/* Classic Mac files end rows with CR alone. A line feed within quotes belongs to a cell; a CR that is the last byte may be half of a CRLF.
 */
static uint8_t
row_end_of(struct base_span s)
{
	bool is_quoted = false, has_cr = false;

	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] == '"')
			is_quoted = !is_quoted;
		else if (s.data[i] == '\n' && !is_quoted)
			return '\n';
		else if (s.data[i] == '\r' && !is_quoted && i + 1 < s.size && s.data[i + 1] != '\n')
			has_cr = true;
	}
	return has_cr ? '\r' : '\n';
}

/* Commas between digits only: a decimal mark rather than a delimiter. */
static bool
is_decimal_comma(struct base_span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.size && i < SNIFF_PARSE_BYTES; i++) {
		if (s.data[i] != ',')
			continue;
		if (i == 0 || i + 1 == s.size || !base_is_digit(s.data[i - 1]) || !base_is_digit(s.data[i + 1]))
			return false;
		n++;
	}
	return n > 0;
}

/* Wide and regular tables win: share of regular rows squared, times columns up to eight. */
static uint64_t
score(const struct table *t)
{
	uint64_t share = t->n_rows > 0 ? (uint64_t)t->n_regular * 1000 / t->n_rows : 0;

	return t->n_columns < 2 ? 0 : share * share * (t->n_columns < 8 ? t->n_columns : 8);
}

static int
find_delimiter(struct base_span prefix, bool is_whole, struct table *table, uint8_t *ret)
{
	static const uint8_t candidates[] = {',', ';', '\t', '|'};
	uint64_t best = 0;

	*ret = ',';
	for (size_t i = 0; i < BASE_COUNT(candidates); i++) {
		uint64_t points;
		if (cut(prefix, is_whole, candidates[i], table) < 0)
			return ASSAY_NOMEM;
		points = score(table);
		if (candidates[i] == ',' && is_decimal_comma(prefix))
			points /= 8;
		if (points > best) {
			best = points;
			*ret = candidates[i];
		}
	}
	return cut(prefix, is_whole, *ret, table);
}

enum cell_kind { CELL_EMPTY, CELL_WORD, CELL_TEXT, CELL_NUMBER, CELL_DATA };

static enum cell_kind
kind_of(struct base_span cell)
{
	enum { WORD_MAX = 64 };
	size_t digits = 0, letters = 0;

	cell = base_span_trim(cell);
	if (cell.size == 0)
		return CELL_EMPTY;
	for (size_t i = 0; i < cell.size; i++) {
		digits += base_is_digit(cell.data[i]);
		letters += base_is_alpha(cell.data[i]) || cell.data[i] >= 0x80;
	}
	if (memchr(cell.data, '@', cell.size))
		return CELL_DATA;
	if (digits > 0 && letters == 0)
		return CELL_NUMBER;
	if (digits > letters)
		return CELL_DATA;
	return cell.size > WORD_MAX || letters == 0 ? CELL_TEXT : CELL_WORD;
}

static struct base_span
cell_at(struct base_span prefix, const struct value *value)
{
	return (struct base_span){prefix.data + value->off, value->len};
}

/* Looks at one column below the first row: +1 its values are of another kind than its head, -1 the head is one of the values. */
static int
vote(struct base_span prefix, const struct table *t, uint32_t column)
{
	struct base_span head = {0};
	size_t n = 0, n_data = 0;

	for (size_t i = 0; i < t->values.n; i++) {
		const struct value *v = &t->values.items[i];
		struct base_span cell = cell_at(prefix, v);
		enum cell_kind kind;
		if (v->field != column)
			continue;
		if (v->row == 0) {
			head = cell;
			continue;
		}
		kind = kind_of(cell);
		if (kind == CELL_EMPTY)
			continue;
		if (base_span_equals(head, cell))
			return -1;
		n++;
		n_data += kind == CELL_NUMBER || kind == CELL_DATA;
	}
	return n > 0 && n_data == n ? 1 : 0;
}

/* A header is made of words. Where nothing speaks for or against, a first row of words counts as one: it is scanned like any other. */
static bool
has_header(struct base_span prefix, const struct table *t)
{
	enum { COLUMNS = 64 };
	uint32_t n_empty = 0;
	int votes = 0;

	for (uint32_t i = 0; i < t->n_columns; i++) {
		enum cell_kind kind = kind_of(cell_at(prefix, &t->values.items[i]));
		n_empty += kind == CELL_EMPTY;
		if (kind != CELL_EMPTY && kind != CELL_WORD)
			return false;
	}
	if (n_empty * 2 > t->n_columns)
		return false;
	for (uint32_t i = 0; i < t->n_columns && i < COLUMNS; i++)
		votes += vote(prefix, t, i);
	return votes >= 0;
}

int
csv_sniff(struct base_span prefix, bool is_whole, uint8_t delimiter, struct csv_dialect *ret)
{
	struct table table = {.newline = row_end_of(prefix)};
	int r;

	*ret = (struct csv_dialect){.delimiter = delimiter, .newline = table.newline};
	r = delimiter ? cut(prefix, is_whole, delimiter, &table) : find_delimiter(prefix, is_whole, &table, &ret->delimiter);
	if (r == ASSAY_OK && table.n_rows > 0) {
		ret->n_columns = table.n_columns;
		ret->has_header = has_header(prefix, &table);
	}
	values_dispose(&table.values);
	return r;
}

/* Words of a header as programs write them: no sentence would pass. */
static bool
is_identifiers(struct base_span prefix, const struct table *t)
{
	enum { NAME_MAX_BYTES = 32 };

	for (uint32_t i = 0; i < t->n_columns; i++) {
		struct base_span cell = base_span_trim(cell_at(prefix, &t->values.items[i]));
		if (cell.size == 0 || cell.size > NAME_MAX_BYTES)
			return false;
		for (size_t k = 0; k < cell.size; k++)
			if (!base_is_word(cell.data[k]) && cell.data[k] < 0x80 && !memchr(" -./#", cell.data[k], 5))
				return false;
	}
	return true;
}

bool
csv_sniff_content(struct base_span prefix, bool is_whole)
{
	enum { ROWS_MIN = 3 };
	struct table table = {.newline = row_end_of(prefix)};
	uint8_t delimiter;
	bool is_table = find_delimiter(prefix, is_whole, &table, &delimiter) == ASSAY_OK && table.n_rows >= ROWS_MIN && table.n_columns >= 2
			&& table.n_regular == table.n_rows && is_identifiers(prefix, &table) && has_header(prefix, &table);

	values_dispose(&table.values);
	return is_table;
}
