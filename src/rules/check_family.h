/* The families of checks, one check_*.c file each; check.c joins them. A new family is one line here and one in its table. */
#ifndef RULES_CHECK_FAMILY_H
#define RULES_CHECK_FAMILY_H

#include "rules/check.h"

#include <stddef.h>

#define RULES_CHECK_FAMILIES(X) X(secret) X(global) X(us) X(uk) X(de) X(fr) X(es) X(it) X(nl) X(pl)

#define RULES_DECLARE_FAMILY(name) \
	extern const struct rules_check rules_checks_##name[]; \
	extern const size_t rules_checks_##name##_count;
RULES_CHECK_FAMILIES(RULES_DECLARE_FAMILY)
#undef RULES_DECLARE_FAMILY

#endif
