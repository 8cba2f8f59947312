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

/* What the check promises of each valid number. SINGLE: none that differs in one digit holds too; LAST: nor one that differs in the last
 * digit only; LENGTH: nor one with a digit more or less; FILLER: nor the same digit over and over. */
enum promise { NONE = 0, SINGLE = 1, LAST = 2, LENGTH = 4, FILLER = 8 };

/* clang-format off */
static const struct row {
	const char *check, *valid, *invalid;
	unsigned promises;
} rows[] = {
	{"at-social-security", "3415 221263|6624 050679|6005 180482|1237 010180|8735011380",
		"0237010180|123701018|3997320180|9573011680|5492000180|1585300280", SINGLE | LENGTH | FILLER},
	{"at-tax-number", "46-581/1222|46-399/9250|46-499/3377", "0012345670|12345678", SINGLE | LENGTH | FILLER},
	{"at-vat", "ATU77591009|ATU62224088|ATU33933802|ATU13585627",
		"ATU1358562|AT13585627|ATX13585627", SINGLE | LENGTH | FILLER},
	{"be-id-card", "595-8416185-95|599-4642015-14|596-5209411-23", "59140111022", SINGLE | LENGTH | FILLER},
	{"be-national-number", "50042008406|69020511534|72010478730|85.07.30-033.28|17 07 30 033 84",
		"85.07.30-000.61|8507300332|85133003370|85073203365|85603003311", LAST | LENGTH | FILLER},
	{"be-vat", "BE0857247693|BE0694607201|BE0023232785|BE 0428.759.497",
		"BE 428759497|BE 2428759497", SINGLE | LENGTH | FILLER},
	{"bg-egn", "7111193844|7010019691|7405128060|7523169263|8032056031|0542149264|9925039267",
		"752316926|7513699266|7506319260|7560019269|0553149266", LAST | LENGTH | FILLER},
	{"bg-foreigner-number", "1442220975|2336276496|4809858002|7111042925", "0000000000|711104292", SINGLE | LENGTH | FILLER},
	{"bg-vat", "BG526214393|BG206228062|BG1383939042|BG5594544749|BG175074752|BG983611739|BG4086267735",
		"BG17507475|BG111111111", FILLER},
	{"ch-ahv", "756.0000.9565.38|756.2029.5841.74|756.9442.4078.82|756.9217.0769.85",
		"757.9217.0769.82|756.9217.0769.8", SINGLE | LENGTH | FILLER},
	{"ch-enterprise-number", "CHE-936.347.836|CHE-273.417.638|CHE-474.142.310|CHE-100.155.212|CHE100155212 MWST",
		"CHE10015521", SINGLE | FILLER},
	{"cy-tax-code", "09473741Y|09987763D|05119051Q|CY-10259033P", "12000000A|1025903P", SINGLE | LENGTH | FILLER},
	{"cz-birth-number", "541205/0710|960823/9586|745404/6721|556217/1417|441003/836|430520/784|710319/2745|780123/3540|"
		"052114/5603|067114/4100",
		"603214/000|710319/274|71031927451|711332/9685|712331/5551|716331/0319", NONE},
	{"cz-vat", "CZ16750365|CZ41782224|CZ662274415|CZ629431047|CZ25123891|CZ640903926",
		"CZ95123891|CZ2512389", LAST | LENGTH | FILLER},
	{"de-document", "LT34R82411|X28MJCKGG2|L168HX8F41|C01X00T478|T220001293|1220001297D",
		"C01X00T47|C01A00T478", SINGLE | LENGTH},
	{"de-health-insurance", "Z634589732|H575222988|F321277793|A123456780",
		"1123456780|A12345678|A000000005", SINGLE | LENGTH | FILLER},
	{"de-social-security", "65110851W570|65120663A388|65270369N410|15 070649 C 103|65620839J007",
		"01 070649 C 103|15070649C10|150706490103|65320839J000|65171339J005|65300239J003", LAST | LENGTH},
	{"de-tax-id", "54817962075|25711069848|25481946373|36 574 261 809",
		"36554266806|01234567891|3657426180|01234567888", SINGLE | LENGTH | FILLER},
	{"de-tax-number", "21/815/08150|2893081508152|93815/08152", "9381508152|2893181508152|1993081508152|1111111111111", FILLER},
	{"de-vat", "DE900517599|DE281389608|DE705125129|DE136695976", "DE036695978|DE13669597", SINGLE | LENGTH | FILLER},
	{"dk-cpr", "051198-8722|110464-1476|050363-0552|211062-5629|0707614285",
		"07076142851|3202851234|0113851234|2902851234", LENGTH | FILLER},
	{"dk-vat", "DK55777438|DK93703073|DK10373018|DK 13585628", "DK 03585621|DK1358562", SINGLE | LENGTH | FILLER},
	{"ee-personal-code", "45411271909|38605051202|36610122062|37605030299|36805280109",
		"07605030299|3760503029|37613030717|37602313083", LAST | LENGTH | FILLER},
	{"ee-vat", "EE103740681|EE108134797|EE107139968|EE 100 931 558", "EE200931558|EE10093155", SINGLE | LENGTH | FILLER},
	{"es-cif", "A97441729|B41585621|Q9520051E|Q1591882D|J99216582|ESA13585625|D52057817|Q0780860C",
		"AB9216582|J9921658|I99216582|P99216582", SINGLE | LENGTH | FILLER},
	{"es-nie", "Y2320561J|Z4019119N|Z3589766T|X-1234567-L|ESX1234567L", "W1234567L|X123456L", SINGLE | LENGTH | FILLER},
	{"es-nif", "68786113J|54376803L|M6403361T|L0211766M|12345678-Z|ES12345678Z", "00000000T|1234567Z", SINGLE | LENGTH},
	{"es-social-security", "397062728487|393802579810|37/01233577/27|10/08013810/42",
		"671234567840|000000000000|28123456784|281234567890", LAST | LENGTH | FILLER},
	{"fi-identity-code", "101284X129Y|180673-4969|120790X1404|131052-308T",
		"131052-001R|131052Z308T|131052308T|131052-3080T|311152-2799|131352-563E|290251-785T", SINGLE | LENGTH | FILLER},
	{"fi-vat", "FI40162485|FI59043494|FI45322732|FI 20774740", "FI2077474|FI00000000", SINGLE | LENGTH | FILLER},
	{"fr-nif", "0189576421020|2550111222470|2002638147020|30 23 217 600 053",
		"4023217600056|302321760005", SINGLE | LENGTH | FILLER},
	{"fr-nir", "174087511621346|152127511644187|292113306312831|277083306326202|2 95 10 99 126 111 93|253072B07300470|"
		"253072A07300443",
		"593072B07300470|25307200730047|185137511600190|185007511600176|185437511600185|585057511600153", SINGLE | LENGTH | FILLER},
	{"fr-siren", "440652253|324082940|687482257|552 008 443", "000000000|55200844", SINGLE | LENGTH | FILLER},
	{"fr-siret", "64807148885818|68289432413191|50332595369527|73282932000074|35600000049837",
		"7328293200007|00000000000000|73282932000075|73282932100073|35600000049838", LENGTH | FILLER},
	{"fr-vat", "FR51108258997|FR32054389879|FR01068695170|Fr 40 303 265 045|FR 23 334 175 221|K7399859412|FR83404833048",
		"FR 4030326504|FR84404833048|FR41303265045|FR83404833049|FR05123456780", LAST | LENGTH | FILLER},
	{"gr-afm", "EL108691418|EL013168829|EL054694582|EL 094259216|054206580", "EL 09425921|000000000", LAST | LENGTH | FILLER},
	{"gr-amka", "22078048166|16086099336|22109791743|01013099997",
		"0101309999|32018057912|01138014699", SINGLE | LENGTH | FILLER},
	{"hr-oib", "33808367049|18620748040|85515510471|HR 33392005961", "33333333333|3339200596", SINGLE | LENGTH | FILLER},
	{"hu-personal-id", "1-790527-2146|2-741122-3912|30910212438|31403181003|19904071381|19902127292|58207259408|80910072678",
		"98001011234|1800101123|18013320058|18002314811|98001011235", LENGTH | FILLER},
	{"hu-taj", "142 855 450|632 359 808|637 464 042|111 111 110", "11111111|000 000 000", SINGLE | LENGTH | FILLER},
	{"hu-tax-id", "8350320613|8369576621|8354005224|8071592153", "7071592155|807159215", SINGLE | LENGTH | FILLER},
	{"hu-tax-number", "HU80707437|HU47177545|HU91332033|HU-12892312", "1289231|00000000", SINGLE | LENGTH | FILLER},
	{"hu-tax-number", "12892312-2-41", "12892312-6-41|12892312-2-99|12892313-2-41", LENGTH | FILLER},
	{"ie-eircode", "V94 T9PX|D6WXY12|T12 AC34", "A65 F4E2|V94 F4B2|V94 F4E", LENGTH},
	{"ie-pps-number", "7089066R|1240361I|8810871FA|8357124PA|1234567T|6433435F|6433435FT|6433435OA|9466959EW",
		"6433435FZ|643343F|0000000W", SINGLE | LENGTH | FILLER},
	{"ie-vat", "IE2641340S|IE0100736J|IE4236604K|IE 6433435F|IE 8D79739I|IE 6433435OA",
		"IE 643343F|IE DD79739I", SINGLE | LENGTH},
	{"it-fiscal-code", "RSSMRA78R22H501O|RSSMRA67A27H501Q|RSSMRA51R16H501M|RCCMNL83S18D969H|RSSMRA85T10A562S|rssmra85t10a562s|"
		"RSSMRA85TMLA562G|FOXWJZ91E23K1NUR|BLDKVY66R45D612C|QGHYUX00P01L219E",
		"RSSMRA85T10A562|1SSMRA85T10A562S|RSSMRA85T32H501U|RSSMRA85F10H501N|RSSMRA85T00H501N|RSSMRA85B70H501G|AERMRA85T10A562T|"
		"RSSMRA85T1XA562Q|RSSMRA85F10A562R", SINGLE | LENGTH},
	{"it-vat", "22922210152|44172370155|97538450152|IT 00743110157",
		"00000000000|0074311015|12345672003", SINGLE | LENGTH | FILLER},
	{"lt-personal-code", "39403060046|47203120571|48601031660|33309240064|99862317001",
		"73309240064|3330924006|37600037961|37602303141", LAST | LENGTH | FILLER},
	{"lt-vat", "LT839379615|LT825380511|LT594547135512|LT909647784311|LT 119511515|LT 100001919017",
		"LT 119511525|LT11951151", LAST | LENGTH | FILLER},
	{"lu-national-id", "1980041250867|1980041278921|1980110351535|1893120105732",
		"189312010573|1893130152745|1893023023948|1799120108004", SINGLE | LENGTH | FILLER},
	{"lu-vat", "LU69079970|LU45755506|LU50466535|LU 15027442", "LU 00000000|LU1502744", SINGLE | LENGTH | FILLER},
	{"lv-personal-code", "020496-11822|021275-12548|323277-21042|324787-01920|161175-19997",
		"161175-39991|161175-1999|310261-10112|011361-11047", LAST | LENGTH | FILLER},
	{"lv-vat", "LV41500031478|LV47773387504|LV49591396490|LV 4000 3521 600", "LV4000352160", LAST | LENGTH | FILLER},
	{"mt-vat", "MT29226379|MT20446298|MT20896185|MT 1167-9112", "MT0000000|MT00000000", SINGLE | LENGTH | FILLER},
	{"nl-bsn", "097218856|624126705|311705042|1112.22.333|123456782", "000000000|1234567|000000012", SINGLE | FILLER},
	{"nl-vat", "NL743378135B71|NL401593253B86|NL256758372B86|NL 004495445B01|NL002455799B11|NL264733022B01",
		"NL004495445C01|NL004495445B00|NL00449544B01", LENGTH | FILLER},
	{"no-bank-account", "6439.17.52417|1493.44.65599|8850.83.16458|8601 11 17947",
		"0000 11 17940|8601111794|8601 11 17948", SINGLE | LENGTH | FILLER},
	{"no-birth-number", "14098891898|08027946527|43056745409|56027660644|19529905265",
		"1510864311|31027701445|01137720279|72017719484", SINGLE | LENGTH | FILLER},
	{"no-organisation-number", "904513806|932671956|998328268|NO 988 077 917 MVA|821778077",
		"788077910|98807791", SINGLE | LENGTH | FILLER},
	{"pl-id-card", "WQA526580|JLR960422|EQU082059|ABA300000", "AB1300000|ABA30000", SINGLE | LENGTH | FILLER},
	{"pl-nip", "2652249554|4579099105|6652405157|PL 8567346215", "0000000000|856734621", SINGLE | LENGTH | FILLER},
	{"pl-passport", "RZ1423376|MB6344862|RE5920122|ZS0000177", "Z00000177|ZS000017", SINGLE | LENGTH | FILLER},
	{"pl-pesel", "75012873441|57101063458|01251693245|13220491622|44051401359|02070803628",
		"4405140135|44130109518|44023002364|44930118781", SINGLE | LENGTH | FILLER},
	{"pl-regon", "493444019|741681957|361114818|192598184|123456785|12345678512347|550983360",
		"19259818|000000000|12345678512348", LAST | LENGTH | FILLER},
	{"pt-citizen-card", "86087435 0 ZZ3|00880487 7 ZZ6|22206632 6 ZT6|00000000 0 ZZ4",
		"00000000 0 ZZZ|A0000000 0 ZZ4|0000000 0 ZZ4", SINGLE | LENGTH | FILLER},
	{"pt-nif", "205475809|151559880|118626841|PT 501 964 843|218440650|458997439",
		"000000000|50196484|499404246|936118733", LAST | LENGTH | FILLER},
	{"pt-social-security", "12800757819|23256159563|14620469570",
		"3000000000|1200000000|31224003018|02428891079", LAST | LENGTH | FILLER},
	{"ro-cnp", "2690723209233|2730213345671|6890914314611|1630615123457|6050901034621|6000229127735",
		"0630615123457|163061512345|1630615993450|1631315123617|1630230126420|1000229123456", LAST | LENGTH | FILLER},
	{"ro-fiscal-code", "RO22214064|RO31785493|RO17565778|RO 185 472 90|18547290|RO1234567897|RO9601010881",
		"RO0185472|RO1854729012345", LAST | FILLER},
	{"se-organisation-number", "554452-8317|552847-2300|552876-6628|556036-0793",
		"551036-0794|55603607", SINGLE | LENGTH | FILLER},
	{"se-personal-number", "780605-6839|501215-8647|19720520-1192|19970418-9035|811218-9876|19811218-9876|701063-2391",
		"811218-987|811218-0000|17811218-9876|811318-7739|810230-4196|811292-3019|811218-9875", LAST | LENGTH | FILLER},
	{"se-vat", "SE553631593901|SE558019303401|SE558728217801|SE 123456789701",
		"SE123456789700|SE1234567897|SE123456789801", LENGTH | FILLER},
	{"si-emso", "2405983503230|1512958504068|1811968504683|0101006500006",
		"010100650000|3202006501772|0113006504794", SINGLE | LENGTH | FILLER},
	{"si-tax-number", "SI70955204|SI53884922|SI37938045|SI 5022 3054|SI30557330",
		"SI 0022 3050|SI5022305", SINGLE | LENGTH | FILLER},
	{"sk-vat", "SK2898178195|SK2980733283|SK2085575525|SK 202 274 96 19",
		"SK 201 274 96 10|SK202274961|SK2652981804", SINGLE | LENGTH | FILLER},
	{"tr-national-id", "50961180808|88230562802|13059072232|17291716060", "07291716060|1729171606", SINGLE | LENGTH | FILLER},
	{"tr-tax-number", "1499162968|3592706008|1317731207|4540536920", "454053692|0000000000", LAST | LENGTH | FILLER},
	{"at-phone", "0664 1234567|01 5880012|+43 1 5880012|0043 664 1234567|(0512) 123456",
		"0812 345678|664 1234567|+44 664 1234567|01 12", NONE},
	{"be-phone", "0470 12 34 56|02 123 45 67|+32 2 123 45 67", "0470 12 34|470 12 34 56|+31 2 123 45 67", NONE},
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

typedef void visit_fn(const struct row *row, char *text, size_t n, size_t *count);

/* Calls visit for each number of the list; returns how many. */
static size_t
each_number(const struct row *row, const char *list, visit_fn *visit, size_t *count)
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
change_digit(const struct row *row, char *text, size_t n, size_t i, size_t *count)
{
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

static size_t
last_digit(const char *text, size_t n)
{
	while (n > 0 && !is_digit(text[n - 1]))
		n--;
	assert_true(n > 0);
	return n - 1;
}

static void
change_each_digit(const struct row *row, char *text, size_t n, size_t *count)
{
	for (size_t i = 0; i < n; i++)
		change_digit(row, text, n, i, count);
}

static void
change_last_digit(const struct row *row, char *text, size_t n, size_t *count)
{
	change_digit(row, text, n, last_digit(text, n), count);
}

static void
change_length(const struct row *row, char *text, size_t n, size_t *count)
{
	size_t last = last_digit(text, n);

	text[n] = '1';
	text[n + 1] = '\0';
	must_not_hold(row, text, n + 1, count);
	text[n] = '\0';
	memmove(text + last, text + last + 1, n - last);
	must_not_hold(row, text, n - 1, count);
	/* far more than any number has */
	memset(text + n - 1, '1', 30);
	text[n + 29] = '\0';
	must_not_hold(row, text, n + 29, count);
	++*count;
}

static void
fill(const struct row *row, char *text, size_t n, size_t *count)
{
	for (char c = '0'; c <= '9'; c++) {
		for (size_t i = 0; i < n; i++)
			text[i] = is_digit(text[i]) ? c : text[i];
		must_not_hold(row, text, n, count);
		++*count;
	}
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
promised_errors_are_seen(void **state)
{
	size_t made = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].promises & SINGLE)
			each_number(&rows[i], rows[i].valid, change_each_digit, &made);
		if (rows[i].promises & LAST)
			each_number(&rows[i], rows[i].valid, change_last_digit, &made);
		if (rows[i].promises & LENGTH)
			each_number(&rows[i], rows[i].valid, change_length, &made);
		if (rows[i].promises & FILLER)
			each_number(&rows[i], rows[i].valid, fill, &made);
	}
	assert_true(made > 10000);
}

