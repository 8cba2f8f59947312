/* Checks of the United Kingdom: NHS, National Insurance, tax reference, VAT, driving licence, postcode, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Weights 10 to 2; the check digit makes the sum a multiple of 11, and 10 is never issued. */
static bool
nhs(struct base_span match)
{
	static const uint8_t weights[10] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 10) && !check_is_repeated(text, 10) && check_weighted(text, weights, 10) % 11 == 0;
}

/* Two letters that were given out, six digits, A to D. */
static bool
nino(struct base_span match)
{
	static const char *const never[] = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};
	char text[CHECK_MAX];

	if (check_compact(match, text) != 9 || !check_is_digits(text + 2, 6) || text[8] < 'A' || text[8] > 'D')
		return false;
	if (!base_is_upper((uint8_t)text[0]) || !base_is_upper((uint8_t)text[1]))
		return false;
	if (strchr("DFIQUV", text[0]) || strchr("DFIOQUV", text[1]))
		return false;
	for (size_t i = 0; i < BASE_COUNT(never); i++)
		if (memcmp(text, never[i], 2) == 0)
			return false;
	return true;
}

/* The first of ten digits is the check digit of the other nine; a K behind them is no part of the number. */
static bool
utr(struct base_span match)
{
	static const uint8_t weights[9] = {6, 7, 8, 9, 10, 5, 4, 3, 2};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n == 11 && text[10] == 'K')
		n--;
	if (n != 10 || !check_is_digits(text, n))
		return false;
	return "21987654321"[check_weighted(text + 1, weights, 9) % 11] == text[0];
}

/* Seven digits with weights 8 to 2 and two check digits: the sum is a multiple of 97, or 55 short of one since 2009. Three more
 * digits name a branch. */
static bool
vat(struct base_span match)
{
	static const uint8_t weights[7] = {8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "GB");
	unsigned sum;

	if ((n != 9 && n != 12) || !check_is_digits(text, n) || check_is_repeated(text, 9))
		return false;
	sum = check_weighted(text, weights, 7) + (unsigned)check_number(text + 7, 2);
	return sum % 97 == 0 || (sum + 55) % 97 == 0;
}

/* Five of the surname filled up with nines, decade, month (50 more for women), day, year, two initials, three characters. */
static bool
driving_licence(struct base_span match)
{
	char text[CHECK_MAX];
	size_t letters = 0;
	unsigned month, day;

	if (check_compact(match, text) != 16 || !check_is_digits(text + 5, 6))
		return false;
	while (letters < 5 && base_is_upper((uint8_t)text[letters]))
		letters++;
	if (letters == 0)
		return false;
	for (size_t i = letters; i < 5; i++)
		if (text[i] != '9')
			return false;
	month = (unsigned)check_number(text + 6, 2);
	day = (unsigned)check_number(text + 8, 2);
	if (!check_is_date(2000, month > 50 ? month - 50 : month, day))
		return false;
	for (size_t i = 11; i < 13; i++)
		if (text[i] != '9' && !base_is_upper((uint8_t)text[i]))
			return false;
	return base_is_upper((uint8_t)text[12]) <= base_is_upper((uint8_t)text[11]) && base_is_upper((uint8_t)text[14])
	       && base_is_upper((uint8_t)text[15]);
}

/* Postcode areas, with the crown dependencies, each three bytes wide. */
static const char areas[] =
	"AB AL B  BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E  EC EH EN EX FK FY G  GL GU GY "
	"HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L  LA LD LE LL LN LS LU M  ME MK ML N  NE NG NN NP NR NW OL OX PA PE PH PL PO "
	"PR RG RH RM S  SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W  WA WC WD WF WN WR WS WV YO ZE";

/* Known area, one or two characters of district, a digit and two letters that are easily told apart. */
static bool
postcode(struct base_span match)
{
	char text[CHECK_MAX], area[2];
	size_t n = check_compact(match, text);

	if (n == 6 && memcmp(text, "GIR0AA", 6) == 0)
		return true;
	if (n < 5 || n > 7 || !base_is_upper((uint8_t)text[0]))
		return false;
	area[0] = text[0];
	area[1] = base_is_upper((uint8_t)text[1]) ? text[1] : ' ';
	if (!base_is_digit((uint8_t)text[area[1] == ' ' ? 1 : 2]))
		return false;
	if (!base_is_digit((uint8_t)text[n - 3]) || !base_is_upper((uint8_t)text[n - 2]) || !base_is_upper((uint8_t)text[n - 1])
		|| strchr("CIKMOV", text[n - 2]) || strchr("CIKMOV", text[n - 1]))
		return false;
	for (size_t i = 0; i + 1 < sizeof areas; i += 3)
		if (memcmp(areas + i, area, 2) == 0)
			return true;
	return false;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"10:113-118,121-124,126,128,130-137,139,141,143-145,147,149-151,153-159,161-162,164,166-170,173,177-180,183-187,189-193,"
		"195,197-201,203-204,207-208,230-231,238-241,247,280-284,286-292,56,70-75,77-79,808,842-845,870-873,90-91,982-984,989 "
		"09-10:120,125,127,129,138,140,142,146,148,152,160,163,165,172,174-176,182,188,194,196,800";

	return check_phone_plan(match, "44", "0", plan);
}

const struct rules_check rules_checks_uk[] = {
	{"uk-driving-licence", driving_licence, 0.46, "DVLA, driver number"},
	{"uk-nhs", nhs, 1.0 / 11, "NHS Data Dictionary, NHS number"},
	{"uk-nino", nino, 0.55, "HMRC, National Insurance Manual NIM39110"},
	{"uk-phone", phone, 0.24, "Ofcom, National Telephone Numbering Plan"},
	{"uk-postcode", postcode, 0.41, "Royal Mail, Postcode Address File"},
	{"uk-utr", utr, 1.0 / 10, "HMRC, unique taxpayer reference"},
	{"uk-vat", vat, 2.0 / 97, "HMRC, VAT registration number"},
};

const size_t rules_checks_uk_count = BASE_COUNT(rules_checks_uk);
