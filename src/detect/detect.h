/* The engine: batches of values in, spans out. Raw values stop here; what leaves is a mask, a keyed fingerprint and a length.
 *
 * Stages: lanes propose starts; a compiled pattern confirms each (anchored, with limits); checks; context; confidence; then per value
 * or, for text that is cut into windows, per resource: leftmost-longest per rule and the settling of overlaps (BORDERS B2).
 * engine: immutable, shared. scanner: one per thread. drain: one per resource, fed in ticket order. */
#ifndef DETECT_DETECT_H
#define DETECT_DETECT_H

#include "base/batch.h"
#include "base/match.h"
#include "rules/allow.h"
#include "rules/rules.h"

struct crypto_hmac;

enum detect_cpu { DETECT_CPU_BEST, DETECT_CPU_PLAIN };

/* ALL: also what was tried and counts for nothing comes out, as suppressed spans; guards too. For explain. */
enum detect_why { DETECT_WHY_NONE, DETECT_WHY_SPANS, DETECT_WHY_ALL };

struct detect_options {
	const uint8_t *fingerprint_key; /* 32 bytes or NULL: no fingerprints */
	const struct allow *allow;      /* known and accepted values, or NULL; borrowed, checked by allow_check */
	uint8_t min_confidence;         /* below it a span is suppressed with its reason */
	bool all_starts;                /* the oracle: every pattern at every start, same later stages */
	bool no_vectorscan;             /* plain path for the literal lane */
	enum detect_cpu cpu_level;      /* PLAIN: no wide instructions of our own */
	const char *cache_folder;       /* compiled databases are kept there between runs; NULL: they are not */
	enum detect_why why;            /* spans come with what was looked at; slower, and what is found stays the same */
	bool unmerged;                  /* tests: overlaps are left unsettled, every match comes out */
};

struct detect_engine;
/* Keeps ${rules} borrowed. */
int detect_engine_new(const struct rules *rules, const struct detect_options *options, struct detect_engine **ret, struct assay_error *err);
void detect_engine_free(struct detect_engine *engine);
/* Did the literal lane come out of the cache? */
bool detect_engine_was_cached(const struct detect_engine *engine);
/* "vectorscan 5.4.9" or "plain": for doctor. */
const char *detect_engine_backend(const struct detect_engine *engine);
/* Bytes that windows and pieces of values borrow on both sides. */
uint32_t detect_engine_reach(const struct detect_engine *engine);
/* "avx2" or "plain": of the number lane. */
const char *detect_engine_level(const struct detect_engine *engine);

/* What a column's name says about each rule; immutable, one allocation, free() it. NULL when out of memory. */
struct detect_field {
	uint64_t *for_rule, *against_rule;
	struct base_span name;
};
struct detect_field *detect_field_new(const struct detect_engine *engine, struct base_span name);

/* Of two matches of a rule at one place the first stays: what was decoded is the same value wherever it is written plainly. What stays with
 * plain bytes when it can: URLs, which have parts encoded; base64, for which secrets have rules of their own; and what has only something
 * decoded beside it. */
enum detect_sight { SIGHT_DECODED, SIGHT_PLAIN, SIGHT_BESIDE };

/* A match on its way to becoming a span: the span's own bytes may be less than the whole match. Offsets are value offsets. */
struct detect_match {
	struct span span;
	uint64_t start, end;
	uint32_t decoded_at, decoded_size; /* where the span's bytes lie decoded, for masks and fingerprints; size 0: they are plain */
	bool passed;                       /* all checks hold */
	bool is_silent;
	bool is_idle; /* tried, and counts for nothing: there to be told */
	uint8_t priority, sight;
	uint32_t why; /* its row among those of whoever holds the match, from 1; 0: none */
};

struct detect_matches {
	struct detect_match *items;
	size_t n, capacity;
};

struct detect_whys {
	struct span_why *items;
	size_t n, capacity;
};

struct detect_tally {
	uint32_t field;
	uint16_t rule;
	uint64_t tried, passed; /* pattern matches that could count; those whose checks hold */
};

/* Result of one batch, reusable. head and tail are the clusters near the edges of a window that may go on outside;
 * done is final. */
struct detect_output {
	uint64_t ticket;
	uint32_t resource;
	bool joins_prev, joins_next;
	struct detect_matches head, done, tail;
	struct detect_whys whys;
	struct detect_tally *tallies;
	size_t n_tallies, tallies_capacity;
	struct issue *issues;
	size_t n_issues, issues_capacity;
};
void detect_output_dispose(struct detect_output *out);

struct detect_scanner;
int detect_scanner_new(const struct detect_engine *engine, struct detect_scanner **ret, struct assay_error *err);
void detect_scanner_free(struct detect_scanner *scanner);
/* fields[i] belongs to field i of the batch's resource; at least as many as the batch names. NOMEM or INTERNAL on failure. */
int detect_batch(struct detect_scanner *scanner, const struct batch *batch, const struct detect_field *const *fields,
	struct detect_output *out, struct assay_error *err);

struct detect_drain;
struct detect_drain *detect_drain_new(const struct detect_engine *engine);
void detect_drain_free(struct detect_drain *drain);
/* Feeds outputs in ticket order; emits final spans in order of record and place. */
int detect_drain_add(
	struct detect_drain *drain, struct detect_output *out, struct span_sink *spans, struct issue_sink *issues, struct assay_error *err);
/* End of the resource. */
int detect_drain_end(struct detect_drain *drain, struct span_sink *spans, struct issue_sink *issues, struct assay_error *err);

/* One pattern (index into rules->pattern) alone over a text with BATCH_PAD readable bytes around it, for measuring: collects the starts
 * that its lane proposes, and tries those collected last. *ret: starts; spans, before overlaps are settled. */
int detect_probe_starts(struct detect_scanner *scanner, uint32_t pattern, struct base_span text, size_t *ret, struct assay_error *err);
int detect_probe_try(struct detect_scanner *scanner, struct base_span text, size_t *ret);

/* Replaces what the rules find in a name (path, header, key, actor) by masks; *ret is malloc'ed. *ret_changed may be NULL. */
int detect_mask_name(struct detect_scanner *scanner, struct base_span name, char **ret, bool *ret_changed, struct assay_error *err);
/* The same for a path: its parts are also looked at without their suffixes ("person@example.com.csv" is an address and a suffix). */
int detect_mask_path(struct detect_scanner *scanner, struct base_span path, char **ret, struct assay_error *err);
/* Keyed fingerprint of a value as this rule's spans carry it. */
int detect_fingerprint(struct crypto_hmac *hmac, const struct rules_rule *rule, struct base_span value, uint8_t ret[16]);
/* Display form of a value under a mask style: at most a quarter of its characters and at most four are shown. Returns its length in ret. */
size_t detect_mask(struct base_span value, enum rules_mask style, uint8_t ret[24]);

#endif
