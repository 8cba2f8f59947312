/* Checks of Canada: social insurance and business numbers, health numbers of the provinces, driver's licence of Ontario. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Luhn; 0 is for made-up numbers and 8 for businesses. */
static bool
social_insurance(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && text[0] != '0' && text[0] != '8' && !check_is_repeated(text, 9)
	       && check_luhn_sum(text, 9) % 10 == 0;
}

/* Nine digits, and where it is the number of a program account R, a letter and four digits more. */
static bool
business_number(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n == 15 && text[9] == 'R' && base_is_upper((uint8_t)text[10]) && check_is_digits(text + 11, 4))
		n = 9;
	return n == 9 && check_is_digits(text, 9) && !check_is_repeated(text, 9) && check_luhn_sum(text, 9) % 10 == 0;
}

/* Ten digits by Luhn; newer cards have a version of two letters behind them. */
static bool
ontario_health(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n == 12 && base_is_upper((uint8_t)text[10]) && base_is_upper((uint8_t)text[11]))
		n = 10;
	return n == 10 && check_is_digits(text, 10) && text[0] != '0' && !check_is_repeated(text, 10) && check_luhn_sum(text, 10) % 10 == 0;
}

/* A nine, eight digits weighted, and what their sum lacks to a multiple of 11; what would need two digits is not given out. */
static bool
british_columbia_health(struct base_span match)
{
	static const uint8_t weights[9] = {2, 4, 8, 5, 10, 9, 7, 3, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && text[0] == '9' && !check_is_repeated(text, 10)
	       && check_weighted(text + 1, weights, 9) % 11 == 0;
}

/* Year, month and day as two digits each; the month has 50 more for women. */
static bool
is_birthday(const char *text)
{
	unsigned month = (unsigned)check_number(text + 2, 2);

	return check_is_date(2000 + (unsigned)check_number(text, 2), month > 50 ? month - 50 : month, (unsigned)check_number(text + 4, 2));
}

/* Three letters of the surname, one of the first name, birthday, two characters against doubles. */
static bool
quebec_health(struct base_span match)
{
	char text[CHECK_MAX];

	if (check_compact(match, text) != 12 || !check_is_digits(text + 4, 8))
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!base_is_upper((uint8_t)text[i]))
			return false;
	return is_birthday(text + 4);
}

static bool
ontario_licence(struct base_span match)
{
	char text[CHECK_MAX];

	return check_compact(match, text) == 15 && base_is_upper((uint8_t)text[0]) && check_is_digits(text + 1, 14)
	       && is_birthday(text + 9);
}

const struct rules_check rules_checks_ca[] = {
	{"ca-bc-health", british_columbia_health, 1.0 / 11, "British Columbia Ministry of Health, PHN validation"},
	{"ca-business-number", business_number, 1.0 / 10, "CRA, business number"},
	{"ca-ontario-health", ontario_health, 0.09, "Ontario Ministry of Health, health number validation"},
	{"ca-ontario-licence", ontario_licence, 0.073, "Ontario MTO, driver's licence numbers"},
	{"ca-quebec-health", quebec_health, 0.073, "RAMQ, numero d'assurance maladie"},
	{"ca-sin", social_insurance, 0.08, "Service Canada, validating a SIN"},
};

const size_t rules_checks_ca_count = BASE_COUNT(rules_checks_ca);
