/* Checks of Greece: AFM, AMKA, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Eight digits weighted with 256 down to 2; the sum by 11, and that by 10. */
static bool
afm(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "EL");
	unsigned sum = 0;

	if (n != 9 || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	for (size_t i = 0; i < 8; i++)
		sum = sum * 2 + check_value(text[i]);
	return sum * 2 % 11 % 10 == check_value(text[8]);
}

/* Birthday, number, Luhn. */
static bool
amka(struct base_span match)
{
	char text[CHECK_MAX];

	if (!check_digits(match, text, 11) || check_luhn_sum(text, 11) % 10 != 0)
		return false;
	return check_is_date(
		2000 + (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 2, 2), (unsigned)check_number(text, 2));
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "10:21,222-229,231-235,237-239,241-244,246,249,251-255,259,261-269,271-276,279,281-284,289,685,687-689,"
				   "69-70,801,806,812,825,850,875,901,909,94 10-12:800";

	return check_phone_plan(match, "30", NULL, plan);
}

const struct rules_check rules_checks_gr[] = {
	{"gr-afm", afm, 1.0 / 10, "AADE, arithmos forologikou mitroou"},
	{"gr-amka", amka, 0.045, "IDIKA, AMKA, Law 3655/2008"},
	{"gr-phone", phone, 1.0, "EETT, national numbering plan"},
};

const size_t rules_checks_gr_count = BASE_COUNT(rules_checks_gr);
