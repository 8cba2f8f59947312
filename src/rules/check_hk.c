/* Checks of Hong Kong: identity card, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* One or two letters and six digits with weights 9 to 2; a missing letter is a blank and counts 36. The rest by 11 is 0 together with the
 * check digit, A being 10. */
static bool
identity_card(struct base_span match)
{
	static const uint8_t weights[8] = {9, 8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	unsigned sum;

	if ((n != 8 && n != 9) || !base_is_upper((uint8_t)text[0]) || !check_is_digits(text + n - 7, 6))
		return false;
	if (n == 9 && !base_is_upper((uint8_t)text[1]))
		return false;
	if (!base_is_digit((uint8_t)text[n - 1]) && text[n - 1] != 'A')
		return false;
	sum = n == 8 ? 36 * 9 + check_weighted(text, weights + 1, 7) : check_weighted(text, weights, 8);
	return (sum + check_value(text[n - 1])) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const struct check_phone_range plan[] = {
		{"2", 8, 8}, {"3", 8, 8}, {"4", 8, 8}, {"5", 8, 8}, {"6", 8, 8}, {"7", 8, 8}, {"8", 8, 8}, {"9", 8, 8}};

	return check_phone(match, "852", NULL, plan, BASE_COUNT(plan));
}

const struct rules_check rules_checks_hk[] = {
	{"hk-id", identity_card, 0.0909, "Immigration Department, identity card check digit"},
	{"hk-phone", phone, 0.8, "OFCA, numbering plan"},
};

const size_t rules_checks_hk_count = BASE_COUNT(rules_checks_hk);
