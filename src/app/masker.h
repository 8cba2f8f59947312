/* Masks personal data in names and notes before they are written into the ledger. Not thread safe. */
#ifndef APP_MASKER_H
#define APP_MASKER_H

#include "assay/error.h"

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

#endif
