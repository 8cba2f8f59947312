/* Check digits of Europe, family by family: numbers that hold, numbers that do not (a date that no calendar has under a check digit that
 * fits, a kind that is not given out, a digit too few or too many), and every change of one digit where the sum promises to see it.
 * Numbers are invented, or specimens that the issuers publish; "|" stands between them. */
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

/* SINGLE: no number that differs in one digit holds too. */
enum promise { NONE, SINGLE };

/* clang-format off */
static const struct row {
	const char *check, *valid, *invalid;
	enum promise promise;
} rows[] = {
	{"at-social-security", "3415 221263|1237 010180",
		"0237010180|123701018|8288320180|3550011680|4924000180|4030300280", SINGLE},
	{"at-tax-number", "46-717/6418", "0012345670|12345678", SINGLE},
	{"at-vat", "ATU69246997|ATU13585627", "ATU1358562|AT13585627", SINGLE},
	{"be-id-card", "591-0222148-23", "59140111022", SINGLE},
	{"be-national-number", "79061473759|85.07.30-033.28|17 07 30 033 84",
		"85.07.30-000.61|8507300332|85133003370|85073203365|85603003311", NONE},
	{"be-vat", "BE0091145059|BE 0428.759.497", "BE 428759497|BE 2428759497", SINGLE},
	{"bg-egn", "9103237228|7523169263|8032056031", "752316926|7513699266|7506319260|7560019269", NONE},
	{"bg-foreigner-number", "5411095786|7111042925", "0000000000|711104292", SINGLE},
	{"bg-vat", "BG997884581|BG0160264603|BG175074752", "BG17507475|BG111111111", NONE},
	{"ch-ahv", "756.4694.5456.96|756.9217.0769.85", "757.9217.0769.82|756.9217.0769.8", SINGLE},
	{"ch-enterprise-number", "CHE-792.580.661|CHE-100.155.212|CHE100155212 MWST", "CHE10015521", SINGLE},
	{"cy-tax-code", "00773345X|CY-10259033P", "12000000A|1025903P", SINGLE},
	{"cz-birth-number", "740419/4578|716010/8065|411120/072|710319/2745|780123/3540",
		"603214/000|710319/274|71031927451|711332/8178|712331/6332|716331/0033", NONE},
	{"cz-vat", "CZ21229848|CZ649091708|CZ25123891|CZ640903926", "CZ95123891|CZ2512389", NONE},
	{"de-document", "MGX5R7K617|C01X00T478|T220001293|1220001297D", "C01X00T47|C01A00T478", SINGLE},
	{"de-health-insurance", "T879472700|A123456780", "1123456780|A12345678|A000000005", SINGLE},
	{"de-social-security", "65080767K967|15 070649 C 103",
		"01 070649 C 103|15070649C10|150706490103|65320839J000|65171339J005|65300239J003", NONE},
	{"de-tax-id", "30162847994|36 574 261 809", "36554266806|01234567891|3657426180", SINGLE},
	{"de-tax-number", "21/815/08150|2893081508152|93815/08152", "9381508152|2893181508152|1993081508152|1111111111111", NONE},
	{"de-vat", "DE226534482|DE136695976", "DE036695978|DE13669597", SINGLE},
	{"dk-cpr", "040954-2848|211062-5629|0707614285", "07076142851|3202851234|0113851234|2902851234", NONE},
	{"dk-vat", "DK27528325|DK 13585628", "DK 03585621|DK1358562", SINGLE},
	{"ee-personal-code", "39207281616|37605030299|36805280109", "07605030299|3760503029|37613036068|37602310200", NONE},
	{"ee-vat", "EE108591848|EE 100 931 558", "EE200931558|EE10093155", SINGLE},
	{"es-cif", "B18100966|Q6790830A|J99216582|ESA13585625", "AB9216582|J9921658", SINGLE},
	{"es-nie", "Y8776969E|X-1234567-L|ESX1234567L", "W1234567L|X123456L", SINGLE},
	{"es-nif", "90649797N|L2170087Z|12345678-Z|ES12345678Z", "00000000T|1234567Z", SINGLE},
	{"es-social-security", "311260405053|46/05953649/84", "671234567840|000000000000|28123456784", NONE},
	{"fi-identity-code", "030470X703W|131052-308T",
		"131052-001R|131052Z308T|131052308T|131052-3080T|311152-876J|131352-0928|290251-162P", SINGLE},
	{"fi-vat", "FI86808173|FI 20774740", "FI2077474|FI00000000", SINGLE},
	{"fr-nif", "3776267814298|30 23 217 600 053", "4023217600056|302321760005", SINGLE},
	{"fr-nir", "289027511629850|288103306311827|2 95 10 99 126 111 93|253072B07300470|253072A07300443",
		"593072B07300470|25307200730047|185137511600190|185007511600176|185437511600185", SINGLE},
	{"fr-siren", "119612430|552 008 443", "000000000|55200844", SINGLE},
	{"fr-siret", "94891936019263|73282932000074|35600000049837", "7328293200007|00000000000000", NONE},
	{"fr-vat", "FR62378927057|Fr 40 303 265 045|FR 23 334 175 221|K7399859412|FR83404833048",
		"FR 4030326504|FR84404833048", NONE},
	{"gr-afm", "EL021505470|EL 094259216", "EL 09425921|000000000", NONE},
	{"gr-amka", "05027892693|01013099997", "0101309999|32018088453|01138010523", SINGLE},
	{"hr-oib", "76169155569|HR 33392005961", "33333333333|3339200596", SINGLE},
	{"hu-personal-id", "2-981127-0051|40707164008|19705106013", "98001011234|1800101123|18013328637|18002317887", NONE},
	{"hu-taj", "812 560 921|111 111 110", "11111111|000 000 000", SINGLE},
	{"hu-tax-id", "8333544711|8071592153", "7071592155|807159215", SINGLE},
	{"hu-tax-number", "HU85251474|HU-12892312", "1289231|00000000", SINGLE},
	{"hu-tax-number", "12892312-2-41", "12892312-6-41|12892312-2-99|12892313-2-41", NONE},
	{"ie-eircode", "V94 T9PX|D6WXY12|T12 AC34", "A65 F4E2|V94 F4B2|V94 F4E", NONE},
	{"ie-pps-number", "9888684S|4417764CA|1234567T|6433435F|6433435FT|6433435OA", "6433435FZ|643343F|0000000W", SINGLE},
	{"ie-vat", "IE5100704N|IE 6433435F|IE 8D79739I|IE 6433435OA", "IE 643343F|IE DD79739I", SINGLE},
	{"it-fiscal-code", "RSSMRA42H49H501B|RCCMNL83S18D969H|RSSMRA85T10A562S|rssmra85t10a562s",
		"RSSMRA85T10A562|1SSMRA85T10A562S|RSSMRA85T32H501U|RSSMRA85F10H501N|RSSMRA85T00H501N|RSSMRA85B70H501G", SINGLE},
	{"it-vat", "15150960159|IT 00743110157", "00000000000|0074311015|12345672003", SINGLE},
	{"lt-personal-code", "48411157464|33309240064", "73309240064|3330924006|37600032497|37602303490", NONE},
	{"lt-vat", "LT365588718|LT959667692718|LT 119511515|LT 100001919017", "LT 119511525|LT11951151", NONE},
	{"lu-national-id", "1980110333722|1893120105732", "189312010573|1893130158114|1893023044168|1799120126816", SINGLE},
	{"lu-vat", "LU56062918|LU 15027442", "LU 00000000|LU1502744", SINGLE},
	{"lv-personal-code", "011075-15253|325499-16646|161175-19997", "161175-39991|161175-1999|310261-14009|011361-17617", NONE},
	{"lv-vat", "LV45616918299|LV 4000 3521 600", "LV4000352160", NONE},
	{"mt-vat", "MT26248853|MT 1167-9112", "MT0000000|MT00000000", SINGLE},
	{"nl-bsn", "223920320|1112.22.333|123456782", "111111110|1234567|000000012", SINGLE},
	{"nl-vat", "NL568247449B55|NL 004495445B01|NL002455799B11", "NL004495445C01|NL004495445B00|NL00449544B01", NONE},
	{"no-bank-account", "5779.18.25980|8601 11 17947", "0000 11 17940|8601111794", SINGLE},
	{"no-birth-number", "05036924898|47018854127", "1510864311|31027711831|01137701622|72017702514", SINGLE},
	{"no-organisation-number", "921840802|NO 988 077 917 MVA", "788077910|98807791", SINGLE},
	{"pl-id-card", "CJZ104403|ABA300000", "AB1300000|ABA30000", SINGLE},
	{"pl-nip", "7552822040|PL 8567346215", "0000000000|856734621", SINGLE},
	{"pl-passport", "RC2960666|ZS0000177", "Z00000177|ZS000017", SINGLE},
	{"pl-pesel", "70021467076|09291186295|44051401359|02070803628", "4405140135|44130152424|44023041624|44930198020", SINGLE},
	{"pl-regon", "206845614|192598184|123456785|12345678512347", "19259818|000000000|12345678512348", NONE},
	{"pt-citizen-card", "61793187 9 ZA6|00000000 0 ZZ4", "00000000 0 ZZZ|A0000000 0 ZZ4|0000000 0 ZZ4", SINGLE},
	{"pt-nif", "289403456|PT 501 964 843", "000000000|50196484", NONE},
	{"pt-social-security", "15331716597", "3000000000|1200000000", NONE},
	{"ro-cnp", "1520518269152|1630615123457", "0630615123457|163061512345|1630615993450|1631315122578|1630230120964", NONE},
	{"ro-fiscal-code", "RO31752488|RO 185 472 90|18547290", "RO0185472|RO1854729012345", NONE},
	{"se-organisation-number", "558127-8834|556036-0793", "551036-0794|55603607", SINGLE},
	{"se-personal-number", "870509-1554|19750223-8715|811218-9876|19811218-9876|701063-2391",
		"811218-987|811218-0000|17811218-9876|811318-7184|810230-2034|811292-9131", NONE},
	{"se-vat", "SE556639345901|SE 123456789701", "SE123456789700|SE1234567897", NONE},
	{"si-emso", "2703996505381|0101006500006", "010100650000|3202006501454|0113006505316", SINGLE},
	{"si-tax-number", "SI82658315|SI 5022 3054", "SI 0022 3050|SI5022305", SINGLE},
	{"sk-vat", "SK2940274062|SK 202 274 96 19", "SK 201 274 96 10|SK202274961", SINGLE},
	{"tr-national-id", "97415047782|17291716060", "07291716060|1729171606", SINGLE},
	{"tr-tax-number", "8887678032|4540536920", "454053692|0000000000", NONE},
	{"at-phone", "0664 1234567|01 5880012|+43 1 5880012|0043 664 1234567|(0512) 123456",
		"0812 345678|664 1234567|+44 664 1234567|01 12", NONE},
	{"be-phone", "0470 12 34 56|02 123 45 67|+32 2 123 45 67", "0470 12 34 5|470 12 34 56|+31 2 123 45 67", NONE},
	{"bg-phone", "0888 123 456|02 1234567|+359 2 1234567", "0188 123 456|888 123 456", NONE},
	{"ch-phone", "079 123 45 67|044 123 45 67|+41 44 123 45 67|+41 (0)44 123 45 67",
		"012 345 67 89|079 123 45 6|79 123 45 67", NONE},
	{"cy-phone", "99 123456|22 123456|+357 22 123456", "12 345678|99 12345", NONE},
	{"cz-phone", "602 123 456|+420 222 123 456", "112 345 678|602 123 45", NONE},
	{"de-phone", "030 1234567|0151 12345678|+49 30 1234567|0049 30 1234567|+49 (0)30 1234567",
		"0123 456789|30 1234567|0151 1234|+48 30 1234567", NONE},
	{"dk-phone", "20 12 34 56|+45 33 12 34 56", "12 34 56 78|20 12 34 5", NONE},
	{"ee-phone", "5123 4567|612 3456|+372 612 3456", "112 3456|5123", NONE},
	{"es-phone", "612 345 678|912 34 56 78|+34 612 345 678", "512 345 678|61 234 567|0612 345 678", NONE},
	{"fi-phone", "040 123 4567|09 1234567|+358 40 1234567", "40 123 4567|001 1234567", NONE},
	{"fr-phone", "06 12 34 56 78|+33 6 12 34 56 78|0033 6 12 34 56 78", "06 12 34 56 7|6 12 34 56 78|00 12 34 56 78", NONE},
	{"gr-phone", "210 123 4567|691 234 5678|+30 210 1234567", "512 345 6789|210 123 456", NONE},
	{"hr-phone", "091 123 4567|01 123 4567|+385 1 1234567", "071 123 4567|91 123 4567", NONE},
	{"hu-phone", "06 20 123 4567|06-1-123-4567|+36 20 123 4567", "07 20 123 4567|06 20 123 456", NONE},
	{"ie-phone", "087 123 4567|01 234 5678|+353 1 234 5678", "037 123 4567|87 123 4567", NONE},
	{"it-phone", "06 12345678|328 123 4567|+39 06 12345678|800 123 456", "112 345 6789|06 123", NONE},
	{"lt-phone", "8 612 34567|0612 34567|(8 5) 212 3456|+370 612 34567", "1 612 34567|8 912 34567", NONE},
	{"lu-phone", "621 123 456|26 12 34 56|+352 621 123 456", "12 34 56|621 123 45", NONE},
	{"lv-phone", "2123 4567|67 123 456|+371 67123456", "12 345 678|2123 456", NONE},
	{"mt-phone", "7912 3456|2112 3456|+356 2112 3456", "1234 5678|7912 345", NONE},
	{"nl-phone", "020 1234567|06 12345678|+31 20 1234567", "020 123456|006 1234567|20 1234567", NONE},
	{"no-phone", "412 34 567|22 12 34 56|+47 22 12 34 56", "12 34 56 78|412 34 56", NONE},
	{"pl-phone", "501 602 703|22 123 45 67|+48 501 602 703", "012 345 678|501 602 70", NONE},
	{"pt-phone", "912 345 678|212 345 678|+351 212 345 678", "512 345 678|912 345 67", NONE},
	{"ro-phone", "0721 234 567|021 123 45 67|+40 721 234 567", "0121 234 567|721 234 567", NONE},
	{"se-phone", "070-123 45 67|08-123 45 67|+46 8 123 45 67", "00-123 45 67|70-123 45 67|070-123", NONE},
	{"si-phone", "031 123 456|01 123 45 67|+386 1 123 45 67", "091 123 456|31 123 456", NONE},
	{"sk-phone", "0905 123 456|02/1234 5678|+421 2 1234 5678", "0105 123 456|905 123 456", NONE},
	{"tr-phone", "0532 123 45 67|0212 123 45 67|+90 532 123 45 67", "0123 456 78 90|532 123 45 67", NONE},
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

/* Calls visit for each number of the list; returns how many. */
static size_t
each_number(const struct row *row, const char *list, void (*visit)(const struct row *row, char *text, size_t n, size_t *count), size_t *count)
{
	size_t numbers = 0;

	for (const char *at = list; *at; numbers++) {
		size_t n = strcspn(at, "|");
		char text[96];

		assert_true(n > 0 && n + 30 < sizeof text);
		memcpy(text, at, n);
		text[n] = '\0';
		visit(row, text, n, count);
		at += n + (at[n] == '|');
	}
	return numbers;
}

static void
must_hold(const struct row *row, char *text, size_t n, size_t *count)
{
	(void)count;
	if (!holds(row->check, text, n))
		fail_msg("%s refuses '%s'", row->check, text);
}

static void
must_not_hold(const struct row *row, char *text, size_t n, size_t *count)
{
	(void)count;
	if (holds(row->check, text, n))
		fail_msg("%s lets '%s' pass", row->check, text);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
every_digit_counts(const struct row *row, char *text, size_t n, size_t *count)
{
	for (size_t i = 0; i < n; i++) {
		char was = text[i];

		for (char c = '0'; c <= '9' && is_digit(was); c++) {
			text[i] = c;
			if (c == was)
				continue;
			must_not_hold(row, text, n, count);
			++*count;
		}
		text[i] = was;
	}
}

/* A number that is too long or cut is another number; telephone numbers have several lengths. */
static void
length_counts(const struct row *row, char *text, size_t n, size_t *count)
{
	size_t last = n;

	while (last > 0 && !is_digit(text[last - 1]))
		last--;
	/* without the last digit, and with thirty more */
	memmove(text + last - 1, text + last, n - last + 1);
	must_not_hold(row, text, n - 1, count);
	memset(text + n - 1, '1', 30);
	text[n + 29] = '\0';
	must_not_hold(row, text, n + 29, count);
	++*count;
}

static void
valid_numbers_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(each_number(&rows[i], rows[i].valid, must_hold, NULL) > 0);
}

static void
invalid_numbers_do_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(each_number(&rows[i], rows[i].invalid, must_not_hold, NULL) > 0);
}

