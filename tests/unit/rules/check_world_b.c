/* Check digits of countries from Egypt to South Africa, and of securities, legal entities, card tracks and SIM cards: numbers that hold,
 * numbers that do not (a date that no calendar has, a place or kind that is not given out; "?" stands for each digit in turn, so that no
 * check digit makes them good), and for every number all changes of one digit and all neighbours the wrong way round, of which exactly as
 * many as stated go unseen: what a scheme cannot see is as much a part of it as what it can. Numbers are invented. */
#include "rules/check_family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* LENGTH: a digit more or less is seen; FILLER: the same digit over and over is refused. */
enum promise { NONE = 0, LENGTH = 1, FILLER = 2 };
/* number plans have no check digit: what goes unseen is not counted */
enum { ANY = -1, TEXT_MAX = 96 };

/* clang-format off */
static const struct row {
	const char *check, *valid, *invalid;
	int singles, swaps; /* errors that go unseen over all valid numbers */
	unsigned promises;
} rows[] = {
	{"eg-national-id", "27811080119993|30312148807511|28812313503029",
		"2851301011234?|2850230011234?|3230229011234?|1850105011234?|4850105011234?|2850105051234?|2850105001234?|2850105871234?", 238, 14, LENGTH | FILLER},
	{"kr-brn", "179-81-56134|217-01-17085|2806729514",
		"100-81-1234?|123-00-1234?|1234567890", 0, 4, LENGTH | FILLER},
	{"kr-frn", "811001-5953131|990310-6960179|050214-7504402",
		"850230-512345?|851301-512345?|850105-112345?|850105-912345?", 12, 1, LENGTH | FILLER},
	{"kr-rrn", "991224-1375156|570901-2230201|050214-3007118|201101-4000000",
		"850230-112345?|851301-112345?|850100-112345?|850105-512345?|850105-1979999|850105-198000?", 106, 6, LENGTH | FILLER},
	{"mx-clabe", "002192246596620062|012 180 07835136083 4|125761951899529104",
		"00012345678901234?|000000000000000000", 0, 3, LENGTH | FILLER},
	{"mx-curp", "GOLJ840228HDFRRN00|MAPR931223MJCRZS00|XEXX020214HNERXNA6",
		"GOLJ850230HDFRRN0?|GOLJ851301HDFRRN0?|GOLJ850105ADFRRN0?|GOLJ85010AHDFRRN0?", 11, 0, LENGTH},
	{"mx-nss", "21550653469|14-26-05-9011-3|09092151993",
		"1234567890", 0, 4, LENGTH | FILLER},
	{"mx-rfc", "GOLJ040702060|MAPR-790704-AB4|ABC040918X19|A&B020214131",
		"GOLJ85023012?|GOLJ85130112?|1OLJ85010512?|GO85010512?", 0, 0, NONE},
	{"mx-rfc-date", "GOLJ561206258|ABC560114XYZ|A&B020214ZZ4",
		"GOLJ850230AB1|GOLJ851301AB1|1OLJ850105AB1|GO850105AB1|ABC85010XAB1", 143, 9, NONE},
	{"mx-voter-key", "GMVLMR73071101M255|BCDFGH79070932H333|BCDFGH63070787H270",
		"GMVLMR80023001M100|GMVLMR80130101M100|GMVLMR80070500M100|GMVLMR80070534M100|GMVLMR80070501X100|1MVLMR80070501M100", 212, 9, LENGTH},
	{"my-nric", "030419-14-9708|700220015158|000229-66-2167",
		"850230-14-1234|851301-14-1234|850105-00-1234|850105-17-1234|850105-97-1234|010229-14-1234", 253, 15, LENGTH | FILLER},
	{"nz-bank-account", "01-0242-0368588-00|12-3456-0677785-000|08-6523-1658514-001|25-2500-0596143-00|38-9000-0333578-00|03-0123-0992775-00",
		"05-1234-0123456-00|07-1234-0123456-00|32-1234-0123456-00|99-1234-0123456-00|01-0242-0100195-00", 271, 14, FILLER},
	{"nz-business-number", "9429826131278|9429020112479",
		"942800000000?|9429041400950", 0, 2, LENGTH},
	{"nz-ird", "49-767-412|140-842-583|076411352",
		"00-999-99?|151-000-00?|9999999", 3, 0, FILLER},
	{"nz-nhi", "ZZP0968|ZXW73CM|ABC74DK",
		"ZZI001?|ZOZ001?|0ZZ001?|ZZ0001?|ZZZA01?|ZBN77IL", 0, 0, LENGTH},
	{"pk-cnic", "35140-2503805-1|4486811024607|61101-7614305-8",
		"05201-1234567-1|95201-1234567-1|35201-1234567-0|35201-0000000-1", 342, 28, LENGTH | FILLER},
	{"rs-bank-account", "160-123456-54|265386804657153106|840-85882-17",
		"099-123456-??|160-0-??|1601", 0, 0, NONE},
	{"rs-pib", "190568680|104274919|969274605",
		"01234567?", 0, 0, LENGTH | FILLER},
	{"sa-national-id", "1053754162|2617966243|1067940179",
		"312345678?|012345678?", 0, 0, LENGTH | FILLER},
	{"sg-nric", "S0394050J|T8427249Z|F1074386U|G3705386X|M2666355L",
		"A1234567D|S1234567A|T1234567D|F1234567D|S12A4567D", 0, 0, LENGTH},
	{"sg-uen", "52101038A|201818982R|T08LL9544B|S99FC6517A",
		"187911111A|T08LL0001A|U08LL0001A|T0ALL0001A", 0, 2, NONE},
	{"sg-vehicle", "SBA9574Y|SLM12E|GBB623T|EA7S",
		"S1234G|SBA0123G|SBAB1234G|SBA12345G|SBA1234I", 0, 0, NONE},
	{"th-tax-number", "0-0070-90255-14-0|0105607187658|3339251246604",
		"912345678901?", 27, 0, LENGTH | FILLER},
	{"th-tnin", "1-1022-96037-34-5|3561155278429|8268950170284",
		"012345678901?|912345678901?", 27, 0, LENGTH | FILLER},
	{"tw-national-id", "A181231255|F251222585|A811754738|AB76098346",
		"A31234567?|A01234567?|A71234567?|123456789?|AE1234567?", 28, 3, LENGTH},
	{"tw-ubn", "92402499|27568246|81075379",
		"1234567", 39, 2, LENGTH | FILLER},
	{"ua-edrpou", "31557543|44609548|07205739|78065704",
		"1234567", 4, 2, LENGTH | FILLER},
	{"ua-rntrc", "2513170138|3476881018|2177600750",
		"000000000?|599991234?", 8, 1, LENGTH | FILLER},
	{"ua-unzr", "20010913-02379|1987022161174|2000022928490",
		"18790105-1234?|20500105-1234?|19851301-1234?|19850230-1234?|19000229-1234?", 229, 17, LENGTH | FILLER},
	{"vn-citizen-number", "001050958557|079001937792|096058232247",
		"00008512345?|09708512345?|00148512345?|001185000000", 274, 20, LENGTH | FILLER},
	{"vn-tax-number", "0456096058|3739853071|0357220025-001",
		"000000000?|0100109106-000", 26, 1, FILLER},
	{"za-id", "040313 5881 080|6406039314185|0002292593080",
		"850230 5001 08?|851301 5001 08?|010229 5001 08?|850105 5001 38?", 0, 0, LENGTH | FILLER},
	{"za-tax-number", "0820309664|1176/789/103|9595155764",
		"412345678?|512345678?|812345678?", 0, 1, LENGTH | FILLER},
	{"card-track", "%B4539148803436467^DOE/JANE^2712101000000000|;6011111111111117=30011010000000000|%B3782 822463 10005^EXAMPLE/A^2901",
		"%B4539148803436468^DOE/JANE^2712101000000000|;4539148803436467=27131010000000000|;4539148803436467=27001010000000000|;4539148803436467=271|;00000000000000=2712|4539148803436467|;45391488034364670000=2712|%B^DOE/JANE^2712", 300, 12, NONE},
	{"cusip", "045483104|95U096203|38259P508",
		"38259P50|38259P5A8|000000000", 0, 1, LENGTH},
	{"iccid", "8999000797906584392|89990002560410596560|8999 0001 3996 8423 781",
		"8899000123456789012|899900012345678901", 0, 3, NONE},
	{"isin", "US0736736283|DE0060701025|AU0000XVGZA3",
		"US037833100A|1S0378331005|U00378331005|US03783310", 0, 0, LENGTH},
	{"lei", "984500S1B2R1K7R7P659|98450022353186939298|00004V3F3G3R6L0F0Y19",
		"98450012345678901A23|00000000000000000000", 0, 0, LENGTH},
	{"eg-phone", "010 1234 5678|+20 10 1234 5678|02 2345 6789", "013 1234 5678|010 1234 567|10 1234 5678|+21 10 1234 5678", ANY, ANY, NONE},
	{"ke-phone", "0712 345 678|0110 123 456|+254 712 345678|020 1234567", "0912 345 678|0712 345 67|712 345 678", ANY, ANY, NONE},
	{"kr-phone", "010-1234-5678|02-123-4567|1588-0000|+82 10 1234 5678|070-1234-5678", "090-1234-5678|010-123|10-1234-5678|1088-0000", ANY, ANY, NONE},
	{"mx-phone", "55 1234 5678|+52 55 1234 5678|01 55 1234 5678|+52 1 55 1234 5678", "155 1234|055 1234 567|+53 55 1234 5678", ANY, ANY, NONE},
	{"my-phone", "012-345 6789|03-1234 5678|1300-12-3456|+60 12 345 6789", "02-123 4567|012-345|12-345 6789", ANY, ANY, NONE},
	{"ng-phone", "0803 123 4567|01 234 5678|+234 803 123 4567", "0303 123 4567|803 123 4567|0803 123 456", ANY, ANY, NONE},
	{"nz-phone", "(09) 123 4567|021 123 4567|+64 21 123 456|0800 123 456", "05 123 456|021 123|21 123 4567", ANY, ANY, NONE},
	{"ph-phone", "0917 123 4567|(02) 8123 4567|+63 917 123 4567", "0117 123 4567|917 123 4567|0917 123", ANY, ANY, NONE},
	{"pk-phone", "0300-1234567|042 3512 3456|+92 300 1234567", "0100-1234567|300-1234567|0300-123456", ANY, ANY, NONE},
	{"rs-phone", "064/123-4567|011 123 4567|+381 64 1234567", "054/123-4567|64/123-4567|064/123", ANY, ANY, NONE},
	{"sa-phone", "050 123 4567|011 123 4567|9200 12345|+966 50 123 4567", "090 123 4567|50 123 4567|050 123 456", ANY, ANY, NONE},
	{"sg-phone", "9123 4567|6123 4567|+65 8123 4567|1800 123 4567", "5123 4567|9123 456|9123 45678", ANY, ANY, NONE},
	{"th-phone", "081-234-5678|02-123-4567|+66 81 234 5678", "011-234-5678|81-234-5678|081-234-567", ANY, ANY, NONE},
	{"tw-phone", "0912-345-678|(02) 2345-6789|+886 912 345 678", "0112-345-678|912-345-678|0912-345", ANY, ANY, NONE},
	{"ua-phone", "067 123 45 67|(044) 123-45-67|+380 67 123 45 67", "017 123 45 67|67 123 45 67|067 123 45 6", ANY, ANY, NONE},
	{"vn-phone", "0912 345 678|(024) 1234 5678|+84 912 345 678", "0112 345 678|912 345 678|0912 345 67", ANY, ANY, NONE},
	{"za-phone", "082 123 4567|(011) 123 4567|+27 82 123 4567", "092 123 456|82 123 4567|082 123 456", ANY, ANY, NONE},
};
/* clang-format on */

