/* Drives sources through the engine on several threads and sums spans up into findings, coverage and issues (BORDERS B3).
 *
 * The caller's thread reads; workers detect; the caller's thread drains in ticket order. So the result does not depend on the number of
 * threads, and memory is bounded by windows x threads. */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "assay/env.h"
#include "detect/detect.h"
#include "source/source.h"

enum cover { COVER_COMPLETE, COVER_SAMPLED, COVER_INCOMPLETE, COVER_UNREAD, COVER_EXCLUDED };
const char *cover_name(enum cover state);

enum { SCAN_EXAMPLES = 5 };

/* key (resource, field, entity); merging is associative in ticket order */
struct finding {
	uint32_t resource, field;
	uint16_t entity;
	uint8_t confidence, state; /* highest confidence of reported spans; enum span_state */
	uint32_t reasons;          /* why it is suppressed, or what speaks for it: joined over its spans */
	uint64_t n_spans, n_records, n_tried, n_passed, n_sample;
	uint64_t n_expected_ppm; /* of those tried, how many chance alone lets pass, times a million */
	uint64_t n_level[3], n_suppressed[REASON_COUNT];
	uint64_t n_all_suppressed; /* suppressed spans, each counted once */
	uint64_t first_record, last_record;
	uint64_t n_validated; /* reported spans whose check holds */
	bool has_digest;
	uint8_t content_digest[32]; /* sum mod 2^256 of HMAC(K, fingerprint): order-free */
	uint32_t n_examples;
	struct span examples[SCAN_EXAMPLES];
};

struct scan_field {
	char *name; /* masked where it is personal data itself; unique in its resource */
	uint64_t n_values;
	uint64_t n_prose; /* values so long that they are sentences rather than cells */
};

struct scan_resource {
	char *name;     /* masked, unique: what reports show */
	char *raw_name; /* never leaves the process */
	char *path;     /* as it was opened; NULL for streams; never leaves the process */
	const char *kind, *encoding, *compression;
	enum cover state;
	char *note; /* why not complete; printable, may be NULL */
	uint64_t bytes_stored, bytes_decoded, n_records, n_values, n_bad_utf8;
	uint8_t sha256[32]; /* of the stored bytes */
	bool has_sha256;
	struct scan_field *fields;
	size_t n_fields;
};

struct scan_result {
	struct scan_resource *resources;
	size_t n_resources;
	struct finding *findings; /* sorted by (resource, field, entity) */
	size_t n_findings;
	struct issue *issues; /* one per (resource, rule, code), sorted */
	size_t n_issues;
};

struct scan_options {
	const struct detect_engine *engine;
	const struct rules *rules;
	const uint8_t *fingerprint_key; /* 32 bytes or NULL; for content digests */
	unsigned threads;               /* 0 = 1 */
	uint32_t window_bytes;          /* 0 = default */
	int64_t deadline_ms;            /* of env->now_ms; 0 = none */
	/* Each final span in order; resource and field names are the masked ones. May be NULL. Non-zero stops the scan. */
	int (*on_span)(void *span_context, const struct scan_resource *resource, const char *field, const struct span *span);
	void *span_context;
	/* After each read batch: bytes so far. May be NULL. */
	void (*on_progress)(void *context, uint64_t bytes);
	void *context;
};

struct scan;
int scan_new(const struct scan_options *options, struct assay_env *env, struct scan **ret, struct assay_error *err);
void scan_free(struct scan *scan);
/* Scans one file or stream; problems of the input become issues. */
int scan_source(struct scan *scan, const char *path, int fd, const char *name, const char *format, struct assay_error *err);
/* Lists something that is not scanned: its state, and an issue when ${code} >= 0. */
int scan_add_unscanned(struct scan *scan, const char *name, enum cover state, int code, const char *note, struct assay_error *err);
/* Waits for all work, computes findings; the result lives until scan_free. */
int scan_finish(struct scan *scan, const struct scan_result **ret, struct assay_error *err);
/* Adds an issue after the scan (a shortfall against the manifest): before scan_finish. */
int scan_add_issue(struct scan *scan, uint32_t resource, enum issue_code code, const char *detail, struct assay_error *err);

/* A name or text with everything masked that the rules find in it; malloc'ed. */
int scan_mask_text(struct scan *scan, const char *text, char **ret, struct assay_error *err);

/* validated: a reported finding of high standing (check digit, complete format). */
bool finding_is_validated(const struct finding *finding);

#endif
