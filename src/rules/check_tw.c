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
	static const char plan[] =
		"08:32-36,371-379,38-39,47-48,52-54,552-559,56-58,62-63,644,65-67,69,71-79,823-824,836,87-88,891-899 "
		"09:200-201,203-209,221-223,225-229,232-238,255-258,263-268,276-279,28,421-426,435-440,492-499,801-807,809,9 "
		"08-09:220,224,230-231,239,24,250-254,259-262,269-275,370,400,402-404,408,410,412-413,420,427-434,490-491,550-551,60-61,"
		"800,844,890 10:70 07:202";

	return check_phone_plan(match, "886", "0", plan);
}

const struct rules_check rules_checks_tw[] = {
	{"tw-national-id", national_id, 0.1, "Ministry of the Interior, national identification number"},
	{"tw-phone", phone, 0.26, "NCC, telecommunications numbering plan"},
	{"tw-ubn", business_number, 0.22, "Ministry of Finance, unified business number check, 2023"},
};

const size_t rules_checks_tw_count = BASE_COUNT(rules_checks_tw);
