/* C2SP signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), byte for byte. */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "base/buffer.h"
#include "base/span.h"
#include "crypto/key.h"
#include "ledger/merkle.h"

enum { NOTE_NAME_MAX = 256, NOTE_ED25519 = 0x01 };

/* name "+" hex8(key id) "+" base64(type || public key) */
struct note_vkey {
	char name[NOTE_NAME_MAX];
	uint8_t id[4], type;
	uint8_t public_key[CRYPTO_PUBLIC_SIZE];
};

bool note_name_is_valid(struct base_span name);
int note_vkey_make(const char *name, const uint8_t public_key[static CRYPTO_PUBLIC_SIZE], struct note_vkey *ret);
/* KEY when malformed in any byte: wrong id, unknown type, non-canonical base64. */
int note_vkey_parse(struct base_span text, struct note_vkey *ret, struct assay_error *err);
bool note_vkey_format(const struct note_vkey *vkey, struct base_buffer *out);
/* Go's x/mod/sumdb/note form of a private key, for import: "PRIVATE+KEY+name+hex8+base64". */
int note_skey_parse(struct base_span text, char ret_name[NOTE_NAME_MAX], struct crypto_key **ret, struct assay_error *err);

/* Appends text (must end in '\n'), an empty line and one signature line. */
int note_sign(struct base_span text, const char *name, const struct crypto_key *key, struct base_buffer *out, struct assay_error *err);
/* Verifies a note under the given keys: a known key whose signature fails rejects it, none valid rejects it, unknown ones are ignored.
 * *ret_text is the signed text (borrowed from note), *ret_key the index of a key that signed. VERIFY or FORMAT. */
int note_open(struct base_span note, const struct note_vkey *keys, size_t n, struct base_span *ret_text, size_t *ret_key,
	struct assay_error *err);
/* Lists (name, id) of the signatures without verifying: which key does it claim? Index i; false past the end or malformed. */
bool note_signature_at(struct base_span note, size_t i, struct base_span *ret_name, uint8_t ret_id[4]);

struct note_checkpoint {
	char origin[NOTE_NAME_MAX];
	uint64_t size;
	struct merkle_hash root;
};
bool note_checkpoint_format(const struct note_checkpoint *c, struct base_buffer *out);
/* FORMAT unless canonical: origin, size without leading zeros, canonical base64 root; extension lines are accepted and ignored. */
int note_checkpoint_parse(struct base_span text, struct note_checkpoint *ret, struct assay_error *err);

#endif
