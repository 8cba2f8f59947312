/* A text read in every way that readers deliver it: as one, in windows, as a long cell in pieces, as cells of a table. */
#ifndef TESTS_FUZZ_ORACLE_READ_H
#define TESTS_FUZZ_ORACLE_READ_H

#include "oracle_make.h"

#include "base/batch.h"
#include "detect/detect.h"

enum { FIELDS = 3, CELLS = WORLD_ENDS };

/* What one way of reading gave. */
struct result {
	struct span *items;
	size_t n, capacity, n_issues, n_rules;
	uint64_t *tried, *passed; /* [FIELDS * n_rules] */
};

struct world {
	const struct rules *rules;
	const struct detect_engine *oracle, *best, *plain;
	bool merged;
	const uint8_t *text;
	size_t n;
	uint8_t pad;      /* what lies before and behind the data */
	uint32_t slack;   /* borrowed beyond the reach */
	const char *pack; /* for the report of a fault */
};

/* Cells of up to three columns, in one batch or several. */
struct table {
	struct base_buffer data;
	size_t n; /* values */
	uint32_t off[CELLS], len[CELLS], field[CELLS], row[CELLS];
	const struct batch_map *map[CELLS];
	struct base_arena *arena;
	const char *names[FIELDS];
	uint32_t rows_per_batch;
};

void result_free(struct result *r);
/* Text cut as the text reader cuts it, or (in_pieces) one long cell as a table's reader cuts that. */
struct result scan_text(const struct world *w, const struct detect_engine *engine, size_t window, bool in_pieces);
/* ${take} decides how the parts of the text that end at ${ends} lie as cells. */
void make_table(struct table *t, const struct world *w, const uint32_t *ends, size_t n_ends, struct take *take);
void table_dispose(struct table *t);
struct result scan_cells(const struct world *w, const struct detect_engine *engine, const struct table *t);

#endif
