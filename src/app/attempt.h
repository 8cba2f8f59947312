/* One text against the rules, with nothing stored: for a pack's own examples and for `explain TEXT`. Not thread safe. */
#ifndef APP_ATTEMPT_H
#define APP_ATTEMPT_H

#include "detect/detect.h"

struct attempt;

/* Keeps ${rules} borrowed. */
int attempt_new(const struct rules *rules, const struct detect_options *options, struct attempt **ret, struct assay_error *err);
void attempt_free(struct attempt *attempt);
static inline void
attempt_free_at(struct attempt **p)
{
	attempt_free(*p);
}
/* column: NULL = plain text, else the name of the column that holds the value. *ret: all spans, suppressed ones included, in order; valid
 * until the next call. */
int attempt_run(struct attempt *attempt, const char *column, struct base_span text, const struct span **ret, size_t *ret_n,
	struct assay_error *err);

#endif
