/* Dates: is this a day of the Gregorian calendar, whichever way its parts are ordered? */
#include "rules/check_parts.h"

#include "base/memory.h"
#include "rules/check_digits.h"

enum { YEAR_MIN = 1800, YEAR_MAX = 2199, WORD_MAX = 16 };

/* Names and short forms of each month in English, German, French, Spanish, Italian, Dutch, Portuguese and Polish. */
static const char *const months[12] = {
	" jan january januar jänner janvier janv enero ene gennaio gen januari janeiro stycznia sty ",
	" feb february februar februari feber février fevrier févr fevr febrero febbraio fevereiro fev lutego lut ",
	" mar march märz maerz mär mrz mars marzo maart mrt março marco marca ",
	" apr april avril avr abril abr aprile kwietnia kwi ",
	" may mai mayo maggio mag mei maio maja maj ",
	" jun june juni juin junio giugno giu junho czerwca cze ",
	" jul july juli juillet juil julio luglio lug julho lipca lip ",
	" aug august août aout agosto ago augustus sierpnia sie ",
	" sep sept september septembre septiembre setiembre settembre set setembro września wrzesnia wrz ",
	" oct october okt oktober octobre octubre ottobre ott outubro out października pazdziernika paź paz ",
	" nov november novembre noviembre novembro listopada lis ",
	" dec december dez dezember décembre decembre déc diciembre dic dicembre dezembro grudnia gru ",
};

/* 1 to 12, or 0 for any other word. */
static unsigned
month_of(struct base_span word)
{
	char key[WORD_MAX + 3] = " ";
	size_t n = 1;

	if (word.size > WORD_MAX)
		return 0;
	for (size_t i = 0; i < word.size; i++)
		key[n++] = (char)base_lower(word.data[i]);
	key[n++] = ' ';
	key[n] = '\0';
	for (unsigned i = 0; i < BASE_COUNT(months); i++)
		if (strstr(months[i], key))
			return i + 1;
	return 0;
}

struct part {
	unsigned value;
	size_t size; /* digits; 0 = the name of a month */
};

static bool
is_letter(uint8_t c)
{
	return base_is_alpha(c) || c >= 0x80;
}

/* Takes the next number or month from text[*at]; other words ("of", "th", "de") are passed over. */
static bool
next_part(struct base_span text, size_t *at, struct part *ret)
{
	while (*at < text.size) {
		size_t from = *at;
		unsigned value = 0;

		if (base_is_digit(text.data[from])) {
			while (*at < text.size && base_is_digit(text.data[*at]) && *at - from < 8)
				value = value * 10 + (unsigned)(text.data[(*at)++] - '0');
			*ret = (struct part){value, *at - from};
			return true;
		}
		while (*at < text.size && is_letter(text.data[*at]))
			(*at)++;
		if (*at == from) {
			(*at)++;
			continue;
		}
		value = month_of((struct base_span){text.data + from, *at - from});
		if (value > 0) {
			*ret = (struct part){value, 0};
			return true;
		}
	}
	return false;
}

/* A year of two digits may be of this or the last century: 2000 has the longer February. */
static bool
is_day(struct part year, unsigned month, unsigned day)
{
	if (year.size == 2)
		return check_is_date(2000 + year.value, month, day);
	return year.size == 4 && year.value >= YEAR_MIN && year.value <= YEAR_MAX && check_is_date(year.value, month, day);
}

bool
check_date(struct base_span match)
{
	struct part p[3];
	size_t at = 0;

	if (!next_part(match, &at, &p[0]))
		return false;
	if (p[0].size == 8) {
		struct part year = {p[0].value / 10000, 4};

		return is_day(year, p[0].value / 100 % 100, p[0].value % 100);
	}
	if (!next_part(match, &at, &p[1]) || !next_part(match, &at, &p[2]))
		return false;
	if (p[0].size == 4)
		return p[2].size <= 2 && p[2].size > 0 && p[1].size <= 2 && is_day(p[0], p[1].value, p[2].value);
	if (p[0].size == 0)
		return p[1].size > 0 && is_day(p[2], p[0].value, p[1].value);
	if (p[1].size == 0)
		return is_day(p[2], p[1].value, p[0].value);
	return is_day(p[2], p[0].value, p[1].value) || is_day(p[2], p[1].value, p[0].value);
}
