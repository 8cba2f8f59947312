/* Checks of Bulgaria: EGN, number of foreigners, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday, number, check digit: the sum by 11, and that by 10. The month has 20 more in the 19th century, 40 more in the 21st. */
static bool
is_egn(const char *text)
{
	static const uint8_t weights[9] = {2, 4, 8, 5, 10, 9, 7, 3, 6};
	static const unsigned centuries[3] = {1900, 1800, 2000};
	unsigned month = (unsigned)check_number(text + 2, 2);

	if (check_weighted(text, weights, 9) % 11 % 10 != check_value(text[9]) || month > 52)
		return false;
	return check_is_date(centuries[month / 20] + (unsigned)check_number(text, 2), month % 20, (unsigned)check_number(text + 4, 2));
}

static bool
is_foreigner(const char *text)
{
	static const uint8_t weights[9] = {21, 19, 17, 13, 11, 9, 7, 3, 1};

	return !check_is_repeated(text, 10) && check_weighted(text, weights, 9) % 10 == check_value(text[9]);
}

static bool
egn(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && is_egn(text);
}

static bool
foreigner(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && is_foreigner(text);
}

/* Weights from first upward; a sum of 10 by 11 is taken again with weights two higher. */
static unsigned
company_check(const char *text)
{
	static const uint8_t low[8] = {1, 2, 3, 4, 5, 6, 7, 8}, high[8] = {3, 4, 5, 6, 7, 8, 9, 10};
	unsigned rest = check_weighted(text, low, 8) % 11;

	return rest < 10 ? rest : check_weighted(text, high, 8) % 11 % 10;
}

/* Nine digits for companies; ten are people, foreigners, or others with weights 4, 3, 2, 7, 6, 5, 4, 3, 2. */
static bool
vat(struct base_span match)
{
	static const uint8_t weights[10] = {4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "BG");

	if ((n != 9 && n != 10) || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	if (n == 9)
		return company_check(text) == check_value(text[8]);
	return is_egn(text) || is_foreigner(text) || check_weighted(text, weights, 10) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"07-08:3,41-42,431-436,44-47,51-59,6,701-709,71-79,81-86,91-97 06-08:2 09:87-89,98,996,999 08:430,437-439,700,800,90";

	return check_phone_plan(match, "359", "0", plan);
}

const struct rules_check rules_checks_bg[] = {
	{"bg-egn", egn, 0.046, "GRAO, Naredba RD-02-20-9 of 2012, EGN"},
	{"bg-foreigner-number", foreigner, 1.0 / 10, "MVR, LNCh"},
	{"bg-phone", phone, 0.36, "KRS, national numbering plan"},
	{"bg-vat", vat, 0.18, "NAP, VAT number"},
};

const size_t rules_checks_bg_count = BASE_COUNT(rules_checks_bg);
