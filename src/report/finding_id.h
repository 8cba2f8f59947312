/* The short name of a finding, the same in every format and in `explain f-…`. */
#ifndef REPORT_FINDING_ID_H
#define REPORT_FINDING_ID_H

#include "base/span.h"

enum { REPORT_FINDING_ID = 19 }; /* "f-", 16 hex digits, NUL */

/* FNV-1a (64 bit) over resource NUL column NUL entity: stable while names are, no secret, not unique against an attacker. */
void report_finding_id(struct base_span resource, struct base_span column, struct base_span entity, char ret[static REPORT_FINDING_ID]);

#endif
