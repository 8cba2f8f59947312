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
	static const char plan[] =
		"09:22-29,31-38,41-48,51-58,601-602,650-654,690-696,800,819,85-90,910-912,914-919,940,943-945,947-949,95,97-98 "
		"06-07:216,311,321,331,341,351,361,371,381,411,421,431,441,451,461,471,481,511,521,531,541,551,561,571,581 06:217";

	return check_phone_plan(match, "421", "0", plan);
}

const struct rules_check rules_checks_sk[] = {
	{"sk-phone", phone, 0.78, "RU, narodny cislovaci plan"},
	{"sk-vat", vat, 0.093, "Financna sprava, IC DPH"},
};

const size_t rules_checks_sk_count = BASE_COUNT(rules_checks_sk);
