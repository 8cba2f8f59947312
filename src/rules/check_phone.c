/* Checks of telephone numbers: country codes of ITU-T E.164 with the lengths of their national numbers, and the North American
 * Numbering Plan. */
#include "rules/check_parts.h"

#include "base/memory.h"
#include "rules/check_digits.h"

enum { E164_MAX = 15, NATIONAL_MIN = 6 };

/* Codes whose numbers are of a known length. */
static const struct plan {
	uint16_t code;
	uint8_t min, max;
} plans[] = {
	{1, 10, 10},
	{7, 10, 10},
	{20, 8, 10},
	{27, 9, 9},
	{30, 10, 10},
	{31, 9, 9},
	{32, 8, 9},
	{33, 9, 9},
	{34, 9, 9},
	{36, 8, 9},
	{39, 6, 11},
	{40, 9, 9},
	{41, 9, 9},
	{43, 4, 13},
	{44, 9, 10},
	{45, 8, 8},
	{46, 7, 9},
	{47, 8, 8},
	{48, 9, 9},
	{49, 6, 11},
	{51, 8, 9},
	{52, 10, 11},
	{54, 10, 11},
	{55, 10, 11},
	{56, 9, 9},
	{57, 8, 10},
	{58, 10, 10},
	{60, 7, 10},
	{61, 9, 9},
	{62, 8, 12},
	{63, 8, 10},
	{64, 8, 10},
	{65, 8, 8},
	{66, 8, 9},
	{81, 9, 10},
	{82, 8, 10},
	{84, 9, 10},
	{86, 10, 11},
	{90, 10, 10},
	{91, 10, 10},
	{92, 9, 10},
	{94, 9, 9},
	{98, 10, 10},
	{212, 9, 9},
	{213, 8, 9},
	{216, 8, 8},
	{234, 8, 10},
	{254, 9, 9},
	{351, 9, 9},
	{352, 4, 11},
	{353, 7, 9},
	{354, 7, 9},
	{356, 8, 8},
	{357, 8, 8},
	{358, 5, 12},
	{359, 7, 9},
	{370, 8, 8},
	{371, 8, 8},
	{372, 7, 8},
	{380, 9, 9},
	{385, 8, 9},
	{386, 8, 8},
	{420, 9, 9},
	{421, 9, 9},
	{852, 8, 8},
	{853, 8, 8},
	{886, 8, 9},
	{961, 7, 8},
	{962, 8, 9},
	{965, 8, 8},
	{966, 8, 9},
	{971, 8, 9},
	{972, 8, 9},
	{974, 8, 8},
};

/* All other codes in use: first and last of each run. */
static const uint16_t code_runs[][2] = {{53, 53}, {93, 93}, {95, 95}, {211, 213}, {218, 218}, {220, 258}, {260, 269}, {290, 291},
	{297, 299}, {350, 359}, {370, 383}, {385, 387}, {389, 389}, {420, 423}, {500, 509}, {590, 599}, {670, 670}, {672, 692}, {800, 800},
	{808, 808}, {850, 850}, {852, 856}, {870, 870}, {878, 878}, {880, 883}, {886, 886}, {888, 888}, {960, 968}, {970, 977}, {979, 979},
	{992, 998}};

/* Digits before an extension ("x12", "ext. 12"). A zero in brackets behind the country code is dialled at home only. */
static size_t
dialled(struct base_span match, char ret[static CHECK_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < match.size && !base_is_alpha(match.data[i]); i++) {
		if (i > 0 && i + 2 < match.size && memcmp(match.data + i, "(0)", 3) == 0) {
			i += 2;
			continue;
		}
		if (!base_is_digit(match.data[i]))
			continue;
		if (n == CHECK_MAX)
			return 0;
		ret[n++] = (char)match.data[i];
	}
	return n;
}

/* Number of digits of the country code, with the lengths allowed after it; 0 = no such code. */
static size_t
country_code(const char *digits, size_t n, struct plan *ret)
{
	for (size_t size = 1; size <= 3 && size < n; size++) {
		unsigned code = (unsigned)check_number(digits, size);

		for (size_t i = 0; i < BASE_COUNT(plans); i++)
			if (plans[i].code == code) {
				*ret = plans[i];
				return size;
			}
		for (size_t i = 0; i < BASE_COUNT(code_runs); i++)
			if (code >= code_runs[i][0] && code <= code_runs[i][1]) {
				*ret = (struct plan){(uint16_t)code, NATIONAL_MIN, (uint8_t)(E164_MAX - size)};
				return size;
			}
	}
	return 0;
}

/* `+CC …`, or `00CC …` as dialled from most countries. Of +1 only the length is asked: the sign itself says what it is. */
bool
check_phone_international(struct base_span match)
{
	char digits[CHECK_MAX];
	size_t n = dialled(match, digits), start = 0, size;
	struct plan plan;

	if (n > 2 && match.data[0] != '+' && memcmp(digits, "00", 2) == 0)
		start = 2;
	if (n <= start || digits[start] == '0')
		return false;
	size = country_code(digits + start, n - start, &plan);
	if (size == 0 || check_is_repeated(digits + start + size, n - start - size))
		return false;
	n -= start + size;
	return n >= plan.min && n <= plan.max && (plan.code != 1 || digits[start + 1] >= '2');
}

/* NPA-NXX-XXXX: area codes and exchanges from 2, not of the form N11. Area codes N9X, kept for a longer plan, are let pass: made-up
 * numbers have them, and nothing else looks like that. */
bool
check_phone_nanp(struct base_span match)
{
	char text[CHECK_MAX], *digits = text;
	size_t n = dialled(match, text);

	if (n == 13 && memcmp(text, "001", 3) == 0) {
		digits += 3;
		n = 10;
	} else if (n == 11 && text[0] == '1') {
		digits++;
		n = 10;
	}
	if (n != 10 || digits[0] < '2' || (digits[1] == '1' && digits[2] == '1'))
		return false;
	return digits[3] >= '2' && !(digits[4] == '1' && digits[5] == '1') && !check_is_repeated(digits, n);
}
