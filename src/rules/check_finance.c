/* Checks of numbers that markets and networks use: securities (CUSIP, ISIN), legal entities (LEI), the tracks of a card's magnetic
 * stripe, SIM cards. */
#include "rules/check_parts.h"

#include "rules/check_digits.h"

enum { CARD_MIN = 12, CARD_MAX = 19, EXPIRY = 4, CHARS_CUSIP = 9, CHARS_ISIN = 12, CHARS_LEI = 20 };

/* The card number between `%B` or `;` and the next `^` or `=`, and the expiry (YYMM) behind the last separator. */
bool
check_card_track(struct base_span match)
{
	char digits[CARD_MAX];
	size_t i = 0, n = 0, at;
	unsigned month;

	while (i < match.size && !base_is_digit(match.data[i]))
		i++;
	for (; i < match.size && (base_is_digit(match.data[i]) || match.data[i] == ' '); i++) {
		if (match.data[i] == ' ')
			continue;
		if (n == CARD_MAX)
			return false;
		digits[n++] = (char)match.data[i];
	}
	if (n < CARD_MIN || i == match.size || check_is_repeated(digits, n) || check_luhn_sum(digits, n) % 10 != 0)
		return false;
	for (at = match.size; at > i && match.data[at - 1] != '^' && match.data[at - 1] != '=';)
		at--;
	if (match.size - at < EXPIRY || !check_is_digits((const char *)match.data + at, EXPIRY))
		return false;
	month = (unsigned)check_number((const char *)match.data + at + 2, 2);
	return month >= 1 && month <= 12;
}

/* Values of letters run on from the digits; every second character counts double, and of each product the digits are added. */
bool
check_cusip(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned sum = 0;

	if (check_compact(match, text) != CHARS_CUSIP || !check_is_digits(text + 8, 1) || check_is_repeated(text, CHARS_CUSIP))
		return false;
	for (unsigned i = 0; i < 8; i++) {
		unsigned value = check_value(text[i]) << (i & 1);

		sum += value / 10 + value % 10;
	}
	return (10 - sum % 10) % 10 == check_value(text[8]);
}

/* Nineteen or twenty digits from 89, telecommunications; Luhn. */
bool
check_iccid(struct base_span match)
{
	char text[CHECK_MAX];
	size_t n = check_compact(match, text);

	if (n == 20 && text[19] == 'F')
		n--;
	return (n == 19 || n == 20) && check_is_digits(text, n) && memcmp(text, "89", 2) == 0 && check_luhn_sum(text, n) % 10 == 0;
}

/* Prefixes of the numbering agencies that stand for no country (ISO 6166): international securities, substitute agencies. */
static bool
is_isin_prefix(const char *text)
{
	static const char others[] = "EUQSQTXAXBXCXDXFXS";

	for (size_t i = 0; i + 1 < sizeof others; i += 2)
		if (memcmp(others + i, text, 2) == 0)
			return true;
	return check_is_country(text);
}

/* Two letters of the country, nine characters, and Luhn over all with each letter as two digits. */
bool
check_isin(struct base_span match)
{
	char text[CHECK_MAX], digits[2 * CHARS_ISIN];
	size_t n = 0;

	if (check_compact(match, text) != CHARS_ISIN || !is_isin_prefix(text) || !check_is_digits(text + 11, 1))
		return false;
	for (size_t i = 0; i < CHARS_ISIN; i++) {
		unsigned value = check_value(text[i]);

		if (value > 9)
			digits[n++] = (char)('0' + value / 10);
		digits[n++] = (char)('0' + value % 10);
	}
	return check_luhn_sum(digits, n) % 10 == 0;
}

/* ISO 7064 MOD 97-10 over eighteen characters and two digits. */
bool
check_lei(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned rest = 0;

	if (check_compact(match, text) != CHARS_LEI || !check_is_digits(text + 18, 2) || check_is_repeated(text, CHARS_LEI))
		return false;
	for (size_t i = 0; i < CHARS_LEI; i++) {
		unsigned value = check_value(text[i]);

		rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
	}
	return rest == 1;
}
