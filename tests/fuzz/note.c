/* Signed notes, checkpoints, receipts and keys in text form. What is read back is what was written; what was changed does not verify.
 *
 * Input: mode byte; then the bytes to parse, or (modes of forgery) edits to a note or receipt that the target signed itself. */
#include "fuzz.h"

#include "crypto/digest.h"
#include "ledger/ledger.h"

enum { KEYS = 2, LEAVES_MAX = 40 };

static struct crypto_key *secret[KEYS];
static struct note_vkey vkey[KEYS];

static void
make_keys(void)
{
	struct assay_error err = {0};

	for (uint8_t i = 0; i < KEYS && !secret[i]; i++) {
		uint8_t seed[CRYPTO_SEED_SIZE] = {(uint8_t)(7 + i)};
		must(crypto_key_from_seed(seed, &secret[i], &err) == 0, "%s", err.message);
		must(note_vkey_make(i == 0 ? "example.com/log" : "example.com/other", crypto_key_public(secret[i]), &vkey[i]) == 0,
			"key %u", i);
	}
}

static struct base_span
span_of(const struct base_buffer *b)
{
	return (struct base_span){(const uint8_t *)(b->data ? b->data : ""), b->size};
}

static void
run_vkey(struct base_span text)
{
	struct assay_error err = {0};
	struct note_vkey key;
	struct base_buffer again;
	struct crypto_key *signer = NULL;
	char name[NOTE_NAME_MAX];
	int r = note_vkey_parse(text, &key, &err);

	fuzz_check_error(r, &err);
	base_buffer_init(&again, 1024);
	if (r == 0) {
		struct note_vkey made;
		must(note_vkey_make(key.name, key.public_key, &made) == 0 && memcmp(made.id, key.id, sizeof key.id) == 0,
			"an id that is not the key's");
	}
	if (r == 0)
		must(note_vkey_format(&key, &again) && base_span_equals(span_of(&again), text), "read '%.*s', wrote '%s'", (int)text.size,
			text.data, again.data);
	base_buffer_dispose(&again);
	err = (struct assay_error){0};
	r = note_skey_parse(text, name, &signer, &err);
	fuzz_check_error(r, &err);
	if (r == 0)
		must(note_name_is_valid(base_span_of(name)), "'%s'", name);
	crypto_key_free(signer);
}

static void
run_checkpoint(struct base_span text)
{
	struct assay_error err = {0};
	struct note_checkpoint c;
	struct base_buffer again;
	int r = note_checkpoint_parse(text, &c, &err);

	fuzz_check_error(r, &err);
	if (r < 0)
		return;
	base_buffer_init(&again, 4096);
	must(note_checkpoint_format(&c, &again), "a checkpoint that was read cannot be written");
	/* an origin with a zero byte comes only from a text that no note can hold */
	if (!memchr(text.data, '\0', text.size))
		must(again.size <= text.size && memcmp(again.data, text.data, again.size) == 0, "read '%.*s', wrote '%s'", (int)text.size,
			text.data, again.data);
	base_buffer_dispose(&again);
}

/* Any bytes as a note: whatever opens says so twice, and its signatures can be listed. */
static void
run_note(struct base_span note)
{
	struct assay_error err = {0};
	struct base_span text, name;
	uint8_t id[4], commitment[32] = {0};
	size_t key, n = 0;
	int r = note_open(note, vkey, KEYS, &text, &key, &err);

	fuzz_check_error(r, &err);
	while (n < 200 && note_signature_at(note, n, &name, id)) {
		must(note_name_is_valid(name), "'%.*s'", (int)name.size, name.data);
		n++;
	}
	if (r == 0) {
		must(key < KEYS && n > 0, "key %zu, %zu signatures", key, n);
		run_checkpoint(text);
	}
	err = (struct assay_error){0};
	r = ledger_receipt_verify(note, commitment, vkey, KEYS, &err);
	fuzz_check_error(r, &err);
}

/* A text is signed under both keys; each opens it, and neither opens it for the other. */
static void
run_signing(struct base_span text)
{
	struct assay_error err = {0};
	struct base_buffer note;
	struct base_span again;
	size_t key;
	int r;

	base_buffer_init(&note, 1 << 20);
	r = note_sign(text, vkey[0].name, secret[0], &note, &err);
	if (r < 0)
		fuzz_check_error(r, &err);
	else if (note.size <= 60000) {
		must(note_open(span_of(&note), vkey, KEYS, &again, &key, &err) == 0 && key == 0, "%s", err.message);
		must(base_span_equals(again, text), "'%.*s'", (int)again.size, again.data);
		must(note_open(span_of(&note), vkey + 1, 1, &again, &key, &err) == ASSAY_VERIFY, "opened by a key that did not sign");
	}
	base_buffer_dispose(&note);
}

/* ---- forgery ---- */

struct tree {
	struct merkle_hash leaf[LEAVES_MAX];
	size_t n;
};

