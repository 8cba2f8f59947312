/* Signed notes. */
#include "ledger/note.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <inttypes.h>
#include <string.h>

static const char signature_mark[] = "\xe2\x80\x94 ";

bool
note_name_is_valid(struct base_span name)
{
	if (name.size == 0 || name.size >= NOTE_NAME_MAX || !base_utf8_is_valid(name))
		return false;
	for (struct base_span rest = name; rest.size > 0;) {
		uint32_t c = 0;
		size_t n = base_utf8_decode(rest, &c);
		if (c <= 0x20 || c == '+' || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a)
			|| c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000)
			return false;
		rest.data += n;
		rest.size -= n;
	}
	return true;
}

/* keyid = SHA-256(name || 0x0A || type || public key)[0:4] */
static int
key_id(struct base_span name, uint8_t type, const uint8_t *public_key, uint8_t ret[4])
{
	uint8_t data[NOTE_NAME_MAX + 2 + CRYPTO_PUBLIC_SIZE], digest[32];
	int r;

	memcpy(data, name.data, name.size);
	data[name.size] = '\n';
	data[name.size + 1] = type;
	memcpy(data + name.size + 2, public_key, CRYPTO_PUBLIC_SIZE);
	r = crypto_sha256(data, name.size + 2 + CRYPTO_PUBLIC_SIZE, digest);
	memcpy(ret, digest, 4);
	return r;
}

int
note_vkey_make(const char *name, const uint8_t public_key[static CRYPTO_PUBLIC_SIZE], struct note_vkey *ret)
{
	if (!note_name_is_valid(base_span_of(name)))
		return ASSAY_KEY;
	*ret = (struct note_vkey){.type = NOTE_ED25519};
	memcpy(ret->name, name, strlen(name));
	memcpy(ret->public_key, public_key, CRYPTO_PUBLIC_SIZE);
	return key_id(base_span_of(name), NOTE_ED25519, public_key, ret->id);
}

/* Splits "name+hex8+base64" and decodes type and 32 bytes. 1, 0 when the text is none, NOMEM. */
static int
parse_key_text(struct base_span text, struct base_span *ret_name, uint8_t ret_id[4], uint8_t ret_bytes[1 + 32])
{
	const uint8_t *plus = memchr(text.data, '+', text.size);
	struct base_span rest;
	struct base_buffer bytes;
	int good;

	if (!plus)
		return 0;
	*ret_name = (struct base_span){text.data, (size_t)(plus - text.data)};
	rest = (struct base_span){plus + 1, text.size - ret_name->size - 1};
	if (!note_name_is_valid(*ret_name) || rest.size < 10 || rest.data[8] != '+'
		|| !base_unhex((struct base_span){rest.data, 8}, ret_id, 4))
		return 0;
	for (size_t i = 0; i < 8; i++)
		if (base_is_upper(rest.data[i]))
			return 0;
	base_buffer_init(&bytes, 256);
	good = base_unbase64((struct base_span){rest.data + 9, rest.size - 9}, &bytes) && bytes.size == 1 + 32;
	if (good)
		memcpy(ret_bytes, bytes.data, 1 + 32);
	else if (base_buffer_status(&bytes) == ASSAY_NOMEM)
		good = ASSAY_NOMEM;
	if (bytes.data)
		crypto_wipe(bytes.data, bytes.size);
	base_buffer_dispose(&bytes);
	return good;
}

int
note_vkey_parse(struct base_span text, struct note_vkey *ret, struct assay_error *err)
{
	struct note_vkey made = {0};
	struct base_span name;
	uint8_t bytes[1 + 32], id[4];
	int r = parse_key_text(text, &name, made.id, bytes);

	if (r <= 0)
		return r < 0 ? base_error_nomem(err) : base_error(err, ASSAY_KEY, "not a verifier key (name+id+base64)");
	made.type = bytes[0];
	if (made.type != NOTE_ED25519)
		return base_error(err, ASSAY_KEY, "a verifier key of type 0x%02x is not supported", made.type);
	memcpy(made.name, name.data, name.size);
	memcpy(made.public_key, bytes + 1, CRYPTO_PUBLIC_SIZE);
	r = key_id(name, made.type, made.public_key, id);
	if (r < 0 || memcmp(id, made.id, 4) != 0)
		return base_error(err, r < 0 ? r : ASSAY_KEY, "the id of a verifier key does not fit its name and key");
	*ret = made;
	return ASSAY_OK;
}

