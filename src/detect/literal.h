/* The literal lane: texts that must occur in each match of a pattern, and the starts that they propose. */
#ifndef DETECT_LITERAL_H
#define DETECT_LITERAL_H

#include "rules/rules.h"

/* A start to be tried, in the value at hand. */
struct candidate {
	uint32_t at;
	uint32_t pattern;
};

/* A text of the literal lane, found in the batch; id: of the lane's own. */
struct literal_hit {
	uint32_t end, id;
};

struct literal_hits {
	struct literal_hit *items;
	size_t n, capacity;
};

struct candidates {
	struct candidate *items;
	size_t n, capacity;
};
int candidates_push(struct candidates *candidates, uint32_t at, uint32_t pattern);

struct literal_lane;
/* ${cache_folder} may be NULL. *ret is NULL when no pattern is in the lane or the processor is not able. */
int literal_lane_new(const struct rules *rules, const char *cache_folder, struct literal_lane **ret, struct assay_error *err);
bool literal_lane_was_cached(const struct literal_lane *lane);
void literal_lane_free(struct literal_lane *lane);
const char *literal_lane_version(void);
struct literal_scratch;
int literal_scratch_new(const struct literal_lane *lane, struct literal_scratch **ret, struct assay_error *err);
void literal_scratch_free(struct literal_scratch *scratch);
/* All texts in data, in the order of their ends. */
int literal_lane_scan(const struct literal_lane *lane, struct literal_scratch *scratch, const uint8_t *data, uint32_t size,
	struct literal_hits *ret, struct assay_error *err);
struct subject;
/* Starts that the texts in one value propose, sorted by (at, pattern), without duplicates. ASSAY_NOMEM. */
int literal_lane_starts(const struct literal_lane *lane, const struct literal_hits *hits, const struct subject *v, struct candidates *ret);

#endif
