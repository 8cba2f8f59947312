/* Checks of Slovenia: EMSO, tax number and VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday with three digits of the year, region, number, check digit: 11 less the sum by 11; a rest of 1 is never given out. */
static bool
emso(struct base_span match)
{
	static const uint8_t weights[13] = {7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	unsigned year;

	if (!check_digits(match, text, 13) || check_is_repeated(text, 13) || check_weighted(text, weights, 13) % 11 != 0)
		return false;
	year = (unsigned)check_number(text + 4, 3);
	return check_is_date(year + (year < 800 ? 2000 : 1000), (unsigned)check_number(text + 2, 2), (unsigned)check_number(text, 2))
	       && check_number(text + 7, 2) > 0;
}

/* Weights 8 to 2; what is missing to a multiple of 11, 10 being 0 and 11 never given out. */
static bool
tax_number(struct base_span match)
{
	static const uint8_t weights[7] = {8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "SI");
	unsigned rest;

	if (n != 8 || !check_is_digits(text, n) || text[0] == '0' || check_is_repeated(text, n))
		return false;
	rest = check_weighted(text, weights, 7) % 11;
	return rest != 0 && (11 - rest) % 10 == check_value(text[7]);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"08:12-18,22-28,30-38,40-48,51-59,64,651,657-658,68-78,816-818,820,822,828,833,838-839 06-08:80,90 05-08:891-893";

	return check_phone_plan(match, "386", "0", plan);
}

const struct rules_check rules_checks_si[] = {
	{"si-emso", emso, 0.041, "Zakon o centralnem registru prebivalstva, EMSO"},
	{"si-phone", phone, 0.89, "AKOS, splosni akt o nacrtu ostevilcenja"},
	{"si-tax-number", tax_number, 1.0 / 11, "FURS, davcna stevilka"},
};

const size_t rules_checks_si_count = BASE_COUNT(rules_checks_si);
