/* The ledger: an append-only log in SQLite whose leaves are commitments, whose head is a signed checkpoint (BORDERS B5).
 *
 * One writer at a time (a lock file beside the database), rollback journal, synchronous=EXTRA. The newest checkpoint is also written
 * outside the database, so that a database cut back or replaced by an older copy is noticed. An object belongs to one thread. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "assay/env.h"
#include "crypto/key.h"
#include "ledger/note.h"

struct ledger;

struct ledger_paths {
	const char *database;         /* STATE/ledger.db; STATE/ledger.lock and STATE/ledger.sum lie beside it */
	const char *checkpoint;       /* outside copy: STATE/checkpoint */
	const char *checkpoint_extra; /* a further path, may be NULL */
};

/* Opens for appending; creates the database (with a genesis entry on first append) when absent, unless an outside checkpoint of a log that
 * is gone exists: VERIFY. ${origin} names a new log. Refuses (VERIFY) a database that is behind or beside the outside copy. Holds the lock
 * until closed: BUSY. */
int ledger_open(const struct ledger_paths *paths, const char *origin, struct assay_env *env, struct ledger **ret, struct assay_error *err);
void ledger_close(struct ledger *ledger);
static inline void
ledger_close_at(struct ledger **p)
{
	ledger_close(*p);
}
const char *ledger_origin(const struct ledger *ledger);
uint64_t ledger_size(const struct ledger *ledger);

struct ledger_entry {
	const char *type;  /* of the closed list: genesis audit scan access run lineage grant manifest waiver decision review erase key note
			      import */
	const char *body;  /* canonical JSON object (RFC 8785, integers only) */
	const char *actor; /* as claimed */
	const char *proven_by; /* NULL: not proven */
};
enum { LEDGER_BATCH_MAX = 4096 };
/* Appends n entries in one transaction and signs one checkpoint over them (key NULL: none, the log is then unsigned from here on and verify
 * says so). *ret_first_seq is the number of the first. OUTCOME_UNKNOWN: an error at commit; open again and compare. */
int ledger_append(struct ledger *ledger, const struct ledger_entry *entries, size_t n, const struct crypto_key *key,
	uint64_t *ret_first_seq, struct assay_error *err);
/* Signs a checkpoint of the present head again (after an interrupted writer) and writes the outside copies. */
int ledger_sign(struct ledger *ledger, const struct crypto_key *key, struct assay_error *err);

/* ---- reading: no lock, no key; one consistent snapshot ---- */

struct ledger_reader;
/* UNSUPPORTED when there is no ledger; VERIFY when the file is no ledger or damaged. */
int ledger_reader_open(const struct ledger_paths *paths, struct ledger_reader **ret, struct assay_error *err);
void ledger_reader_close(struct ledger_reader *reader);
static inline void
ledger_reader_close_at(struct ledger_reader **p)
{
	ledger_reader_close(*p);
}
uint64_t ledger_reader_size(const struct ledger_reader *reader);
const char *ledger_reader_origin(const struct ledger_reader *reader);

struct ledger_row {
	uint64_t seq;
	const char *json;      /* NULL once erased; whole canonical entry */
	const char *nonce_hex; /* NULL once erased */
};
/* Calls each for entries first..first+n-1; stops at its first non-zero and returns that. */
int ledger_reader_each(struct ledger_reader *reader, uint64_t first, uint64_t n, int (*each)(void *context, const struct ledger_row *row),
	void *context, struct assay_error *err);
/* Text of the newest checkpoint note, or NULL when there is none. Borrowed. */
const char *ledger_reader_checkpoint(const struct ledger_reader *reader);
/* tlog-proof receipt of an entry (c2sp.org/tlog-proof): inclusion under the newest checkpoint. */
int ledger_reader_receipt(struct ledger_reader *reader, uint64_t seq, struct base_buffer *out, struct assay_error *err);
/* Consistency proof lines (base64) between two sizes. */
int ledger_reader_consistency(
	struct ledger_reader *reader, uint64_t old_size, uint64_t new_size, struct base_buffer *out, struct assay_error *err);
/* Checks a receipt under the keys without any ledger. ${data}: the entry's 32-byte commitment. */
int ledger_receipt_verify(
	struct base_span receipt, const uint8_t commitment[32], const struct note_vkey *keys, size_t n, struct assay_error *err);

struct ledger_trust {
	const struct note_vkey *keys;
	size_t n;
};
struct ledger_report {
	uint64_t size, entries_checked, erased, checkpoints_checked;
	struct merkle_hash root;
	bool is_pinned; /* an outside checkpoint was there and is consistent with the database */
	bool is_signed;
	size_t key; /* index in trust of the key that signed the head */
	char origin[NOTE_NAME_MAX];
	char outside[64]; /* "checkpoint of size 7" or why not */
};
/* Recomputes everything: every commitment, leaf, node, checkpoint signature and root, the outside copies, the file's own digest, and the
 * schema. VERIFY with what, where and expected on the first difference. SQLite's CORRUPT and NOTADB are VERIFY here. UNSUPPORTED: no ledger
 * at all. */
int ledger_verify(const struct ledger_paths *paths, const struct ledger_trust *trust, struct ledger_report *ret, struct assay_error *err);

/* commitment = SHA-256("assay-entry/v1\n" || nonce || json) */
int ledger_commitment(const uint8_t nonce[32], const char *json, size_t n, uint8_t ret[32]);

#endif
