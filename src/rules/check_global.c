/* Checks of identifiers used everywhere: payment cards, bank accounts, vehicles, places; and the table of the family. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"
#include "rules/check_parts.h"

enum { IBAN_MAX = 34 };

static bool
luhn(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	return n >= 2 && check_is_digits(text, n) && !check_is_repeated(text, n) && check_luhn_sum(text, n) % 10 == 0;
}

/* Ranges of issuer identification numbers (ISO/IEC 7812-1) as the networks publish them, with the lengths of their card numbers:
 * first and last prefix, digits of the prefix, bit i of lengths = i + 12 digits. */
#define LENGTHS(from, to) ((uint8_t)((1u << ((to)-12 + 1)) - (1u << ((from)-12))))
static const struct issuer {
	uint32_t first, last;
	uint8_t digits, lengths;
} issuers[] = {
	{4, 4, 1, LENGTHS(13, 13) | LENGTHS(16, 16) | LENGTHS(19, 19)}, /* Visa */
	{51, 55, 2, LENGTHS(16, 16)}, {2221, 2720, 4, LENGTHS(16, 16)}, /* Mastercard */
	{34, 34, 2, LENGTHS(15, 15)}, {37, 37, 2, LENGTHS(15, 15)},     /* American Express */
	{300, 305, 3, LENGTHS(14, 19)}, {3095, 3095, 4, LENGTHS(14, 19)}, {36, 36, 2, LENGTHS(14, 19)},
	{38, 39, 2, LENGTHS(14, 19)}, /* Diners */
	{35, 35, 2, LENGTHS(16, 19)}, {2131, 2131, 4, LENGTHS(15, 15)},
	{1800, 1800, 4, LENGTHS(15, 15)}, /* JCB; the rest of 35 is nobody's */
	{6, 6, 1, LENGTHS(12, 19)},       /* Maestro; Discover, UnionPay and RuPay lie in its range */
	{50, 50, 2, LENGTHS(12, 19)}, {56, 59, 2, LENGTHS(12, 19)}, {604, 604, 4, LENGTHS(12, 19)}, /* Maestro, also written 0604 */
	{81, 81, 2, LENGTHS(16, 19)}, {82, 82, 2, LENGTHS(16, 16)},                                 /* UnionPay, RuPay */
	{2200, 2205, 4, LENGTHS(16, 19)},                                                           /* Mir */
	{9792, 9792, 4, LENGTHS(16, 16)},                                                           /* Troy */
};

static bool
card_iin(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n < 12 || n > 19 || !check_is_digits(text, n))
		return false;
	for (size_t i = 0; i < BASE_COUNT(issuers); i++) {
		uint64_t prefix = check_number(text, issuers[i].digits);

		if (prefix >= issuers[i].first && prefix <= issuers[i].last && issuers[i].lengths >> (n - 12) & 1)
			return true;
	}
	return false;
}

/* Country and length of the whole number, four bytes each (SWIFT, IBAN Registry). */
static const char iban_lengths[] = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO1"
				   "8FR27GB22GE22GI23GL18GR27GT28"
				   "HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU3"
				   "0NI28NL18NO15OM23PK24PL28PS29PT25QA29"
				   "RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

static size_t
iban_length(const uint8_t *country)
{
	for (size_t i = 0; i + 4 < sizeof iban_lengths; i += 4)
		if (iban_lengths[i] == base_upper(country[0]) && iban_lengths[i + 1] == base_upper(country[1]))
			return (size_t)(iban_lengths[i + 2] - '0') * 10 + (size_t)(iban_lengths[i + 3] - '0');
	return 0;
}

