/* Checks of Vietnam: citizen number, tax number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Province or city (001 to 096), sex and century of birth, two digits of the year, number; there is no check digit. */
static bool
citizen_number(struct base_span match)
{
	char text[CHECK_MAX];
	uint64_t province;

	if (!check_digits(match, text, 12))
		return false;
	province = check_number(text, 3);
	return province >= 1 && province <= 96 && text[3] <= '3' && check_number(text + 6, 6) > 0;
}

/* Ten less the weighted sum by 11, where that is one digit; three more digits name a branch. */
static bool
tax_number(struct base_span match)
{
	static const uint8_t weights[9] = {31, 29, 23, 19, 17, 13, 7, 5, 3};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if ((n != 10 && n != 13) || !check_is_digits(text, n) || check_is_repeated(text, 10) || check_number(text + 2, 7) == 0)
		return false;
	if (n == 13 && check_number(text + 10, 3) == 0)
		return false;
	return 10 - check_weighted(text, weights, 9) % 11 == check_value(text[9]);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:121,140,160,3,51,522-523,528,559,56,58-59,672,70,76-79,81-88,896-899,90-98,990-991,993-999 "
		"10:203-216,218-222,225-229,232-239,242-248,251-252,254-263,269-277,282-294,296-297,299 08-10:180,190 08:120,122";

	return check_phone_plan(match, "84", "0", plan);
}

const struct rules_check rules_checks_vn[] = {
	{"vn-citizen-number", citizen_number, 1.0, "Decree 137/2015 and Circular 59/2021, personal identification number"},
	{"vn-phone", phone, 0.6, "Ministry of Information and Communications, numbering plan"},
	{"vn-tax-number", tax_number, 0.09, "General Department of Taxation, tax code"},
};

const size_t rules_checks_vn_count = BASE_COUNT(rules_checks_vn);
