/* Checks of Hungary: personal identifier, tax identifier, TAJ, tax number and VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Sex and century, birthday, number, check digit. Weights rise from 1 to 10 for those born before 1997 and fall from 10 to 1 after. */
static bool
personal_id(struct base_span match)
{
	static const uint8_t rising[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, falling[10] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	unsigned year, check;

	if (!check_digits(match, text, 11) || text[0] < '1' || text[0] > '8')
		return false;
	check = check_value(text[10]);
	for (unsigned century = 1800; century <= 2000; century += 100) {
		bool is_odd_pair = strchr("1256", text[0]) != NULL;

		/* 1, 2, 5 and 6 are of the 20th century; 3, 4, 7 and 8 of the 19th or the 21st */
		if (is_odd_pair != (century == 1900))
			continue;
		year = century + (unsigned)check_number(text + 1, 2);
		if (check_is_date(year, (unsigned)check_number(text + 3, 2), (unsigned)check_number(text + 5, 2))
			&& check_weighted(text, year < 1997 ? rising : falling, 10) % 11 == check)
			return true;
	}
	return false;
}

/* 8, days since 1867, number, check digit. */
static bool
tax_id(struct base_span match)
{
	static const uint8_t weights[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && text[0] == '8' && !check_is_repeated(text, 10)
	       && check_weighted(text, weights, 9) % 11 == check_value(text[9]);
}

/* Weights 3 and 7 in turn. */
static bool
taj(struct base_span match)
{
	static const uint8_t weights[8] = {3, 7, 3, 7, 3, 7, 3, 7};
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && !check_is_repeated(text, 9) && check_weighted(text, weights, 8) % 10 == check_value(text[8]);
}

/* Eight digits with weights 9, 7, 3, 1; in the country with a digit for the kind of tax and two for the county behind them. */
static bool
tax_number(struct base_span match)
{
	static const uint8_t weights[8] = {9, 7, 3, 1, 9, 7, 3, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "HU");

	if ((n != 8 && n != 11) || !check_is_digits(text, n) || check_is_repeated(text, 8) || check_weighted(text, weights, 8) % 10 != 0)
		return false;
	return n == 8 || (text[8] >= '1' && text[8] <= '5' && check_number(text + 9, 2) >= 2 && check_number(text + 9, 2) <= 51);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"08:1,22-29,32-37,40,42,44-49,52-57,59,62-63,66,681-689,69,72-80,82-85,87-96,99 09:20-21,30-31,50,70 08-09:680";

	return check_phone_plan(match, "36", "06", plan);
}

const struct rules_check rules_checks_hu[] = {
	{"hu-personal-id", personal_id, 0.06, "1996. evi XX. torveny, szemelyi azonosito"},
	{"hu-phone", phone, 0.37, "NMHH, nemzeti szamozasi terv"},
	{"hu-taj", taj, 1.0 / 10, "NEAK, TAJ szam"},
	{"hu-tax-id", tax_id, 0.09, "NAV, adoazonosito jel"},
	{"hu-tax-number", tax_number, 0.076, "NAV, adoszam"},
};

const size_t rules_checks_hu_count = BASE_COUNT(rules_checks_hu);
