/* Checks of China: resident identity number, unified social credit identifier, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* First two digits of a place: province, region or municipality; 81 to 83 are for residents from Hong Kong, Macao and Taiwan. */
static bool
is_province(uint64_t code)
{
	static const uint8_t ranges[][2] = {{11, 15}, {21, 23}, {31, 37}, {41, 46}, {50, 54}, {61, 65}, {71, 71}, {81, 83}, {91, 91}};

	for (size_t i = 0; i < BASE_COUNT(ranges); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

/* Place, birthday, number of the day, and a character by ISO 7064 MOD 11-2. */
static bool
resident_id(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned rest = 0;
	uint64_t year;

	if (check_compact(match, text) != 18 || !check_is_digits(text, 17) || !is_province(check_number(text, 2))
		|| check_number(text + 14, 3) == 0)
		return false;
	for (size_t i = 0; i < 17; i++)
		rest = (rest + check_value(text[i])) * 2 % 11;
	year = check_number(text + 6, 4);
	return year >= 1880 && year <= 2049
	       && check_is_date((unsigned)year, (unsigned)check_number(text + 10, 2), (unsigned)check_number(text + 12, 2))
	       && "10X98765432"[rest] == text[17];
}

/* Powers of 3 as weights, by 31, over digits and letters without I, O, S, V and Z. */
static bool
credit_code(struct base_span match)
{
	static const char row[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char text[CHECK_MAX];
	unsigned sum = 0, weight = 1;

	if (check_compact(match, text) != 18 || !check_is_digits(text + 2, 6) || !is_province(check_number(text + 2, 2))
		|| check_is_repeated(text, 18))
		return false;
	for (size_t i = 0; i < 18; i++) {
		const char *at = strchr(row, text[i]);
		if (!at)
			return false;
		/* the last character makes the sum a multiple of 31 */
		sum += (unsigned)(at - row) * (i < 17 ? weight : 1);
		weight = weight * 3 % 31;
	}
	return sum % 31 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range mobile[] = {{"13", 11, 11}, {"14", 11, 11}, {"15", 11, 11}, {"16", 11, 11}, {"17", 11, 11},
		{"18", 11, 11}, {"19", 11, 11}, {"400", 10, 10}, {"800", 10, 10}};
	static const struct check_phone_range fixed[] = {{"10", 10, 10}, {"2", 10, 10}, {"3", 10, 11}, {"4", 10, 11}, {"5", 10, 11},
		{"6", 10, 11}, {"7", 10, 11}, {"8", 10, 11}, {"9", 10, 11}};

	return check_phone(match, "86", NULL, mobile, BASE_COUNT(mobile)) || check_phone(match, "86", "0", fixed, BASE_COUNT(fixed));
}

const struct rules_check rules_checks_cn[] = {
	{"cn-phone", phone, 1.0, "MIIT, telecommunications network numbering plan"},
	{"cn-resident-id", resident_id, 0.015, "GB 11643-1999"},
	{"cn-uscc", credit_code, 0.011, "GB 32100-2015"},
};

const size_t rules_checks_cn_count = BASE_COUNT(rules_checks_cn);
