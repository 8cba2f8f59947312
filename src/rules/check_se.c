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
	static const char plan[] = "08-09:120-123,125,140-144,150-152,155-159,171,173-176,18-19,220-227,240-241,243,246-248,250-251,253,"
				   "258,270-271,278,280-281,290-295,297,300-304,31,320-322,325,340,345-346,370-372,380-383,390,392-393,410-"
				   "411,413-418,430-431,433,435,451,454-457,459,470-472,474,476-481,485-486,490-496,498-506,510-515,520-"
				   "526,528,530-534,54,550-555,560,563-565,570-571,573,580-587,589-591,611-613,620-624,640,642-645,647,650-"
				   "653,657,660-663,670-672,680,682,684,687,690-693,695-696,910-916,918,92,930,932-935,940-943,950-954,960-"
				   "961,970-971,973,975-978,980-981 07-09:11,13,16,21,23,26,33,35-36,40,42,44,46,60,63,8,901-909 "
				   "09:649,70,72-73,751-758,76,770-777,78-79 06-09:20 07:991-995,999 10:991-995,999 07-10:900,939,944";

	return check_phone_plan(match, "46", "0", plan);
}

const struct rules_check rules_checks_se[] = {
	{"se-organisation-number", organisation_number, 0.097, "Skatteverket, organisationsnummer"},
	{"se-personal-number", personal_number, 0.038, "Skatteverket, SKV 704, personnummer and samordningsnummer"},
	{"se-phone", phone, 0.62, "PTS, nummerplan for telefoni"},
	{"se-vat", vat, 1.0 / 10, "Skatteverket, momsregistreringsnummer"},
};

const size_t rules_checks_se_count = BASE_COUNT(rules_checks_se);
