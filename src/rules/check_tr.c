/* Checks of Turkey: identity number, tax number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* The tenth digit: seven times the odd places less the even ones; the eleventh: the sum of the ten. */
static bool
national_id(struct base_span match)
{
	static const uint8_t tenth[9] = {7, 9, 7, 9, 7, 9, 7, 9, 7}, all[10] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && text[0] != '0' && !check_is_repeated(text, 9)
	       && check_weighted(text, tenth, 9) % 10 == check_value(text[9])
	       && check_weighted(text, all, 10) % 10 == check_value(text[10]);
}

/* Each digit and its place from the right, by ten; that times two to the place, by nine, a nine staying a nine. */
static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned sum = 0;

	if (!check_digits(match, text, 10) || check_is_repeated(text, 10))
		return false;
	for (unsigned i = 0; i < 9; i++) {
		unsigned value = (check_value(text[i]) + 9 - i) % 10;

		if (value != 0)
			sum += value == 9 ? 9 : value * (1u << (9 - i)) % 9;
	}
	return (10 - sum % 10) % 10 == check_value(text[9]);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"10:212,216,222,224,226,228,232,236,238,242,246,248,252,256,258,262,264,266,272,274,276,282,284,286,288,312,318,322,324,"
		"326,328,332,338,342,344,346,348,352,354,356,358,362,364,366,368,370,372,374,376,378,380,382,384,386,388,392,412,414,416,"
		"422,424,426,428,432,434,436,438,442,446,452,454,456,458,462,464,466,472,474,476,478,482,484,486,488,50,510,516,524,53-55,"
		"562,564,572,574-575,582,594,596,800,811,850,888,898,900 12-13:800";

	return check_phone_plan(match, "90", "0", plan);
}

const struct rules_check rules_checks_tr[] = {
	{"tr-national-id", national_id, 0.01, "NVI, T.C. kimlik numarasi"},
	{"tr-phone", phone, 0.29, "BTK, ulusal numaralandirma plani"},
	{"tr-tax-number", tax_number, 1.0 / 10, "GIB, vergi kimlik numarasi"},
};

const size_t rules_checks_tr_count = BASE_COUNT(rules_checks_tr);
