/* Calendar arithmetic on the proleptic Gregorian calendar, after Howard Hinnant's public-domain description of days_from_civil. */
#include "base/time.h"

#include <stdio.h>

static int64_t
days_from_civil(int64_t y, int m, int d)
{
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

static void
civil_from_days(int64_t z, int64_t *y, int *m, int *d)
{
	z += 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

static int
days_in_month(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

bool
base_date_is_valid(int year, int month, int day)
{
	return year >= 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

static void
split(int64_t ms, int64_t *days, int64_t *rest)
{
	*days = ms / BASE_DAY_MS;
	*rest = ms % BASE_DAY_MS;
	if (*rest < 0) {
		*rest += BASE_DAY_MS;
		--*days;
	}
}

void
base_time_format(int64_t ms, char ret[static BASE_TIME_TEXT])
{
	int64_t days, rest, y;
	int m, d;

	split(ms, &days, &rest);
	civil_from_days(days, &y, &m, &d);
	if (y < 0 || y > 9999) {
		snprintf(ret, BASE_TIME_TEXT, "out of range");
		return;
	}
	snprintf(ret, BASE_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100,
		(unsigned)(rest / 3600000) % 100, (unsigned)(rest / 60000 % 60), (unsigned)(rest / 1000 % 60), (unsigned)(rest % 1000));
}

void
base_date_format(int64_t ms, char ret[static BASE_DATE_TEXT])
{
	char text[BASE_TIME_TEXT];

	base_time_format(ms, text);
	snprintf(ret, BASE_DATE_TEXT, "%.10s", text);
}

/* Reads exactly n digits. */
static bool
digits(struct base_span *s, size_t n, int *ret)
{
	int v = 0;

	if (s->size < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!base_is_digit(s->data[i]))
			return false;
		v = v * 10 + (s->data[i] - '0');
	}
	s->data += n;
	s->size -= n;
	*ret = v;
	return true;
}

static bool
literal(struct base_span *s, char c)
{
	if (s->size == 0 || s->data[0] != (uint8_t)c)
		return false;
	s->data++;
	s->size--;
	return true;
}

static bool
read_date(struct base_span *s, int64_t *ret_ms)
{
	int y, m, d;

	if (!digits(s, 4, &y) || !literal(s, '-') || !digits(s, 2, &m) || !literal(s, '-') || !digits(s, 2, &d)
		|| !base_date_is_valid(y, m, d))
		return false;
	*ret_ms = days_from_civil(y, m, d) * BASE_DAY_MS;
	return true;
}

bool
base_date_parse(struct base_span text, int64_t *ret_ms)
{
	int64_t ms;

	if (!read_date(&text, &ms) || text.size > 0)
		return false;
	*ret_ms = ms;
	return true;
}

static bool
read_offset(struct base_span *s, int64_t *ret_ms)
{
	int h, m, sign;

	if (literal(s, 'Z') || literal(s, 'z')) {
		*ret_ms = 0;
		return true;
	}
	sign = literal(s, '+') ? 1 : literal(s, '-') ? -1 : 0;
	if (sign == 0 || !digits(s, 2, &h) || !literal(s, ':') || !digits(s, 2, &m) || h > 23 || m > 59)
		return false;
	*ret_ms = sign * (h * 60 + m) * (int64_t)60000;
	return true;
}

bool
base_time_parse(struct base_span s, int64_t *ret_ms)
{
	int64_t ms, offset;
	int h, m, sec, fraction = 0, scale = 100;

	if (!read_date(&s, &ms))
		return false;
	if (s.size == 0) {
		*ret_ms = ms;
		return true;
	}
	if ((!literal(&s, 'T') && !literal(&s, 't') && !literal(&s, ' ')) || !digits(&s, 2, &h) || !literal(&s, ':') || !digits(&s, 2, &m)
		|| !literal(&s, ':') || !digits(&s, 2, &sec) || h > 23 || m > 59 || sec > 60)
		return false;
	if (literal(&s, '.')) {
		if (s.size == 0 || !base_is_digit(s.data[0]))
			return false;
		for (int d; digits(&s, 1, &d); scale /= 10)
			fraction += d * scale;
	}
	if (!read_offset(&s, &offset) || s.size > 0)
		return false;
	*ret_ms = ms + ((int64_t)h * 3600 + m * 60 + sec) * 1000 + fraction - offset;
	return true;
}

bool
base_duration_parse(struct base_span s, int *ret_months, int *ret_days)
{
	static const char units[] = "YMWD";
	static const int months[] = {12, 1, 0, 0}, days[] = {0, 0, 7, 1};
	int total_months = 0, total_days = 0, last = -1;

	if (!literal(&s, 'P') || s.size == 0)
		return false;
	while (s.size > 0) {
		int n = 0, unit = 0, digit, count = 0;
		while (count < 5 && digits(&s, 1, &digit)) {
			n = n * 10 + digit;
			count++;
		}
		if (count == 0 || s.size == 0)
			return false;
		while (units[unit] && (uint8_t)units[unit] != s.data[0])
			unit++;
		if (!units[unit] || unit <= last)
			return false;
		last = unit;
		s.data++;
		s.size--;
		total_months += n * months[unit];
		total_days += n * days[unit];
	}
	*ret_months = total_months;
	*ret_days = total_days;
	return true;
}

int64_t
base_time_add(int64_t ms, int months, int days)
{
	int64_t day_number, rest, y;
	int m, d;

	split(ms, &day_number, &rest);
	civil_from_days(day_number, &y, &m, &d);
	int64_t month_index = y * 12 + (m - 1) + months;
	y = month_index >= 0 ? month_index / 12 : (month_index - 11) / 12;
	m = (int)(month_index - y * 12) + 1;
	if (d > days_in_month(y, m))
		d = days_in_month(y, m);
	return (days_from_civil(y, m, d) + days) * BASE_DAY_MS + rest;
}
