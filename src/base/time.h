/* Dates and times: milliseconds since 1970-01-01 UTC, proleptic Gregorian, UTC only. No locale, no time zone database. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/span.h"

enum { BASE_TIME_TEXT = 25, BASE_DATE_TEXT = 11 };

/* "2026-11-23T10:00:00.000Z" (RFC 3339), NUL terminated. Years 0..9999. */
void base_time_format(int64_t ms, char ret[static BASE_TIME_TEXT]);
void base_date_format(int64_t ms, char ret[static BASE_DATE_TEXT]);
/* "YYYY-MM-DD" to midnight UTC; false unless it is a real calendar day. */
bool base_date_parse(struct base_span text, int64_t *ret_ms);
/* RFC 3339 with Z or offset, seconds required, fraction optional; or a bare date. */
bool base_time_parse(struct base_span text, int64_t *ret_ms);
bool base_date_is_valid(int year, int month, int day);
/* ISO 8601 duration of whole years, months, weeks or days ("P36M", "P1Y6M", "P30D"): months and days. */
bool base_duration_parse(struct base_span text, int *ret_months, int *ret_days);
/* ms plus months (day clamped to the month's end) plus days. */
int64_t base_time_add(int64_t ms, int months, int days);
enum { BASE_DAY_MS = 86400000 };

#endif
