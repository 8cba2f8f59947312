/* Error codes: one table of names and exit statuses; formatting that cannot fail. */
#include "base/error.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int code, exit;
	const char *name;
} codes[] = {
	{ASSAY_OK, 0, "OK"},
	{ASSAY_NOMEM, 3, "NOMEM"},
	{ASSAY_USAGE, 2, "USAGE"},
	{ASSAY_CONFIG, 2, "CONFIG"},
	{ASSAY_PACK, 2, "PACK"},
	{ASSAY_KEY, 2, "KEY"},
	{ASSAY_IO, 3, "IO"},
	{ASSAY_BUSY, 3, "BUSY"},
	{ASSAY_OUTCOME_UNKNOWN, 3, "OUTCOME_UNKNOWN"},
	{ASSAY_FORMAT, 4, "FORMAT"},
	{ASSAY_LIMIT, 4, "LIMIT"},
	{ASSAY_UNSUPPORTED, 4, "UNSUPPORTED"},
	{ASSAY_DENIED, 1, "DENIED"},
	{ASSAY_VERIFY, 5, "VERIFY"},
	{ASSAY_CANCELLED, 4, "CANCELLED"},
	{ASSAY_INTERNAL, 3, "INTERNAL"},
};

const char *
assay_code_name(int code)
{
	for (size_t i = 0; i < BASE_COUNT(codes); i++)
		if (codes[i].code == code)
			return codes[i].name;
	return "INTERNAL";
}

int
assay_code_exit(int code)
{
	for (size_t i = 0; i < BASE_COUNT(codes); i++)
		if (codes[i].code == code)
			return codes[i].exit;
	return 3;
}

/* Makes a fixed text harmless in place: controls, DEL and invalid UTF-8 become '?'. */
static void
make_harmless(char *text)
{
	struct base_span rest = base_span_of(text);

	while (rest.size > 0) {
		uint32_t c;
		size_t n = base_utf8_decode(rest, &c);
		char *at = text + (rest.data - (const uint8_t *)text);
		bool bad = n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e)
			   || (c >= 0x2066 && c <= 0x2069);
		if (n == 0)
			n = 1;
		if (bad)
			memset(at, '?', n);
		rest.data += n;
		rest.size -= n;
	}
}

static void
set_text(char *ret, size_t size, const char *text)
{
	snprintf(ret, size, "%s", text ? text : "");
	make_harmless(ret);
}

static void
set_error(struct assay_error *err, int code, const char *subject, uint32_t line, uint32_t column, const char *format, va_list args)
{
	if (!err)
		return;
	struct assay_error made = {.code = code, .line = line, .column = column};
	vsnprintf(made.message, sizeof made.message, format, args);
	make_harmless(made.message);
	set_text(made.subject, sizeof made.subject, subject);
	*err = made;
}

int
base_error(struct assay_error *err, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(err, code, NULL, 0, 0, format, args);
	va_end(args);
	return code;
}

int
base_error_at(struct assay_error *err, int code, const char *subject, uint32_t line, uint32_t column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(err, code, subject, line, column, format, args);
	va_end(args);
	return code;
}

int
base_error_errno(struct assay_error *err, int code, const char *subject, const char *what)
{
	char reason[128];
	const char *text = strerror_r(errno, reason, sizeof reason);

	return base_error_at(err, code, subject, 0, 0, "%s: %s", what, text);
}

int
base_error_nomem(struct assay_error *err)
{
	return base_error(err, ASSAY_NOMEM, "out of memory");
}

void
base_error_hint(struct assay_error *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return;
	va_start(args, format);
	vsnprintf(err->hint, sizeof err->hint, format, args);
	va_end(args);
	make_harmless(err->hint);
}

void
base_error_subject(struct assay_error *err, const char *subject)
{
	if (err)
		set_text(err->subject, sizeof err->subject, subject);
}
