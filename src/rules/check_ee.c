/* Checks of Estonia: personal code, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Sex and century, birthday, number, check digit; the same in Lithuania. */
static bool
personal_code(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && text[0] >= '1' && text[0] <= '8' && check_baltic_code(text) && check_baltic_date(text);
}

static bool
vat(struct base_span match)
{
	static const uint8_t weights[9] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "EE");

	return n == 9 && check_is_digits(text, n) && check_number(text, 2) == 10 && check_weighted(text, weights, 9) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"07:32-33,35,38-39,43-48,6,71-79,88,900 08:40,519,53-54,555-556,559-563,566-569,57-59,700-702,810,812-817,819,82-84,89 "
		"07-08:50,510-518,52,550-554,557-558,564-565,800 10:800";

	return check_phone_plan(match, "372", NULL, plan);
}

const struct rules_check rules_checks_ee[] = {
	{"ee-personal-code", personal_code, 0.047, "Estonian standard EVS 585"},
	{"ee-phone", phone, 1.0, "TTJA, numbering plan"},
	{"ee-vat", vat, 0.1, "EMTA, KMKR number"},
};

const size_t rules_checks_ee_count = BASE_COUNT(rules_checks_ee);