static int
tree_node(void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	const struct tree *t = context;
	struct merkle_hash left, right;

	must(((index + 1) << level) <= t->n, "asked for node %u %" PRIu64 " of %zu leaves", level, index, t->n);
	if (level == 0) {
		*ret = t->leaf[index];
		return 0;
	}
	tree_node(context, level - 1, 2 * index, &left);
	tree_node(context, level - 1, 2 * index + 1, &right);
	return merkle_node(&left, &right, ret);
}

static void
commitment_of(uint32_t i, uint8_t ret[static 32])
{
	must(crypto_sha256(&i, sizeof i, ret) == 0, "no digest");
}

/* A receipt for one leaf of a small log, as the ledger writes it; *ret_body: the bytes of it that a signature or a proof depends on. */
static void
make_receipt(struct tree *t, uint32_t index, struct base_buffer *ret, struct base_span *ret_body)
{
	const struct merkle_source source = {t, tree_node};
	struct merkle_hash proof[MERKLE_PROOF_MAX];
	struct note_checkpoint c = {.size = t->n};
	struct assay_error err = {0};
	struct base_buffer text;
	size_t n;

	snprintf(c.origin, sizeof c.origin, "%s", vkey[0].name);
	must(merkle_root_of(&source, 0, t->n, &c.root) == 0 && merkle_prove_inclusion(&source, index, t->n, proof, &n) == 0,
		"no proof of %u in %zu", index, t->n);
	base_buffer_init(&text, 4096);
	must(note_checkpoint_format(&c, &text), "no checkpoint");
	base_buffer_text(ret, "c2sp.org/tlog-proof@v1\n");
	size_t from = ret->size;
	base_buffer_format(ret, "index %u\n", index);
	for (size_t i = 0; i < n; i++) {
		base_base64(ret, (struct base_span){proof[i].bytes, MERKLE_HASH});
		base_buffer_char(ret, '\n');
	}
	base_buffer_char(ret, '\n');
	must(note_sign(span_of(&text), vkey[0].name, secret[0], ret, &err) == 0 && !ret->failed, "%s", err.message);
	*ret_body = (struct base_span){(const uint8_t *)ret->data + from, ret->size - from};
	base_buffer_dispose(&text);
}

static void
edit(struct take *take, struct base_buffer *b)
{
	while (take_left(take) > 0 && b->size > 0 && b->size < 6000) {
		uint32_t op = take_below(take, 5), at = take_below(take, (uint32_t)b->size), n = 1 + take_below(take, 40);
		char byte = (char)take_byte(take), moved[40];
		if (n > b->size - at)
			n = (uint32_t)(b->size - at);
		memcpy(moved, b->data + at, n);
		switch (op) {
		case 0:
			b->data[at] ^= byte;
			break;
		case 1:
			b->data[at] = byte;
			break;
		case 2:
			memmove(b->data + at, b->data + at + n, b->size - at - n);
			b->size -= n;
			break;
		case 3:
			base_buffer_append(b, moved, n);
			break;
		default:
			base_buffer_char(b, byte);
			memmove(b->data + at + 1, b->data + at, b->size - 1 - at);
			b->data[at] = byte;
			break;
		}
	}
}

/* What a receipt says stands under a signature or hashes to one: with any of it changed it must not verify. Lines that neither counts (an
 * extra line, signatures of keys that nobody trusts) may be added. */
static void
run_forgery(struct take *take)
{
	struct tree t = {.n = 1 + take_below(take, LEAVES_MAX)};
	uint32_t index = take_below(take, (uint32_t)t.n), other = take_below(take, (uint32_t)t.n);
	struct assay_error err = {0};
	struct base_buffer receipt, forged;
	struct base_span body;
	uint8_t commitment[32];

	for (uint32_t i = 0; i < t.n; i++) {
		commitment_of(i, commitment);
		must(merkle_leaf(commitment, 32, &t.leaf[i]) == 0, "no leaf");
	}
	base_buffer_init(&receipt, 8192);
	base_buffer_init(&forged, 8192);
	make_receipt(&t, index, &receipt, &body);
	commitment_of(other, commitment);
	int r = ledger_receipt_verify(span_of(&receipt), commitment, vkey, KEYS, &err);
	must((r == 0) == (other == index), "entry %u of %zu under the receipt of %u: %d", other, t.n, index, r);
	commitment_of(index, commitment);
	base_buffer_append(&forged, receipt.data, receipt.size);
	edit(take, &forged);
	err = (struct assay_error){0};
	r = ledger_receipt_verify(span_of(&forged), commitment, vkey, KEYS, &err);
	fuzz_check_error(r, &err);
	must(r < 0 || memmem(forged.data, forged.size, body.data, body.size), "a changed receipt verifies:\n%.*s", (int)forged.size,
		forged.data);
	base_buffer_dispose(&receipt);
	base_buffer_dispose(&forged);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size};
	uint8_t mode = take_byte(&take);

	make_keys();
	switch (mode % 8) {
	case 0:
		run_vkey(take_rest(&take));
		break;
	case 1:
		run_checkpoint(take_rest(&take));
		break;
	case 2:
	case 3:
		run_note(take_rest(&take));
		break;
	case 4:
		run_signing(take_rest(&take));
		break;
	default:
		run_forgery(&take);
		break;
	}
	return 0;
}
