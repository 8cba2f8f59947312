/* Checks of Korea: resident and foreigner registration numbers, business registration number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static const uint8_t registration_weights[12] = {2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};

/* Without a check digit numbers of the years to come would all pass: nobody is born in them yet. */
enum { YEAR_LAST = 2049 };

/* Year of birth from two digits and the digit of sex and century, which is one of ${kinds} (a pair for each century); 0: none of them. */
static unsigned
birth_year(const char *text, const char *kinds, unsigned first_century)
{
	const char *at = strchr(kinds, text[6]);

	return at ? first_century + (unsigned)(at - kinds) / 2 * 100 + (unsigned)check_number(text, 2) : 0;
}

static bool
is_birthday(const char *text, unsigned year)
{
	return year > 0 && year <= YEAR_LAST
	       && check_is_date(year, (unsigned)check_number(text + 2, 2), (unsigned)check_number(text + 4, 2));
}

/* Numbers given out since October 2020 have six random digits at the end, so that nothing but the date can be checked. */
static bool
resident_number(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned year, rest;

	if (!check_digits(match, text, 13))
		return false;
	year = birth_year(text, "901234", 1800);
	if (!is_birthday(text, year))
		return false;
	if (year * 100 + (unsigned)check_number(text + 2, 2) >= 202010)
		return true;
	rest = check_weighted(text, registration_weights, 12) % 11;
	return (11 - rest) % 10 == check_value(text[12]) && check_number(text + 7, 2) <= 96;
}

static bool
foreigner_number(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned year, rest;

	if (!check_digits(match, text, 13))
		return false;
	year = birth_year(text, "5678", 1900);
	if (!is_birthday(text, year))
		return false;
	if (year * 100 + (unsigned)check_number(text + 2, 2) >= 202010)
		return true;
	rest = check_weighted(text, registration_weights, 12) % 11;
	return (13 - rest) % 10 == check_value(text[12]);
}

/* The ninth digit times 5 counts with both digits of the product. */
static bool
business_number(struct base_span match)
{
	static const uint8_t weights[9] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
	char text[CHECK_MAX];
	unsigned sum;

	if (!check_digits(match, text, 10) || check_is_repeated(text, 10) || check_number(text, 3) < 101 || check_number(text + 3, 2) == 0)
		return false;
	sum = check_weighted(text, weights, 9) + check_value(text[8]) * 5 / 10;
	return (10 - sum % 10) % 10 == check_value(text[9]);
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "09-10:10-12,16-19,311-319,321-329,331-339,411-419,421-429,431-439,441-449,511-519,521-529,531-539,541-"
				   "549,551-559,611-619,621-629,631-639,641-649 08-09:21-29 09:30,602-609,80 10:70 10-11:50";
	static const struct check_phone_range services[] = {{"15", 8, 8}, {"16", 8, 8}, {"18", 8, 8}};

	return check_phone_plan(match, "82", "0", plan) || check_phone(match, "82", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_kr[] = {
	{"kr-brn", business_number, 0.09, "NTS, business registration number"},
	{"kr-frn", foreigner_number, 0.098, "Ministry of Justice, alien registration number"},
	{"kr-phone", phone, 0.5, "MSIT, numbering plan"},
	{"kr-rrn", resident_number, 0.073, "Resident Registration Act, enforcement rules, annex"},
};

const size_t rules_checks_kr_count = BASE_COUNT(rules_checks_kr);
