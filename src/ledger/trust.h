/* Which verifier keys count, and whose they are: --vkey, then the manifest's key and trust.yaml; a key that lies only beside the log is
 * used to check arithmetic, but counts as unpinned. */
#ifndef LEDGER_TRUST_H
#define LEDGER_TRUST_H

#include "ledger/note.h"

enum { TRUST_KEYS_MAX = 64 };
enum trust_source { TRUST_OPTION, TRUST_MANIFEST, TRUST_FILE, TRUST_BESIDE };

struct trust_key {
	struct note_vkey vkey;
	enum trust_source source;
	char owner[128]; /* as trust.yaml says; empty = not said */
};

struct trust {
	struct trust_key keys[TRUST_KEYS_MAX];
	struct note_vkey vkeys[TRUST_KEYS_MAX]; /* the same keys, as note_open wants them */
	size_t n;
};

/* Adds one key in text form. KEY when malformed. */
int trust_add(struct trust *trust, const char *vkey, enum trust_source source, const char *owner, struct assay_error *err);
/* trust.yaml: {assay_trust: 1, keys: [{vkey, owner, role, from, until, confirmed}]}; keys outside their dates at ${as_of_ms} are left out.
 * CONFIG. */
int trust_load(struct trust *trust, const char *path, int64_t as_of_ms, struct assay_error *err);
/* True when some key is more than one found beside the log. */
bool trust_is_pinned(const struct trust *trust);
const char *trust_source_name(enum trust_source source);
/* Text of a new trust.yaml for one key; malloc'ed. */
char *trust_template(const char *vkey, const char *owner, const char *date);

#endif
