/* Checks of Luxembourg: national identification number, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Verhoeff's check over n digits, the last of them the check digit: products in the dihedral group of order ten. */
static bool
passes_verhoeff(const char *digits, size_t n)
{
	static const uint8_t permutation[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
	unsigned state = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value = check_value(digits[n - 1 - i]);

		for (size_t k = 0; k < i % 8; k++)
			value = permutation[value];
		/* 0 to 4 are turns, 5 to 9 turns after a reflection */
		if (state < 5)
			state = value < 5 ? (state + value) % 5 : (state + value - 5) % 5 + 5;
		else
			state = value < 5 ? (state + 5 - value) % 5 + 5 : (state + 10 - value) % 5;
	}
	return state == 0;
}

/* Birthday, number, and two check digits, both over the first eleven: Luhn, then Verhoeff. */
static bool
national_id(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned year;

	if (!check_digits(match, text, 13) || check_luhn_sum(text, 12) % 10 != 0)
		return false;
	year = (unsigned)check_number(text, 4);
	if (year < 1800 || year > 2099 || !check_is_date(year, (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 6, 2)))
		return false;
	text[11] = text[12];
	return passes_verhoeff(text, 12);
}

/* Six digits and their rest by 89. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "LU");

	return n == 8 && check_is_digits(text, n) && check_number(text, 6) > 0 && check_number(text, 6) % 89 == check_number(text + 6, 2);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"05-11:22-34,350-351,353-359,36-39,4-5,7,802-809,81,83-89,908-909,92-95,97,99 "
		"09:621,628,651,655-656,658,661,668,671,678-679,681,691-692,698 05-10:202-206,208-209 08:201,800-801,900-901,905";

	return check_phone_plan(match, "352", NULL, plan);
}

const struct rules_check rules_checks_lu[] = {
	{"lu-national-id", national_id, 0.0042, "CTIE, Reglement grand-ducal 21 December 1987, Luhn and Verhoeff"},
	{"lu-phone", phone, 0.35, "ILR, plan national de numerotation"},
	{"lu-vat", vat, 0.009, "AED, numero d'identification TVA"},
};

const size_t rules_checks_lu_count = BASE_COUNT(rules_checks_lu);
