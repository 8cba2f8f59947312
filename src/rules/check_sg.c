/* Checks of Singapore: NRIC and FIN, entity number, vehicle plate, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Seven digits weighted, with something added for the later series, and a letter for the rest by 11 from the row of the series. */
static bool
nric(struct base_span match)
{
	static const uint8_t weights[7] = {2, 7, 6, 5, 4, 3, 2};
	static const struct {
		char series;
		uint8_t add;
		const char *letters;
	} rows[] = {{'S', 0, "JZIHGFEDCBA"}, {'T', 4, "JZIHGFEDCBA"}, {'F', 0, "XWUTRQPNMLK"}, {'G', 4, "XWUTRQPNMLK"},
		{'M', 3, "XWUTRQPNJLK"}};
	char text[CHECK_MAX];

	if (check_compact(match, text) != 9 || !check_is_digits(text + 1, 7))
		return false;
	for (size_t i = 0; i < BASE_COUNT(rows); i++)
		if (rows[i].series == text[0])
			return rows[i].letters[(check_weighted(text + 1, weights, 7) + rows[i].add) % 11] == text[8];
	return false;
}

/* Place of c in the row of characters, which stands for its value. 99: not in it. */
static unsigned
entity_value(char c)
{
	static const char row[] = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
	const char *at = c ? strchr(row, c) : NULL;

	return at ? (unsigned)(at - row) : 99;
}

/* Businesses: eight digits and a letter; companies: year, five digits and a letter; others: T, year, kind, four digits and a letter. */
static bool
entity_number(struct base_span match)
{
	static const uint8_t business[8] = {10, 4, 9, 3, 8, 2, 7, 1}, company[9] = {10, 8, 6, 4, 9, 7, 5, 3, 1};
	static const uint8_t other[9] = {4, 3, 5, 3, 10, 2, 2, 5, 7};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	unsigned sum = 0;

	if (n == 9)
		return check_is_digits(text, 8) && "XMKECAWLJDB"[check_weighted(text, business, 8) % 11] == text[8];
	if (n != 10)
		return false;
	if (check_is_digits(text, 9)) {
		uint64_t year = check_number(text, 4);
		return year >= 1880 && year <= 2049 && "ZKCMDNERGWH"[check_weighted(text, company, 9) % 11] == text[9];
	}
	/* R, S and T are the 1800s, 1900s and 2000s */
	if (!strchr("RST", text[0]) || !check_is_digits(text + 1, 2) || (text[0] == 'T' && text[1] > '4') || !check_is_digits(text + 5, 4)
		|| check_is_digits(text + 3, 1))
		return false;
	for (size_t i = 0; i < 9; i++) {
		unsigned value = entity_value(text[i]);
		if (value == 99)
			return false;
		sum += value * other[i];
	}
	return entity_value(text[9]) == (sum + 6) % 11;
}

/* The last two letters of the prefix and the number, filled up with zeros, weighted; a letter for the rest by 19. */
static bool
vehicle(struct base_span match)
{
	static const char letters[] = "AZYXUTSRPMLKJHGEDCB";
	static const uint8_t weights[4] = {5, 4, 3, 2};
	char text[CHECK_MAX], number[4] = {'0', '0', '0', '0'};
	size_t n = check_compact(match, text), prefix = 0, digits = 0;
	unsigned sum;

	while (prefix < n && base_is_upper((uint8_t)text[prefix]))
		prefix++;
	while (prefix + digits < n && base_is_digit((uint8_t)text[prefix + digits]))
		digits++;
	if (prefix < 2 || prefix > 3 || digits < 1 || digits > 4 || prefix + digits + 1 != n || text[prefix] == '0')
		return false;
	memcpy(number + 4 - digits, text + prefix, digits);
	sum = (unsigned)(text[prefix - 2] - 'A' + 1) * 9 + (unsigned)(text[prefix - 1] - 'A' + 1) * 4 + check_weighted(number, weights, 4);
	return letters[sum % 19] == text[n - 1];
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:31-32,60-68,690-693,695-699,801-809,81-98 11:180,190 10:800";

	return check_phone_plan(match, "65", NULL, plan);
}

const struct rules_check rules_checks_sg[] = {
	{"sg-nric", nric, 0.038, "ICA, NRIC and FIN check letter"},
	{"sg-phone", phone, 1.0, "IMDA, national numbering plan"},
	{"sg-uen", entity_number, 0.03, "ACRA, unique entity number"},
	{"sg-vehicle", vehicle, 0.04, "LTA, vehicle registration check letter"},
};

const size_t rules_checks_sg_count = BASE_COUNT(rules_checks_sg);
