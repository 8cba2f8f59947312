/* Cutting a long value into pieces. */
#include "source/pieces.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

void
pieces_dispose(struct pieces *p)
{
	free(p->data);
	free(p->map);
	*p = (struct pieces){0};
}

void
pieces_begin(struct pieces *p, uint32_t field, uint8_t flags, uint64_t record)
{
	p->size = p->n_map = p->lead = 0;
	p->base = p->raw_end = 0;
	p->field = field;
	p->flags = flags;
	p->record = record;
	p->is_whole = false;
}

static int
add_row(struct pieces *p, uint64_t raw)
{
	if (base_grow(&p->map, &p->map_capacity, p->n_map + 1, sizeof *p->map) < 0)
		return ASSAY_NOMEM;
	p->map[p->n_map++] = (struct batch_map){(uint32_t)p->size, raw};
	return ASSAY_OK;
}

int
pieces_append(struct pieces *p, const uint8_t *data, size_t n, uint64_t raw, uint64_t raw_end)
{
	bool goes_on = p->n_map > 0 && p->map[p->n_map - 1].raw + (p->size - p->map[p->n_map - 1].off) == raw;

	if (n == 0)
		return ASSAY_OK;
	if (!goes_on && add_row(p, raw) < 0)
		return ASSAY_NOMEM;
	if (base_grow(&p->data, &p->capacity, p->size + n, 1) < 0)
		return ASSAY_NOMEM;
	memcpy(p->data + p->size, data, n);
	p->size += n;
	p->raw_end = raw_end;
	return ASSAY_OK;
}

bool
pieces_is_ready(const struct pieces *p, size_t own, size_t reach)
{
	/* one byte more, so that a piece never takes the last one and leaves an empty one behind */
	return p->is_whole || p->size - p->lead > own + reach;
}

/* Raw offset of value byte off (relative to p->data), or of its end. */
static uint64_t
raw_at(const struct pieces *p, size_t off)
{
	size_t i = p->n_map;

	if (off >= p->size)
		return p->raw_end;
	while (i > 1 && p->map[i - 1].off > off)
		i--;
	return p->map[i - 1].raw + (off - p->map[i - 1].off);
}

/* Forgets the first n bytes. */
static void
drop(struct pieces *p, size_t n)
{
	size_t first = 0, kept = 0;

	while (first + 1 < p->n_map && p->map[first + 1].off <= n)
		first++;
	for (size_t i = first; i < p->n_map; i++) {
		struct batch_map row = p->map[i];
		if (row.off < n) {
			row.raw += n - row.off;
			row.off = (uint32_t)n;
		}
		row.off -= (uint32_t)n;
		p->map[kept++] = row;
	}
	p->n_map = kept;
	memmove(p->data, p->data + n, p->size - n);
	p->size -= n;
	p->base += n;
}

/* Rows of the first ${size} bytes, ended as base/batch.h asks. One row is no map: the bytes lie verbatim. */
static int
copy_map(const struct pieces *p, size_t size, struct base_arena *arena, const struct batch_map **ret)
{
	size_t n = 0;
	struct batch_map *map;

	while (n < p->n_map && p->map[n].off < size)
		n++;
	if (n <= 1 && raw_at(p, size) - raw_at(p, 0) == size) {
		*ret = NULL;
		return ASSAY_OK;
	}
	map = base_arena_alloc(arena, (n + 1) * sizeof *map);
	if (!map)
		return ASSAY_NOMEM;
	memcpy(map, p->map, n * sizeof *map);
	map[n] = (struct batch_map){(uint32_t)size, raw_at(p, size)};
	*ret = map;
	return ASSAY_OK;
}

struct piece {
	struct batch_column column;
	uint32_t off, len;
	uint64_t raw;
	const struct batch_map *map;
	uint8_t flags;
};

static int
fill(const struct pieces *p, size_t lead, size_t own, size_t tail, struct batch *batch)
{
	size_t size = lead + own + tail;
	struct piece *piece = base_arena_alloc(batch->arena, sizeof *piece);
	uint8_t *data = base_arena_alloc(batch->arena, size + 2 * (size_t)BATCH_PAD);

	if (!piece || !data)
		return ASSAY_NOMEM;
	data += BATCH_PAD;
	memcpy(data, p->data, size);
	data[size] = BATCH_GUARD;
	piece->len = (uint32_t)size;
	piece->raw = p->n_map > 0 ? raw_at(p, 0) : p->raw_end;
	if (copy_map(p, size, batch->arena, &piece->map) < 0)
		return ASSAY_NOMEM;
	piece->flags = p->flags;
	if (p->base + lead > 0)
		piece->flags |= VALUE_CONT_PREV;
	if (!p->is_whole || lead + own < p->size)
		piece->flags |= VALUE_CONT_NEXT;
	if (piece->map)
		piece->flags |= VALUE_DECODED;
	piece->column = (struct batch_column){.field = p->field,
		.n = 1,
		.off = &piece->off,
		.len = &piece->len,
		.raw = &piece->raw,
		.flags = &piece->flags,
		.map = piece->map ? &piece->map : NULL};
	batch->data = data;
	batch->size = (uint32_t)size;
	batch->lead = (uint32_t)lead;
	batch->tail = (uint32_t)tail;
	batch->raw_base = piece->raw;
	batch->value_base = p->base;
	batch->first_record = p->record;
	batch->n_records = 1;
	batch->n_columns = 1;
	batch->columns = &piece->column;
	return ASSAY_OK;
}

int
pieces_to_batch(struct pieces *p, size_t own, size_t reach, struct batch *batch, bool *ret_last, struct assay_error *err)
{
	size_t left = p->size - p->lead, tail, keep;

	own = own < left ? own : left;
	tail = left - own < reach ? left - own : reach;
	if (fill(p, p->lead, own, tail, batch) < 0)
		return base_error_nomem(err);
	*ret_last = p->is_whole && own == left;
	keep = p->lead + own < reach ? p->lead + own : reach;
	drop(p, p->lead + own - keep);
	p->lead = keep;
	return ASSAY_OK;
}