bool
note_vkey_format(const struct note_vkey *vkey, struct base_buffer *out)
{
	uint8_t bytes[1 + CRYPTO_PUBLIC_SIZE];
	char id[9];

	bytes[0] = vkey->type;
	memcpy(bytes + 1, vkey->public_key, CRYPTO_PUBLIC_SIZE);
	base_hex((struct base_span){vkey->id, 4}, id);
	base_buffer_format(out, "%s+%s+", vkey->name, id);
	base_base64(out, (struct base_span){bytes, sizeof bytes});
	return !out->failed;
}

int
note_skey_parse(struct base_span text, char ret_name[NOTE_NAME_MAX], struct crypto_key **ret, struct assay_error *err)
{
	static const char prefix[] = "PRIVATE+KEY+";
	struct base_span name;
	uint8_t bytes[1 + 32], id[4], wanted[4];
	struct crypto_key *key;
	int r = 0;

	if (base_span_starts_with(text, prefix))
		r = parse_key_text((struct base_span){text.data + sizeof prefix - 1, text.size - (sizeof prefix - 1)}, &name, id, bytes);
	if (r <= 0 || bytes[0] != NOTE_ED25519)
		return r < 0 ? base_error_nomem(err) : base_error(err, ASSAY_KEY, "not a signer key");
	r = crypto_key_from_seed(bytes + 1, &key, err);
	crypto_wipe(bytes, sizeof bytes);
	if (r < 0)
		return r;
	r = key_id(name, NOTE_ED25519, crypto_key_public(key), wanted);
	if (r < 0 || memcmp(id, wanted, 4) != 0) {
		crypto_key_free(key);
		return base_error(err, r < 0 ? r : ASSAY_KEY, "the id of a signer key does not fit its name and key");
	}
	memcpy(ret_name, name.data, name.size);
	ret_name[name.size] = '\0';
	*ret = key;
	return ASSAY_OK;
}

static bool
text_is_valid(struct base_span text)
{
	if (text.size == 0 || text.data[text.size - 1] != '\n' || !base_utf8_is_valid(text))
		return false;
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < 0x20 && text.data[i] != '\n')
			return false;
	return true;
}

int
note_sign(struct base_span text, const char *name, const struct crypto_key *key, struct base_buffer *out, struct assay_error *err)
{
	uint8_t payload[4 + CRYPTO_SIGNATURE_SIZE];
	int r;

	if (!text_is_valid(text) || !note_name_is_valid(base_span_of(name)))
		return base_error(err, ASSAY_FORMAT, "a note's text must be UTF-8 lines without control characters");
	r = key_id(base_span_of(name), NOTE_ED25519, crypto_key_public(key), payload);
	if (r < 0)
		return base_error(err, r, "cannot digest the name of a key");
	r = crypto_key_sign(key, text.data, text.size, payload + 4, err);
	if (r < 0)
		return r;
	base_buffer_append(out, text.data, text.size);
	base_buffer_format(out, "\n%s%s ", signature_mark, name);
	base_base64(out, (struct base_span){payload, sizeof payload});
	base_buffer_char(out, '\n');
	r = base_buffer_status(out);
	return r == ASSAY_NOMEM ? base_error_nomem(err) : r < 0 ? base_error(err, r, "a signed note is too long") : ASSAY_OK;
}

/* Splits at the last empty line; text keeps its final newline. */
static bool
split_note(struct base_span note, struct base_span *ret_text, struct base_span *ret_signatures)
{
	if (note.size > LIMIT_NOTE || note.size < 2 || note.data[note.size - 1] != '\n')
		return false;
	for (size_t i = note.size - 1; i > 0; i--)
		if (note.data[i] == '\n' && note.data[i - 1] == '\n') {
			*ret_text = (struct base_span){note.data, i};
			*ret_signatures = (struct base_span){note.data + i + 1, note.size - i - 1};
			return ret_signatures->size > 0 && text_is_valid(*ret_text);
		}
	return false;
}

struct signature {
	struct base_span name;
	uint8_t id[4];
	uint8_t bytes[CRYPTO_SIGNATURE_SIZE];
	size_t size;
};

