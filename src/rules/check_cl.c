/* Checks of Chile: RUT (also RUN), telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Weights 2 to 7 from the right over and over; 11 less the rest by 11, 10 being K. */
static bool
rut(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	unsigned sum = 0, check;

	if (n < 8 || n > 9 || !check_is_digits(text, n - 1) || check_number(text, n - 1) < 1000000 || check_is_repeated(text, n - 1))
		return false;
	for (unsigned i = 0; i + 1 < n; i++)
		sum += check_value(text[n - 2 - i]) * (2 + i % 6);
	check = (11 - sum % 11) % 11;
	return text[n - 1] == (check == 10 ? 'K' : (char)('0' + check));
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"2", 9, 9}, {"3", 9, 9}, {"4", 9, 9}, {"5", 9, 9}, {"6", 9, 9}, {"7", 9, 9}, {"9", 9, 9}, {"600", 10, 10}, {"800", 9, 9}};

	return check_phone(match, "56", NULL, plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_cl[] = {
	{"cl-phone", phone, 0.7, "Subtel, plan tecnico de numeracion"},
	{"cl-rut", rut, 1.0 / 11, "Registro Civil and SII, digito verificador"},
};

const size_t rules_checks_cl_count = BASE_COUNT(rules_checks_cl);
