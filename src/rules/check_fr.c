/* Checks of France: social security number, tax number, company numbers, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Month of birth: 20 to 42 and from 50 where it was not known; 62 and 63 for numbers that wait for a birth certificate. */
static bool
is_nir_month(unsigned month)
{
	return (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
}

/* Sex, year, month, department, commune, order, and 97 less the rest of all that by 97. Corsica counts as 19 and 18. */
static bool
nir(struct base_span match)
{
	char text[CHECK_MAX];

	if (check_compact(match, text) != 15 || !strchr("123478", text[0]))
		return false;
	if (text[5] == '2' && (text[6] == 'A' || text[6] == 'B')) {
		text[5] = '1';
		text[6] = text[6] == 'A' ? '9' : '8';
	}
	if (!check_is_digits(text, 15) || !is_nir_month((unsigned)check_number(text + 3, 2)))
		return false;
	if (check_number(text + 5, 2) == 0 || check_number(text + 10, 3) == 0)
		return false;
	return 97 - check_number(text, 13) % 97 == check_number(text + 13, 2);
}

/* Ten digits, the first from 0 to 3, and their rest by 511. */
static bool
nif(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && text[0] <= '3' && check_number(text, 10) > 0
	       && check_number(text, 10) % 511 == check_number(text + 10, 3);
}

static bool
siren(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && !check_is_repeated(text, 9) && check_luhn_sum(text, 9) % 10 == 0;
}

/* SIREN and number of the establishment. La Poste has more of these than one check digit lets pass: there, but for the head office, the
 * plain sum of the digits is a multiple of five. */
static bool
siret(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned sum = 0;

	if (!check_digits(match, text, 14) || check_is_repeated(text, 9) || check_luhn_sum(text, 9) % 10 != 0)
		return false;
	if (memcmp(text, "356000000", 9) != 0 || memcmp(text + 9, "00048", 5) == 0)
		return check_luhn_sum(text, 14) % 10 == 0;
	for (size_t i = 0; i < 14; i++)
		sum += (unsigned)(text[i] - '0');
	return sum % 5 == 0;
}

/* Two characters of key before the SIREN. Digits alone are its rest by 97; with a letter, of an alphabet without I and O, the key
 * counts in base 24 or 34 and is compared by 11. Numbers of Monaco begin with 000 and are no SIREN. */
static bool
vat(struct base_span match)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "FR");
	const char *first, *second;
	uint64_t number, key;

	if (n != 11 || !check_is_digits(text + 2, 9) || check_is_repeated(text + 2, 9))
		return false;
	if (memcmp(text + 2, "000", 3) != 0 && check_luhn_sum(text + 2, 9) % 10 != 0)
		return false;
	number = check_number(text + 2, 9);
	if (check_is_digits(text, 2))
		return (number * 100 + 12) % 97 == check_number(text, 2);
	first = strchr(alphabet, text[0]);
	second = strchr(alphabet, text[1]);
	if (!first || !second)
		return false;
	if (base_is_digit((uint8_t)text[0]))
		key = (uint64_t)(first - alphabet) * 24 + (uint64_t)(second - alphabet) - 10;
	else
		key = (uint64_t)(first - alphabet) * 34 + (uint64_t)(second - alphabet) - 100;
	return (number + 1 + key / 11) % 11 == key % 11;
}

/* 06 39 98 is kept for films and examples. */
static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:1,20-25,260-261,263-269,27-29,3,41-58,591-593,595-599,60-62,630-638,64-68,695,698-699,73-79,9,800-805,81-82 09:639";

	return check_phone_plan(match, "33", "0", plan);
}

const struct rules_check rules_checks_fr[] = {
	{"fr-nif", nif, 0.0008, "DGFiP, numero fiscal de reference"},
	{"fr-nir", nir, 0.0092, "INSEE, numero d'inscription au repertoire"},
	{"fr-phone", phone, 0.8, "ARCEP, plan national de numerotation"},
	{"fr-siren", siren, 1.0 / 10, "INSEE, ISO/IEC 7812-1 annex B"},
	{"fr-siret", siret, 1.0 / 100, "INSEE, ISO/IEC 7812-1 annex B, and La Poste"},
	{"fr-vat", vat, 0.00094, "DGFiP, numero de TVA intracommunautaire"},
};

const size_t rules_checks_fr_count = BASE_COUNT(rules_checks_fr);
