/* Checks of Australia: tax file number, business and company numbers, Medicare, healthcare identifier, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Nine digits; older ones of companies have eight, with weights of their own. */
static bool
tax_file_number(struct base_span match)
{
	static const uint8_t nine[9] = {1, 4, 3, 7, 5, 8, 6, 9, 10}, eight[8] = {10, 7, 8, 4, 6, 3, 5, 1};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	return (n == 8 || n == 9) && check_is_digits(text, n) && !check_is_repeated(text, n)
	       && check_weighted(text, n == 9 ? nine : eight, n) % 11 == 0;
}

/* One is taken from the first digit before the weighted sum; the first two are the check digits, from 11. */
static bool
business_number(struct base_span match)
{
	static const uint8_t weights[11] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && check_number(text, 2) >= 11 && !check_is_repeated(text, 11)
	       && (check_weighted(text, weights, 11) - 10) % 89 == 0;
}

static bool
company_number(struct base_span match)
{
	static const uint8_t weights[9] = {8, 7, 6, 5, 4, 3, 2, 1, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && !check_is_repeated(text, 9) && check_weighted(text, weights, 9) % 10 == 0;
}

/* Eight digits and their check digit, number of the card's issue, place of the person on it. */
static bool
medicare(struct base_span match)
{
	static const uint8_t weights[8] = {1, 3, 7, 9, 1, 3, 7, 9};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	return (n == 10 || n == 11) && check_is_digits(text, n) && text[0] >= '2' && text[0] <= '6' && text[9] != '0'
	       && (n == 10 || text[10] != '0') && check_weighted(text, weights, 8) % 10 == check_value(text[8])
	       && !check_is_repeated(text, 8);
}

static bool
healthcare_identifier(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 16) && memcmp(text, "80036", 5) == 0 && check_luhn_sum(text, 16) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"2", 9, 9}, {"3", 9, 9}, {"4", 9, 9}, {"7", 9, 9}, {"8", 9, 9}};
	static const struct check_phone_range services[] = {{"1300", 10, 10}, {"1800", 10, 10}, {"13", 6, 6}};

	return check_phone(match, "61", "0", plan, BASE_COUNT(plan)) || check_phone(match, "61", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_au[] = {
	{"au-abn", business_number, 0.011, "ABR, format of the ABN"},
	{"au-acn", company_number, 1.0 / 10, "ASIC, ACN check digit"},
	{"au-ihi", healthcare_identifier, 1.0 / 10, "AS 4846, healthcare client identification"},
	{"au-medicare", medicare, 0.045, "Services Australia, Medicare card number check digit"},
	{"au-phone", phone, 0.5, "ACMA, telecommunications numbering plan"},
	{"au-tfn", tax_file_number, 1.0 / 11, "ATO, TFN algorithm"},
};

const size_t rules_checks_au_count = BASE_COUNT(rules_checks_au);
