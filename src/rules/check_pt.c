/* Checks of Portugal: NIF, citizen card, social security, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Weights 9 to 2 and 1; a rest that asks for 10 or 11 is written 0. First digits 1 to 3 and 45 are people, 8 was people in business. */
static bool
nif(struct base_span match)
{
	static const uint8_t weights[8] = {9, 8, 7, 6, 5, 4, 3, 2};
	static const char *const kinds[] = {
		"1", "2", "3", "45", "5", "6", "70", "71", "72", "74", "75", "77", "78", "79", "8", "90", "91", "98", "99"};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "PT");
	unsigned rest;

	if (n != 9 || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	rest = check_weighted(text, weights, 8) % 11;
	if ((rest < 2 ? 0 : 11 - rest) != check_value(text[8]))
		return false;
	for (size_t i = 0; i < BASE_COUNT(kinds); i++)
		if (memcmp(text, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

/* Number of the person and its digit, version in two characters, check digit: Luhn with letters from A = 10, every second value from the
 * right doubled and brought below ten by nine. */
static bool
citizen_card(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned sum = 0;

	if (check_compact(match, text) != 12 || !check_is_digits(text, 9) || !base_is_digit((uint8_t)text[11]))
		return false;
	for (size_t i = 0; i < 12; i++) {
		unsigned value = check_value(text[i]);

		if (i % 2 == 0) {
			value *= 2;
			value -= value > 9 ? 9 : 0;
		}
		sum += value;
	}
	return sum % 10 == 0;
}

/* Ten digits with the primes from 29 down to 2, and 9 less the sum by ten. */
static bool
social_security(struct base_span match)
{
	static const uint8_t weights[10] = {29, 23, 19, 17, 13, 11, 7, 5, 3, 2};
	char text[CHECK_MAX];

	if (!check_digits(match, text, 11) || text[0] < '1' || text[0] > '2')
		return false;
	return 9 - check_weighted(text, weights, 10) % 10 == check_value(text[10]);
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "09:169,21-22,231-236,238-239,241-245,249,251-259,261-263,265-266,268-269,271-279,281-286,289,291-292,"
				   "295-296,30,601,607-609,639,646,648,659,669,760-762,800,802,808-809,884,91-93,948,96";

	return check_phone_plan(match, "351", NULL, plan);
}

const struct rules_check rules_checks_pt[] = {
	{"pt-citizen-card", citizen_card, 1.0 / 10, "Cartao de Cidadao, numero de documento"},
	{"pt-nif", nif, 0.08, "Autoridade Tributaria, Decreto-Lei 14/2013"},
	{"pt-phone", phone, 0.48, "ANACOM, Plano Nacional de Numeracao"},
	{"pt-social-security", social_security, 0.1, "Seguranca Social, NISS"},
};

const size_t rules_checks_pt_count = BASE_COUNT(rules_checks_pt);
