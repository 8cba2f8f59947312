/* Checks of Kenya: telephone. The check letter of the tax number (PIN) is not published. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"7", 9, 9}, {"1", 9, 9}, {"20", 8, 9}, {"4", 7, 9}, {"5", 7, 9}, {"6", 7, 9}, {"800", 9, 9}};

	return check_phone(match, "254", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_ke[] = {
	{"ke-phone", phone, 0.5, "Communications Authority, national numbering plan"},
};

const size_t rules_checks_ke_count = BASE_COUNT(rules_checks_ke);
