/* Checks of Finland: personal identity code, business identity code and VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* The sign between birthday and number tells the century; since 2023 letters share that work. Zero: no such sign. */
static unsigned
century_of(char sign)
{
	if (sign == '+')
		return 1800;
	if (sign == '-' || (sign >= 'U' && sign <= 'Y'))
		return 1900;
	return sign >= 'A' && sign <= 'F' ? 2000 : 0;
}

/* Birthday, sign, number from 002 to 899 (900 and up is for tests), and a character for the rest of all nine digits by 31. */
static bool
identity_code(struct base_span match)
{
	static const char rests[] = "0123456789ABCDEFHJKLMNPRSTUVWXY";
	char text[11];
	unsigned century;
	uint64_t number;

	if (match.size != 11)
		return false;
	for (size_t i = 0; i < 11; i++)
		text[i] = (char)base_upper(match.data[i]);
	century = century_of(text[6]);
	if (century == 0 || !check_is_digits(text, 6) || !check_is_digits(text + 7, 3))
		return false;
	if (!check_is_date(
		    century + (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 2, 2), (unsigned)check_number(text, 2)))
		return false;
	number = check_number(text + 7, 3);
	return number >= 2 && number <= 899 && rests[(check_number(text, 6) * 1000 + number) % 31] == text[10];
}

/* Seven digits and 11 less the weighted sum by 11; a rest of 1 is never given out. */
static bool
vat(struct base_span match)
{
	static const uint8_t weights[8] = {7, 9, 10, 5, 8, 4, 2, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "FI");

	return n == 8 && check_is_digits(text, n) && !check_is_repeated(text, n) && check_weighted(text, weights, 8) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "05-09:191-198,21-28,31-38,51-58,61-68,81-88,900,91-98 06-10:40-48,50 "
				   "06-09:131-138,141-148,151-158,161-168,171-178 08-09:600,700 07-09:800";

	return check_phone_plan(match, "358", "0", plan);
}

const struct rules_check rules_checks_fi[] = {
	{"fi-identity-code", identity_code, 0.013, "DVV, henkilotunnus"},
	{"fi-phone", phone, 0.9, "Traficom, numbering regulation 32"},
	{"fi-vat", vat, 1.0 / 11, "PRH, Y-tunnus"},
};

const size_t rules_checks_fi_count = BASE_COUNT(rules_checks_fi);
