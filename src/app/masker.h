/* Masks personal data in names and notes before they are written into the ledger. Not thread safe. */
#ifndef APP_MASKER_H
#define APP_MASKER_H

#include "assay/error.h"

#include <stdint.h>

struct masker;
/* With the built-in default packs. */
int masker_new(const char *cache_folder, struct masker **ret, struct assay_error *err);
void masker_free(struct masker *masker);
static inline void
masker_free_at(struct masker **p)
{
	masker_free(*p);
}
/* malloc'ed. */
int masker_mask(struct masker *masker, const char *text, char **ret, struct assay_error *err);
/* The name of a principal. Two names that the mask makes alike stay two: a masked one ends in '#' and 12 digits of its keyed fingerprint,
 * so that rights and recorded accesses of one person meet, and only those. key: 32 bytes, or NULL for the bare mask. malloc'ed. */
int masker_mask_principal(struct masker *masker, const uint8_t *key, const char *name, char **ret, struct assay_error *err);
/* The same for a name that was masked already. */
int masker_tag_principal(const uint8_t *key, const char *name, const char *masked, char **ret, struct assay_error *err);

#endif
