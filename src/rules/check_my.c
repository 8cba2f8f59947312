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
	static const char plan[] =
		"08:42-47,481-483,485-486,488-489,49,520-525,528-529,53-54,550-554,558-559,56,571-579,58,592-593,622-629,631,633,635,637-"
		"639,64,650-656,66,670-673,675-679,685,690-691,695-698,72,730,733-736,738,740-748,75,765-769,77,780-783,785-789,79,822-828,"
		"832-835,842-848,852-857,862-865,868-869,872-875,877-878,882-889,892-899,905,907,913,92,930-938,940-948,95-97,980-988,990-"
		"998 "
		"09:102-109,12,131-139,142-149,153,161-169,171-179,181-184,186-189,320-323,326-333,336,338,340-342,347-348,350-352,354-358,"
		"360-364,366-367,371-372,374,376-379,38,390-395,397 10:111-118,130,154,156,159,170,180 09-10:160,185,19";
	static const struct check_phone_range services[] = {{"1300", 10, 10}, {"1800", 10, 10}};

	return check_phone_plan(match, "60", "0", plan) || check_phone(match, "60", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_my[] = {
	{"my-nric", identity_card, 0.38, "National Registration Department, MyKad number"},
	{"my-phone", phone, 0.4, "MCMC, numbering and electronic addressing plan"},
};

const size_t rules_checks_my_count = BASE_COUNT(rules_checks_my);
