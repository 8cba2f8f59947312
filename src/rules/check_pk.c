/* Checks of Pakistan: identity card (CNIC), telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Province, division, district and council, family number, a last digit that tells the sex; there is no check digit. */
static bool
identity_card(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && text[0] >= '1' && text[0] <= '8' && text[12] != '0' && !check_is_repeated(text, 13)
	       && check_number(text + 5, 7) > 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {{"3", 10, 10}, {"21", 10, 10}, {"42", 10, 10}, {"51", 9, 9}, {"2", 9, 10},
		{"4", 9, 10}, {"5", 9, 10}, {"6", 9, 10}, {"7", 9, 10}, {"8", 9, 10}, {"9", 9, 10}};

	return check_phone(match, "92", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_pk[] = {
	{"pk-cnic", identity_card, 0.72, "NADRA, computerised national identity card"},
	{"pk-phone", phone, 0.7, "PTA, national numbering plan"},
};

const size_t rules_checks_pk_count = BASE_COUNT(rules_checks_pk);
