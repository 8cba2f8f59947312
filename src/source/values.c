/* From values in reading order to columns: a counting sort by field. */
#include "source/values.h"

#include "base/arena.h"
#include "base/error.h"

#include <string.h>

struct values_column {
	uint32_t n, at; /* values of the batch; index among its columns */
	uint8_t flags;
	bool is_dense;
};

void
values_dispose(struct values *v)
{
	free(v->items);
	free(v->columns);
	free(v->touched);
	*v = (struct values){0};
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
reserve_columns(struct values *v)
{
	uint32_t highest = 0;
	size_t before = v->columns_capacity;

	for (size_t i = 0; i < v->n; i++)
		highest = v->items[i].field > highest ? v->items[i].field : highest;
	if (base_grow(&v->columns, &v->columns_capacity, (size_t)highest + 1, sizeof *v->columns) < 0)
		return ASSAY_NOMEM;
	if (v->columns_capacity > before)
		memset(v->columns + before, 0, (v->columns_capacity - before) * sizeof *v->columns);
	return base_grow(&v->touched, &v->touched_capacity, (size_t)highest + 1, sizeof *v->touched);
}

/* Counts values per field; returns the number of fields, in rising order in v->touched. */
static size_t
count(struct values *v, uint32_t first_row)
{
	size_t n = 0;
	bool is_sorted = true;

	for (size_t i = 0; i < v->n; i++) {
		const struct value *value = &v->items[i];
		struct values_column *c = &v->columns[value->field];
		uint32_t row = value->row - first_row;
		if (c->n == 0) {
			*c = (struct values_column){.is_dense = true};
			is_sorted = is_sorted && (n == 0 || v->touched[n - 1] < value->field);
			v->touched[n++] = value->field;
		}
		c->is_dense = c->is_dense && row == c->n;
		c->flags |= (uint8_t)value->flags;
		c->n++;
	}
	if (!is_sorted)
		qsort(v->touched, n, sizeof *v->touched, by_number);
	return n;
}

static size_t
aligned(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

/* Arrays of one column, taken from *room. */
static void
lay_out(struct batch_column *column, const struct values_column *c, uint32_t field, uint32_t n_records, uint8_t **room)
{
	size_t words = aligned(c->n * sizeof(uint32_t));

	*column = (struct batch_column){.field = field, .n = c->n};
	column->off = (uint32_t *)(void *)*room;
	*room += words;
	column->len = (uint32_t *)(void *)*room;
	*room += words;
	if (!c->is_dense || c->n != n_records) {
		column->row = (uint32_t *)(void *)*room;
		*room += words;
	}
	if (c->flags != 0) {
		column->flags = *room;
		*room += aligned(c->n);
	}
	if (c->flags & VALUE_DECODED) {
		column->map = (const struct batch_map *const *)(void *)*room;
		*room += aligned(c->n * sizeof *column->map);
	}
}

static size_t
room_needed(const struct values *v, size_t n_columns, size_t size)
{
	size_t need = aligned(size) + 2 * (size_t)BATCH_PAD + aligned(n_columns * sizeof(struct batch_column));

	for (size_t i = 0; i < n_columns; i++) {
		const struct values_column *c = &v->columns[v->touched[i]];
		need += 3 * aligned(c->n * sizeof(uint32_t)) + (c->flags ? aligned(c->n) : 0);
		need += c->flags & VALUE_DECODED ? aligned(c->n * sizeof(struct batch_map *)) : 0;
	}
	return need;
}

static int
decode_value(const struct values_block *block, uint8_t *data, struct value *value, struct base_arena *arena, const struct batch_map **ret)
{
	uint32_t rows = block->escapes(data + value->off, value->len), n = 0;
	struct batch_map *map = base_arena_alloc(arena, ((size_t)rows + 2) * sizeof *map);

	if (!map)
		return ASSAY_NOMEM;
	value->len = block->decode(data + value->off, value->len, block->raw + value->off, map, &n);
	*ret = map;
	return ASSAY_OK;
}

/* The arrays are const to whoever reads the batch; here they are still being written. */
static int
place(struct values *v, const struct values_block *block, struct batch_column *columns, uint8_t *data, uint32_t first_row,
	struct base_arena *arena, uint64_t *n_values)
{
	for (size_t i = 0; i < v->n; i++) {
		struct value *value = &v->items[i];
		struct values_column *c = &v->columns[value->field];
		const struct batch_column *column = &columns[c->at];
		uint32_t at = c->n++;
		const struct batch_map *map = NULL;
		if (value->len != BATCH_NULL) {
			++*n_values;
			if (value->flags & VALUE_DECODED && decode_value(block, data, value, arena, &map) < 0)
				return ASSAY_NOMEM;
			data[value->off + value->len] = BATCH_GUARD;
		}
		((uint32_t *)column->off)[at] = value->off;
		((uint32_t *)column->len)[at] = value->len;
		if (column->row)
			((uint32_t *)column->row)[at] = value->row - first_row;
		if (column->flags)
			((uint8_t *)column->flags)[at] = value->flags;
		if (column->map)
			((const struct batch_map **)column->map)[at] = map;
	}
	return ASSAY_OK;
}

int
values_to_batch(struct values *v, const struct values_block *block, struct batch *batch, uint64_t *n_values, struct assay_error *err)
{
	uint32_t first_row = v->items[0].row, n_records = v->items[v->n - 1].row - first_row + 1;
	struct batch_column *columns;
	size_t n_columns;
	uint8_t *room;
	int r;

	if (reserve_columns(v) < 0)
		return base_error_nomem(err);
	n_columns = count(v, first_row);
	room = base_arena_alloc(batch->arena, room_needed(v, n_columns, block->size));
	if (!room) {
		r = ASSAY_NOMEM;
	} else {
		uint8_t *data = room + BATCH_PAD;
		memcpy(data, block->data, block->size);
		room += aligned(block->size) + 2 * (size_t)BATCH_PAD;
		columns = (struct batch_column *)(void *)room;
		room += aligned(n_columns * sizeof *columns);
		for (size_t i = 0; i < n_columns; i++) {
			struct values_column *c = &v->columns[v->touched[i]];
			lay_out(&columns[i], c, v->touched[i], n_records, &room);
			c->at = (uint32_t)i;
			c->n = 0;
		}
		r = place(v, block, columns, data, first_row, batch->arena, n_values);
		batch->data = data;
		batch->size = (uint32_t)block->size;
		batch->raw_base = block->raw;
		batch->first_record = block->record + first_row;
		batch->n_records = n_records;
		batch->n_columns = (uint32_t)n_columns;
		batch->columns = columns;
	}
	for (size_t i = 0; i < n_columns; i++)
		v->columns[v->touched[i]].n = 0;
	v->n = 0;
	return r < 0 ? base_error_nomem(err) : ASSAY_OK;
}
