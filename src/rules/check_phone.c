/* Checks of telephone numbers: national plans, country codes of ITU-T E.164 with the lengths of their national numbers (ITU, national
 * numbering plans as notified), and the North American Numbering Plan. scripts/compare holds both against a library made for this. */
#include "rules/check_parts.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* What follows the country code or trunk prefix. Returns how many digits, 0 where match has neither, or is no number. */
static size_t
national(struct base_span match, const char *country, const char *trunk, char ret[static CHECK_MAX])
{
	size_t n = check_compact(match, ret), start = 0, country_size = strlen(country);
	bool is_international = match.size > 0 && memchr(match.data, '+', match.size) != NULL;

	if (n == 0 || !check_is_digits(ret, n))
		return 0;
	if (!is_international && n > country_size + 2 && memcmp(ret, "00", 2) == 0 && memcmp(ret + 2, country, country_size) == 0) {
		is_international = true;
		start = 2;
	}
	if (is_international) {
		if (n < start + country_size || memcmp(ret + start, country, country_size) != 0)
			return 0;
		start += country_size;
	}
	/* abroad the trunk prefix is dropped, or written in brackets by the careful */
	if (trunk && n - start > strlen(trunk) && memcmp(ret + start, trunk, strlen(trunk)) == 0)
		start += strlen(trunk);
	else if (trunk && !is_international)
		return 0;
	memmove(ret, ret + start, n - start);
	return n - start;
}

bool
check_phone(struct base_span match, const char *country, const char *trunk, const struct check_phone_range *plan, size_t n_plan)
{
	char digits[CHECK_MAX];
	size_t n = national(match, country, trunk, digits);

	for (size_t i = 0; i < n_plan; i++)
		if (n >= plan[i].min && n <= plan[i].max && memcmp(digits, plan[i].prefix, strlen(plan[i].prefix)) == 0)
			return true;
	return false;
}

/* "12" or "12-15" from *at; as many digits of ${digits} as the first number has are compared with both. */
static bool
takes_range(const char **at, const char *digits, size_t n)
{
	const char *from = *at, *to;
	size_t size, to_size;

	while (base_is_digit((uint8_t) * *at))
		++*at;
	size = (size_t)(*at - from);
	to = from;
	to_size = size;
	if (**at == '-') {
		to = ++*at;
		while (base_is_digit((uint8_t) * *at))
			++*at;
		to_size = (size_t)(*at - to);
	}
	return n >= size && check_number(digits, size) >= check_number(from, size)
	       && check_number(digits, size) <= check_number(to, to_size);
}

bool
check_phone_plan(struct base_span match, const char *country, const char *trunk, const char *plan)
{
	char digits[CHECK_MAX], length[2];
	size_t n = national(match, country, trunk, digits);

	length[0] = (char)('0' + n / 10 % 10);
	length[1] = (char)('0' + n % 10);
	while (n > 0 && *plan) {
		/* lengths are written with two digits */
		bool is_length = takes_range(&plan, length, 2), is_prefix = false;

		do {
			plan++; /* the colon, then commas */
			is_prefix = takes_range(&plan, digits, n) || is_prefix;
		} while (*plan == ',');
		if (is_length && is_prefix)
			return true;
		plan += *plan == ' ';
	}
	return false;
}

