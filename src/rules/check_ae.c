/* Checks of the United Arab Emirates: identity card, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* 784, year of birth, seven digits, one digit whose rule the authority has not published. */
static bool
emirates_id(struct base_span match)
{
	char text[CHECK_MAX];
	uint64_t year;

	if (!check_digits(match, text, 15) || memcmp(text, "784", 3) != 0)
		return false;
	year = check_number(text + 3, 4);
	return year >= 1900 && year <= 2049 && check_number(text + 7, 7) > 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"5", 9, 9}, {"2", 8, 8}, {"3", 8, 8}, {"4", 8, 8}, {"6", 8, 8}, {"7", 8, 8}, {"9", 8, 8}};
	static const struct check_phone_range services[] = {{"600", 9, 9}, {"800", 7, 10}};

	return check_phone(match, "971", "0", plan, BASE_COUNT(plan)) || check_phone(match, "971", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_ae[] = {
	{"ae-emirates-id", emirates_id, 1.0, "ICP, Emirates ID number; structure only, its check digit is not published"},
	{"ae-phone", phone, 0.5, "TDRA, national numbering plan"},
};

const size_t rules_checks_ae_count = BASE_COUNT(rules_checks_ae);
