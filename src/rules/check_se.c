/* Checks of Sweden: personal and coordination number, organisation number, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday with or without century, three digits, Luhn over the ten without century. A coordination number adds 60 to the day. */
static bool
personal_number(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	const char *last = text + (n == 12 ? 2 : 0);
	unsigned year, day;

	if ((n != 10 && n != 12) || !check_is_digits(text, n) || check_luhn_sum(last, 10) % 10 != 0)
		return false;
	if (n == 12 && (check_number(text, 2) < 18 || check_number(text, 2) > 20))
		return false;
	year = n == 12 ? (unsigned)check_number(text, 4) : 2000 + (unsigned)check_number(text, 2);
	day = (unsigned)check_number(last + 4, 2);
	return check_is_date(year, (unsigned)check_number(last + 2, 2), day > 60 ? day - 60 : day) && check_number(last + 6, 3) > 0;
}

/* The third digit is 2 at least, so that it is never a month. */
static bool
is_organisation(const char *text)
{
	return text[0] >= '1' && text[2] >= '2' && !check_is_repeated(text, 10) && check_luhn_sum(text, 10) % 10 == 0;
}

static bool
organisation_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && is_organisation(text);
}

/* SE, the number of the organisation or person, two digits from 01 to 94. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "SE");

	return n == 12 && check_is_digits(text, n) && check_number(text + 10, 2) > 0 && check_number(text + 10, 2) <= 94
	       && !check_is_repeated(text, 10) && check_luhn_sum(text, 10) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"7", 9, 9}, {"8", 7, 9}, {"1", 7, 9}, {"2", 7, 9}, {"3", 7, 9}, {"4", 7, 9}, {"5", 7, 9}, {"6", 7, 9}, {"9", 7, 9}};

	return check_phone(match, "46", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_se[] = {
	{"se-organisation-number", organisation_number, 0.097, "Skatteverket, organisationsnummer"},
	{"se-personal-number", personal_number, 0.038, "Skatteverket, SKV 704, personnummer and samordningsnummer"},
	{"se-phone", phone, 0.62, "PTS, nummerplan for telefoni"},
	{"se-vat", vat, 1.0 / 10, "Skatteverket, momsregistreringsnummer"},
};

const size_t rules_checks_se_count = BASE_COUNT(rules_checks_se);
