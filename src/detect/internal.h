/* Shared between the engine's files. */
#ifndef DETECT_INTERNAL_H
#define DETECT_INTERNAL_H

#include "detect/decoded.h"
#include "detect/detect.h"
#include "detect/literal.h"
#include "detect/marks.h"

#include <string.h>

enum { FILTER_DIGITS = 20, NEARBY_PIECE = 512, SHAPE_POSITIONS = 16, SHAPES_KEPT = 4096 };

/* Which patterns can start where: bit per filtered pattern. A start survives when the byte before it, the first bytes after it and the
 * number of digits that follow are all possible for the pattern; sound because pattern_measure over-approximates each set. */
struct start_filter {
	size_t n, words, n_classes; /* patterns, 64-bit words, byte classes */
	size_t group;               /* words of one group: there are at most 64 groups, and words is a multiple of it */
	uint32_t *pattern;          /* filter bit -> index in rules->pattern */
	uint8_t class_of[256];
	uint64_t *at[PATTERN_POSITIONS]; /* [n_classes * words] */
	uint64_t *before;                /* [n_classes * words]; the value's edge allows all */
	uint64_t *all;                   /* [words] */
	uint64_t *digits;                /* [(FILTER_DIGITS + 1) * words]: patterns content with that many digits */
	uint64_t *shape;                 /* [SHAPE_POSITIONS * MARK_CLASSES * words]: by class, the byte before the start first */
	struct start_marks marks[MARK_SETS];
};

/* Patterns of rules that need context, by the words that speak for them. */
struct nearby_plan {
	uint64_t *possible; /* [filter words]: some word or nothing at all allows them; the others wait for a column */
	uint64_t *always;   /* [filter words]: need no context, or reach too far to be judged by pieces */
	uint64_t *row;      /* [context rows * filter words] */
};

/* What confirm_at needs of a pattern, close together. */
struct hot_pattern {
	struct byte_set before;
	pcre2_code *code;
	uint32_t width_min, value_group;
	uint16_t rule;
	bool has_jit, needs_column; /* needs_column: bare digits, and no words could speak for them */
};

struct detect_engine {
	const struct rules *rules;
	struct hot_pattern *hot; /* as rules->pattern */
	struct detect_options options;
	uint8_t key[32];
	struct start_filter filter;
	struct nearby_plan plan;
	marks_function *mark;
	decode_marks_function *mark_encoded;
	const char *level;             /* of mark */
	struct literal_lane *literals; /* NULL: no pattern in it */
	size_t n_words;                /* of context bits */
};

int start_filter_init(struct start_filter *f, const struct rules *rules, bool literals_too);
void start_filter_dispose(struct start_filter *f);

/* A shape seen of late; groups: where some patterns are left. */
struct shape_slot {
	uint64_t shape, groups;
};

/* A start's classes of bytes, as one number: the byte before it and those from it on. at_edge: a value begins here. */
static inline uint64_t
start_shape(const uint8_t *classes, bool at_edge)
{
	uint64_t shape = 0;

	for (int half = 0; half < 2; half++) {
		uint64_t part;
		memcpy(&part, classes - 1 + half * 8, 8);
		if (at_edge && half == 0)
			part |= MARK_EDGE;
		part = (part | part >> 4) & UINT64_C(0x00ff00ff00ff00ff);
		part = (part | part >> 8) & UINT64_C(0x0000ffff0000ffff);
		shape |= ((part | part >> 16) & UINT32_MAX) << half * 32;
	}
	return shape;
}
/* Patterns that a shape allows, into live[words]. Returns a bit for each group in which some are left. */
uint64_t start_filter_shape(const struct start_filter *f, uint64_t shape, uint64_t *live);
/* Takes out of the given groups of live[words] what the bytes themselves do not allow; returns the groups in which some are left. */
uint64_t start_filter_narrow(const struct start_filter *f, const uint8_t *data, bool at_edge, uint64_t groups, uint64_t *live);

/* One value (or window) that is being looked through. */
struct subject {
	const uint8_t *data; /* of the value */
	uint32_t size;
	uint32_t own_start, own_end;  /* starts that belong to this piece */
	uint32_t field, batch_offset; /* batch_offset: of data in batch->data */
	uint64_t value_base, record, raw;
	const struct batch_map *map;
	bool counts_lines; /* text window: record = line, counted from data */
	/* Of a second look: which piece this is, and of what. */
	const struct decoded_piece *piece;
	const struct subject *origin;
};

/* Context of one subject, filled as it is asked for. */
struct nearby_piece {
	uint32_t first, n; /* hits */
	bool is_done;
};
struct nearby {
	const struct detect_engine *engine;
	struct base_span text;
	struct nearby_piece *pieces;
	uint64_t *masks, *allowed; /* [pieces * filter words], [filter words] */
	size_t n_pieces, pieces_capacity, masks_capacity, allowed_piece;
	struct context_hits hits;
};

