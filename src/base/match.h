/* What the engine hands on: spans without their values, and issues (BORDERS B2, B3). */
#ifndef BASE_MATCH_H
#define BASE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum span_state { SPAN_REPORTED, SPAN_SAMPLE, SPAN_SUPPRESSED, SPAN_UNDECIDED };

/* Bits of span.reasons: what speaks for, and what against. */
enum reason {
	REASON_PATTERN,        /* the pattern matched */
	REASON_CHECK,          /* a check digit or complete format holds */
	REASON_CHECK_FAILED,   /* it does not, but context is strong */
	REASON_CONTEXT,        /* a context word stands near */
	REASON_COLUMN,         /* the column's name speaks for it */
	REASON_NOT_WORD,       /* a word that speaks against it stands near */
	REASON_SAMPLE,         /* a documentation value */
	REASON_LOW_CONFIDENCE, /* below the threshold */
	REASON_OVERLAP,        /* another rule with higher priority holds these bytes */
	REASON_CHANCE,         /* a column of numbers whose checks pass as often as chance */
	REASON_FILTER,         /* a placeholder, not a secret */
	REASON_LIMIT,          /* a regex limit was reached: undecided */
	REASON_ALLOW,          /* the allow-list names it */
	REASON_BARE,           /* nothing speaks for a rule that collides: shown by explain only */
	/* What had to be undone before it could be seen. */
	REASON_DECODED_HTML,    /* character references */
	REASON_DECODED_JSON,    /* escapes after a backslash */
	REASON_DECODED_QP,      /* quoted-printable */
	REASON_DECODED_PERCENT, /* as in URLs */
	REASON_DECODED_UNICODE, /* digits, letters, dashes and blanks of other blocks; characters without width */
	REASON_DECODED_BASE64,
	REASON_COUNT
};

/* What became of a rule that was tried where a span stands. */
enum why_fate {
	WHY_WON,     /* it holds the place */
	WHY_LOST,    /* another one holds the place */
	WHY_SAME,    /* the same entity, seen by another rule */
	WHY_READING, /* another reading of the same rule */
	WHY_CHECK,   /* its check fails, and nothing near speaks for it */
	WHY_BARE,    /* its rule collides, and no context word or column name speaks for it */
	WHY_FATE_COUNT
};
const char *why_fate_name(enum why_fate fate);

enum { WHY_WORDS = 6, WHY_TRIES = 32 };

struct why_words {
	const char *word[WHY_WORDS]; /* as the pack lists them, never text of the data; borrowed from the rules */
	uint32_t n;                  /* at most WHY_WORDS are kept */
};

struct why_try {
	uint64_t start, end; /* of the whole match */
	uint16_t rule;
	uint8_t fate, confidence;
};

/* What was looked at before a span was judged; only where somebody asked. */
struct span_why {
	uint64_t match_start, match_end; /* the whole match; a span can be less */
	uint16_t pattern;                /* of its rule, from 0 */
	uint8_t checks;                  /* bit i: check i of the rule holds */
	uint8_t fate;                    /* of its own: WHY_CHECK and WHY_BARE count for nothing, but can be shown */
	struct why_words words, against; /* near it, in the same value */
	const char *column, *column_against;
	struct why_try tries[WHY_TRIES]; /* by fate, then by place */
	uint32_t n_tries, n_more;        /* n_more: tried, but not kept here */
};

struct span {
	uint64_t record, start, end, raw_start, raw_end; /* raw_*: UINT64_MAX = unmapped */
	uint32_t field, reasons;
	uint16_t rule, entity;
	uint8_t confidence, state;
	uint8_t mask_len, has_fingerprint;
	uint8_t fingerprint[16], mask[24];
	uint64_t allowed;           /* entry of the allow-list that names it, from 1; 0: none */
	const struct span_why *why; /* valid while the span is handed on; NULL: nobody asked */
};

/* Codes of issues, in the order of the table in base/match.c. */
enum issue_code {
	ISSUE_UNREADABLE,  /* cannot be opened or read */
	ISSUE_UNSUPPORTED, /* a format that this build does not read */
	ISSUE_FORMAT,      /* broken: quote never closes, bad JSON, truncated gzip */
	ISSUE_SHRANK,      /* the file changed while it was read */
	ISSUE_POINTER,     /* Git LFS, git-annex or .dvc pointer without data */
	ISSUE_LINK,        /* dangling or looping link */
	ISSUE_LIMIT,       /* a named limit cut the work */
	ISSUE_REGEX_LIMIT, /* PCRE2 gave up at a place */
	ISSUE_RAGGED,      /* rows with more or fewer cells than the header */
	ISSUE_BAD_UTF8,    /* invalid bytes: counted, scanned all the same */
	ISSUE_EXPECT,      /* fewer files or records than declared */
	ISSUE_TIMEOUT,
	ISSUE_EMPTY, /* a directory without files, a file without bytes */
	ISSUE_CODE_COUNT
};

/* Stable name ("unreadable") and whether it makes the resource incomplete. */
const char *issue_code_name(enum issue_code code);
bool issue_code_is_incomplete(enum issue_code code);
const char *reason_name(enum reason reason);
/* What of reasons says how it was decoded. */
#define REASONS_DECODED ((1u << REASON_COUNT) - (1u << REASON_DECODED_HTML))
const char *span_state_name(enum span_state state);

#define ISSUE_NO_RULE UINT16_MAX
struct issue {
	uint32_t resource;
	uint16_t code, rule; /* rule: ISSUE_NO_RULE = none */
	uint64_t record, raw, count;
	char detail[96]; /* printable, no raw values */
};

/* Receivers. emit returns 0 or a negative code that stops the producer. */
struct span_sink {
	void *context;
	int (*emit)(void *context, const struct span *span);
};
struct issue_sink {
	void *context;
	int (*emit)(void *context, const struct issue *issue);
};

/* Fills an issue and emits it. ${format} gives the detail; control characters become '?', it is cut to its room. */
int issue_emit(struct issue_sink *sink, uint32_t resource, enum issue_code code, uint16_t rule, uint64_t record, uint64_t raw,
	const char *format, ...) __attribute__((format(printf, 7, 8)));

#endif
