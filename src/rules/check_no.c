/* Checks of Norway: birth number, organisation number, bank account, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Year of birth from two digits and the three after the birthday; 0 where no series is for both. */
static unsigned
year_of(unsigned year, unsigned series)
{
	if (series < 500)
		return 1900 + year;
	if (series < 750 && year >= 54)
		return 1800 + year;
	if (year < 40)
		return 2000 + year;
	return series >= 900 ? 1900 + year : 0;
}

/* Two check digits by 11. The day has 40 more for people who do not live there (D number), the month for those without a number
 * (help number of the health service). */
static bool
birth_number(struct base_span match)
{
	static const uint8_t first[10] = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1}, second[11] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	unsigned day, month, year;

	if (!check_digits(match, text, 11) || check_weighted(text, first, 10) % 11 != 0 || check_weighted(text, second, 11) % 11 != 0)
		return false;
	day = (unsigned)check_number(text, 2);
	month = (unsigned)check_number(text + 2, 2);
	year = year_of((unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 6, 3));
	return year > 0 && check_is_date(year, month > 40 ? month - 40 : month, day > 40 ? day - 40 : day);
}

static bool
organisation_number(struct base_span match)
{
	static const uint8_t weights[9] = {3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "NO");

	/* MVA behind it says that value added tax is paid */
	if (n == 12 && memcmp(text + 9, "MVA", 3) == 0)
		n = 9;
	return n == 9 && check_is_digits(text, n) && (text[0] == '8' || text[0] == '9') && !check_is_repeated(text, n)
	       && check_weighted(text, weights, 9) % 11 == 0;
}

static bool
bank_account(struct base_span match)
{
	static const uint8_t weights[11] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && !check_is_repeated(text, 11) && check_number(text, 4) > 0
	       && check_weighted(text, weights, 11) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:21-24,31-33,35,37-38,40-41,45-48,51-53,55-57,61-64,66-78,800-801,810,820,829,850-855,880,9";

	return check_phone_plan(match, "47", NULL, plan);
}

const struct rules_check rules_checks_no[] = {
	{"no-bank-account", bank_account, 1.0 / 11, "Bits, kontonummer"},
	{"no-birth-number", birth_number, 0.0024, "Skatteetaten, fodselsnummer and D-nummer"},
	{"no-organisation-number", organisation_number, 0.089, "Bronnoysundregistrene, organisasjonsnummer"},
	{"no-phone", phone, 0.7, "Nkom, nasjonal nummerplan"},
};

const size_t rules_checks_no_count = BASE_COUNT(rules_checks_no);