/* Takes one line off the front. 1, 0 when it is no signature, NOMEM. */
static int
next_signature(struct base_span *rest, struct signature *ret)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->size), *space;
	struct base_span line;
	struct base_buffer payload;
	int good;

	if (!end)
		return 0;
	line = (struct base_span){rest->data, (size_t)(end - rest->data)};
	rest->data = end + 1;
	rest->size -= line.size + 1;
	if (!base_span_starts_with(line, signature_mark))
		return 0;
	line.data += sizeof signature_mark - 1;
	line.size -= sizeof signature_mark - 1;
	space = memchr(line.data, ' ', line.size);
	if (!space)
		return 0;
	ret->name = (struct base_span){line.data, (size_t)(space - line.data)};
	base_buffer_init(&payload, LIMIT_NOTE);
	good = note_name_is_valid(ret->name) && base_unbase64((struct base_span){space + 1, line.size - ret->name.size - 1}, &payload)
	       && payload.size > 4;
	if (good) {
		memcpy(ret->id, payload.data, 4);
		ret->size = payload.size - 4;
		memcpy(ret->bytes, payload.data + 4, ret->size < sizeof ret->bytes ? ret->size : sizeof ret->bytes);
	} else if (base_buffer_status(&payload) == ASSAY_NOMEM)
		good = ASSAY_NOMEM;
	base_buffer_dispose(&payload);
	return good;
}

int
note_open(
	struct base_span note, const struct note_vkey *keys, size_t n, struct base_span *ret_text, size_t *ret_key, struct assay_error *err)
{
	struct base_span text, rest;
	size_t count = 0, signer = SIZE_MAX;

	if (!split_note(note, &text, &rest))
		return base_error(err, ASSAY_FORMAT, "not a signed note");
	while (rest.size > 0) {
		struct signature s;
		int r = ++count > LIMIT_NOTE_SIGNATURES ? 0 : next_signature(&rest, &s);
		if (r <= 0)
			return r < 0 ? base_error_nomem(err) : base_error(err, ASSAY_FORMAT, "a malformed signature line");
		for (size_t i = 0; i < n; i++) {
			if (memcmp(keys[i].id, s.id, 4) != 0 || !base_span_equals(s.name, base_span_of(keys[i].name)))
				continue;
			if (s.size != CRYPTO_SIGNATURE_SIZE || !crypto_verify(keys[i].public_key, text.data, text.size, s.bytes))
				return base_error(err, ASSAY_VERIFY, "the signature of '%s' does not verify", keys[i].name);
			signer = i;
		}
	}
	if (signer == SIZE_MAX)
		return base_error(err, ASSAY_VERIFY, "not signed by a trusted key");
	*ret_text = text;
	*ret_key = signer;
	return ASSAY_OK;
}

bool
note_signature_at(struct base_span note, size_t i, struct base_span *ret_name, uint8_t ret_id[4])
{
	struct base_span text, rest;
	struct signature s = {0};

	if (!split_note(note, &text, &rest))
		return false;
	for (size_t k = 0; k <= i; k++)
		if (rest.size == 0 || next_signature(&rest, &s) <= 0)
			return false;
	*ret_name = s.name;
	memcpy(ret_id, s.id, 4);
	return true;
}

bool
note_checkpoint_format(const struct note_checkpoint *c, struct base_buffer *out)
{
	base_buffer_format(out, "%s\n%" PRIu64 "\n", c->origin, c->size);
	base_base64(out, (struct base_span){c->root.bytes, MERKLE_HASH});
	base_buffer_char(out, '\n');
	return !out->failed;
}

static bool
next_line(struct base_span *rest, struct base_span *ret)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->size);

	if (!end)
		return false;
	*ret = (struct base_span){rest->data, (size_t)(end - rest->data)};
	rest->data = end + 1;
	rest->size -= ret->size + 1;
	return true;
}

int
note_checkpoint_parse(struct base_span text, struct note_checkpoint *ret, struct assay_error *err)
{
	struct base_span origin, size, root, extension;
	struct note_checkpoint c = {0};
	struct base_buffer hash;
	bool good = next_line(&text, &origin) && next_line(&text, &size) && next_line(&text, &root);

	good = good && origin.size > 0 && origin.size < NOTE_NAME_MAX && size.size > 0 && size.size <= 19
	       && (size.size == 1 || size.data[0] != '0');
	for (size_t i = 0; good && i < size.size; i++) {
		good = base_is_digit(size.data[i]);
		c.size = c.size * 10 + (uint64_t)(size.data[i] - '0');
	}
	base_buffer_init(&hash, 256);
	good = good && base_unbase64(root, &hash) && hash.size == MERKLE_HASH;
	if (good) {
		memcpy(c.root.bytes, hash.data, MERKLE_HASH);
		memcpy(c.origin, origin.data, origin.size);
	}
	bool is_short_of_memory = base_buffer_status(&hash) == ASSAY_NOMEM;
	base_buffer_dispose(&hash);
	while (good && text.size > 0)
		good = next_line(&text, &extension) && extension.size > 0;
	if (!good)
		return is_short_of_memory ? base_error_nomem(err) : base_error(err, ASSAY_FORMAT, "not a checkpoint");
	*ret = c;
	return ASSAY_OK;
}
