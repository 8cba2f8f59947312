/* Checks of Egypt: national number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Numbers of the governorates; the gaps are not given out, 88 stands for a birth abroad. */
static bool
is_governorate(uint64_t code)
{
	return (code >= 1 && code <= 4) || (code >= 11 && code <= 19) || (code >= 21 && code <= 29) || (code >= 31 && code <= 35)
	       || code == 88;
}

/* Century (2: 1900s, 3: 2000s), birthday, governorate, number, a last digit whose rule is not published. */
static bool
national_id(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned year;

	if (!check_digits(match, text, 14) || (text[0] != '2' && text[0] != '3'))
		return false;
	year = (text[0] == '2' ? 1900 : 2000) + (unsigned)check_number(text + 1, 2);
	return check_is_date(year, (unsigned)check_number(text + 3, 2), (unsigned)check_number(text + 5, 2))
	       && is_governorate(check_number(text + 7, 2));
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:132-133,2,40,45-48,50,55,62,64-66,68-69,82,84,86,88,92-93,95-97 08:3 10:10-12,800,900 08-10:15 08-09:57";

	return check_phone_plan(match, "20", "0", plan);
}

const struct rules_check rules_checks_eg[] = {
	{"eg-national-id", national_id, 0.14, "Civil Status Organisation, national number"},
	{"eg-phone", phone, 0.83, "NTRA, national numbering plan"},
};

const size_t rules_checks_eg_count = BASE_COUNT(rules_checks_eg);
