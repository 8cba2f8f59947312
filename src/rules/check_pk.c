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
	static const char plan[] =
		"09-10:222-229,232-233,235,238,242-244,252-259,292-298,402-409,412-419,442-449,453-454,457,459,462-469,472-479,482-489,492-"
		"499,512-519,522-529,532-539,542-544,546-547,552-559,562-569,572-579,604,606,608,612-619,622-629,632-639,642-649,652-659,"
		"662-669,672-679,682-689,712-719,722-723,726,742-749,812-819,822-826,828-829,832-833,835,837-838,843-844,847-848,852-853,"
		"855-856,862-869,912-919,922-928,932,937-939,942-946,963,965-966,969,992,995-998 "
		"10:212-219,30-32,330-337,339,34,355,364,37,422-429,581-582,586 08:800,900 09:122 11:800";

	return check_phone_plan(match, "92", "0", plan);
}

const struct rules_check rules_checks_pk[] = {
	{"pk-cnic", identity_card, 0.72, "NADRA, computerised national identity card"},
	{"pk-phone", phone, 0.7, "PTA, national numbering plan"},
};

const size_t rules_checks_pk_count = BASE_COUNT(rules_checks_pk);