/* Every row of every family here is tested above. */
static void
no_check_is_forgotten(void **state)
{
	size_t missing = 0;

	(void)state;
#define LOOK_AT(family)                                                                                                                    \
	for (size_t k = 0; k < rules_checks_##family##_count; k++) {                                                                       \
		bool found = false;                                                                                                        \
		for (size_t i = 0; i < COUNT(rows) && !found; i++)                                                                         \
			found = strcmp(rows[i].check, rules_checks_##family[k].name) == 0;                                                 \
		if (!found)                                                                                                                \
			print_error("no vectors for %s\n", rules_checks_##family[k].name);                                                 \
		missing += !found;                                                                                                         \
	}
#define EUROPE(X)                                                                                                                          \
	X(at)                                                                                                                              \
	X(be)                                                                                                                              \
	X(bg)                                                                                                                              \
	X(ch)                                                                                                                              \
	X(cy)                                                                                                                              \
	X(cz) X(de) X(dk) X(ee) X(es) X(fi) X(fr) X(gr) X(hr) X(hu) X(ie) X(it) X(lt) X(lu) X(lv) X(mt) X(nl) X(no) X(pl) X(pt) X(ro)      \
		X(se) X(si) X(sk) X(tr)
	EUROPE(LOOK_AT)
	assert_int_equal(missing, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_numbers_hold),
		cmocka_unit_test(invalid_numbers_do_not),
		cmocka_unit_test(promised_errors_are_seen),
		cmocka_unit_test(no_check_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
