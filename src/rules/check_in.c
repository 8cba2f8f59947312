/* Checks of India: Aadhaar and its virtual number, PAN, GSTIN, driving licence, vehicle registration, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Verhoeff, Error Detecting Decimal Codes, 1969: products in the dihedral group of order 10, digits permuted by their place. */
static bool
verhoeff(const char *digits, size_t n)
{
	static const uint8_t permutation[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
	unsigned check = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value = check_value(digits[n - 1 - i]), sum;
		for (size_t k = 0; k < i % 8; k++)
			value = permutation[value];
		/* 0 to 4 turn a pentagon, 5 to 9 turn it over first */
		if (check < 5)
			sum = (check + value) % 5 + (value < 5 ? 0 : 5);
		else
			sum = (check - value + 10) % 5 + (value < 5 ? 5 : 0);
		check = sum;
	}
	return check == 0;
}

static bool
is_palindrome(const char *text, size_t n)
{
	for (size_t i = 0; i < n / 2; i++)
		if (text[i] != text[n - 1 - i])
			return false;
	return true;
}

static bool
aadhaar(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 12) && text[0] >= '2' && !is_palindrome(text, 12) && verhoeff(text, 12);
}

/* Stands for an Aadhaar number and can be changed. */
static bool
virtual_id(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 16) && text[0] >= '2' && !is_palindrome(text, 16) && verhoeff(text, 16);
}

/* Three letters, kind of holder, initial, number, letter that the tax office computes by a rule it keeps to itself. */
static bool
is_pan(const char *text)
{
	for (size_t i = 0; i < 10; i++)
		if (i >= 5 && i < 9 ? !base_is_digit((uint8_t)text[i]) : !base_is_upper((uint8_t)text[i]))
			return false;
	return strchr("ABCEFGHJKLPT", text[3]) && check_number(text + 5, 4) != 0;
}

static bool
pan(struct base_span match)
{
	char text[CHECK_MAX];

	return check_compact(match, text) == 10 && is_pan(text);
}

/* State, PAN, number of the registration, Z, and a check character: Luhn with 36 characters. */
static bool
gstin(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned state, sum = 0;

	if (check_compact(match, text) != 15 || !check_is_digits(text, 2) || !is_pan(text + 2) || text[12] == '0' || text[13] != 'Z')
		return false;
	state = (unsigned)check_number(text, 2);
	if (state == 0 || (state > 38 && state != 97 && state != 99))
		return false;
	for (size_t i = 0; i < 14; i++) {
		unsigned product = check_value(text[i]) * (i % 2 ? 2 : 1);

		sum += product / 36 + product % 36;
	}
	return (36 - sum % 36) % 36 == check_value(text[14]);
}

/* Codes of states and union territories on licences and plates, old ones too. */
static bool
is_state(const char *text)
{
	static const char states[] = "ANAPARASBRCGCHCTDDDLDNGAGJHPHRJHJKKAKLLALDMHMLMNMPMZNLODORPBPYRJSKTGTNTRTSUAUKUPUTWB";

	for (size_t i = 0; i + 2 < sizeof(states); i += 2)
		if (memcmp(states + i, text, 2) == 0)
			return true;
	return false;
}

/* State, office, year of the first issue, seven digits. */
static bool
driving_licence(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	uint64_t year;

	if (n != 15 || !is_state(text) || !check_is_digits(text + 2, 13))
		return false;
	year = check_number(text + 4, 4);
	return check_number(text + 2, 2) > 0 && year >= 1950 && year <= 2049 && check_number(text + 8, 7) > 0;
}

/* State, office, up to three letters, number; or of the series for all of India: year, BH, number, letters. No check digit. */
static bool
vehicle(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n < 8 || n > 11)
		return false;
	if (check_is_digits(text, 2))
		return memcmp(text + 2, "BH", 2) == 0 && check_number(text, 2) >= 21 && check_is_digits(text + 4, 4)
		       && check_number(text + 4, 4) > 0;
	return is_state(text) && check_is_digits(text + n - 4, 4) && check_number(text + n - 4, 4) > 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range mobile[] = {{"6", 10, 10}, {"7", 10, 10}, {"8", 10, 10}, {"9", 10, 10}};
	static const struct check_phone_range plan[] = {{"1", 10, 10}, {"2", 10, 10}, {"3", 10, 10}, {"4", 10, 10}, {"5", 10, 10},
		{"6", 10, 10}, {"7", 10, 10}, {"8", 10, 10}, {"9", 10, 10}};

	return check_phone(match, "91", NULL, mobile, BASE_COUNT(mobile)) || check_phone(match, "91", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_in[] = {
	{"in-aadhaar", aadhaar, 0.08, "UIDAI, Aadhaar numbering scheme"},
	{"in-driving-licence", driving_licence, 0.03, "MoRTH, Sarathi driving licence number; structure only"},
	{"in-gstin", gstin, 0.012, "GSTN, GSTIN structure"},
	{"in-pan", pan, 1.0, "Income Tax Department, structure of the PAN; its check letter is not published"},
	{"in-phone", phone, 1.0, "DoT, national numbering plan"},
	{"in-vehicle", vehicle, 0.28, "MoRTH, registration marks of vehicles; no check digit"},
	{"in-virtual-id", virtual_id, 0.08, "UIDAI, virtual ID"},
};

const size_t rules_checks_in_count = BASE_COUNT(rules_checks_in);
