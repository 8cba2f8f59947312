/* Checks of Malaysia: identity card, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* States, then countries of birth; the gaps are not given out. */
static bool
is_place(uint64_t code)
{
	static const uint8_t ranges[][2] = {{1, 16}, {21, 59}, {60, 68}, {71, 72}, {74, 79}, {82, 93}, {98, 99}};

	for (size_t i = 0; i < BASE_COUNT(ranges); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

/* Birthday, place of birth, number; there is no check digit. */
static bool
identity_card(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 12) && !check_is_repeated(text, 12) && is_place(check_number(text + 6, 2))
	       && check_is_date(
		       2000 + (unsigned)check_number(text, 2), (unsigned)check_number(text + 2, 2), (unsigned)check_number(text + 4, 2));
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"1", 9, 10}, {"3", 9, 9}, {"4", 8, 8}, {"5", 8, 8}, {"6", 8, 8}, {"7", 8, 8}, {"8", 8, 8}, {"9", 8, 8}};
	static const struct check_phone_range services[] = {{"1300", 10, 10}, {"1800", 10, 10}};

	return check_phone(match, "60", "0", plan, BASE_COUNT(plan)) || check_phone(match, "60", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_my[] = {
	{"my-nric", identity_card, 0.38, "National Registration Department, MyKad number"},
	{"my-phone", phone, 0.4, "MCMC, numbering and electronic addressing plan"},
};

const size_t rules_checks_my_count = BASE_COUNT(rules_checks_my);
