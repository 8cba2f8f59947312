/* Parsing and measuring the patterns of packs: the subset of PCRE2 syntax that docs/rule-packs.md lists, byte mode.
 *
 * The tree exists to prove things about a pattern: how wide it can get, how far it looks around, which bytes can stand where,
 * which text must occur in each match. Matching itself is PCRE2's work on the same text. */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include "assay/error.h"
#include "base/arena.h"
#include "base/span.h"

enum { PATTERN_POSITIONS = 16, PATTERN_LITERALS = 64, PATTERN_LITERAL_MAX = 24, PATTERN_WIDTH_MAX = 8192 };

/* 256 bits, one per byte value. */
struct byte_set {
	uint64_t bits[4];
};

static inline bool
byte_set_has(const struct byte_set *s, uint8_t c)
{
	return s->bits[c >> 6] >> (c & 63) & 1;
}
static inline void
byte_set_add(struct byte_set *s, uint8_t c)
{
	s->bits[c >> 6] |= UINT64_C(1) << (c & 63);
}

/* A text that each match holds, `offset` bytes after the match's start. */
struct pattern_literal {
	uint8_t text[PATTERN_LITERAL_MAX];
	uint8_t size;
	bool is_caseless;
};

struct pattern_facts {
	uint32_t width_min, width_max;
	uint32_t look_behind, look_ahead;                  /* bytes at most, beyond start and end */
	struct byte_set at[PATTERN_POSITIONS];             /* bytes possible at start + i; all from width_min on */
	struct byte_set before;                            /* bytes possible before the start (the value's edge always is) */
	struct byte_set prefix;                            /* bytes possible anywhere in a match */
	struct byte_set to_literal;                        /* bytes possible between the start and the literal */
	struct pattern_literal literals[PATTERN_LITERALS]; /* one of them stands in each match */
	size_t n_literals;                                 /* 0 = none found */
	uint32_t literal_min, literal_max;                 /* its offset from the start */
	bool has_digit_floor;                              /* some position below width_min takes digits only */
	uint32_t digits_min;                               /* digits that each match holds at least */
};

/* Parses and measures. PACK on unknown syntax, an unbounded repeat, an empty match, a width over PATTERN_WIDTH_MAX, a `\b` that can only
 * stand beside a byte that is no word character, or a repeat of a repeat that can be cut in too many ways; the message names the byte of
 * the pattern. */
int pattern_measure(const char *pattern, struct pattern_facts *ret, struct assay_error *err);

#endif
