/* Checks of Serbia: tax number (PIB), bank account, telephone. The personal number (JMBG) is that of check_si.c. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static bool
tax_number(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && text[0] != '0' && !check_is_repeated(text, 9) && check_mod_11_10(text, 9);
}

/* Bank, account filled up with zeros, two digits by ISO 7064 MOD 97-10. */
static bool
bank_account(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	size_t pad = n < 18 ? 18 - n : 0;

	if (n < 8 || n > 18 || !check_is_digits(text, n))
		return false;
	memmove(text + 3 + pad, text + 3, n - 3);
	memset(text + 3, '0', pad);
	return check_number(text, 3) >= 100 && check_number(text + 3, 13) > 0 && check_number(text, 18) % 97 == 1;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"07-12:102-109,111-119,122-129,132-139,142-149,152-159,162-169,172-179,182-189,192-199,202-209,212-219,222-230,232-239,242-"
		"249,252-259,262-269,272-280,282-290,292-299,302-309,312-319,322-329,332-339,342-349,352-359,362-369,372-379,382-390,392-"
		"399 08-09:60-66,68-69 06-10:78,900-901,906,909 09-10:67 06-12:800";

	return check_phone_plan(match, "381", "0", plan);
}

const struct rules_check rules_checks_rs[] = {
	{"rs-bank-account", bank_account, 0.009, "Narodna banka Srbije, jedinstvena struktura racuna"},
	{"rs-phone", phone, 1.0, "RATEL, plan numeracije"},
	{"rs-pib", tax_number, 0.09, "Poreska uprava, poreski identifikacioni broj"},
};

const size_t rules_checks_rs_count = BASE_COUNT(rules_checks_rs);
