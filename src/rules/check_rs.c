/* Checks of Serbia: tax number (PIB), telephone. The personal number (JMBG) is that of check_si.c. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && text[0] != '0' && !check_is_repeated(text, 9) && check_mod_11_10(text, 9);
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"1", 8, 9}, {"2", 8, 9}, {"3", 8, 9}, {"6", 8, 9}, {"800", 9, 9}, {"900", 9, 9}};

	return check_phone(match, "381", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_rs[] = {
	{"rs-phone", phone, 0.4, "RATEL, plan numeracije"},
	{"rs-pib", tax_number, 0.09, "Poreska uprava, poreski identifikacioni broj"},
};

const size_t rules_checks_rs_count = BASE_COUNT(rules_checks_rs);
