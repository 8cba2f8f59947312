/* Everything that can be read: opens a file or stream, recognises its format and delivers batches of values.
 *
 * Layers of one source: stored bytes -> decompression (gzip, zstd; by magic, not by name) -> decoded stream in UTF-8 (UTF-16 with
 * BOM is transcoded, the BOM itself becoming EF BB BF, which counts in raw offsets) -> a format reader (text, csv, json, jsonl) that
 * fills batches. raw offsets are byte offsets of the decoded stream. Input is read(2), never mapped.
 *
 * To add a format: one file with a `struct source_ops`, one row in the table of source.c, cases in tests/unit/source. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "assay/env.h"
#include "assay/error.h"
#include "base/batch.h"
#include "base/match.h"
#include "base/span.h"

struct source;

struct source_spec {
	const char *path;      /* file to open; ignored when fd >= 0 */
	int fd;                /* -1, or an open descriptor (standard input); stays owned by the caller */
	const char *name;      /* resource name for messages */
	uint32_t resource;     /* index put into batches and issues */
	const char *format;    /* "text" "csv" "tsv" "json" "jsonl", or NULL: by suffix of name, then by content */
	uint32_t window_bytes; /* 0 = LIMIT_WINDOW_DEFAULT; size of text windows and of one batch's data */
	uint32_t reach;        /* bytes that windows and continued values borrow on both sides */
	/* Called for every chunk of stored bytes in order (digest of the input). May be NULL. */
	void (*on_stored)(void *context, const void *data, size_t n);
	/* True when a JSON key is itself personal data and must not become a column name. May be NULL. */
	bool (*key_is_sensitive)(void *context, struct base_span key);
	void *context;
};

struct source_stats {
	const char *kind;        /* "text" "csv" "json" "jsonl" "empty" "binary" "pointer" */
	const char *encoding;    /* "utf-8" "utf-8-bom" "utf-16le" "utf-16be" "binary" */
	const char *compression; /* "" "gzip" "zstd" */
	uint64_t bytes_stored, bytes_decoded, n_records, n_values, n_bad_utf8;
	bool is_incomplete; /* something was not delivered; an issue says what */
	bool is_unread;     /* nothing could be delivered (binary, pointer, unreadable) */
};

/* Opens and recognises. IO when the file cannot be opened (nothing else is an error here: a pointer file, binary or empty file opens and
 * reports an issue on the first source_next). */
int source_open(const struct source_spec *spec, struct assay_env *env, struct source **ret, struct assay_error *err);
/* Fills ${batch} (its arena is reset first; all memory of the batch lies in batch->arena). 1 = a batch, 0 = end, < 0 = NOMEM,
 * CANCELLED or a sink's error. Broken input is an issue, delivered as far as it could be read, never an error. Issues come with the
 * end, one per cause with its first place and its count. batch->ticket is left alone. */
int source_next(struct source *source, struct batch *batch, struct issue_sink *issues, struct assay_error *err);
/* Valid until close; final after source_next returned 0. */
const struct source_stats *source_stats(const struct source *source);
/* Append-only table of field names; raw names (may hold personal data: mask before showing). Field 0 of text is "text". */
size_t source_field_count(const struct source *source);
struct base_span source_field_name(const struct source *source, size_t field);
void source_close(struct source *source);

/* A format: words separated by spaces; the reader behind it fills batches from the decoded stream. */
struct source_ops {
	const char *name, *kind, *media_types, *suffixes;
	int (*open)(struct source *source, struct assay_error *err);
	int (*next)(struct source *source, struct batch *batch, struct assay_error *err); /* 1, 0 at the end, < 0 */
	void (*close)(struct source *source);
};

/* Formats, for `doctor` and help. Returns NULL past the end. */
const struct source_ops *source_format(size_t i);

/* ---- enumeration ---- */

enum source_entry_state { ENTRY_FILE, ENTRY_EXCLUDED, ENTRY_POINTER, ENTRY_DANGLING, ENTRY_UNREADABLE, ENTRY_EMPTY_DIR, ENTRY_SPECIAL };

struct source_entry {
	char *path; /* absolute, as to be opened */
	char *name; /* relative to root, '/'-separated, raw bytes */
	enum source_entry_state state;
	char *detail; /* why; for pointers the command that fetches the data; may be NULL */
	uint64_t size;
};

struct source_list {
	struct source_entry *entries; /* sorted by name in byte order, no duplicates */
	size_t n;
};

struct source_list_options {
	const char *root;         /* absolute project root; names are relative to it; paths outside it keep their absolute name */
	const char *const *paths; /* files and folders as the user gave them */
	size_t n_paths;
	const char *const *exclude; /* absolute paths (state folder, manifest, access, waiver and output files): not descended into */
	size_t n_exclude;
};

/* Walks folders. Never scanned, each listed once as excluded: .git, .dvc/cache, .assay, __pycache__, .DS_Store, and options->exclude.
 * A path that the user named and that does not exist is IO. Symbolic links to files are followed, to folders followed once (loops
 * become ENTRY_DANGLING). Git LFS pointers, git-annex links and X.dvc files whose X is absent become ENTRY_POINTER. A folder named by
 * the user without any file is ENTRY_EMPTY_DIR. */
int source_list_make(const struct source_list_options *options, struct source_list *ret, struct assay_error *err);
void source_list_dispose(struct source_list *list);

#endif
