/* Checks of Czechia, some of them shared with Slovakia: birth number, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday, number, and since 1954 a check digit that makes the whole a multiple of eleven; until 1985 a rest of 10 was written 0. The
 * month has 50 more for women and, since 2004 where numbers ran out, 20 more for both. */
static bool
is_birth_number(const char *text, size_t n)
{
	unsigned year = (unsigned)check_number(text, 2), month = (unsigned)check_number(text + 2, 2);
	uint64_t rest;

	if (n == 9)
		year += 1900;
	else
		year += year < 54 ? 2000 : 1900;
	if (n == 9 && (year > 1953 || check_number(text + 6, 3) == 0))
		return false;
	if (month > 50)
		month -= 50;
	if (month > 20 && year >= 2004)
		month -= 20;
	if (!check_is_date(year, month, (unsigned)check_number(text + 4, 2)))
		return false;
	if (n == 9)
		return true;
	rest = check_number(text, 9) % 11;
	return (rest == 10 && year <= 1985 ? 0 : rest) == check_value(text[9]);
}

static bool
birth_number(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	return (n == 9 || n == 10) && check_is_digits(text, n) && is_birth_number(text, n);
}

/* Eight digits for organisations, the sum with weights 8 to 2 taken from 11; nine digits from 6 are people without birth number; else
 * it is the birth number. */
static bool
vat(struct base_span match)
{
	static const uint8_t weights[8] = {8, 7, 6, 5, 4, 3, 2, 1};
	static const char special[12] = "89012345678";
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "CZ");

	if (n < 8 || n > 10 || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	if (n == 8) {
		unsigned rest = check_weighted(text, weights, 7) % 11;
		unsigned check = rest == 0 ? 1 : (11 - rest) % 10;
		return text[0] != '9' && check == check_value(text[7]);
	}
	if (n == 9 && text[0] == '6')
		return special[check_weighted(text + 1, weights, 7) % 11] == text[8];
	return is_birth_number(text, n);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:2,31-32,35,37-39,41,46-49,51,53-59,601-608,700-705,719,72-73,77,79,800,81,83-84,900,905-906,908-910,970,976";

	return check_phone_plan(match, "420", NULL, plan);
}

const struct rules_check rules_checks_cz[] = {
	{"cz-birth-number", birth_number, 0.072, "Zakon 133/2000, rodne cislo"},
	{"cz-phone", phone, 0.5, "CTU, cislovaci plan"},
	{"cz-vat", vat, 0.048, "Financni sprava, danove identifikacni cislo"},
};

const size_t rules_checks_cz_count = BASE_COUNT(rules_checks_cz);
