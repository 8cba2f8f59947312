/* Checks of Lithuania: personal code, VAT, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* As in Estonia; a first digit of 9 is for people whose birthday could not be used. */
static bool
personal_code(struct base_span match)
{
	char text[CHECK_MAX];

	if (!check_digits(match, text, 11) || !check_baltic_code(text))
		return false;
	return text[0] == '9' ? !check_is_repeated(text, 11) : text[0] >= '1' && text[0] <= '6' && check_baltic_date(text);
}

/* Nine digits for companies, twelve for people and those that are registered for a time; the last but one is 1. */
static bool
vat(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "LT");

	return (n == 9 || n == 12) && check_is_digits(text, n) && text[n - 2] == '1' && !check_is_repeated(text, n - 1)
	       && check_two_pass_11(text, n - 1) == check_value(text[n - 1]);
}

/* The trunk prefix was 8 and is being replaced by 0. */
static bool
phone(struct base_span match)
{
	static const char plan[] = "08:31,34,37-38,41-42,44-46,52,6,700,705,800-802,808,900-903,909-910";

	return check_phone_plan(match, "370", "8", plan) || check_phone_plan(match, "370", "0", plan);
}

const struct rules_check rules_checks_lt[] = {
	{"lt-personal-code", personal_code, 0.051, "Gyventoju registro istatymas, asmens kodas"},
	{"lt-phone", phone, 0.4, "RRT, nacionalinis telefono rysio numeracijos planas"},
	{"lt-vat", vat, 0.1, "VMI, PVM moketojo kodas"},
};

const size_t rules_checks_lt_count = BASE_COUNT(rules_checks_lt);
