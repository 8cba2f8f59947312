/* Checks of the Netherlands: citizen service number, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* The eleven-proof: weights 9 to 2, the last digit subtracted. */
static bool
passes_eleven(const char *digits)
{
	static const uint8_t weights[8] = {9, 8, 7, 6, 5, 4, 3, 2};

	return (check_weighted(digits, weights, 8) + 11 - (unsigned)(digits[8] - '0')) % 11 == 0;
}

/* Old numbers have eight digits and are filled up with a zero in front. */
static bool
bsn(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if ((n != 8 && n != 9) || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	if (n == 8) {
		memmove(text + 1, text, 8);
		text[0] = '0';
	}
	return memcmp(text, "000", 3) != 0 && passes_eleven(text);
}

/* Nine digits, B, two digits. Organisations use a number with the eleven-proof; people who work for themselves have since 2020
 * a number that says nothing of them, and the whole with letters as numbers leaves 1 by 97 (ISO 7064 MOD 97-10). */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "NL");
	unsigned rest = 2321; /* N and L */

	if (n != 12 || !check_is_digits(text, 9) || text[9] != 'B' || !check_is_digits(text + 10, 2) || check_is_repeated(text, 9)
		|| check_number(text + 10, 2) == 0)
		return false;
	if (passes_eleven(text))
		return true;
	for (size_t i = 0; i < n; i++)
		rest = (rest * (check_value(text[i]) > 9 ? 100 : 10) + check_value(text[i])) % 97;
	return rest == 1;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"1", 9, 9}, {"2", 9, 9}, {"3", 9, 9}, {"4", 9, 9}, {"5", 9, 9}, {"6", 9, 9},
		{"7", 9, 9}, {"85", 9, 9}, {"88", 9, 9}, {"91", 9, 9}};

	return check_phone(match, "31", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_nl[] = {
	{"nl-bsn", bsn, 1.0 / 11, "Regeling voorzieningen BSN, elfproef"},
	{"nl-phone", phone, 0.73, "ACM, nummerplan telefoon- en ISDN-diensten"},
	{"nl-vat", vat, 0.1, "Belastingdienst, elfproef, and ISO 7064 MOD 97-10 since 2020"},
};

const size_t rules_checks_nl_count = BASE_COUNT(rules_checks_nl);
