/* Checks of the United States: Social Security and taxpayer numbers, employers, NPI, DEA, bank routing, Medicare, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"
#include "rules/check_parts.h"

/* Area 001 to 899 without 666, no group 00, no serial 0000: what was given out by area until 2011 and at random since. */
static bool
ssn(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned area;

	if (!check_digits(match, text, 9) || check_is_repeated(text, 9))
		return false;
	area = (unsigned)check_number(text, 3);
	return area != 0 && area != 666 && area < 900 && check_number(text + 3, 2) != 0 && check_number(text + 5, 4) != 0;
}

/* 9xx, with a group of the ranges that are set apart for taxpayers. */
static bool
itin(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned group;

	if (!check_digits(match, text, 9) || text[0] != '9' || check_is_repeated(text, 9))
		return false;
	group = (unsigned)check_number(text + 3, 2);
	return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group != 93);
}

/* The prefix names the campus or the way of application; these were never in use. */
static bool
ein(struct base_span match)
{
	static const uint8_t unused[] = {0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97};
	char text[CHECK_MAX];
	unsigned prefix;

	if (!check_digits(match, text, 9) || check_number(text + 2, 7) == 0)
		return false;
	prefix = (unsigned)check_number(text, 2);
	for (size_t i = 0; i < BASE_COUNT(unused); i++)
		if (prefix == unused[i])
			return false;
	return true;
}

/* Luhn with 80840, the prefix of health applications in the United States, before the number: it adds 24. */
static bool
npi(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && (text[0] == '1' || text[0] == '2') && (check_luhn_sum(text, 10) + 24) % 10 == 0;
}

/* Class of registrant, initial of the name or 9 for an address of business, six digits, check digit. */
static bool
dea(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned odd, even;

	/* a hospital's number may carry the number of its doctor behind a dash */
	if (check_compact(match, text) < 9 || !check_is_digits(text + 2, 7) || !strchr("ABCDEFGHJKLMPRSTUX", text[0]))
		return false;
	if (!base_is_upper((uint8_t)text[1]) && text[1] != '9')
		return false;
	odd = (unsigned)(text[2] + text[4] + text[6] - 3 * '0');
	even = (unsigned)(text[3] + text[5] + text[7] - 3 * '0');
	return (odd + 2 * even) % 10 == (unsigned)(text[8] - '0');
}

/* Weights 3, 7, 1 over nine digits, a multiple of 10; the first two digits name a Federal Reserve district or a special use. */
static bool
aba(struct base_span match)
{
	static const uint8_t weights[9] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
	char text[CHECK_MAX];
	unsigned district;

	if (!check_digits(match, text, 9) || check_is_repeated(text, 9))
		return false;
	district = (unsigned)check_number(text, 2);
	if (district > 12 && (district < 21 || district > 32) && (district < 61 || district > 72) && district != 80)
		return false;
	return check_weighted(text, weights, 9) % 10 == 0;
}

/* Eleven characters, letters and digits each in their places, without letters that look like digits. */
static bool
mbi(struct base_span match)
{
	static const char shape[] = "caxdaxdaadd";
	char text[CHECK_MAX];

	if (check_compact(match, text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; i + 1 < sizeof shape; i++) {
		bool is_digit = base_is_digit((uint8_t)text[i]);

		if (strchr("SLOIBZ", text[i]) || (shape[i] == 'c' && (!is_digit || text[i] == '0')) || (shape[i] == 'd' && !is_digit)
			|| (shape[i] == 'a' && is_digit))
			return false;
	}
	return true;
}

const struct rules_check rules_checks_us[] = {
	{"us-aba", aba, 0.038, "ABA, Key to Routing Numbers"},
	{"us-dea", dea, 1.0 / 10, "21 CFR 1301, DEA registration numbers"},
	{"us-ein", ein, 0.83, "IRS, How EINs are assigned and valid prefixes"},
	{"us-itin", itin, 0.44, "IRS, ITIN ranges"},
	{"us-mbi", mbi, 1.0, "CMS, Understanding the MBI format"},
	{"us-npi", npi, 0.098, "45 CFR 162.406"},
	{"us-phone", check_phone_nanp, 0.6, "NANPA, numbering plan"},
	{"us-ssn", ssn, 0.89, "SSA, SSN randomization"},
};

const size_t rules_checks_us_count = BASE_COUNT(rules_checks_us);
