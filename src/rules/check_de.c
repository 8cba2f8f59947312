/* Checks of Germany: tax number, VAT, identity card and passport, pension and health insurance, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* Among the first ten digits exactly one occurs twice or three times, three times never in a row, and no other occurs twice;
 * the eleventh is the check digit. */
static bool
tax_id(struct base_span match)
{
	char text[CHECK_MAX];
	uint8_t count[10] = {0};
	unsigned repeated = 0;

	if (!check_digits(match, text, 11) || text[0] == '0' || !check_mod_11_10(text, 11))
		return false;
	for (size_t i = 0; i < 10; i++) {
		count[text[i] - '0']++;
		if (i >= 2 && text[i] == text[i - 1] && text[i] == text[i - 2])
			return false;
	}
	for (size_t d = 0; d < 10; d++) {
		repeated += count[d] > 1;
		if (count[d] > 3)
			return false;
	}
	return repeated == 1;
}

static bool
vat_id(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_drop_prefix(text, check_compact(match, text), "DE");

	return n == 9 && check_is_digits(text, n) && text[0] != '0' && check_mod_11_10(text, n);
}

/* Offices, separated from the rest by a slash, or the thirteen digits used between the states: the office with its state, a zero,
 * and the number. The check digit differs from state to state and is not published for all. */
static bool
tax_number(struct base_span match)
{
	static const char *const states[] = {"10", "11", "21", "22", "23", "24", "26", "27", "28", "30", "31", "32", "40", "41", "5", "9"};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (!check_is_digits(text, n) || check_is_repeated(text, n))
		return false;
	if (n == 10 || n == 11)
		return memchr(match.data, '/', match.size) != NULL;
	if (n != 13 || text[4] != '0')
		return false;
	for (size_t i = 0; i < BASE_COUNT(states); i++)
		if (memcmp(text, states[i], strlen(states[i])) == 0)
			return true;
	return false;
}

/* Identity card and passport: nine characters without vowels and without letters that look like digits, then the check digit. */
static bool
document(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	/* the old card carries the nationality behind the check digit */
	if (n == 11 && text[10] == 'D')
		n--;
	if (n != 10 || !base_is_digit((uint8_t)text[9]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (strchr("ABDEIOQSU", text[i]))
			return false;
	return !check_is_repeated(text, n) && check_icao(text, n);
}

/* Digit sums of digit times weight, the letter standing for two digits. */
static unsigned
insurance_sum(const char *digits, const uint8_t *weights, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned product = (unsigned)(digits[i] - '0') * weights[i];

		sum += product / 10 + product % 10;
	}
	return sum;
}

/* Writes the letter at text[at] as its place in the alphabet, two digits. Returns false if it is none. */
static bool
spell_letter(char text[static CHECK_MAX], size_t n, size_t at)
{
	unsigned place;

	if (n + 1 > CHECK_MAX || !base_is_upper((uint8_t)text[at]))
		return false;
	place = (unsigned)(text[at] - 'A') + 1;
	memmove(text + at + 2, text + at + 1, n - at - 1);
	text[at] = (char)('0' + place / 10);
	text[at + 1] = (char)('0' + place % 10);
	return true;
}

/* Area, birthday, initial of the name at birth, serial number, check digit. A day above 50 stands for a number given out again. */
static bool
social_security(struct base_span match)
{
	static const uint8_t weights[12] = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);
	unsigned day;

	if (n != 12 || !check_is_digits(text, 8) || !check_is_digits(text + 9, 3) || !spell_letter(text, n, 8))
		return false;
	day = (unsigned)check_number(text + 2, 2);
	if (check_number(text, 2) < 2 || !check_is_date(2000, (unsigned)check_number(text + 4, 2), day > 50 ? day - 50 : day))
		return false;
	return insurance_sum(text, weights, 12) % 10 == (unsigned)(text[12] - '0');
}

static bool
health_insurance(struct base_span match)
{
	static const uint8_t weights[10] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n != 10 || !check_is_digits(text + 1, 9) || check_is_repeated(text + 1, 9) || !spell_letter(text, n, 0))
		return false;
	return insurance_sum(text, weights, 10) % 10 == (unsigned)(text[10] - '0');
}

/* Six digits with weights 4 and 9, what their sum lacks to a multiple of 10, and two digits of the specialty. */
static bool
doctor_number(struct base_span match)
{
	static const uint8_t weights[7] = {4, 9, 4, 9, 4, 9, 1};
	char text[CHECK_MAX];

	return check_digits(match, text, 9) && !check_is_repeated(text, 9) && check_weighted(text, weights, 7) % 10 == 0;
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"06-13:201-206,208-209,21-23,240-248,25-26,271-277,280-287,29,33,340-347,349,35-36,371-377,381-388,39,410,412-419,42-44,"
		"450-456,460-468,470-477,479,48,491-496,502-508,51-52,530-538,54-56,570-577,580-588,590-597,600,602-609,61-63,640-648,65,"
		"661-678,68,702-708,711-727,73,740-748,750-758,760-768,770-777,780-785,790-791,793-797,802-817,819,82,830-834,836-846,850-"
		"851,853-859,861-868,870-878,880-882,884-886,906-909,91-94,950-957,960-968,970-974,976-977,980-987,990-997 "
		"05-13:30,40,69,89 10-11:160,162-163,17,900 11:15,700 11-13:32 06-12:490,497 10:137 10-13:800 08-13:180 07:138 09:322";

	return check_phone_plan(match, "49", "0", plan);
}

const struct rules_check rules_checks_de[] = {
	{"de-document", document, 1.0 / 10, "ICAO Doc 9303-3, 4.9"},
	{"de-health-insurance", health_insurance, 1.0 / 10, "GKV-Spitzenverband, Krankenversichertennummer"},
	{"de-lanr", doctor_number, 1.0 / 10, "KBV, Arztnummernrichtlinie, Lebenslange Arztnummer"},
	{"de-phone", phone, 0.8, "Bundesnetzagentur, Nummernplan"},
	{"de-social-security", social_security, 0.044, "Deutsche Rentenversicherung, VKVV section 2"},
	{"de-tax-id", tax_id, 0.0033, "BZSt, ISO 7064 MOD 11,10 and the rule on repeated digits"},
	{"de-tax-number", tax_number, 0.75, "BZSt, Aufbau der Steuernummer"},
	{"de-vat", vat_id, 0.09, "BZSt, ISO 7064 MOD 11,10"},
};

const size_t rules_checks_de_count = BASE_COUNT(rules_checks_de);
