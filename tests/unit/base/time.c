/* Dates, times and durations: real calendar days only, and arithmetic that agrees with the system's calendar. */
#include "../support.h"

#include "base/time.h"

static void
times_are_formatted(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00.000Z"},
		{-1, "1969-12-31T23:59:59.999Z"},
		{INT64_C(1763892000123), "2025-11-23T10:00:00.123Z"},
		{INT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
		{INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
		{INT64_C(-62167219200000), "0000-01-01T00:00:00.000Z"},
		{INT64_C(253402300800000), "out of range"},
		{INT64_MAX, "out of range"},
		{INT64_MIN, "out of range"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		char text[BASE_TIME_TEXT], date[BASE_DATE_TEXT];
		base_time_format(cases[i].ms, text);
		assert_string_equal(text, cases[i].text);
		base_date_format(cases[i].ms, date);
		assert_memory_equal(date, text, 10);
	}
}

/* Every day of 800 years there and back, and against the system's own calendar. */
static void
days_agree_with_the_system(void **state)
{
	(void)state;
	for (int64_t day = -146097; day <= 146097; day += 1) {
		char text[BASE_DATE_TEXT], want[32];
		time_t seconds = (time_t)(day * 86400);
		struct tm tm;
		int64_t ms;
		base_date_format(day * BASE_DAY_MS, text);
		assert_true(base_date_parse(base_span_of(text), &ms));
		assert_true(ms == day * BASE_DAY_MS);
		if (day % 7 != 0)
			continue;
		assert_non_null(gmtime_r(&seconds, &tm));
		snprintf(want, sizeof want, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
		assert_string_equal(text, want);
	}
}

static void
only_real_days_are_read(void **state)
{
	static const struct {
		const char *text;
		bool is_date;
	} cases[] = {
		{"2024-02-29", true},
		{"2023-02-29", false},
		{"2000-02-29", true},
		{"1900-02-29", false},
		{"2026-04-31", false},
		{"2026-13-01", false},
		{"2026-00-10", false},
		{"2026-01-00", false},
		{"2026-1-01", false},
		{"2026-01-01 ", false},
		{" 2026-01-01", false},
		{"2026/01/01", false},
		{"20260101", false},
		{"", false},
		{"2026-01-1x", false},
		{"0000-01-01", true},
		{"9999-12-31", true},
		{"-001-01-01", false},
		{"+026-01-01", false},
		{"2026-01-01T00:00:00Z", false},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		int64_t ms = -7;
		if (base_date_parse(base_span_of(cases[i].text), &ms) != cases[i].is_date)
			fail_msg("'%s'", cases[i].text);
		assert_true(cases[i].is_date || ms == -7);
	}
}

static void
times_are_read(void **state)
{
	static const struct {
		const char *text, *same; /* NULL: refused */
	} cases[] = {
		{"2025-11-23T10:00:00Z", "2025-11-23T10:00:00.000Z"},
		{"2025-11-23T10:00:00.5Z", "2025-11-23T10:00:00.500Z"},
		{"2025-11-23T12:00:00+02:00", "2025-11-23T10:00:00.000Z"},
		{"2025-11-22T23:30:00-10:30", "2025-11-23T10:00:00.000Z"},
		{"2025-11-23t10:00:00z", "2025-11-23T10:00:00.000Z"},
		{"2025-11-23 10:00:00Z", "2025-11-23T10:00:00.000Z"},
		{"2025-11-23T10:00:00.123456789Z", "2025-11-23T10:00:00.123Z"},
		{"2025-11-23", "2025-11-23T00:00:00.000Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
		{"2025-11-23T10:00Z", NULL},
		{"2025-11-23T10:00:00", NULL},
		{"2025-11-23T24:00:00Z", NULL},
		{"2025-11-23T10:60:00Z", NULL},
		{"2025-11-23T10:00:61Z", NULL},
		{"2025-11-23T10:00:00.Z", NULL},
		{"2025-11-23T10:00:00+24:00", NULL},
		{"2025-11-23T10:00:00+02:60", NULL},
		{"2025-11-23T10:00:00+0200", NULL},
		{"2025-11-23T10:00:00Zx", NULL},
		{"2025-11-23T", NULL},
		{"", NULL},
		{"2025-02-30T10:00:00Z", NULL},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		char text[BASE_TIME_TEXT];
		int64_t ms;
		if (base_time_parse(base_span_of(cases[i].text), &ms) != (cases[i].same != NULL))
			fail_msg("'%s'", cases[i].text);
		if (!cases[i].same)
			continue;
		base_time_format(ms, text);
		assert_string_equal(text, cases[i].same);
	}
}

static void
durations_are_read(void **state)
{
	static const struct {
		const char *text;
		int months, days; /* months -1: refused */
	} cases[] = {
		{"P36M", 36, 0},
		{"P1Y6M", 18, 0},
		{"P30D", 0, 30},
		{"P2W", 0, 14},
		{"P1Y2M3W4D", 14, 25},
		{"P0D", 0, 0},
		{"P", -1, 0},
		{"36M", -1, 0},
		{"P1", -1, 0},
		{"PM", -1, 0},
		{"P1M1Y", -1, 0},
		{"P1M1M", -1, 0},
		{"PT1H", -1, 0},
		{"P1.5Y", -1, 0},
		{"P-1Y", -1, 0},
		{"P100000Y", -1, 0},
		{"P99999Y", 1199988, 0},
		{"P1Y ", -1, 0},
		{"", -1, 0},
		{"p1y", -1, 0},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		int months = 0, days = 0;
		if (base_duration_parse(base_span_of(cases[i].text), &months, &days) != (cases[i].months >= 0))
			fail_msg("'%s'", cases[i].text);
		if (cases[i].months < 0)
			continue;
		assert_int_equal(months, cases[i].months);
		assert_int_equal(days, cases[i].days);
	}
}

static void
adding_clamps_to_the_months_end(void **state)
{
	static const struct {
		const char *from;
		int months, days;
		const char *to;
	} cases[] = {
		{"2024-01-31", 1, 0, "2024-02-29"},
		{"2023-01-31", 1, 0, "2023-02-28"},
		{"2024-02-29", 12, 0, "2025-02-28"},
		{"2024-02-29", 48, 0, "2028-02-29"},
		{"2024-12-31", 0, 1, "2025-01-01"},
		{"2024-03-31", -1, 0, "2024-02-29"},
		{"2024-01-15", -13, 0, "2022-12-15"},
		{"2024-01-31", 1, 1, "2024-03-01"},
		{"1970-01-01", -1, 0, "1969-12-01"},
		{"0001-01-01", -12, 0, "0000-01-01"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		char text[BASE_DATE_TEXT];
		int64_t ms;
		assert_true(base_date_parse(base_span_of(cases[i].from), &ms));
		base_date_format(base_time_add(ms, cases[i].months, cases[i].days), text);
		assert_string_equal(text, cases[i].to);
		/* the time of day stays */
		assert_true(base_time_add(ms + 12345, cases[i].months, cases[i].days) - base_time_add(ms, cases[i].months, cases[i].days)
			    == 12345);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_formatted),
		cmocka_unit_test(days_agree_with_the_system),
		cmocka_unit_test(only_real_days_are_read),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(adding_clamps_to_the_months_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
