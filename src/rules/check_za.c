/* Checks of South Africa: identity number, income tax number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Birthday, number of the day, citizen or resident, a digit no longer used, Luhn. */
static bool
identity_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && text[10] <= '2' && check_luhn_sum(text, 13) % 10 == 0
	       && check_is_date(
		       2000 + (unsigned)check_number(text, 2), (unsigned)check_number(text + 2, 2), (unsigned)check_number(text + 4, 2));
}

static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && strchr("01239", text[0]) && !check_is_repeated(text, 10)
	       && check_luhn_sum(text, 10) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "09:10-18,191-192,21-23,27-28,31-36,39,4,500-502,51,53-54,56-58,6-7,80,85,860,862-869,87,90-92 09:81-84";

	return check_phone_plan(match, "27", "0", plan);
}

const struct rules_check rules_checks_za[] = {
	{"za-id", identity_number, 0.009, "Department of Home Affairs, identity number"},
	{"za-phone", phone, 0.8, "ICASA, numbering plan"},
	{"za-tax-number", tax_number, 0.05, "SARS, income tax reference number"},
};

const size_t rules_checks_za_count = BASE_COUNT(rules_checks_za);
