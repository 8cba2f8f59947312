/* Checks of Nigeria: telephone. The identity number (NIN) is eleven digits without a published check digit. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"70", 10, 10}, {"80", 10, 10}, {"81", 10, 10}, {"90", 10, 10}, {"91", 10, 10}, {"1", 8, 8}, {"20", 10, 10}, {"9", 8, 8}};

	return check_phone(match, "234", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_ng[] = {
	{"ng-phone", phone, 0.26, "NCC, national numbering plan"},
};

const size_t rules_checks_ng_count = BASE_COUNT(rules_checks_ng);
