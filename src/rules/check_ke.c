/* Checks of Kenya: telephone. The check letter of the tax number (PIN) is not published. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
phone(struct base_span match)
{
	static const char plan[] = "09:100-108,11,120-121,124,130,135-146,18,41,43,46,50,58,62,7,900 "
				   "07-09:42,44-45,51-57,59-61,64-65,67-69 08-09:20,40,66 09-10:800";

	return check_phone_plan(match, "254", "0", plan);
}

const struct rules_check rules_checks_ke[] = {
	{"ke-phone", phone, 0.5, "Communications Authority, national numbering plan"},
};

const size_t rules_checks_ke_count = BASE_COUNT(rules_checks_ke);
