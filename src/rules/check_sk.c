/* Checks of Slovakia: VAT, telephone. The birth number is the Czech one. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Ten digits, a multiple of eleven. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "SK");

	return n == 10 && check_is_digits(text, n) && text[0] != '0' && !check_is_repeated(text, n) && strchr("234789", text[2])
	       && check_number(text, 10) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"2", 9, 9}, {"3", 9, 9}, {"4", 9, 9}, {"5", 9, 9}, {"6", 9, 9}, {"80", 9, 9}, {"85", 9, 9}, {"9", 9, 9}};

	return check_phone(match, "421", "0", plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_sk[] = {
	{"sk-phone", phone, 0.78, "RU, narodny cislovaci plan"},
	{"sk-vat", vat, 0.093, "Financna sprava, IC DPH"},
};

const size_t rules_checks_sk_count = BASE_COUNT(rules_checks_sk);
