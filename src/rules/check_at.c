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
	static const char plan[] =
		"07-13:214,216-217,221,223-228,252-253,255,257,261-264,266-268,271-278,281-282,284-287,291,294-295,298,311-315,317-318,332-"
		"333,335-336,338,345-347,351,353,357-358,361-363,368,383-386,388,421-428,435,471,473,476,478,482,484-485,487,521-528,533,"
		"535,537,541,544,547,551-552,555,557-558,563,567,613,621-624,627,641,643,645-648,65,660-661,663-669,67-69,721-728,735,741,"
		"743-744,747-748,756,758,761,766-768,771-776,794-795 05-13:12-19,501-509,517,57,59 09-13:720,780 06-13:316,463,512,662,732";

	return check_phone_plan(match, "43", "0", plan);
}

const struct rules_check rules_checks_at[] = {
	{"at-phone", phone, 0.6, "RTR, Kommunikationsparameter-, Entgelt- und Mehrwertdiensteverordnung"},
	{"at-social-security", social_security, 0.068, "Dachverband der Sozialversicherungstraeger, Versicherungsnummer"},
	{"at-tax-number", tax_number, 1.0 / 10, "BMF, Abgabenkontonummer"},
	{"at-vat", vat, 1.0 / 10, "BMF, Umsatzsteuer-Identifikationsnummer"},
};

const size_t rules_checks_at_count = BASE_COUNT(rules_checks_at);
