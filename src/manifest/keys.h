/* Every key of assay.yaml: one table, from which the reader, docs/assay.schema.json and the list in docs/manifest.md are made. */
#ifndef MANIFEST_KEYS_H
#define MANIFEST_KEYS_H

#include "base/span.h"
#include "manifest/words.h"

enum key_type {
	KEY_MAP,
	KEY_LIST,
	KEY_TEXT,     /* any text */
	KEY_ID,       /* name without spaces: letters, digits, '.', '_', ':', '-' */
	KEY_VERSION,  /* of the format: 1 */
	KEY_INT,      /* 0 .. max */
	KEY_COUNT,    /* N or >=N */
	KEY_DATE,     /* YYYY-MM-DD */
	KEY_DURATION, /* ISO 8601 in years, months, weeks or days */
	KEY_PERIOD,   /* A/B, two dates */
	KEY_BOOL,
	KEY_WORD, /* one of key->words */
	KEY_JURISDICTION,
	KEY_COUNTRY,  /* ISO 3166-1 alpha-2, capitals */
	KEY_GLOB,     /* files below the project root */
	KEY_FILE,     /* a file of ours, relative to the manifest that names it */
	KEY_DOCUMENT, /* a file or an address: evidence that a person reads */
	KEY_COLUMN,   /* column name or JSON pointer; may hold '*' */
	KEY_PACK,     /* name or name@version */
	KEY_VKEY,     /* verifier key of a ledger */
	KEY_TYPE_COUNT
};

/* What a file that extends another may do to a value that stands there. */
enum key_merge {
	MERGE_REPLACE, /* the child's value wins */
	MERGE_KEEP,    /* must be the same */
	MERGE_GROW,    /* a list that must hold every word of the parent's */
	MERGE_SHORTER, /* a duration that must not be longer */
	MERGE_EARLIER, /* a date that must not be later */
	MERGE_DATA,    /* data[]: every path of the parent must still stand there, and not newly skipped */
};

enum key_flag {
	KEY_REQUIRED = 1,  /* of each member of a list of maps */
	KEY_EMPTY = 2,     /* list that may be empty: "none" is an answer here */
	KEY_ROOT_ONLY = 4, /* has no meaning under proposed: */
};

struct manifest_key {
	const char *path; /* a star stands for a member of a list; parents stand before their children, contiguously */
	enum key_type type;
	const char *about; /* what it is for, one line; members of lists of scalars have none */
	unsigned flags;
	const struct manifest_words *words;
	uint64_t max;
	enum key_merge merge;
};

extern const struct manifest_key manifest_keys[];
extern const size_t manifest_keys_count;

/* Row of a path ("" = the whole file), or NULL. */
const struct manifest_key *manifest_key_find(const char *path);
/* Next child of ${parent} after ${last} (NULL = the first), or NULL. */
const struct manifest_key *manifest_key_next(const struct manifest_key *parent, const struct manifest_key *last);
/* Child by name ("*" = the member of a list), or NULL. */
const struct manifest_key *manifest_key_child(const struct manifest_key *parent, const char *name);
/* Last part of the path; for a member the name of its list. Not terminated: ${ret_size} bytes. */
const char *manifest_key_name(const struct manifest_key *key, int *ret_size);

#endif
