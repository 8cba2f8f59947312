/* Shared between the files of this layer: the open source, its field table and its issues. */
#ifndef SOURCE_INTERNAL_H
#define SOURCE_INTERNAL_H

#include "source/feed.h"
#include "source/pieces.h"
#include "source/values.h"

#include "base/limits.h"

/* Rows with the same cause become one issue, emitted at the end: its first place and how often. */
struct source_tally {
	enum issue_code code;
	uint64_t record, raw, count;
	char detail[96];
};

enum { SOURCE_TALLIES = 16 };

struct source {
	struct source_spec spec;
	struct assay_env *env;
	struct stream stream;
	struct feed feed;
	struct values values;
	struct pieces pieces;
	struct base_span *fields;
	size_t n_fields, fields_capacity;
	struct base_arena *arena; /* names of fields */
	size_t name_bytes;        /* of all names */
	struct source_tally tallies[SOURCE_TALLIES];
	size_t n_tallies;
	const struct source_ops *ops; /* NULL: nothing to read (empty, binary, pointer) */
	void *state;                  /* of ops */
	uint32_t bom;                 /* bytes of the byte order mark at the start of the decoded stream */
	bool is_done;
	struct source_stats stats;
};

/* Adds to the table; names longer than LIMIT_NAME keep their end. NOMEM on failure. */
int source_add_field(struct source *source, struct base_span name, uint32_t *ret);
/* Notes an issue; those with the same code and detail are counted. */
void source_note(struct source *source, enum issue_code code, uint64_t record, uint64_t raw, uint64_t count, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
int source_check_cancelled(const struct source *source, struct assay_error *err);
/* Delivers the next piece of source->pieces; *ret_last: it was the last one. */
int source_give_piece(struct source *source, struct batch *batch, bool *ret_last, struct assay_error *err);
/* Lays out source->values over the first ${size} unread bytes and takes these. Returns 1. */
int source_give_values(struct source *source, const struct values_block *how, size_t size, struct batch *batch, struct assay_error *err);

extern const struct source_ops source_text, source_csv, source_tsv, source_json, source_jsonl;

/* ---- recognition (sniff.c) ---- */

enum { SNIFF_BYTES = 256 << 10 };
/* What a prefix is, format aside: "binary" or "pointer" with the reason in detail, or NULL for text of some kind. */
const char *sniff_unreadable(struct base_span prefix, bool is_whole, char detail[static 64]);
/* Format by the suffix of the name, then by content. */
const struct source_ops *sniff_format(const char *name, struct base_span prefix, bool is_whole);
/* Git LFS or git-annex pointer text; the command that fetches the data, else NULL. */
const char *sniff_pointer(struct base_span text);

#endif