/* ISO 13616-1: the first four characters moved behind the rest, letters as 10 to 35, the whole is 1 modulo 97. */
static bool
iban(struct base_span match)
{
	uint8_t text[IBAN_MAX];
	size_t n = 0;
	unsigned rest = 0, check;

	for (size_t i = 0; i < match.size; i++) {
		if (!base_is_alnum(match.data[i]))
			continue;
		if (n == IBAN_MAX)
			return false;
		text[n++] = base_upper(match.data[i]);
	}
	if (n < 15 || n != iban_length(text) || !base_is_digit(text[2]) || !base_is_digit(text[3]))
		return false;
	/* 00, 01 and 99 leave the same rest as 97, 98 and 02 and are never given out */
	check = (unsigned)(text[2] - '0') * 10 + (unsigned)(text[3] - '0');
	for (size_t i = 0; i < n; i++) {
		uint8_t c = text[(i + 4) % n];

		rest = (base_is_digit(c) ? rest * 10 + (unsigned)(c - '0') : rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest == 1 && check >= 2 && check <= 98;
}

/* ISO 3166-1 alpha-2, and XK as banks use it. */
static const char countries[] = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCW"
				"CXCYCZDEDJDKDMDODZECEEEGEHER"
				"ESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKN"
				"KPKRKWKYKZLALBLCLILKLRLSLTLULV"
				"LYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARE"
				"RORSRURWSASBSCSDSESGSHSISJSKSL"
				"SMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

bool
check_is_country(const char *text)
{
	for (size_t i = 0; i + 1 < sizeof countries; i += 2)
		if (memcmp(countries + i, text, 2) == 0)
			return true;
	return false;
}

/* ISO 9362: four letters or digits of the party, country, two of the place, three of the branch. */
static bool
bic(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	return n == match.size && (n == 8 || n == 11) && check_is_country(text + 4);
}

/* 49 CFR 565.15: letters stand for digits, weights by place, the ninth character is the sum modulo 11, X for 10. */
static bool
vin(struct base_span match)
{
	static const uint8_t letters[26] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9};
	static const uint8_t weights[17] = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];
	unsigned sum = 0;
	size_t alpha = 0;

	if (check_compact(match, text) != 17)
		return false;
	for (size_t i = 0; i < 17; i++) {
		bool is_digit = base_is_digit((uint8_t)text[i]);

		if (strchr("IOQ", text[i]))
			return false;
		alpha += !is_digit;
		sum += (is_digit ? (unsigned)(text[i] - '0') : letters[text[i] - 'A']) * weights[i];
	}
	/* all digits is some other number */
	return alpha >= 2 && alpha < 17 && text[8] == "0123456789X"[sum % 11];
}

/* One decimal number with sign from text[*at], in millionths; false when there is none. */
static bool
read_degrees(struct base_span text, size_t *at, int64_t *ret)
{
	bool is_negative = false, in_fraction = false;
	int64_t value = 0, scale = 1000000;
	size_t digits = 0;

	while (*at < text.size && !base_is_digit(text.data[*at])) {
		is_negative = text.data[*at] == '-';
		(*at)++;
	}
	for (; *at < text.size; (*at)++) {
		uint8_t c = text.data[*at];

		if (c == '.' && !in_fraction) {
			in_fraction = true;
			continue;
		}
		if (!base_is_digit(c))
			break;
		if (in_fraction)
			scale /= 10;
		else if (value > 1000)
			return false;
		if (scale > 0)
			value = value * 10 + (c - '0');
		digits++;
	}
	*ret = (is_negative ? -value : value) * (scale > 0 ? scale : 1);
	return digits > 0;
}

/* Latitude up to 90 degrees, longitude up to 180, and not the zero of both. */
static bool
coordinates(struct base_span match)
{
	int64_t latitude, longitude;
	size_t at = 0;

	if (!read_degrees(match, &at, &latitude) || !read_degrees(match, &at, &longitude))
		return false;
	return llabs(latitude) <= 90000000 && llabs(longitude) <= 180000000 && (latitude != 0 || longitude != 0);
}

/* One of the two alone. */
static bool
degrees(struct base_span match)
{
	int64_t value;
	size_t at = 0;

	return read_degrees(match, &at, &value) && at == match.size && llabs(value) <= 180000000 && value != 0;
}

const struct rules_check rules_checks_global[] = {
	{"bic", bic, 0.37, "ISO 9362, ISO 3166-1"},
	{"bitcoin", check_bitcoin, 1.0 / 4294967296.0, "Bitcoin Base58Check; BIP 173, BIP 350"},
	{"card-iin", card_iin, 0.3, "ISO/IEC 7812-1, issuer ranges of the networks"},
	{"card-track", check_card_track, 0.01, "ISO/IEC 7813"},
	{"coordinates", coordinates, 0.5, "ISO 6709"},
	{"cusip", check_cusip, 1.0 / 10, "ANSI X9.6"},
	{"date", check_date, 0.21, "ISO 8601, Gregorian calendar"},
	{"degrees", degrees, 0.18, "ISO 6709"},
	{"domain", check_domain, 1.0, "RFC 1035, IANA root zone"},
	{"email", check_email, 0.23, "RFC 5321, RFC 1035, IANA root zone"},
	{"ethereum", check_ethereum, 0.4, "ERC-55"},
	{"iban-mod97", iban, 1.0 / 97, "ISO 13616-1, IBAN Registry"},
	{"iccid", check_iccid, 1.0 / 10, "ITU-T E.118"},
	{"ip-address", check_ip, 1.0, "RFC 791, RFC 4291"},
	{"isin", check_isin, 0.04, "ISO 6166"},
	{"lei", check_lei, 1.0 / 97, "ISO 17442-1"},
	{"luhn", luhn, 0.1, "ISO/IEC 7812-1, annex B"},
	{"mac-address", check_mac, 0.9, "IEEE 802"},
	{"phone-international", check_phone_international, 0.68, "ITU-T E.164"},
	{"vin", vin, 1.0 / 11, "49 CFR 565.15"},
};

const size_t rules_checks_global_count = BASE_COUNT(rules_checks_global);
