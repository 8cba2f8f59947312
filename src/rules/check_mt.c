/* Checks of Malta: VAT, telephone. The identity card number has a letter, but no check. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Six digits with weights 3, 4, 6, 7, 8, 9 and two that bring the sum to a multiple of 37. */
static bool
vat(struct base_span match)
{
	static const uint8_t weights[6] = {3, 4, 6, 7, 8, 9};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "MT");

	if (n != 8 || !check_is_digits(text, n) || check_number(text, 6) <= 100000)
		return false;
	return (check_weighted(text, weights, 6) + check_number(text + 6, 2)) % 37 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "08:201,203,206,209,21-23,25,260,27,355,500,506-507,509,51-52,721,77,79,800,92,969,981,988-989,99";

	return check_phone_plan(match, "356", NULL, plan);
}

const struct rules_check rules_checks_mt[] = {
	{"mt-phone", phone, 1.0, "MCA, national numbering plan"},
	{"mt-vat", vat, 0.024, "MTCA, VAT number"},
};

const size_t rules_checks_mt_count = BASE_COUNT(rules_checks_mt);
