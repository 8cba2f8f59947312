/* Values that hold something encoded: looked at a second time, decoded. */
#ifndef DETECT_SECOND_H
#define DETECT_SECOND_H

#include "detect/internal.h"

/* Looks at the marks of a batch's bytes. */
int second_begin(struct detect_scanner *scanner, const struct batch *batch);
/* Adds what a value (or window) brings when it is decoded to scanner->matches. */
int second_look(struct detect_scanner *scanner, const struct subject *value);
/* Where a match of a second look lies in the value: start and end of ${m}, and *start, *end, which are those of its span. False: it is none
 * of the piece's own. ret_reasons: how it was decoded. */
bool second_place(struct detect_scanner *scanner, const struct subject *piece, const struct hot_pattern *pattern, const PCRE2_SIZE *bounds,
	struct detect_match *m, uint32_t *start, uint32_t *end, uint32_t *ret_reasons);
/* Issues of the batch. */
int second_end(struct detect_scanner *scanner, uint32_t resource, struct issue_sink *issues);

/* What both looks share. */

/* Fills a look for bytes with BATCH_PAD readable before and behind. */
int look_fill(struct detect_scanner *scanner, struct look *look, const uint8_t *data, uint32_t size, struct assay_error *err);
/* Tries what the look at hand proposes in a value or piece. */
int scan_through(struct detect_scanner *scanner, const struct subject *subject);
/* The record of a place: of a window its line. */
uint64_t record_at(const struct subject *subject, uint32_t at);
int run_pattern(struct detect_scanner *scanner, const struct hot_pattern *p, const struct subject *s, uint32_t at);

#endif
