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
	static const struct check_phone_range plan[] = {
		{"3", 7, 7}, {"4", 7, 7}, {"5", 7, 8}, {"6", 7, 7}, {"7", 7, 7}, {"80", 7, 10}, {"8", 7, 8}, {"88", 7, 7}};

	return check_phone(match, "372", NULL, plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_ee[] = {
	{"ee-personal-code", personal_code, 0.047, "Estonian standard EVS 585"},
	{"ee-phone", phone, 1.0, "TTJA, numbering plan"},
	{"ee-vat", vat, 0.1, "EMTA, KMKR number"},
};

const size_t rules_checks_ee_count = BASE_COUNT(rules_checks_ee);
