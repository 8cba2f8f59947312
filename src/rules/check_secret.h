/* The family of checks for secrets: rows that check.c joins with the families of check digits. */
#ifndef RULES_CHECK_SECRET_H
#define RULES_CHECK_SECRET_H

#include "rules/check.h"

#include <stddef.h>

extern const struct rules_check rules_checks_secret[];
extern const size_t rules_checks_secret_count;

#endif
