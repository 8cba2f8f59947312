/* Checks of Saudi Arabia: identity and residence numbers, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* 1 begins the number of a citizen, 2 that of a resident; Luhn. */
static bool
national_id(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && (text[0] == '1' || text[0] == '2') && !check_is_repeated(text, 10)
	       && check_luhn_sum(text, 10) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] = "09:11,122,124-128,133,135-138,143-146,148,162-165,172-173,175-177,50-51,53-59,920,925 10:800";
	static const struct check_phone_range services[] = {{"9200", 9, 9}, {"800", 10, 10}};

	return check_phone_plan(match, "966", "0", plan) || check_phone(match, "966", NULL, services, BASE_COUNT(services));
}

const struct rules_check rules_checks_sa[] = {
	{"sa-national-id", national_id, 0.098, "Ministry of Interior, identity and residence numbers"},
	{"sa-phone", phone, 1.0, "CST, national numbering plan"},
};

const size_t rules_checks_sa_count = BASE_COUNT(rules_checks_sa);
