/* Checks of Poland: PESEL, NIP, REGON, identity card, passport, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* The century is added to the month: 80 for the 19th, then 0, 20, 40, 60. */
static bool
pesel(struct base_span match)
{
	static const uint8_t weights[11] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1};
	static const unsigned centuries[5] = {1900, 2000, 2100, 2200, 1800};
	char text[CHECK_MAX];
	unsigned month;

	if (!check_digits(match, text, 11) || check_is_repeated(text, 11) || check_weighted(text, weights, 11) % 10 != 0)
		return false;
	month = (unsigned)check_number(text + 2, 2);
	return check_is_date(centuries[month / 20] + (unsigned)check_number(text, 2), month % 20, (unsigned)check_number(text + 4, 2));
}

/* The check digit is the rest by 11; a rest of 10 is never given out. */
static bool
nip(struct base_span match)
{
	static const uint8_t weights[9] = {6, 5, 7, 2, 3, 4, 5, 6, 7};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "PL");

	if (n != 10 || !check_is_digits(text, n) || check_is_repeated(text, n) || text[0] == '0')
		return false;
	return check_weighted(text, weights, 9) % 11 == (unsigned)(text[9] - '0');
}

/* Here a rest of 10 is written 0. Fourteen digits are a local unit of the first nine. */
static bool
regon(struct base_span match)
{
	static const uint8_t weights_9[8] = {8, 9, 2, 3, 4, 5, 6, 7};
	static const uint8_t weights_14[13] = {2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if ((n != 9 && n != 14) || !check_is_digits(text, n) || check_is_repeated(text, 9))
		return false;
	if (check_weighted(text, weights_9, 8) % 11 % 10 != (unsigned)(text[8] - '0'))
		return false;
	return n == 9 || check_weighted(text, weights_14, 13) % 11 % 10 == (unsigned)(text[13] - '0');
}

/* A series of letters, the check digit, the number: weights 7, 3, 1 over all but the check digit, A counting as 10. */
static bool
document(struct base_span match, size_t letters)
{
	static const uint8_t weights[3] = {7, 3, 1};
	char text[CHECK_MAX];
	unsigned sum = 0, place = 0;

	if (check_compact(match, text) != 9 || !check_is_digits(text + letters, 9 - letters)
		|| check_is_repeated(text + letters, 9 - letters))
		return false;
	for (size_t i = 0; i < 9; i++) {
		if (i < letters && !base_is_upper((uint8_t)text[i]))
			return false;
		if (i != letters)
			sum += check_value(text[i]) * weights[place++ % 3];
	}
	return sum % 10 == check_value(text[letters]);
}

static bool
id_card(struct base_span match)
{
	return document(match, 3);
}
static bool
passport(struct base_span match)
{
	return document(match, 2);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:12-18,211-213,22-26,29,32-34,39,41-48,5,60-63,65-69,700-701,703-704,706-708,71-79,801,81-89,91,94-95 "
		"07:121,131,141,151,161,171,181,221,231,241,251,261,291,30,321,331,341,411,421,431,441,461,481,521,541,551,561,581,591,611,"
		"621,631,651,671,681,711,741,751,761,771,811,821,831,841,851,861,871,891,911,941,951 09-10:800";

	return check_phone_plan(match, "48", NULL, plan);
}

const struct rules_check rules_checks_pl[] = {
	{"pl-id-card", id_card, 1.0 / 10, "MSWiA, dowod osobisty, series and number"},
	{"pl-nip", nip, 0.082, "MF, numer identyfikacji podatkowej"},
	{"pl-passport", passport, 1.0 / 10, "MSWiA, paszport, series and number"},
	{"pl-pesel", pesel, 0.018, "Ustawa o ewidencji ludnosci, PESEL"},
	{"pl-phone", phone, 0.8, "UKE, plan numeracji krajowej"},
	{"pl-regon", regon, 0.054, "GUS, rejestr REGON"},
};

const size_t rules_checks_pl_count = BASE_COUNT(rules_checks_pl);
