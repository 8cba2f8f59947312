/* Checks of Taiwan: identity and resident numbers, business number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Number of a county's letter. */
static unsigned
letter_code(char letter)
{
	static const uint8_t codes[26] = {
		10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33};

	return codes[letter - 'A'];
}

/* Letter as two digits, then sex (1 and 2 for citizens, 8 and 9 for others, A to D on older papers), number, check digit. */
static bool
national_id(struct base_span match)
{
	static const uint8_t weights[9] = {8, 7, 6, 5, 4, 3, 2, 1, 1};
	char text[CHECK_MAX];
	unsigned sum;

	if (check_compact(match, text) != 10 || !base_is_upper((uint8_t)text[0]) || !strchr("1289ABCD", text[1]))
		return false;
	sum = letter_code(text[0]) / 10 + letter_code(text[0]) % 10 * 9;
	if (base_is_upper((uint8_t)text[1]))
		text[1] = (char)('0' + letter_code(text[1]) % 10);
	return check_is_digits(text + 2, 8) && (sum + check_weighted(text + 1, weights, 9)) % 10 == 0;
}

/* Digits of the products; by 5 since 2023, by 10 before. A 7 in the seventh place may count 1 less. */
static bool
business_number(struct base_span match)
{
	static const uint8_t weights[8] = {1, 2, 1, 2, 1, 2, 4, 1};
	char text[CHECK_MAX];
	unsigned sum = 0;

	if (!check_digits(match, text, 8) || check_is_repeated(text, 8))
		return false;
	for (size_t i = 0; i < 8; i++) {
		unsigned product = check_value(text[i]) * weights[i];

		sum += product / 10 + product % 10;
	}
	return sum % 5 == 0 || (text[6] == '7' && (sum + 1) % 5 == 0);
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"9", 9, 9}, {"2", 9, 9}, {"3", 8, 9}, {"4", 8, 9}, {"5", 8, 9}, {"6", 8, 9}, {"7", 8, 9}, {"8", 8, 9}, {"800", 9, 9}};

	return check_phone(match, "886", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_tw[] = {
	{"tw-national-id", national_id, 0.1, "Ministry of the Interior, national identification number"},
	{"tw-phone", phone, 0.8, "NCC, telecommunications numbering plan"},
	{"tw-ubn", business_number, 0.22, "Ministry of Finance, unified business number check, 2023"},
};

const size_t rules_checks_tw_count = BASE_COUNT(rules_checks_tw);