int nearby_plan_init(struct nearby_plan *plan, const struct detect_engine *engine);
void nearby_plan_dispose(struct nearby_plan *plan);
/* Starts a new text, which stays borrowed. */
int nearby_begin(struct nearby *nearby, const struct detect_engine *engine, struct base_span text);
void nearby_dispose(struct nearby *nearby);
/* Patterns worth trying at a place: those that need no context, those of ${by_column}, those with a word for them somewhere near. */
int nearby_allowed(struct nearby *nearby, uint32_t at, const uint64_t *by_column, const uint64_t **ret);
/* Words for (bit 0) and against (bit 1) the rule around a match. */
int nearby_words(struct nearby *nearby, uint32_t start, uint32_t end, size_t rule, unsigned *ret);

/* ---- replay.c: values of columns that come again ---- */

/* One match that was weighed: the tallies of its rule go up. */
struct tally_note {
	uint16_t rule;
	bool passed;
};
struct tally_notes {
	struct tally_note *items;
	size_t n, capacity;
};

struct replay;
struct replay *replay_new(void);
void replay_free(struct replay *replay);
/* Forgets what another resource left. */
void replay_begin(struct replay *replay, uint32_t resource);
/* A column's values come next; what its name speaks for decides too what is found. */
void replay_begin_column(struct replay *replay, uint32_t field, const struct detect_field *evidence, size_t n_words);
/* 1: the value is known; its matches are appended to ${ret}, ${notes} borrows what was weighed in it. 0: not known. ASSAY_NOMEM. */
int replay_find(struct replay *replay, const struct subject *value, struct detect_matches *ret, struct tally_notes *notes);
int replay_keep(struct replay *replay, const struct subject *value, const struct detect_match *matches, size_t n_matches,
	const struct tally_note *notes, size_t n_notes);

/* What the lanes say of some bytes. */
struct look {
	struct literal_hits hits;
	uint64_t *starts; /* a bit per byte */
	size_t starts_capacity;
	uint8_t *classes; /* of the bytes, MARK_PAD more on both sides */
	size_t classes_capacity;
};

struct detect_scanner {
	const struct detect_engine *engine;
	pcre2_match_data *match_data;
	pcre2_match_context *match_context;
	pcre2_jit_stack *jit_stack;
	struct crypto_hmac *hmac;
	struct literal_scratch *literal_scratch;
	struct candidates candidates; /* of the value or piece at hand */
	struct look batch_look, decoded_look;
	const struct look *look; /* the one at hand */
	uint64_t *encoded;       /* a bit per byte of the batch: something encoded may begin here */
	size_t encoded_capacity;
	bool has_encoded;                    /* some bit is set */
	struct decoded decoded;              /* of the value at hand */
	uint64_t n_cut, cut_record, cut_raw; /* base64 runs that were not decoded to their ends */
	uint64_t *wide, *wide_record;        /* per rule: matches wider than what was decoded for them */
	struct detect_matches matches;       /* of the value or window at hand */
	uint64_t *tried, *passed;            /* per rule, of the field at hand */
	uint64_t *limited;                   /* regex limits met, per rule, of the batch */
	uint64_t *limited_record, *limited_raw;
	struct tally_notes notes; /* of the value at hand */
	struct detect_whys *whys; /* of the output at hand */
	struct replay *replay;
	bool met_limit; /* in the value at hand */
	const struct detect_field *field;
	uint64_t *by_column;       /* [filter words]: patterns that the column's name or nothing at all allows */
	uint64_t *possible;        /* [filter words]: those, and what words can allow */
	uint64_t *live;            /* [filter words] */
	struct shape_slot *shapes; /* [SHAPES_KEPT] */
	uint64_t *shape_live;      /* [SHAPES_KEPT * filter words]: what shapes seen of late allow */
	struct nearby nearby;
	const struct batch_map *map_row; /* of the subject at hand, where the last look ended */
};

/* Tries one pattern at one start; adds what matches to scanner->matches. */
int confirm_at(struct detect_scanner *scanner, const struct subject *subject, uint32_t pattern, uint32_t at);
/* Sets mask and fingerprint. value lies in memory. */
int finish_match(struct detect_scanner *scanner, struct detect_match *match, struct base_span value);

int matches_push(struct detect_matches *m, const struct detect_match *item);
/* Settles one cluster of overlapping matches: appends the surviving spans in order of start. */
int merge_cluster(
	const struct detect_engine *engine, struct detect_match *items, size_t n, struct detect_whys *whys, struct detect_matches *ret);
/* Order of matches in a value: start, rule, longest first. */
void matches_sort(struct detect_match *items, size_t n);

#endif
