/* Telling why a span is what it is: for the spans file (--why) and for explain. Never the value, only offsets and words of the packs. */
#ifndef APP_WHY_H
#define APP_WHY_H

#include "base/buffer.h"
#include "base/json.h"
#include "base/match.h"
#include "rules/rules.h"

/* One summand of a confidence; they add up to it. */
struct why_part {
	const char *because;
	int points;
};
enum { WHY_PARTS = 4 };
/* Returns their number. */
size_t why_parts(const struct span *span, struct why_part ret[static WHY_PARTS]);
/* Why the span is not reported: "overlap", "low-confidence" ...; NULL when it is. */
const char *why_suppressed(const struct span *span);
/* The rule that holds the place of a suppressed span, or NULL. */
const struct rules_rule *why_winner(const struct rules *rules, const struct span *span);

/* The member "why" with all that is known; nothing without span->why. */
void why_write_json(const struct rules *rules, const struct span *span, unsigned min_confidence, struct base_json *j);
/* What became of a try, for people. */
const char *why_fate_text(const struct rules_rule *rule, enum why_fate fate);
/* One more of a list with commas that goes on in the next line where it gets long; *column: where the line stands. */
void why_list(struct base_buffer *out, size_t *column, bool is_first, const char *text);
/* The same as lines for people, of a span that counts (fate WHY_WON). */
void why_write_text(const struct rules *rules, const struct span *span, unsigned min_confidence, struct base_buffer *out);

#endif
