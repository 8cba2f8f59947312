/* Checks of Romania: CNP, fiscal code, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Counties 01 to 46, sectors of Bucharest 47 and 48 of old, 51 and 52; 70 and 80 to 83 where the county is not told. */
static bool
is_county(unsigned county)
{
	return (county >= 1 && county <= 48) || county == 51 || county == 52 || county == 70 || (county >= 80 && county <= 83);
}

/* Sex and century, birthday, county, number, check digit: a rest of 10 is written 1. From 7 on the first digit is for residents
 * and foreigners and says nothing of the century. */
static bool
cnp(struct base_span match)
{
	static const uint8_t weights[12] = {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9};
	static const unsigned centuries[10] = {0, 1900, 1900, 1800, 1800, 2000, 2000, 2000, 2000, 2000};
	char text[CHECK_MAX];
	unsigned rest;

	if (!check_digits(match, text, 13) || text[0] == '0')
		return false;
	if (!check_is_date(centuries[text[0] - '0'] + (unsigned)check_number(text + 1, 2), (unsigned)check_number(text + 3, 2),
		    (unsigned)check_number(text + 5, 2)))
		return false;
	if (!is_county((unsigned)check_number(text + 7, 2)) || check_number(text + 9, 3) == 0)
		return false;
	rest = check_weighted(text, weights, 12) % 11;
	return (rest == 10 ? 1 : rest) == check_value(text[12]);
}

/* Two to ten digits, filled up with zeros in front; ten times the sum, by 11, and a rest of 10 is 0. */
static bool
fiscal_code(struct base_span match)
{
	static const uint8_t weights[9] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "RO");

	if (n < 2 || n > 10 || !check_is_digits(text, n) || text[0] == '0' || check_is_repeated(text, n))
		return false;
	return check_weighted(text, weights + (10 - n), n - 1) * 10 % 11 % 10 == check_value(text[n - 1]);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:21,23-26,31,33-36,700-701,703-713,72-77,780,783-788,790-793,799-801,900-901,903,906 06:219,254,268,31";

	return check_phone_plan(match, "40", "0", plan);
}

const struct rules_check rules_checks_ro[] = {
	{"ro-cnp", cnp, 0.022, "DEPABD, codul numeric personal"},
	{"ro-fiscal-code", fiscal_code, 1.0 / 10, "ANAF, codul de identificare fiscala"},
	{"ro-phone", phone, 1.0, "ANCOM, planul national de numerotatie"},
};

const size_t rules_checks_ro_count = BASE_COUNT(rules_checks_ro);
