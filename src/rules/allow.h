/* Allow-lists: values that a team knows and accepts (its own test cards, addresses of the company), read from YAML (docs/allow-lists.md).
 * Immutable once loaded and shared by all threads. An entry names a value, a pattern for whole values, or the fingerprint of a value, so
 * that the list itself need not hold personal data. */
#ifndef RULES_ALLOW_H
#define RULES_ALLOW_H

#include "assay/error.h"
#include "rules/pack.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { ALLOW_FINGERPRINT = 16 };
enum allow_kind { ALLOW_EXACT, ALLOW_PATTERN, ALLOW_HMAC };

struct allow_entry {
	enum allow_kind kind;
	const char *entity; /* NULL: any */
	const char *reason; /* may be NULL */
	const char *text;   /* EXACT, PATTERN: as written */
	pcre2_code *code;   /* PATTERN: anchored on both ends */
	uint8_t fingerprint[ALLOW_FINGERPRINT];
	struct rules_place at;
};

struct allow;

/* CONFIG with file:line:column and a hint. */
int allow_load(const char *path, struct allow **ret, struct assay_error *err);
int allow_parse(const char *name, const char *text, size_t n, struct allow **ret, struct assay_error *err);
void allow_free(struct allow *allow);
static inline void
allow_free_at(struct allow **p)
{
	allow_free(*p);
}
size_t allow_count(const struct allow *allow);
const struct allow_entry *allow_at(const struct allow *allow, size_t i);
/* Of the file's bytes. */
const uint8_t *allow_sha256(const struct allow *allow);
/* Refuses fingerprints of another key (hex; empty: there is none), CONFIG at the entry's place; and unknown entities. */
int allow_check(const struct allow *allow, const char *key_id, const char *const *entities, size_t n_entities, struct assay_error *err);

/* One found value, and what a thread matches with. */
struct allow_value {
	const char *entity;
	struct base_span value;
	enum rules_canonical canonical;
	const uint8_t *fingerprint; /* NULL: none */
	pcre2_match_data *match_data;
	pcre2_match_context *match_context; /* with limits; reaching one is no match */
};
/* Number of the first entry that names the value, from 1; 0: none. */
size_t allow_find(const struct allow *allow, const struct allow_value *value);

/* The form of a value that fingerprints are made of; ret holds at least value.size bytes. Returns its size. */
size_t rules_canonical_form(struct base_span value, enum rules_canonical form, uint8_t *ret);

#endif
