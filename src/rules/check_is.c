/* Checks of Iceland: identity number (kennitala), telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Day (40 more for organisations), number, check digit by 11, century. */
static bool
kennitala(struct base_span match)
{
	static const uint8_t weights[9] = {3, 2, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];
	unsigned day, century;

	if (!check_digits(match, text, 10) || !strchr("890", text[9]) || check_weighted(text, weights, 9) % 11 != 0)
		return false;
	century = text[9] == '0' ? 2000 : text[9] == '9' ? 1900 : 1800;
	day = (unsigned)check_number(text, 2);
	return check_is_date(century + (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 2, 2), day > 40 ? day - 40 : day);
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"4", 7, 7}, {"5", 7, 7}, {"6", 7, 7}, {"7", 7, 7}, {"8", 7, 7}, {"3", 9, 9}};

	return check_phone(match, "354", NULL, plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_is[] = {
	{"is-kennitala", kennitala, 0.037, "Registers Iceland, kennitala"},
	{"is-phone", phone, 0.5, "ECOI, numbering plan"},
};

const size_t rules_checks_is_count = BASE_COUNT(rules_checks_is);
