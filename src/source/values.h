/* Values that lie in one stretch of the decoded stream, noted in the order of reading and then laid out by column.
 *
 * A batch is a copy of that stretch: values stay where they are, the byte behind each becomes the guard, escapes are resolved in place.
 * So raw offsets are raw_base + off for every value, and nothing is copied value by value. */
#ifndef SOURCE_VALUES_H
#define SOURCE_VALUES_H

#include "source/source.h"

#include "base/memory.h"

struct value {
	uint32_t field : 24, flags : 8; /* flags: enum value_flag; VALUE_DECODED = has escapes that are to be resolved */
	uint32_t off, len, row;         /* len BATCH_NULL = null */
};

struct values {
	struct value *items;
	size_t n, capacity;
	struct values_column *columns; /* scratch, one per field */
	size_t columns_capacity;
	uint32_t *touched;
	size_t touched_capacity;
};

static inline bool
values_push(struct values *v, uint32_t field, uint8_t flags, size_t off, size_t len, uint32_t row)
{
	if (__builtin_expect(v->n == v->capacity, 0) && base_grow(&v->items, &v->capacity, v->n + 1, sizeof *v->items) < 0)
		return false;
	v->items[v->n++] = (struct value){field & 0xffffff, flags, (uint32_t)off, (uint32_t)len, row};
	return true;
}

void values_dispose(struct values *v);

struct values_block {
	const uint8_t *data; /* the stretch */
	size_t size;
	uint64_t raw, record; /* raw offset of data[0]; record of row 0 */
	/* Resolves the escapes of a value in place: new length; rows of ${map} as base/batch.h asks, at most escapes() + 2. */
	uint32_t (*decode)(uint8_t *value, uint32_t len, uint64_t raw, struct batch_map *map, uint32_t *ret_n);
	uint32_t (*escapes)(const uint8_t *value, uint32_t len);
};
/* Lays out all values (at least one) of the block in batch->arena. Adds to *n_values the values that are not null. NOMEM on failure. */
int values_to_batch(struct values *v, const struct values_block *block, struct batch *batch, uint64_t *n_values, struct assay_error *err);

#endif
