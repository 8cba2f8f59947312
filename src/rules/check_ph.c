/* Checks of the Philippines: telephone. The check digits of tax and social security numbers are not published. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"9", 10, 10}, {"2", 9, 9}, {"3", 9, 9}, {"4", 9, 9}, {"5", 9, 9}, {"6", 9, 9}, {"7", 9, 9}, {"8", 9, 9}};

	return check_phone(match, "63", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_ph[] = {
	{"ph-phone", phone, 0.85, "NTC, numbering plan"},
};

const size_t rules_checks_ph_count = BASE_COUNT(rules_checks_ph);
