/* Check digits and complete formats that a rule can name (`check: [luhn]`).
 *
 * A check sees the matched bytes only, separators included; it skips what is not part of the number. To add one: write the
 * function in the check_*.c file of its family, give it a row in the table there, and vectors in tests/data/checks/. */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "base/span.h"

#include <stdbool.h>

struct rules_check {
	const char *name;                      /* as packs write it */
	bool (*holds)(struct base_span match); /* never reads past match; no allocation; thread safe */
	double chance;      /* of random texts that a rule's pattern takes, the share that passes, in (0, 1]: for column verdicts */
	const char *source; /* standard or issuing authority */
};

/* Returns the check of that name, or NULL. The result is static. */
const struct rules_check *rules_check_find(struct base_span name);
/* i-th row over all families, NULL past the end: for lists and suggestions. */
const struct rules_check *rules_check_at(size_t i);

/* Version of libpsl and SHA-1 of the public suffix list built into it; NULL in a build without it, which knows common second levels only.
 */
const char *rules_suffix_source(void);
const char *rules_suffix_digest(void);

#endif
