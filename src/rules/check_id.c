/* Checks of Indonesia: population number (NIK), tax number (NPWP), telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
is_province(uint64_t code)
{
	static const uint8_t ranges[][2] = {{11, 19}, {21, 21}, {31, 36}, {51, 53}, {61, 65}, {71, 76}, {81, 82}, {91, 97}};

	for (size_t i = 0; i < BASE_COUNT(ranges); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

/* Province, regency, district, birthday (40 more for women), number of the day; there is no check digit. */
static bool
is_population_number(const char *text)
{
	unsigned day = (unsigned)check_number(text + 6, 2);

	return is_province(check_number(text, 2)) && check_number(text + 2, 2) > 0 && check_number(text + 4, 2) > 0
	       && check_number(text + 12, 4) > 0
	       && check_is_date(
		       2000 + (unsigned)check_number(text + 10, 2), (unsigned)check_number(text + 8, 2), day > 40 ? day - 40 : day);
}

static bool
population_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 16) && is_population_number(text);
}

/* Nine digits by Luhn, office, branch; since 2024 sixteen digits: a zero before that, or the population number. */
static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if ((n != 15 && n != 16) || !check_is_digits(text, n) || check_number(text, 9) == 0)
		return false;
	if (n == 16 && text[0] != '0')
		return is_population_number(text);
	return !check_is_repeated(text, 9) && check_luhn_sum(text + n - 15, 9) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"8", 9, 12}, {"21", 9, 10}, {"22", 9, 10}, {"24", 9, 10}, {"31", 9, 10},
		{"61", 9, 10}, {"2", 8, 11}, {"3", 8, 11}, {"4", 8, 11}, {"5", 8, 11}, {"6", 8, 11}, {"7", 8, 11}, {"9", 8, 11}};

	return check_phone(match, "62", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_id[] = {
	{"id-nik", population_number, 0.2, "Permendagri, Nomor Induk Kependudukan"},
	{"id-npwp", tax_number, 1.0 / 10, "Direktorat Jenderal Pajak, NPWP"},
	{"id-phone", phone, 0.85, "Kominfo, rencana penomoran"},
};

const size_t rules_checks_id_count = BASE_COUNT(rules_checks_id);
