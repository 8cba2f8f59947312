/* Checks of Austria: social insurance, tax account, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Serial number, check digit, birthday; where a day has no serial number left, months 13 to 15 stand in for it. */
static bool
social_security(struct base_span match)
{
	static const uint8_t weights[10] = {3, 7, 9, 0, 5, 8, 4, 2, 1, 6};
	char text[CHECK_MAX];
	unsigned month, day;

	if (!check_digits(match, text, 10) || text[0] == '0' || check_is_repeated(text, 10)
		|| check_weighted(text, weights, 10) % 11 != check_value(text[3]))
		return false;
	day = (unsigned)check_number(text + 4, 2);
	month = (unsigned)check_number(text + 6, 2);
	if (month >= 13 && month <= 15)
		return day >= 1 && day <= 31;
	return check_is_date(2000 + (unsigned)check_number(text + 8, 2), month, day);
}

/* Office and account. */
static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && !check_is_repeated(text, 9) && check_number(text, 2) >= 3 && check_number(text, 2) <= 98
	       && check_luhn_sum(text, 9) % 10 == 0;
}

/* ATU and eight digits: like Luhn without the last digit, which is 96 less the sum, by ten. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "AT");

	if (n != 9 || text[0] != 'U' || !check_is_digits(text + 1, 8))
		return false;
	return (96 - check_luhn_sum(text + 1, 7)) % 10 == check_value(text[8]);
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"1", 4, 12}, {"2", 7, 12}, {"3", 7, 12}, {"4", 7, 12}, {"5", 5, 12}, {"6", 7, 13}, {"7", 7, 12}};

	return check_phone(match, "43", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_at[] = {
	{"at-phone", phone, 0.6, "RTR, Kommunikationsparameter-, Entgelt- und Mehrwertdiensteverordnung"},
	{"at-social-security", social_security, 0.068, "Dachverband der Sozialversicherungstraeger, Versicherungsnummer"},
	{"at-tax-number", tax_number, 1.0 / 10, "BMF, Abgabenkontonummer"},
	{"at-vat", vat, 1.0 / 10, "BMF, Umsatzsteuer-Identifikationsnummer"},
};

const size_t rules_checks_at_count = BASE_COUNT(rules_checks_at);
