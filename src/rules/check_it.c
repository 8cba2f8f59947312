/* Checks of Italy: codice fiscale, partita IVA, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

enum { CODE = 16 };

/* Values of the characters in odd places, digits and then letters; in even places they count as what they are, A as 0. */
static const uint8_t odd_digits[10] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
static const uint8_t odd_letters[26] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};

/* Two people may get the same code: then digits are replaced by these letters, from the right. Returns 10 for anything else. */
static unsigned
omocodia_digit(char c)
{
	static const char letters[] = "LMNPQRSTUV";
	const char *found;

	if (base_is_digit((uint8_t)c))
		return (unsigned)(c - '0');
	found = strchr(letters, c);
	return found ? (unsigned)(found - letters) : 10;
}

/* Consonants and then vowels, X to fill up: once a vowel stands, no consonant but X follows. */
static bool
is_name_part(const char *text)
{
	bool seen_vowel = false;

	for (size_t i = 0; i < 3; i++) {
		bool is_vowel = base_is_upper((uint8_t)text[i]) && strchr("AEIOU", text[i]);

		if (!base_is_upper((uint8_t)text[i]) || (seen_vowel && !is_vowel && text[i] != 'X'))
			return false;
		seen_vowel = seen_vowel || is_vowel;
	}
	return true;
}

/* Surname, name, year, letter of the month, day (40 more for women), place, check letter. */
static bool
fiscal_code(struct base_span match)
{
	static const char months[] = "ABCDEHLMPRST";
	static const uint8_t digit_places[7] = {6, 7, 9, 10, 12, 13, 14};
	char text[CHECK_MAX];
	unsigned day, sum = 0;
	const char *month;

	if (check_compact(match, text) != CODE || !is_name_part(text) || !is_name_part(text + 3) || !base_is_upper((uint8_t)text[11])
		|| !base_is_upper((uint8_t)text[15]))
		return false;
	for (size_t i = 0; i < BASE_COUNT(digit_places); i++)
		if (omocodia_digit(text[digit_places[i]]) > 9)
			return false;
	month = strchr(months, text[8]);
	day = omocodia_digit(text[9]) * 10 + omocodia_digit(text[10]);
	if (!month || !check_is_date(2000, (unsigned)(month - months) + 1, day > 40 ? day - 40 : day))
		return false;
	for (size_t i = 0; i + 1 < CODE; i++) {
		bool is_digit = base_is_digit((uint8_t)text[i]);
		size_t value = (size_t)(text[i] - (is_digit ? '0' : 'A'));

		if (i % 2 == 1)
			sum += (unsigned)value;
		else
			sum += is_digit ? odd_digits[value] : odd_letters[value];
	}
	return (char)('A' + sum % 26) == text[15];
}

/* Seven digits of the taxpayer, three of the office, Luhn. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "IT");
	uint64_t office;

	if (n != 11 || !check_is_digits(text, n) || check_number(text, 7) == 0)
		return false;
	office = check_number(text + 7, 3);
	if ((office < 1 || office > 100) && office != 120 && office != 121 && office != 888 && office != 999)
		return false;
	return check_luhn_sum(text, 11) % 10 == 0;
}

/* The zero of an Italian area code is part of the number and is kept abroad; mobile numbers have none. */
static bool
phone(struct base_span match)
{
	static const char plan[] =
		"06-11:010-012,014-019,02,030-032,034-047,049,05-06,070-071,073-083,085-093,095-099 09-10:32-39 10:033,178,31,43,55,895 "
		"09:144,163-164,166,199,800,840,848,899 06:803,841,847,892,894-895 08:894 07-09:094 11:094 07-08:072";

	return check_phone_plan(match, "39", NULL, plan);
}

const struct rules_check rules_checks_it[] = {
	{"it-fiscal-code", fiscal_code, 0.0125, "Decreto ministeriale 23 December 1976"},
	{"it-phone", phone, 0.92, "AGCOM, piano nazionale di numerazione"},
	{"it-vat", vat, 0.0104, "DPR 633/1972, article 35"},
};

const size_t rules_checks_it_count = BASE_COUNT(rules_checks_it);
