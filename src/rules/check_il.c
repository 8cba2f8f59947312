/* Checks of Israel: identity number, company number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
identity_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && !check_is_repeated(text, 9) && check_number(text, 9) >= 1000
	       && check_luhn_sum(text, 9) % 10 == 0;
}

/* Companies, partnerships and associations have a first digit of 5. */
static bool
company_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && text[0] == '5' && !check_is_repeated(text, 9) && check_luhn_sum(text, 9) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"5", 9, 9}, {"7", 9, 9}, {"2", 8, 8}, {"3", 8, 8}, {"4", 8, 8}, {"8", 8, 8}, {"9", 8, 8}};
	static const struct check_phone_range services[] = {{"1700", 10, 10}, {"1800", 10, 10}, {"1801", 10, 10}};

	return check_phone(match, "972", "0", plan, BASE_COUNT(plan)) || check_phone(match, "972", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_il[] = {
	{"il-company-number", company_number, 1.0 / 10, "Israeli Corporations Authority, company number"},
	{"il-id", identity_number, 1.0 / 10, "Population and Immigration Authority, identity number"},
	{"il-phone", phone, 0.5, "Ministry of Communications, numbering plan"},
};

const size_t rules_checks_il_count = BASE_COUNT(rules_checks_il);
