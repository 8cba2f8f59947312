/* One value that is too long to be held in memory, delivered in pieces: each piece owns some bytes and borrows `reach` bytes from its
 * neighbours, so a match is found wherever it lies. A piece is the only value of its batch. */
#ifndef SOURCE_PIECES_H
#define SOURCE_PIECES_H

#include "source/source.h"

struct pieces {
	uint8_t *data; /* decoded bytes of the value from offset `base` on */
	size_t size, capacity;
	struct batch_map *map; /* as base/batch.h, without the last row */
	size_t n_map, map_capacity;
	uint64_t base, raw_end; /* raw_end: raw offset behind the last byte */
	size_t lead;            /* bytes at the front that earlier pieces own */
	uint32_t field;
	uint8_t flags; /* VALUE_HEADER, VALUE_KEY */
	uint64_t record;
	bool is_whole; /* the value's last byte has been appended */
};

void pieces_dispose(struct pieces *p);
void pieces_begin(struct pieces *p, uint32_t field, uint8_t flags, uint64_t record);
/* n bytes of the value that stand for the raw bytes [raw, raw_end): verbatim when that is as long, else one decoded character. */
int pieces_append(struct pieces *p, const uint8_t *data, size_t n, uint64_t raw, uint64_t raw_end);
/* A piece of ${own} bytes can be cut off, or the last one. */
bool pieces_is_ready(const struct pieces *p, size_t own, size_t reach);
/* Cuts off the next piece. Once the value is whole and this returned with *ret_last, nothing is left. */
int pieces_to_batch(struct pieces *p, size_t own, size_t reach, struct batch *batch, bool *ret_last, struct assay_error *err);

#endif
