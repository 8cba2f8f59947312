/* Checks of Ukraine: taxpayer card (RNOKPP), enterprise number (EDRPOU), demographic register number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Days from 1899-12-31 to the birthday, number, check digit. The first weight is -1, written as 10 by 11. */
static bool
taxpayer(struct base_span match)
{
	enum { DAY_MAX = 54788 }; /* the end of 2049 */
	static const uint8_t weights[9] = {10, 5, 7, 9, 4, 6, 10, 5, 7};
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && !check_is_repeated(text, 10) && check_number(text, 5) >= 1
	       && check_number(text, 5) <= DAY_MAX && check_weighted(text, weights, 9) % 11 % 10 == check_value(text[9]);
}

/* Weights 1 to 7, for 30 to 60 million 7 and 1 to 6; where that leaves 10, two more each. */
static bool
enterprise(struct base_span match)
{
	static const uint8_t low[7] = {1, 2, 3, 4, 5, 6, 7}, middle[7] = {7, 1, 2, 3, 4, 5, 6};
	char text[CHECK_MAX];
	const uint8_t *weights;
	unsigned rest, digits = 0;

	if (!check_digits(match, text, 8) || check_is_repeated(text, 8))
		return false;
	weights = text[0] >= '3' && text[0] <= '5' ? middle : low;
	rest = check_weighted(text, weights, 7) % 11;
	if (rest == 10) {
		for (size_t i = 0; i < 7; i++)
			digits += check_value(text[i]);
		rest = (check_weighted(text, weights, 7) + 2 * digits) % 11;
	}
	return rest % 10 == check_value(text[7]);
}

/* Birthday and five digits, the last of them a check digit whose rule is not published. */
static bool
register_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && check_number(text, 4) >= 1880 && check_number(text, 4) <= 2049
	       && check_is_date((unsigned)check_number(text, 4), (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 6, 2));
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "09:31-39,41,43-48,50-57,61-69,71-73,75,77,790,891-895,897,899,91-99 09-10:800,900";

	return check_phone_plan(match, "380", "0", plan);
}

const struct rules_check rules_checks_ua[] = {
	{"ua-edrpou", enterprise, 1.0 / 10, "Derzhstat, EDRPOU code"},
	{"ua-phone", phone, 0.7, "NKEK, national numbering plan"},
	{"ua-rntrc", taxpayer, 0.055, "State Tax Service, RNOKPP"},
	{"ua-unzr", register_number, 0.31, "Resolution of the Cabinet of Ministers 784 of 2017, UNZR"},
};

const size_t rules_checks_ua_count = BASE_COUNT(rules_checks_ua);
