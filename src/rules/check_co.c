/* Checks of Colombia: tax number (NIT), telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Primes as weights from the right; 0 and 1 stay as the rest by 11, others become 11 less it. */
static bool
nit(struct base_span match)
{
	static const uint8_t weights[10] = {3, 7, 13, 17, 19, 23, 29, 37, 41, 43};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	unsigned sum = 0, rest;

	if (n < 9 || n > 11 || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		sum += check_value(text[n - 2 - i]) * weights[i];
	rest = sum % 11;
	return (rest < 2 ? rest : 11 - rest) == check_value(text[n - 1]);
}

/* Ten digits: mobiles from 3, fixed lines behind 60. */
static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"3", 10, 10}, {"60", 10, 10}, {"01800", 12, 12}, {"018000", 12, 13}};

	return check_phone(match, "57", NULL, plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_co[] = {
	{"co-nit", nit, 0.1, "DIAN, Orden Administrativa 4 de 1989"},
	{"co-phone", phone, 1.0, "CRC, plan nacional de numeracion"},
};

const size_t rules_checks_co_count = BASE_COUNT(rules_checks_co);
