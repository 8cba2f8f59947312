/* Checks of Nigeria: telephone. The identity number (NIN) is eleven digits without a published check digit. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Until 2024 Lagos and Abuja had eight digits. */
static bool
phone(struct base_span match)
{
	static const char plan[] = "10:201-209,701-709,71-72,801-809,81,901-916 10-12:800 08:1,9";

	return check_phone_plan(match, "234", "0", plan);
}

const struct rules_check rules_checks_ng[] = {
	{"ng-phone", phone, 0.26, "NCC, national numbering plan"},
};

const size_t rules_checks_ng_count = BASE_COUNT(rules_checks_ng);
