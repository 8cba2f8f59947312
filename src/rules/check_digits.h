/* Arithmetic shared by the checks of the countries: the characters of a number without its separators, weighted sums, ISO 7064,
 * ICAO 9303 and dates; check_plan.h has telephone number plans. Everything works on a small array on the stack and never reads past the
 * match. */
#ifndef RULES_CHECK_DIGITS_H
#define RULES_CHECK_DIGITS_H

#include "base/span.h"
#include "rules/check_plan.h"

#include <string.h>

/* The longest number of any check here is 16 characters; a match with more letters and digits than this is refused. */
enum { CHECK_MAX = 24 };

/* Letters (as capitals) and digits of match without anything else. Returns how many, 0 when there are none or too many. */
static inline size_t
check_compact(struct base_span match, char ret[static CHECK_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < match.size; i++) {
		if (!base_is_alnum(match.data[i]))
			continue;
		if (n == CHECK_MAX)
			return 0;
		ret[n++] = (char)base_upper(match.data[i]);
	}
	return n;
}

/* Drops a prefix of letters, such as the country of a VAT number. Returns the new length. */
static inline size_t
check_drop_prefix(char text[static CHECK_MAX], size_t n, const char *prefix)
{
	size_t skip = strlen(prefix);

	if (n < skip || memcmp(text, prefix, skip) != 0)
		return n;
	memmove(text, text + skip, n - skip);
	return n - skip;
}

static inline bool
check_is_digits(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!base_is_digit((uint8_t)text[i]))
			return false;
	return true;
}

/* The match as exactly n digits and nothing else but separators. */
static inline bool
check_digits(struct base_span match, char ret[static CHECK_MAX], size_t n)
{
	return check_compact(match, ret) == n && check_is_digits(ret, n);
}

/* Value of a digit, or of a letter with A = 10. */
static inline unsigned
check_value(char c)
{
	return base_is_digit((uint8_t)c) ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
}

/* The first n <= 18 characters, digits all, as a number. */
static inline uint64_t
check_number(const char *text, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value * 10 + (uint64_t)(text[i] - '0');
	return value;
}

/* Sum of value times weight; weights is a string of bytes of which one belongs to each character. */
static inline unsigned
check_weighted(const char *text, const uint8_t *weights, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += check_value(text[i]) * weights[i];
	return sum;
}

/* True for 000000000 and the like: fillers that many sums let pass. */
static inline bool
check_is_repeated(const char *text, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (text[i] != text[0])
			return false;
	return true;
}

/* Sum of digits with every second one from the right doubled, the digits of the double added (ISO/IEC 7812-1, annex B). */
static inline unsigned
check_luhn_sum(const char *digits, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value = (unsigned)(digits[i] - '0') << ((n - 1 - i) & 1);

		sum += value > 9 ? value - 9 : value;
	}
	return sum;
}

/* ISO 7064 hybrid system MOD 11,10 over n digits, the last of them the check digit. */
static inline bool
check_mod_11_10(const char *digits, size_t n)
{
	unsigned product = 10;

	for (size_t i = 0; i + 1 < n; i++) {
		unsigned sum = (product + (unsigned)(digits[i] - '0')) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (product + (unsigned)(digits[n - 1] - '0')) % 10 == 1;
}

/* ICAO 9303-3, 4.9: weights 7, 3, 1 over all but the last character, which is the check digit. */
static inline bool
check_icao(const char *text, size_t n)
{
	static const uint8_t weights[3] = {7, 3, 1};
	unsigned sum = 0;

	for (size_t i = 0; i + 1 < n; i++)
		sum += check_value(text[i]) * weights[i % 3];
	return sum % 10 == check_value(text[n - 1]);
}

/* Gregorian calendar. */
static inline bool
check_is_date(unsigned year, unsigned month, unsigned day)
{
	static const uint8_t days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || is_leap;
}

/* Rest by 11 of n digits with weights 1 to 9 over and over; where that is 10 the weights begin with 3, and a second 10 is 0
 * (EVS 585, also of Lithuania). */
static inline unsigned
check_two_pass_11(const char *digits, size_t n)
{
	unsigned low = 0, high = 0;

	for (size_t i = 0; i < n; i++) {
		low += check_value(digits[i]) * (unsigned)(i % 9 + 1);
		high += check_value(digits[i]) * (unsigned)((i + 2) % 9 + 1);
	}
	return low % 11 < 10 ? low % 11 : high % 11 % 10;
}

/* Personal code of Estonia and Lithuania, eleven digits: its check digit, and the birthday behind the digit of sex and century. */
static inline bool
check_baltic_code(const char *code)
{
	return check_two_pass_11(code, 10) == check_value(code[10]);
}

static inline bool
check_baltic_date(const char *code)
{
	unsigned century = 1800 + (check_value(code[0]) - 1) / 2 * 100;

	return check_is_date(
		century + (unsigned)check_number(code + 1, 2), (unsigned)check_number(code + 3, 2), (unsigned)check_number(code + 5, 2));
}

#endif
