/* Checks of Latvia: personal code, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday, century, number, check digit: one more than the sum, by 11. Codes given out since July 2017 begin with 32 and hold no birthday.
 */
static bool
is_personal_code(const char *text)
{
	static const uint8_t weights[10] = {10, 5, 8, 4, 2, 1, 6, 3, 7, 9};
	unsigned century = check_value(text[6]);

	if (check_is_repeated(text, 11) || (1 + check_weighted(text, weights, 10)) % 11 % 10 != check_value(text[10]))
		return false;
	if (memcmp(text, "32", 2) == 0)
		return true;
	return century <= 2
	       && check_is_date(1800 + century * 100 + (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 2, 2),
		       (unsigned)check_number(text, 2));
}

static bool
personal_code(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && is_personal_code(text);
}

/* From 4 on companies, whose sum leaves 3 by 11; below people. */
static bool
vat(struct base_span match)
{
	static const uint8_t weights[11] = {9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "LV");

	if (n != 11 || !check_is_digits(text, n))
		return false;
	return text[0] > '3' ? check_weighted(text, weights, 11) % 11 == 3 : is_personal_code(text);
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:2,6,80-81,90";

	return check_phone_plan(match, "371", NULL, plan);
}

const struct rules_check rules_checks_lv[] = {
	{"lv-personal-code", personal_code, 0.0062, "PMLP, personas kods, MK noteikumi 130"},
	{"lv-phone", phone, 1.0, "VAS Elektroniskie sakari, numeracijas plans"},
	{"lv-vat", vat, 0.06, "VID, PVN registracijas numurs"},
};

const size_t rules_checks_lv_count = BASE_COUNT(rules_checks_lv);
