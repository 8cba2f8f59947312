/* Checks of Belgium: national number and BIS number, identity card, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday, serial number, and 97 less the rest of both by 97; a 2 is set before numbers of people born since 2000. BIS numbers add
 * 20 to the month (sex not known) or 40. Where the birthday is not known in full, month or day is zero. */
static bool
national_number(struct base_span match)
{
	char text[CHECK_MAX];
	uint64_t body;
	unsigned rest, year, month, day, century;

	if (!check_digits(match, text, 11) || check_number(text + 6, 3) == 0)
		return false;
	body = check_number(text, 9);
	rest = (unsigned)check_number(text + 9, 2);
	if (97 - body % 97 == rest)
		century = 1900;
	else if (97 - (2000000000 + body) % 97 == rest)
		century = 2000;
	else
		return false;
	year = century + (unsigned)check_number(text, 2);
	month = (unsigned)check_number(text + 2, 2);
	day = (unsigned)check_number(text + 4, 2);
	if (month > 52 || month % 20 > 12)
		return false;
	if (month % 20 == 0)
		return true; /* then the day is a counter */
	return day == 0 || check_is_date(year, month % 20, day);
}

/* Ten digits and their rest by 97, which is written 97 when it is none. */
static bool
id_card(struct base_span match)
{
	char text[CHECK_MAX];
	uint64_t rest;

	if (!check_digits(match, text, 12) || check_is_repeated(text, 10))
		return false;
	rest = check_number(text, 10) % 97;
	return check_number(text + 10, 2) == (rest == 0 ? 97 : rest);
}

/* Eight digits and 97 less their rest by 97. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "BE");

	if (n != 10 || !check_is_digits(text, n) || text[0] > '1' || check_number(text, 8) == 0)
		return false;
	return 97 - check_number(text, 8) % 97 == check_number(text + 8, 2);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"08:10-16,19,22-28,32-38,42-43,5,60-61,63-65,67-69,702-703,706-707,71,800,802-808,81-87,89-90,92-94 09:45-49";

	return check_phone_plan(match, "32", "0", plan);
}

const struct rules_check rules_checks_be[] = {
	{"be-id-card", id_card, 1.0 / 97, "FOD Binnenlandse Zaken, kaartnummer"},
	{"be-national-number", national_number, 0.0037, "Koninklijk besluit 3 April 1984, identificatienummer"},
	{"be-phone", phone, 0.23, "BIPT, nummerplan"},
	{"be-vat", vat, 0.0094, "FOD Economie, ondernemingsnummer"},
};

const size_t rules_checks_be_count = BASE_COUNT(rules_checks_be);
