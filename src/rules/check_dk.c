/* Checks of Denmark: CPR number, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Century of the seventh digit and the year: 0 to 3 are 19xx; 4 and 9 are 20xx up to 36; 5 to 8 are 20xx up to 57, then 18xx. */
static unsigned
century_of(char seventh, unsigned year)
{
	if (seventh <= '3')
		return 1900;
	if (seventh == '4' || seventh == '9')
		return year <= 36 ? 2000 : 1900;
	return year <= 57 ? 2000 : 1800;
}

/* Birthday and four digits. Since 2007 the sum by eleven no longer holds for all, so only the date can be asked for. */
static bool
cpr(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned year;

	if (!check_digits(match, text, 10) || check_is_repeated(text, 10))
		return false;
	year = (unsigned)check_number(text + 4, 2);
	return check_is_date(century_of(text[6], year) + year, (unsigned)check_number(text + 2, 2), (unsigned)check_number(text, 2));
}

static bool
vat(struct base_span match)
{
	static const uint8_t weights[8] = {2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "DK");

	return n == 8 && check_is_digits(text, n) && text[0] != '0' && check_weighted(text, weights, 8) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"08:201-209,211-219,221-229,231-239,241-249,251-259,26-28,291-299,301-309,311-319,321-329,331-339,341-349,351-359,361-369,"
		"381-389,391-399,401-409,411-419,421-429,431-439,441-449,451-459,461-469,471-479,481-489,491-499,501-509,511-519,521-529,"
		"531-539,541-549,551-559,561-569,571-579,581-589,591-599,601-609,611-619,621-629,631-639,641-649,651-659,661-669,67-68,691-"
		"699,701-709,711-719,721-729,731-739,741-749,751-759,761-769,771-779,781-789,791-799,80,811-819,821-829,861-869,871-879,"
		"881-889,891-899,90,911-919,921-929,931-939,941-949,96,971-979,981-989,991-999";

	return check_phone_plan(match, "45", NULL, plan);
}

const struct rules_check rules_checks_dk[] = {
	{"dk-cpr", cpr, 0.46, "CPR-kontoret, personnummeret i CPR-systemet"},
	{"dk-phone", phone, 0.8, "Klimadatastyrelsen, den danske nummerplan"},
	{"dk-vat", vat, 1.0 / 11, "Erhvervsstyrelsen, CVR-nummer"},
};

const size_t rules_checks_dk_count = BASE_COUNT(rules_checks_dk);
