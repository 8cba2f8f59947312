/* Names of issue codes, reasons and states. */
#include "base/match.h"

#include "base/memory.h"
#include "base/span.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	bool is_incomplete;
} issue_codes[ISSUE_CODE_COUNT] = {
	[ISSUE_UNREADABLE] = {"unreadable", true},
	[ISSUE_UNSUPPORTED] = {"unsupported", true},
	[ISSUE_FORMAT] = {"format", true},
	[ISSUE_SHRANK] = {"changed-while-read", true},
	[ISSUE_POINTER] = {"pointer-without-data", true},
	[ISSUE_LINK] = {"dangling-link", true},
	[ISSUE_LIMIT] = {"limit", true},
	[ISSUE_REGEX_LIMIT] = {"regex-limit", true},
	[ISSUE_RAGGED] = {"ragged-rows", false},
	[ISSUE_BAD_UTF8] = {"bad-utf8", false},
	[ISSUE_EXPECT] = {"fewer-than-expected", true},
	[ISSUE_TIMEOUT] = {"timeout", true},
	[ISSUE_EMPTY] = {"empty", false},
};

static const char *const reasons[REASON_COUNT] = {
	[REASON_PATTERN] = "pattern",
	[REASON_CHECK] = "check",
	[REASON_CHECK_FAILED] = "check-failed",
	[REASON_CONTEXT] = "context",
	[REASON_COLUMN] = "column",
	[REASON_NOT_WORD] = "not-word",
	[REASON_SAMPLE] = "sample",
	[REASON_LOW_CONFIDENCE] = "low-confidence",
	[REASON_OVERLAP] = "overlap",
	[REASON_CHANCE] = "chance",
	[REASON_FILTER] = "filter",
	[REASON_LIMIT] = "limit",
	[REASON_ALLOW] = "allow-list",
	[REASON_BARE] = "no-context",
	[REASON_DECODED_HTML] = "decoded-html",
	[REASON_DECODED_JSON] = "decoded-json",
	[REASON_DECODED_QP] = "decoded-qp",
	[REASON_DECODED_PERCENT] = "decoded-percent",
	[REASON_DECODED_UNICODE] = "decoded-unicode",
	[REASON_DECODED_BASE64] = "decoded-base64",
};

const char *
issue_code_name(enum issue_code code)
{
	return (unsigned)code < ISSUE_CODE_COUNT ? issue_codes[code].name : "unknown";
}

bool
issue_code_is_incomplete(enum issue_code code)
{
	return (unsigned)code >= ISSUE_CODE_COUNT || issue_codes[code].is_incomplete;
}

const char *
why_fate_name(enum why_fate fate)
{
	static const char *const names[WHY_FATE_COUNT] = {[WHY_WON] = "won",
		[WHY_LOST] = "lost",
		[WHY_SAME] = "same-entity",
		[WHY_READING] = "other-reading",
		[WHY_CHECK] = "check-failed",
		[WHY_BARE] = "no-context"};

	return (unsigned)fate < WHY_FATE_COUNT ? names[fate] : "unknown";
}

const char *
reason_name(enum reason reason)
{
	return (unsigned)reason < REASON_COUNT ? reasons[reason] : "unknown";
}

const char *
span_state_name(enum span_state state)
{
	static const char *const names[] = {"reported", "sample", "suppressed", "undecided"};

	return (unsigned)state < BASE_COUNT(names) ? names[state] : "unknown";
}

int
issue_emit(struct issue_sink *sink, uint32_t resource, enum issue_code code, uint16_t rule, uint64_t record, uint64_t raw,
	const char *format, ...)
{
	struct issue issue = {.resource = resource, .code = (uint16_t)code, .rule = rule, .record = record, .raw = raw, .count = 1};
	va_list args;

	va_start(args, format);
	vsnprintf(issue.detail, sizeof issue.detail, format, args);
	va_end(args);
	for (char *p = issue.detail; *p; p++)
		if ((uint8_t)*p < 0x20 || *p == 0x7f || (uint8_t)*p >= 0x80)
			*p = '?';
	return sink->emit(sink->context, &issue);
}
