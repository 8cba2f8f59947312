/* Checks of Argentina: CUIT and CUIL, bank account (CBU), telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Kind of person, number, check digit by 11; where that would be 10 another kind is given out instead. */
static bool
cuit(struct base_span match)
{
	static const uint8_t kinds[] = {20, 23, 24, 25, 26, 27, 30, 33, 34, 50, 51, 55}, weights[11] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	bool is_known = false;

	if (!check_digits(match, text, 11) || check_is_repeated(text + 2, 8))
		return false;
	for (size_t i = 0; i < BASE_COUNT(kinds); i++)
		is_known = is_known || check_number(text, 2) == kinds[i];
	return is_known && check_weighted(text, weights, 11) % 11 == 0;
}

/* Bank and branch with one check digit, account with another. */
static bool
cbu(struct base_span match)
{
	static const uint8_t bank[8] = {7, 1, 3, 9, 7, 1, 3, 1}, account[14] = {3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 22) && !check_is_repeated(text, 22) && check_weighted(text, bank, 8) % 10 == 0
	       && check_weighted(text + 8, account, 14) % 10 == 0;
}

/* Ten digits; 9 before them says mobile from abroad, 15 within them at home. */
static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"11", 10, 10}, {"2", 10, 10}, {"3", 10, 10}, {"9", 11, 11}};
	static const struct check_phone_range at_home[] = {
		{"11", 12, 12}, {"2", 12, 12}, {"3", 12, 12}, {"11", 10, 10}, {"2", 10, 10}, {"3", 10, 10}};

	return check_phone(match, "54", "0", plan, BASE_COUNT(plan)) || check_phone(match, "54", "0", at_home, BASE_COUNT(at_home))
	       || check_phone(match, "54", NULL, at_home, BASE_COUNT(at_home));
}

const struct rules_check rules_checks_ar[] = {
	{"ar-cbu", cbu, 0.01, "BCRA, Clave Bancaria Uniforme"},
	{"ar-cuit", cuit, 1.0 / 11, "AFIP, CUIT, CUIL and CDI"},
	{"ar-phone", phone, 0.73, "ENACOM, plan fundamental de numeracion"},
};

const size_t rules_checks_ar_count = BASE_COUNT(rules_checks_ar);