/* Lengths of the national numbers behind each country code, bit i = i digits; sorted by code. */
#define TO(from, to) ((uint16_t)((1u << ((to) + 1)) - (1u << (from))))
/* clang-format off */
static const struct plan {
	uint16_t code, lengths;
} plans[] = {
	{1, TO(10, 10)}, {7, TO(10, 10) | TO(14, 14)}, {20, TO(8, 10)}, {27, TO(5, 9)}, {30, TO(10, 12)}, {31, TO(7, 11)},
	{32, TO(8, 9)}, {33, TO(9, 9)}, {34, TO(9, 9)}, {36, TO(8, 9)}, {39, TO(6, 12)}, {40, TO(6, 6) | TO(9, 9)}, {41, TO(9, 9)},
	{43, TO(4, 13)}, {44, TO(9, 10)}, {45, TO(8, 8)}, {46, TO(6, 10)}, {47, TO(8, 8)}, {48, TO(6, 10)}, {49, TO(5, 13)},
	{51, TO(8, 9)}, {52, TO(10, 11)}, {53, TO(6, 8) | TO(10, 10)}, {54, TO(10, 11)}, {55, TO(8, 11)}, {56, TO(9, 11)},
	{57, TO(8, 8) | TO(10, 11)}, {58, TO(10, 10)}, {60, TO(8, 10)}, {61, TO(6, 10) | TO(12, 12)}, {62, TO(7, 13)},
	{63, TO(6, 6) | TO(8, 13)}, {64, TO(7, 10)}, {65, TO(8, 8) | TO(10, 11)}, {66, TO(8, 10) | TO(13, 13)}, {81, TO(8, 13)},
	{82, TO(8, 13)}, {84, TO(8, 10)}, {86, TO(7, 12)}, {90, TO(10, 10) | TO(12, 13)}, {91, TO(8, 13)}, {92, TO(8, 11)},
	{93, TO(9, 9)}, {94, TO(9, 9)}, {95, TO(6, 10)}, {98, TO(6, 7) | TO(10, 10)}, {211, TO(9, 9)}, {212, TO(9, 9)}, {213, TO(8, 9)},
	{216, TO(8, 8)}, {218, TO(9, 9)}, {220, TO(7, 7) | TO(9, 9)}, {221, TO(9, 9)}, {222, TO(8, 8)}, {223, TO(8, 8)}, {224, TO(8, 9)},
	{225, TO(8, 8) | TO(10, 10)}, {226, TO(8, 8)}, {227, TO(8, 8)}, {228, TO(8, 8)}, {229, TO(8, 8) | TO(10, 10)},
	{230, TO(7, 8) | TO(10, 10)}, {231, TO(7, 9)}, {232, TO(8, 8)}, {233, TO(8, 9)}, {234, TO(10, 12)}, {235, TO(8, 8)},
	{236, TO(8, 8)}, {237, TO(8, 9)}, {238, TO(7, 7)}, {239, TO(7, 7)}, {240, TO(9, 9)}, {241, TO(7, 8)}, {242, TO(9, 9)},
	{243, TO(7, 10)}, {244, TO(9, 9)}, {245, TO(7, 7) | TO(9, 9)}, {246, TO(7, 7)}, {247, TO(5, 5)}, {248, TO(7, 7)},
	{249, TO(9, 9)}, {250, TO(8, 9)}, {251, TO(9, 9)}, {252, TO(6, 9)}, {253, TO(8, 8)}, {254, TO(7, 10)}, {255, TO(9, 9)},
	{256, TO(9, 9)}, {257, TO(8, 8)}, {258, TO(8, 9)}, {260, TO(9, 9)}, {261, TO(9, 9)}, {262, TO(9, 9)},
	{263, TO(7, 7) | TO(9, 10)}, {264, TO(8, 9)}, {265, TO(7, 7) | TO(9, 9)}, {266, TO(8, 8)}, {267, TO(7, 8) | TO(10, 10)},
	{268, TO(8, 9)}, {269, TO(7, 7)}, {290, TO(4, 5)}, {291, TO(7, 7)}, {297, TO(7, 7)}, {298, TO(6, 6)}, {299, TO(6, 6)},
	{350, TO(8, 8)}, {351, TO(9, 9)}, {352, TO(4, 11)}, {353, TO(7, 10)}, {354, TO(7, 7) | TO(9, 9)}, {355, TO(6, 9)},
	{356, TO(8, 8)}, {357, TO(8, 8)}, {358, TO(5, 10)}, {359, TO(6, 9) | TO(12, 12)}, {370, TO(8, 8)}, {371, TO(8, 8)},
	{372, TO(7, 8) | TO(10, 10)}, {373, TO(8, 8)}, {374, TO(8, 8)}, {375, TO(6, 11)}, {376, TO(6, 6) | TO(8, 9)}, {377, TO(8, 9)},
	{378, TO(8, 8) | TO(10, 10)}, {380, TO(9, 10)}, {381, TO(6, 12)}, {382, TO(8, 9)}, {383, TO(8, 12)}, {385, TO(7, 9)},
	{386, TO(5, 8)}, {387, TO(8, 9)}, {389, TO(8, 8)}, {420, TO(9, 9)}, {421, TO(6, 7) | TO(9, 9)}, {423, TO(7, 7) | TO(9, 9)},
	{500, TO(5, 5)}, {501, TO(7, 7) | TO(11, 11)}, {502, TO(8, 8) | TO(11, 11)}, {503, TO(7, 8) | TO(11, 11)},
	{504, TO(8, 8) | TO(11, 11)}, {505, TO(8, 8)}, {506, TO(8, 8) | TO(10, 10)}, {507, TO(7, 8) | TO(10, 11)},
	{508, TO(6, 6) | TO(9, 9)}, {509, TO(8, 8)}, {590, TO(9, 9)}, {591, TO(8, 9)}, {592, TO(7, 7)}, {593, TO(8, 11)},
	{594, TO(9, 9)}, {595, TO(7, 11)}, {596, TO(9, 9)}, {597, TO(6, 7)}, {598, TO(6, 12)}, {599, TO(7, 8)}, {670, TO(7, 8)},
	{672, TO(6, 6)}, {673, TO(7, 7)}, {674, TO(7, 7)}, {675, TO(7, 8)}, {676, TO(5, 5) | TO(7, 7)}, {677, TO(5, 5) | TO(7, 7)},
	{678, TO(5, 5) | TO(7, 7)}, {679, TO(7, 7) | TO(11, 11)}, {680, TO(7, 7)}, {681, TO(6, 6) | TO(9, 9)}, {682, TO(5, 5)},
	{683, TO(4, 4) | TO(7, 7)}, {685, TO(5, 7) | TO(10, 10)}, {686, TO(5, 5) | TO(8, 8)}, {687, TO(6, 6)}, {688, TO(5, 7)},
	{689, TO(8, 9)}, {690, TO(4, 7)}, {691, TO(7, 7)}, {692, TO(7, 7)}, {800, TO(8, 8)}, {808, TO(8, 8)},
	{850, TO(8, 8) | TO(10, 10)}, {852, TO(6, 9) | TO(11, 11)}, {853, TO(7, 8)}, {855, TO(8, 10)}, {856, TO(8, 10)},
	{870, TO(9, 9) | TO(12, 12)}, {878, TO(12, 12)}, {880, TO(6, 10)}, {881, TO(9, 10)}, {882, TO(7, 12)}, {883, TO(8, 12)},
	{886, TO(7, 11)}, {888, TO(11, 11)}, {960, TO(7, 7) | TO(10, 10)}, {961, TO(7, 8)}, {962, TO(8, 9)}, {963, TO(8, 9)},
	{964, TO(8, 10)}, {965, TO(7, 8)}, {966, TO(9, 10)}, {967, TO(7, 9)}, {968, TO(7, 9)}, {970, TO(8, 10)}, {971, TO(6, 12)},
	{972, TO(8, 12)}, {973, TO(8, 8)}, {974, TO(7, 9) | TO(11, 11)}, {975, TO(7, 8)}, {976, TO(8, 10)}, {977, TO(8, 8) | TO(10, 11)},
	{979, TO(9, 9)}, {992, TO(9, 9)}, {993, TO(8, 8)}, {994, TO(9, 9)}, {995, TO(9, 9)}, {996, TO(9, 10)}, {998, TO(9, 9)},
};
/* clang-format on */
#undef TO

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

