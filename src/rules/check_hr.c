/* Checks of Croatia: OIB, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
oib(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "HR");

	return n == 11 && check_is_digits(text, n) && !check_is_repeated(text, n) && check_mod_11_10(text, n);
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"1", 7, 8}, {"2", 8, 8}, {"3", 8, 8}, {"4", 8, 8}, {"5", 8, 8}, {"80", 6, 8}, {"9", 8, 9}};

	return check_phone(match, "385", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_hr[] = {
	{"hr-oib", oib, 1.0 / 10, "Porezna uprava, OIB, ISO 7064 MOD 11,10"},
	{"hr-phone", phone, 0.38, "HAKOM, plan numeriranja"},
};

const size_t rules_checks_hr_count = BASE_COUNT(rules_checks_hr);
