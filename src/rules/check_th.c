/* Checks of Thailand: citizen and tax number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Weights 13 to 2; 11 less the rest by 11, of which the last digit. Zero begins numbers of companies. */
static bool
is_number(const char *text)
{
	static const uint8_t weights[12] = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};

	return (11 - check_weighted(text, weights, 12) % 11) % 10 == check_value(text[12]) && !check_is_repeated(text, 13);
}

static bool
citizen_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && text[0] >= '1' && text[0] <= '8' && is_number(text);
}

static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && text[0] <= '8' && is_number(text);
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:10,16,18-19,2,32-39,42-45,52-56,73-77 09:14,60-66,671-673,68,8-9 10:180,190";

	return check_phone_plan(match, "66", "0", plan);
}

const struct rules_check rules_checks_th[] = {
	{"th-phone", phone, 0.5, "NBTC, numbering plan"},
	{"th-tax-number", tax_number, 0.09, "Revenue Department, taxpayer identification number"},
	{"th-tnin", citizen_number, 0.08, "Department of Provincial Administration, citizen number"},
};

const size_t rules_checks_th_count = BASE_COUNT(rules_checks_th);
