/* Checks of the Philippines: telephone. The check digits of tax and social security numbers are not published. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:23-28,32-36,38,42-49,52-56,62-65,68,72,74-75,77-78,82-87,880-881,883,885-889 06:2 "
		"10:813,817,895-898,905-912,914-919,92-93,942-949,95-97,981,983,985-989,991-999 11-13:180 09-10:882 08-09:884";

	return check_phone_plan(match, "63", "0", plan);
}

const struct rules_check rules_checks_ph[] = {
	{"ph-phone", phone, 0.85, "NTC, numbering plan"},
};

const size_t rules_checks_ph_count = BASE_COUNT(rules_checks_ph);
