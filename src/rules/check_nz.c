/* Checks of New Zealand: tax (IRD) number, national health index, bank account, business number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Weighted sum by 11; where that leaves 10 a second row of weights decides. */
static bool
ird_number(struct base_span match)
{
	static const uint8_t first[8] = {3, 2, 7, 6, 5, 4, 3, 2}, second[8] = {7, 4, 3, 2, 5, 2, 7, 6};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	unsigned rest;

	if ((n != 8 && n != 9) || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	if (n == 8) {
		memmove(text + 1, text, 8);
		text[0] = '0';
	}
	if (check_number(text, 9) < 10000000 || check_number(text, 9) > 150000000)
		return false;
	rest = check_weighted(text, first, 8) % 11;
	if (rest == 1)
		rest = check_weighted(text, second, 8) % 11;
	return rest != 1 && (11 - rest) % 11 == check_value(text[8]);
}

/* Place of a letter in the alphabet without I and O, digits as they are. 99: not allowed there. */
static unsigned
health_value(char c)
{
	static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ";
	const char *at;

	if (base_is_digit((uint8_t)c))
		return (unsigned)(c - '0');
	at = c ? strchr(letters, c) : NULL;
	return at ? (unsigned)(at - letters) + 1 : 99;
}

/* AAANNNC with a digit by 11, or since 2019 AAANNAX with a letter by 23. */
static bool
health_index(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned sum = 0, rest;
	bool is_new;

	if (check_compact(match, text) != 7 || !check_is_digits(text + 3, 2))
		return false;
	is_new = !base_is_digit((uint8_t)text[5]);
	for (unsigned i = 0; i < 6; i++) {
		unsigned value = health_value(text[i]);
		if (value == 99 || (i < 3 && base_is_digit((uint8_t)text[i])))
			return false;
		sum += value * (7 - i);
	}
	if (is_new)
		return !base_is_digit((uint8_t)text[6]) && health_value(text[6]) == 23 - sum % 23;
	rest = sum % 11;
	return rest != 0 && base_is_digit((uint8_t)text[6]) && (11 - rest) % 10 == check_value(text[6]);
}

/* Which sum a bank uses, by its number; 0: no such bank. */
static char
bank_algorithm(unsigned bank, uint64_t base)
{
	static const char by_bank[] = " AAAA A DEAAAAAAAAAAAAAAAFGAGGAX F A  A";

	if (bank >= sizeof by_bank - 1 || by_bank[bank] == ' ')
		return 0;
	return by_bank[bank] == 'A' && base >= 990000 ? 'B' : by_bank[bank];
}

/* A product of two digits as the sum of its digits, again until one is left. */
static unsigned
one_digit(unsigned value)
{
	return value > 9 ? (value - 1) % 9 + 1 : value;
}

/* Bank, branch, account, and two or three digits for the kind of account. */
static bool
bank_account(struct base_span match)
{
	static const struct {
		char name;
		uint8_t modulus, weights[16];
	} rows[] = {
		{'A', 11, {0, 0, 6, 3, 7, 9, 0, 10, 5, 8, 4, 2, 1}},
		{'B', 11, {0, 0, 0, 0, 0, 0, 0, 10, 5, 8, 4, 2, 1}},
		{'D', 11, {0, 0, 0, 0, 0, 0, 7, 6, 5, 4, 3, 2, 1}},
		{'E', 11, {0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 0, 0, 1}},
		{'F', 10, {0, 0, 0, 0, 0, 0, 1, 7, 3, 1, 7, 3, 1}},
		{'G', 10, {0, 0, 0, 0, 0, 0, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1}},
		{'X', 1, {0}},
	};
	char text[CHECK_MAX], name;
	size_t n = check_compact(match, text);

	if ((n != 15 && n != 16) || !check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	if (n == 15) {
		memmove(text + 14, text + 13, 2);
		text[13] = '0';
	}
	name = bank_algorithm((unsigned)check_number(text, 2), check_number(text + 6, 7));
	for (size_t i = 0; i < BASE_COUNT(rows); i++) {
		unsigned sum = 0;
		if (rows[i].name != name)
			continue;
		for (size_t k = 0; k < 16; k++) {
			unsigned product = check_value(text[k]) * rows[i].weights[k];
			sum += name == 'E' || name == 'G' ? one_digit(product) : product;
		}
		return sum % rows[i].modulus == 0;
	}
	return false;
}

/* A GS1 number of thirteen digits within 9429. */
static bool
business_number(struct base_span match)
{
	static const uint8_t weights[13] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && memcmp(text, "9429", 4) == 0 && check_weighted(text, weights, 13) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:240,32-37,39,42-49,62-63,65-69,72-75,77-79,92-99 10:11,13-15,17-19 "
				   "09-10:20,22,270-274,276-279,28-29,508 08-10:21,275,80,90 09:70 08-09:26 07:500,503,506-508";

	return check_phone_plan(match, "64", "0", plan);
}

const struct rules_check rules_checks_nz[] = {
	{"nz-bank-account", bank_account, 0.093, "Payments NZ and Inland Revenue, bank account number validation"},
	{"nz-business-number", business_number, 1.0 / 10, "NZBN register, GS1 General Specifications 7.9"},
	{"nz-ird", ird_number, 0.038, "Inland Revenue, IRD number validation"},
	{"nz-nhi", health_index, 0.045, "HISO 10046, National Health Index number"},
	{"nz-phone", phone, 0.6, "NZ Telecommunications Forum, number administration deed"},
};

const size_t rules_checks_nz_count = BASE_COUNT(rules_checks_nz);
