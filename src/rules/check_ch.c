/* Checks of Switzerland and Liechtenstein: AHV number, enterprise number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* 756, nine digits, check digit of EAN-13. */
static bool
ahv(struct base_span match)
{
	static const uint8_t weights[13] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 13) && memcmp(text, "756", 3) == 0 && !check_is_repeated(text + 3, 9)
	       && check_weighted(text, weights, 13) % 10 == 0;
}

/* Behind the number may stand which register is meant. */
static bool
is_register(const char *text, size_t n)
{
	static const char *const names[] = {"HR", "IVA", "MWST", "RC", "TVA", "VAT"};

	for (size_t i = 0; i < BASE_COUNT(names); i++)
		if (strlen(names[i]) == n && memcmp(text, names[i], n) == 0)
			return true;
	return false;
}

/* CHE, eight digits, 11 less the sum by 11; a check digit of 10 is never given out. */
static bool
enterprise_number(struct base_span match)
{
	static const uint8_t weights[9] = {5, 4, 3, 2, 7, 6, 5, 4, 1};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "CHE");

	if (n > 9 && !is_register(text + 9, n - 9))
		return false;
	return n >= 9 && check_is_digits(text, 9) && !check_is_repeated(text, 9) && check_weighted(text, weights, 9) % 11 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:21-22,24,26-27,31-34,41,43-44,52,55-56,61-62,68-69,71-73,75-79,800,81,840,842,844,848,878,900-901,906,91";

	return check_phone_plan(match, "41", "0", plan);
}

const struct rules_check rules_checks_ch[] = {
	{"ch-ahv", ahv, 1.0 / 10, "ZAS, AHV-Nummer, GS1 check digit"},
	{"ch-enterprise-number", enterprise_number, 1.0 / 11, "BFS, UID, eCH-0097"},
	{"ch-phone", phone, 0.37, "BAKOM, Nummerierungsplan E.164/2002"},
};

const size_t rules_checks_ch_count = BASE_COUNT(rules_checks_ch);
