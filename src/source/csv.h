/* Comma separated values: the row parser (csv_parse.c), recognition of dialect and header (csv_sniff.c), the reader (csv.c). */
#ifndef SOURCE_CSV_H
#define SOURCE_CSV_H

#include "source/values.h"

#include "base/limits.h"

/* Parser over a stretch of bytes. Rows end at LF or CRLF, or at CR where newline says so; quotes are special where a cell begins with one
 * (RFC 4180 section 2). A cell's field is its column number, those beyond LIMIT_COLUMNS share one. Rows without any byte are no rows. */
struct csv_parser {
	uint8_t delimiter;
	uint8_t newline;    /* '\r' where the table has no line feeds (classic Mac), else 0 or '\n' */
	uint8_t flags;      /* given to every value: VALUE_HEADER */
	uint32_t column;    /* cells of the row in progress that are done */
	uint32_t row;       /* rows done: value.row of the row in progress */
	uint32_t expected;  /* cells that a row should have; 0 = do not count ragged rows */
	uint32_t n_columns; /* highest column seen, + 1 */
	uint64_t n_ragged;
	uint32_t first_ragged; /* row of the first one */
	bool is_open;          /* the stretch ended within a quoted cell (final stretch only) */
};

enum csv_extent {
	CSV_ROWS = 0,    /* only whole rows */
	CSV_CELLS = 1,   /* whole cells of the last, unfinished row too */
	CSV_ONE_ROW = 2, /* stop behind the first row */
};

/* Parses data[0, size) from the start of a cell, whole rows until ${enough} bytes are used up; ${is_final}: nothing follows;
 * ${extent}: bits of enum csv_extent. *ret_used = bytes up to the start of the row (CSV_CELLS: cell) that is not done. data has
 * SOURCE_PAD readable bytes behind it. NOMEM on failure. */
int csv_parse(struct csv_parser *p, const uint8_t *data, size_t size, bool is_final, size_t enough, unsigned extent, struct values *out,
	size_t *ret_used);
/* As values_block asks: a cell that was flagged VALUE_DECODED, from behind its opening quote to its end. */
uint32_t csv_decode(uint8_t *value, uint32_t len, uint64_t raw, struct batch_map *map, uint32_t *ret_n);
uint32_t csv_escapes(const uint8_t *value, uint32_t len);

struct csv_dialect {
	uint8_t delimiter, newline;
	bool has_header;
	uint32_t n_columns; /* of the first row, 0 = the prefix holds no whole row */
};
/* ${delimiter}: 0 = find out. */
int csv_sniff(struct base_span prefix, bool is_whole, uint8_t delimiter, struct csv_dialect *ret);
/* True when a text of unknown suffix is a table beyond doubt. */
bool csv_sniff_content(struct base_span prefix, bool is_whole);

#endif
