/* What was looked at, for who asks: rows of struct span_why that hang on matches. */
#ifndef DETECT_WHY_H
#define DETECT_WHY_H

#include "detect/internal.h"

/* Notes what was looked at in a match of a pattern, and hangs it on the match. */
int why_note(struct detect_scanner *scanner, uint32_t pattern, struct base_span value, uint32_t start, struct detect_match *match);
/* Makes the match one that counts for nothing. */
void why_idle(struct detect_scanner *scanner, enum why_fate fate, struct detect_match *match);
/* Tells the spans of a cluster, ret from ${first} on, what else was tried there: ${all}, all matches before they were settled. Moves idle
 * matches that overlap none of them to ret when all is asked for. */
struct why_place {
	uint64_t start, end;
	uint16_t rule;
};
int why_settle(const struct detect_engine *engine, const struct detect_match *all, size_t n, const struct why_place *winners,
	size_t n_winners, struct detect_whys *whys, struct detect_matches *ret, size_t first);
/* A copy of a row, for a match that goes on to another holder. */
int why_move(const struct detect_whys *from, struct detect_whys *to, struct detect_match *match);
/* The span with its row. */
struct span why_span(const struct detect_whys *whys, const struct detect_match *match);

/* nearby.c: which of the rule's words stand around a match. */
int nearby_tell(struct nearby *nearby, uint32_t start, uint32_t end, const struct rules_rule *def, size_t rule, struct span_why *why);

#endif