static int
by_code(const void *key, const void *row)
{
	unsigned a = *(const unsigned *)key, b = ((const struct plan *)row)->code;

	return (a > b) - (a < b);
}

/* The plan of the country code that the digits begin with, NULL where there is none; *ret_size digits long. No code begins another. */
static const struct plan *
plan_of(const char *digits, size_t n, size_t *ret_size)
{
	for (size_t size = 1; size <= 3 && size < n; size++) {
		unsigned code = (unsigned)check_number(digits, size);
		const struct plan *plan = bsearch(&code, plans, BASE_COUNT(plans), sizeof plans[0], by_code);

		*ret_size = size;
		if (plan)
			return plan;
	}
	return NULL;
}

/* `+CC …`, or `00CC …` as dialled from most countries. Of +1 only the length is asked: the sign itself says what it is. */
bool
check_phone_international(struct base_span match)
{
	char digits[CHECK_MAX];
	size_t n = dialled(match, digits), start = 0, size;
	const struct plan *plan;

	if (n > 2 && match.data[0] != '+' && memcmp(digits, "00", 2) == 0)
		start = 2;
	if (n <= start || digits[start] == '0')
		return false;
	plan = plan_of(digits + start, n - start, &size);
	if (!plan || check_is_repeated(digits + start + size, n - start - size))
		return false;
	n -= start + size;
	return n < 16 && plan->lengths >> n & 1 && (plan->code != 1 || digits[start + 1] >= '2');
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