static void
single_digit_errors_are_seen(void **state)
{
	size_t made = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].promise == SINGLE)
			each_number(&rows[i], rows[i].valid, every_digit_counts, &made);
	assert_true(made > 5000);
}

static void
lengths_are_seen(void **state)
{
	size_t made = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].promise == SINGLE)
			each_number(&rows[i], rows[i].valid, length_counts, &made);
	assert_true(made > 80);
}

/* Every row of every family here is tested above. */
static void
no_check_is_forgotten(void **state)
{
	size_t missing = 0;

	(void)state;
#define LOOK_AT(family) \
	for (size_t k = 0; k < rules_checks_##family##_count; k++) { \
		bool found = false; \
		for (size_t i = 0; i < COUNT(rows) && !found; i++) \
			found = strcmp(rows[i].check, rules_checks_##family[k].name) == 0; \
		if (!found) \
			print_error("no vectors for %s\n", rules_checks_##family[k].name); \
		missing += !found; \
	}
#define EUROPE(X) \
	X(at) X(be) X(bg) X(ch) X(cy) X(cz) X(de) X(dk) X(ee) X(es) X(fi) X(fr) X(gr) X(hr) X(hu) X(ie) X(it) X(lt) X(lu) X(lv) X(mt) X(nl) \
	X(no) X(pl) X(pt) X(ro) X(se) X(si) X(sk) X(tr)
	EUROPE(LOOK_AT)
	assert_int_equal(missing, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_numbers_hold),
		cmocka_unit_test(invalid_numbers_do_not),
		cmocka_unit_test(single_digit_errors_are_seen),
		cmocka_unit_test(lengths_are_seen),
		cmocka_unit_test(no_check_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
