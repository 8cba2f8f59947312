/* Checks of Ireland: PPS number, VAT, Eircode, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Seven digits with weights 8 to 2 and, with weight 9, the letter behind the check letter; the rest by 23 as a letter, W being 0. */
static bool
has_check_letter(const char *digits, char letter, char second)
{
	static const uint8_t weights[7] = {8, 7, 6, 5, 4, 3, 2};
	unsigned sum = check_weighted(digits, weights, 7) + (second >= 'A' && second <= 'I' ? (unsigned)(second - 'A' + 1) * 9 : 0);

	return letter == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
}

/* The second letter: A to I take part in the sum; W, T and X of old numbers of married women count nothing. */
static bool
pps_number(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	char second = n == 9 ? text[8] : 'W';

	if ((n != 8 && n != 9) || !check_is_digits(text, 7) || check_is_repeated(text, 7) || !strchr("ABCDEFGHIWTX", second))
		return false;
	return has_check_letter(text, text[7], second);
}

/* Either like a PPS number, or old: a digit, a character, five digits and the letter, where the first digit stands at the end of the sum.
 */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX], body[7];
	size_t n = check_drop_prefix(text, check_compact(match, text), "IE");

	if ((n != 8 && n != 9) || !base_is_upper((uint8_t)text[7]))
		return false;
	if (check_is_digits(text, 7))
		return !check_is_repeated(text, 7) && (n == 8 || (text[8] >= 'A' && text[8] <= 'I') || text[8] == 'W')
		       && has_check_letter(text, text[7], n == 9 ? text[8] : 'W');
	if (n != 8 || !base_is_digit((uint8_t)text[0]) || !base_is_upper((uint8_t)text[1]) || !check_is_digits(text + 2, 5))
		return false;
	body[0] = '0';
	memcpy(body + 1, text + 2, 5);
	body[6] = text[0];
	return has_check_letter(body, text[7], 'W');
}

/* Routing keys: every area that was given out, each followed by a blank. */
static const char routing_keys[] = "A41 A42 A45 A63 A67 A75 A81 A82 A83 A84 A85 A86 A91 A92 A94 A96 A98 C15 D01 D02 D03 D04 D05 D06 D07 "
				   "D08 D09 D10 D11 D12 D13 D14 D15 "
				   "D16 D17 D18 D20 D22 D24 D6W E21 E25 E32 E34 E41 E45 E53 E91 F12 F23 F26 F28 F31 F35 F42 F45 F52 F56 "
				   "F91 F92 F93 F94 H12 H14 H16 H18 "
				   "H23 H53 H54 H62 H65 H71 H91 K32 K34 K36 K45 K56 K67 K78 N37 N39 N41 N91 P12 P14 P17 P24 P25 P31 P32 "
				   "P36 P43 P47 P51 P56 P61 P67 P72 "
				   "P75 P81 P85 R14 R21 R32 R35 R42 R45 R51 R56 R93 R95 T12 T23 T34 T45 T56 V14 V15 V23 V31 V35 V42 V92 "
				   "V93 V94 V95 W12 W23 W34 W91 X35 "
				   "X42 X91 Y14 Y21 Y25 Y34 Y35 ";

static bool
eircode(struct base_span match)
{
	char text[CHECK_MAX];

	if (check_compact(match, text) != 7)
		return false;
	for (size_t i = 3; i < 7; i++)
		if (!base_is_digit((uint8_t)text[i]) && !strchr("ACDEFHKNPRTVWXY", text[i]))
			return false;
	for (size_t i = 0; i + 4 < sizeof routing_keys; i += 4)
		if (memcmp(routing_keys + i, text, 3) == 0)
			return true;
	return false;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "09:23,41-44,46,49,52-53,56-57,59,64-66,700,71,74,76,822,83,85-90,94 "
				   "07:22,24-29,47,58,62-63,67-69,93,95-99 08:1,20-21 09:21 08:402,404,45,504-505,51,61,91 10:48";

	return check_phone_plan(match, "353", "0", plan);
}

const struct rules_check rules_checks_ie[] = {
	{"ie-eircode", eircode, 0.083, "Eircode, product guide, routing keys"},
	{"ie-phone", phone, 0.25, "ComReg, national numbering conventions"},
	{"ie-pps-number", pps_number, 0.042, "DSP, PPS number, Social Welfare Consolidation Act 2005 section 262"},
	{"ie-vat", vat, 0.026, "Revenue, VAT registration number"},
};

const size_t rules_checks_ie_count = BASE_COUNT(rules_checks_ie);
