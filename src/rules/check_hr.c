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
	static const char plan[] =
		"08-09:20-23,31-35,40,42-44,47-49,51-53,98 08:1,64-65,69,74-75 09:901-909,91-92,95,970,975-977,979,99 07-08:60-61 07-09:80";

	return check_phone_plan(match, "385", "0", plan);
}

const struct rules_check rules_checks_hr[] = {
	{"hr-oib", oib, 1.0 / 10, "Porezna uprava, OIB, ISO 7064 MOD 11,10"},
	{"hr-phone", phone, 0.38, "HAKOM, plan numeriranja"},
};

const size_t rules_checks_hr_count = BASE_COUNT(rules_checks_hr);
