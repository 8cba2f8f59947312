/* Checks of Mexico: CURP, RFC, social security number, voter key, CLABE, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* CHAR_N_TILDE stands for Ñ, which is two bytes in UTF-8. */
enum { CHAR_N_TILDE = 0x7f, RFC_MAX = 13 };

/* Value of a character in sums: digits, A to N, &, O to Z, blank, Ñ. */
static unsigned
rfc_value(char c)
{
	if (c == '&')
		return 24;
	if (c == ' ')
		return 37;
	if (c == CHAR_N_TILDE)
		return 38;
	return check_value(c) + (c >= 'O' ? 1 : 0);
}

static bool
is_day(const char *text)
{
	return check_is_digits(text, 6)
	       && check_is_date(
		       2000 + (unsigned)check_number(text, 2), (unsigned)check_number(text + 2, 2), (unsigned)check_number(text + 4, 2));
}

/* States of birth as the register writes them; NE is a birth abroad. */
static bool
is_state(const char *text)
{
	static const char states[] = "ASBCBSCCCHCLCMCSDFDGGRGTHGJCMCMNMSNENLNTOCPLQRQTSLSPSRTCTLTSVZYNZS";

	for (size_t i = 0; i + 1 < sizeof states; i += 2)
		if (memcmp(states + i, text, 2) == 0)
			return true;
	return false;
}

/* Four letters of the name, birthday, sex, state, three consonants, a character against doubles, check digit. */
static bool
curp(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned sum = 0, century;

	if (check_compact(match, text) != 18 || !check_is_digits(text + 4, 6) || (text[10] != 'H' && text[10] != 'M' && text[10] != 'X')
		|| !is_state(text + 11))
		return false;
	for (unsigned i = 0; i < 17; i++)
		sum += (check_value(text[i]) + (text[i] >= 'O' ? 1 : 0)) * (18 - i);
	century = base_is_digit((uint8_t)text[16]) ? 1900 : 2000;
	return check_is_date(century + (unsigned)check_number(text + 4, 2), (unsigned)check_number(text + 6, 2),
		       (unsigned)check_number(text + 8, 2))
	       && (10 - sum % 10) % 10 == check_value(text[17]);
}

/* Letters and digits of an RFC with & and Ñ. Returns 0 if there is anything else, or more than fits. */
static size_t
rfc_compact(struct base_span match, char ret[static RFC_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < match.size; i++) {
		uint8_t c = match.data[i];
		if (c == ' ' || c == '-')
			continue;
		if (n == RFC_MAX)
			return 0;
		if (c == 0xc3 && i + 1 < match.size && (match.data[i + 1] | 0x20) == 0xb1) {
			ret[n++] = CHAR_N_TILDE;
			i++;
		} else if (base_is_alnum(c) || c == '&') {
			ret[n++] = (char)base_upper(c);
		} else {
			return 0;
		}
	}
	return n;
}

/* Three letters of a company or four of a person, day of founding or birth, three characters. */
static bool
rfc_date(struct base_span match)
{
	char text[RFC_MAX];
	size_t n = rfc_compact(match, text);

	if (n != 12 && n != 13)
		return false;
	for (size_t i = 0; i < n - 9; i++)
		if (base_is_digit((uint8_t)text[i]))
			return false;
	return is_day(text + n - 9);
}

/* The last character is 11 less the weighted sum by 11, 10 being A. */
static bool
rfc(struct base_span match)
{
	char text[RFC_MAX];
	size_t n = rfc_compact(match, text);
	unsigned sum, check;

	if (!rfc_date(match))
		return false;
	/* a company's number is one short: a blank stands before it */
	sum = n == 12 ? rfc_value(' ') * 13 : 0;
	for (unsigned i = 0; i + 1 < n; i++)
		sum += rfc_value(text[i]) * ((unsigned)n - i);
	check = (11 - sum % 11) % 11;
	return text[n - 1] == (check == 10 ? 'A' : (char)('0' + check));
}

static bool
social_security(struct base_span match)
{
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && !check_is_repeated(text, 11) && check_luhn_sum(text, 11) % 10 == 0;
}

/* Six consonants of the name, birthday, state of birth (87 and 88: abroad), sex, three digits. */
static bool
voter_key(struct base_span match)
{
	char text[CHECK_MAX];
	uint64_t state;

	if (check_compact(match, text) != 18 || !is_day(text + 6) || !check_is_digits(text + 12, 2) || !check_is_digits(text + 15, 3))
		return false;
	for (size_t i = 0; i < 6; i++)
		if (!base_is_upper((uint8_t)text[i]))
			return false;
	state = check_number(text + 12, 2);
	return ((state >= 1 && state <= 33) || state == 87 || state == 88) && (text[14] == 'H' || text[14] == 'M');
}

/* Products with 3, 7, 1, of which only the last digit counts. */
static bool
clabe(struct base_span match)
{
	static const uint8_t weights[18] = {3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 18) && check_number(text, 3) > 0 && !check_is_repeated(text, 18)
	       && check_weighted(text, weights, 18) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"10:200-201,22,231-233,235-238,241,243-249,271-276,278-279,281-285,287-288,294,296-297,300,311-317,319,321-329,33,341-349,"
		"351-359,371-378,381-389,391-395,411-415,417-419,421-429,431-438,44-45,461-469,471-479,481-483,485-489,492-496,498-500,55-"
		"56,588,591-597,599,612-616,618,621-629,631-639,641-649,651-653,656-665,667-669,671-677,686-687,694-698,711-719,72,731-739,"
		"741-749,751,753-759,761-769,77,781-786,789,791,797,800,81,821,823-826,828-829,831-836,841-842,844-846,861-862,864,866-873,"
		"877-878,888,891-892,894,897,899-900,913-914,916-919,921-924,932-934,936-938,951,953-954,958,96,971-972,981-988,99";

	return check_phone_plan(match, "52", NULL, plan) || check_phone_plan(match, "52", "01", plan)
	       || check_phone_plan(match, "52", "1", plan);
}

const struct rules_check rules_checks_mx[] = {
	{"mx-clabe", clabe, 1.0 / 10, "ABM and Banco de Mexico, CLABE"},
	{"mx-curp", curp, 0.047, "RENAPO, Instructivo normativo para la asignacion de la CURP"},
	{"mx-nss", social_security, 1.0 / 10, "IMSS, numero de seguridad social"},
	{"mx-phone", phone, 0.8, "IFT, plan nacional de numeracion"},
	{"mx-rfc", rfc, 0.037, "SAT, digito verificador del RFC"},
	{"mx-rfc-date", rfc_date, 0.45, "SAT, estructura del RFC"},
	{"mx-voter-key", voter_key, 0.16, "INE, clave de elector"},
};

const size_t rules_checks_mx_count = BASE_COUNT(rules_checks_mx);