/* The text lies in a block of exactly its size, so that a read past the end is seen. */
static bool
holds(const char *check, const char *text, size_t n)
{
	const struct rules_check *row = rules_check_find((struct base_span){(const uint8_t *)check, strlen(check)});
	uint8_t *exact = malloc(n ? n : 1);
	bool result;

	if (!row)
		fail_msg("no check '%s'", check);
	assert_non_null(exact);
	memcpy(exact, text, n);
	result = row->holds((struct base_span){exact, n});
	free(exact);
	return result;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Copies the next number of a list into ret. Returns where the list goes on, NULL at its end. */
static const char *
next_number(const char *list, char ret[static TEXT_MAX])
{
	size_t n = strcspn(list, "|");

	if (n == 0)
		return NULL;
	assert_true(n + 40 < TEXT_MAX);
	memcpy(ret, list, n);
	ret[n] = '\0';
	return list + n + (list[n] == '|');
}

static void
must_not_hold(const char *check, const char *text)
{
	if (holds(check, text, strlen(text)))
		fail_msg("%s lets '%s' pass", check, text);
}

static void
valid_numbers_hold(void **state)
{
	char text[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (const char *at = rows[i].valid; (at = next_number(at, text)) != NULL;)
			if (!holds(rows[i].check, text, strlen(text)))
				fail_msg("%s refuses '%s'", rows[i].check, text);
}

/* Each "?" counts through the digits, the last one fastest. */
static size_t
refuse_all(const char *check, const char *pattern)
{
	size_t tried = 1, places = 0;

	for (const char *c = pattern; *c; c++)
		places += *c == '?';
	for (size_t i = 0; i < places; i++)
		tried *= 10;
	for (size_t k = 0; k < tried; k++) {
		char text[TEXT_MAX];
		size_t rest = k, n = strlen(pattern);
		for (size_t i = n; i-- > 0;) {
			text[i] = pattern[i];
			if (pattern[i] != '?')
				continue;
			text[i] = (char)('0' + rest % 10);
			rest /= 10;
		}
		text[n] = '\0';
		must_not_hold(check, text);
	}
	return tried;
}

static void
invalid_numbers_do_not(void **state)
{
	char text[TEXT_MAX];
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (const char *at = rows[i].invalid; (at = next_number(at, text)) != NULL;)
			tried += refuse_all(rows[i].check, text);
	assert_true(tried > 700);
}

static int
unseen_singles(const char *check, char *text)
{
	int unseen = 0;

	for (size_t i = 0, n = strlen(text); i < n; i++) {
		char was = text[i];
		for (char c = '0'; c <= '9' && is_digit(was); c++) {
			text[i] = c;
			unseen += c != was && holds(check, text, n);
		}
		text[i] = was;
	}
	return unseen;
}

static int
unseen_swaps(const char *check, char *text)
{
	int unseen = 0;

	for (size_t i = 1, n = strlen(text); i < n; i++) {
		char a = text[i - 1], b = text[i];
		if (!is_digit(a) || !is_digit(b) || a == b)
			continue;
		text[i - 1] = b;
		text[i] = a;
		unseen += holds(check, text, n);
		text[i - 1] = a;
		text[i] = b;
	}
	return unseen;
}

static void
errors_go_unseen_as_often_as_stated(void **state)
{
	char text[TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int singles = 0, swaps = 0;
		for (const char *at = rows[i].valid; rows[i].singles != ANY && (at = next_number(at, text)) != NULL;) {
			singles += unseen_singles(rows[i].check, text);
			swaps += unseen_swaps(rows[i].check, text);
		}
		if (rows[i].singles != ANY && (singles != rows[i].singles || swaps != rows[i].swaps))
			fail_msg("%s: %d changed digits and %d swaps go unseen, not %d and %d", rows[i].check, singles, swaps,
				rows[i].singles, rows[i].swaps);
	}
}

static void
refuse_other_lengths(const char *check, char *text)
{
	size_t n = strlen(text), last = n;

	while (!is_digit(text[last - 1]))
		last--;
	text[n] = '1';
	text[n + 1] = '\0';
	must_not_hold(check, text);
	memset(text + n, '1', 30);
	text[n + 30] = '\0';
	must_not_hold(check, text);
	text[n] = '\0';
	memmove(text + last - 1, text + last, n - last + 1);
	must_not_hold(check, text);
}

static void
refuse_fillers(const char *check, char *text)
{
	for (char c = '0'; c <= '9'; c++) {
		for (size_t i = 0; text[i]; i++)
			text[i] = is_digit(text[i]) ? c : text[i];
		must_not_hold(check, text);
	}
}

static void
lengths_and_fillers_are_seen(void **state)
{
	char text[TEXT_MAX];
	size_t made = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (const char *at = rows[i].valid; (at = next_number(at, text)) != NULL; made++) {
			char copy[TEXT_MAX];
			memcpy(copy, text, sizeof copy);
			if (rows[i].promises & LENGTH)
				refuse_other_lengths(rows[i].check, text);
			if (rows[i].promises & FILLER)
				refuse_fillers(rows[i].check, copy);
		}
	assert_true(made > 100);
}

/* Every row of every family here is tested above. */
static void
no_check_is_forgotten(void **state)
{
	size_t missing = 0;

	(void)state;
	/* clang-format off */
#define LOOK_AT(family) \
	for (size_t k = 0; k < rules_checks_##family##_count; k++) { \
		bool found = false; \
		for (size_t i = 0; i < COUNT(rows) && !found; i++) \
			found = strcmp(rows[i].check, rules_checks_##family[k].name) == 0; \
		if (!found) \
			print_error("no vectors for %s\n", rules_checks_##family[k].name); \
		missing += !found; \
	}
	LOOK_AT(eg) LOOK_AT(ke) LOOK_AT(kr) LOOK_AT(mx) LOOK_AT(my) LOOK_AT(ng) LOOK_AT(nz) LOOK_AT(ph) LOOK_AT(pk)
	LOOK_AT(rs) LOOK_AT(sa) LOOK_AT(sg) LOOK_AT(th) LOOK_AT(tw) LOOK_AT(ua) LOOK_AT(vn) LOOK_AT(za)
		/* clang-format on */
		assert_int_equal(missing, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_numbers_hold),
		cmocka_unit_test(invalid_numbers_do_not),
		cmocka_unit_test(errors_go_unseen_as_often_as_stated),
		cmocka_unit_test(lengths_and_fillers_are_seen),
		cmocka_unit_test(no_check_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
