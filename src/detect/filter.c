/* The start filter: a table look-up per position that keeps only starts where a pattern is possible. */
#include "detect/internal.h"

#include "base/memory.h"

static void
add_pattern(struct start_filter *f, size_t bit, const struct pattern_facts *facts)
{
	uint64_t mask = UINT64_C(1) << (bit % 64);

	for (size_t c = 0; c < 256; c++) {
		for (size_t i = 0; i < PATTERN_POSITIONS; i++)
			if (byte_set_has(&facts->at[i], (uint8_t)c))
				f->at[i][c * f->words + bit / 64] |= mask;
		if (byte_set_has(&facts->before, (uint8_t)c))
			f->before[c * f->words + bit / 64] |= mask;
		f->first[c] = f->first[c] || byte_set_has(&facts->at[0], (uint8_t)c);
	}
	f->all[bit / 64] |= mask;
}

int
start_filter_init(struct start_filter *f, const struct rules *rules, bool literals_too)
{
	size_t bit = 0;

	*f = (struct start_filter){0};
	for (size_t i = 0; i < rules->n_patterns; i++)
		f->n += literals_too || rules->pattern[i].lane != LANE_LITERAL;
	f->words = (f->n + 63) / 64;
	f->pattern = base_calloc(f->n, sizeof *f->pattern);
	f->before = base_calloc(256 * f->words, sizeof(uint64_t));
	f->all = base_calloc(f->words, sizeof(uint64_t));
	if (!f->pattern || !f->before || !f->all)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < PATTERN_POSITIONS; i++) {
		f->at[i] = base_calloc(256 * f->words, sizeof(uint64_t));
		if (!f->at[i])
			return ASSAY_NOMEM;
	}
	for (size_t i = 0; i < rules->n_patterns; i++) {
		if (!literals_too && rules->pattern[i].lane == LANE_LITERAL)
			continue;
		f->pattern[bit] = (uint32_t)i;
		add_pattern(f, bit++, &rules->pattern[i].facts);
	}
	return ASSAY_OK;
}

void
start_filter_dispose(struct start_filter *f)
{
	for (size_t i = 0; i < PATTERN_POSITIONS; i++)
		free(f->at[i]);
	free(f->pattern);
	free(f->before);
	free(f->all);
}
