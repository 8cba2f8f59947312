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
	static const char plan[] = "09:10,111,113-115,117-118,13,15,161-162,164-168,172,174,180-184,186-187,20,222-224,226-229,23-24,251-"
				   "252,255,26,294,297,299,30,313-318,320-321,33,341-348,35-36,38,40,411-413,416,418,43,45-46,475,478,481,"
				   "485-488,492-493,495,497,499,50,511-519,521-525,527-529,53,541,543-548,55,561-562,566,570-573,575,577-"
				   "578,58,591-599,61-65,68,7,85,91 07-10:800,900,906,909 11:970";

	return check_phone_plan(match, "31", "0", plan);
}

const struct rules_check rules_checks_nl[] = {
	{"nl-bsn", bsn, 1.0 / 11, "Regeling voorzieningen BSN, elfproef"},
	{"nl-phone", phone, 0.73, "ACM, nummerplan telefoon- en ISDN-diensten"},
	{"nl-vat", vat, 0.1, "Belastingdienst, elfproef, and ISO 7064 MOD 97-10 since 2020"},
};

const size_t rules_checks_nl_count = BASE_COUNT(rules_checks_nl);
