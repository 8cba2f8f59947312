/* Checks of Cyprus: tax identification code and VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Eight digits and a letter: those in odd places count as a table says, those in even places as they are; the sum by 26. */
static bool
tax_code(struct base_span match)
{
	static const uint8_t odd[10] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "CY");
	unsigned sum = 0;

	if (n != 9 || !check_is_digits(text, 8) || check_is_repeated(text, 8) || memcmp(text, "12", 2) == 0)
		return false;
	for (size_t i = 0; i < 8; i++)
		sum += i % 2 == 0 ? odd[check_value(text[i])] : check_value(text[i]);
	return (char)('A' + sum % 26) == text[8];
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:22-26,700,80,900,909-910,94-97,99";

	return check_phone_plan(match, "357", NULL, plan);
}

const struct rules_check rules_checks_cy[] = {
	{"cy-phone", phone, 1.0, "OCECPR, numbering plan"},
	{"cy-tax-code", tax_code, 1.0 / 26, "Tax Department of Cyprus, TIC"},
};

const size_t rules_checks_cy_count = BASE_COUNT(rules_checks_cy);
