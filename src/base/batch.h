/* What a source hands to the engine: values lying one after the other in a padded buffer.
 *
 * The subject of every rule is one value, its edges included: a neighbouring cell is never context. Between two values stands
 * at least one BATCH_GUARD byte. A batch is filled by one reader, read by one worker, and reset by the drain (BORDERS B1). */
#ifndef BASE_BATCH_H
#define BASE_BATCH_H

#include <stdint.h>

struct base_arena;

enum { BATCH_PAD = 64, BATCH_GUARD = '\n' };
#define BATCH_NULL UINT32_MAX     /* in len: the value is null */
#define BATCH_UNMAPPED UINT64_MAX /* in raw: no place in the raw bytes */

enum value_flag {
	VALUE_DECODED = 1,   /* escapes were resolved: offsets map through `map` */
	VALUE_CONT_PREV = 2, /* first `lead` bytes are borrowed from the piece before */
	VALUE_CONT_NEXT = 4, /* last `tail` bytes are borrowed from the piece after */
	VALUE_HEADER = 8,    /* a CSV header cell (record 0) */
	VALUE_KEY = 16,      /* a JSON key scanned as a value */
};

/* Where bytes of a decoded value come from: from value byte `off` on (until the next row) raw bytes lie verbatim from `raw` on. The
 * last row has off = length of the value and raw = end of its raw bytes. Sorted by off; off is relative to the value's first byte. */
struct batch_map {
	uint32_t off;
	uint64_t raw;
};

struct batch_column {
	uint32_t field, n;         /* field: index in the resource's append-only field table */
	const uint32_t *off, *len; /* into data; len BATCH_NULL = null */
	const uint32_t *row;       /* record - first_record; NULL = 0..n-1 */
	const uint64_t *raw;       /* raw offset of each value's first byte; NULL: verbatim at raw_base + off; BATCH_UNMAPPED = none */
	const uint8_t *flags;      /* NULL = all 0 */
	const struct batch_map *const *map; /* NULL, or per value: NULL or its map (VALUE_DECODED) */
};

struct batch {
	uint64_t ticket;               /* global order: spans, findings and issues drain by it */
	uint32_t resource, size;       /* size: bytes of data, borrowed ones included */
	const uint8_t *data;           /* BATCH_PAD readable bytes before and after */
	uint32_t lead, tail;           /* text windows and continued values: borrowed bytes, >= reach except at the ends */
	uint64_t raw_base, value_base; /* of data[0] for text windows; value_base also of a continued value's first byte */
	uint64_t first_record;         /* text windows: line number of data[0] */
	uint32_t n_records, n_columns; /* 0 columns = text window of field 0 */
	const struct batch_column *columns;
	struct base_arena *arena;
};

#endif
