/* Checks of Japan: individual number (My Number), corporate number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Weights 2 to 7 from the right, then 2 to 6; 11 less the rest by 11, two digits becoming 0. */
static bool
my_number(struct base_span match)
{
	static const uint8_t weights[11] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];
	unsigned rest;

	if (!check_digits(match, text, 12) || check_is_repeated(text, 12))
		return false;
	rest = check_weighted(text, weights, 11) % 11;
	return (rest < 2 ? 0 : 11 - rest) == check_value(text[11]);
}

/* The check digit comes first: 9 less the rest by 9 of the others, every second from the right but one doubled. A T before it
 * makes it the registration number on invoices. */
static bool
corporate_number(struct base_span match)
{
	static const uint8_t weights[12] = {2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "T");

	return n == 13 && check_is_digits(text, n) && !check_is_repeated(text, n)
	       && 9 - check_weighted(text + 1, weights, 12) % 9 == check_value(text[0]);
}

/* Ten digits with the zero of fixed lines, eleven of mobiles and IP telephones; 0120 and 0800 cost the caller nothing. */
static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"50", 10, 10}, {"60", 10, 10}, {"70", 10, 10}, {"80", 10, 10}, {"90", 10, 10},
		{"800", 10, 10}, {"1", 9, 9}, {"2", 9, 9}, {"3", 9, 9}, {"4", 9, 9}, {"5", 9, 9}, {"6", 9, 9}, {"7", 9, 9}, {"8", 9, 9},
		{"9", 9, 9}};

	return check_phone(match, "81", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_jp[] = {
	{"jp-corporate-number", corporate_number, 0.11, "Ordinance of the Ministry of Finance on corporate numbers, article 2"},
	{"jp-my-number", my_number, 0.0909, "Ordinance of the Ministry of Internal Affairs 85 of 2014, article 5"},
	{"jp-phone", phone, 0.9, "MIC, telephone numbering plan"},
};

const size_t rules_checks_jp_count = BASE_COUNT(rules_checks_jp);
