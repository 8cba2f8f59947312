/* National telephone number plans, as tables of the countries' checks. check_phone.c reads them. */
#ifndef RULES_CHECK_PLAN_H
#define RULES_CHECK_PLAN_H

#include "base/span.h"

/* One range of a plan: first digits after the trunk prefix, and how many digits there are in all. */
struct check_phone_range {
	const char *prefix;
	uint8_t min, max;
};

/* Does match, with `+49`, `0049` or the trunk prefix (NULL where there is none) before it, lie in a range of the plan? */
bool check_phone(struct base_span match, const char *country, const char *trunk, const struct check_phone_range *plan, size_t n_plan);

/* The same with a plan as text, for those that are many ranges: groups with a blank between them, each the length or lengths of numbers
 * in two digits, a colon, and the first digits that numbers of that length have: "09:20,30-34,7 08-10:51". */
bool check_phone_plan(struct base_span match, const char *country, const char *trunk, const char *plan);

#endif
