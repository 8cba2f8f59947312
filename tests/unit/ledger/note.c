/* Signed notes and checkpoints: sixteen of a public log reproduced bit for bit, and every way to spoil one refused. */
#include "../support.h"

#include "ledger/note.h"

/* The published test key of that log (transparency-dev/tessera, testdata): protects nothing. */
static const char test_skey[] = "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg";
static const char *const leaves[] = {
	"one", "two", "three", "four", "five", "six", "seven", "eit", "nain", "ten", "ileven", "twelf", "threeten", "fourten", "fivten"};

static void
public_checkpoints_come_out_bit_for_bit(void **state)
{
	const char *shared = support_shared("checkpoints of the public log");
	struct assay_error err = {0};
	struct crypto_key *key;
	struct merkle_range range = {0};
	char name[NOTE_NAME_MAX];

	(void)state;
	if (!shared)
		skip();
	assert_ok(note_skey_parse(base_span_of(test_skey), name, &key, &err));
	for (uint64_t size = 0; size <= BASE_COUNT(leaves); size++) {
		_cleanup_free_ char *path = base_format("%s/data/tessera/testdata/log/checkpoint.%llu", shared, (unsigned long long)size),
				    *want = NULL;
		struct note_checkpoint c = {.size = size};
		struct base_buffer text, note;
		struct merkle_hash leaf, done[64];
		size_t n;
		if (size == BASE_COUNT(leaves)) {
			free(path);
			path = base_format("%s/data/tessera/testdata/log/checkpoint", shared);
		}
		assert_ok(base_file_read(path, 4096, &want, &n, &err));
		snprintf(c.origin, sizeof c.origin, "%s", name);
		assert_int_equal(merkle_range_root(&range, &c.root), 0);
		base_buffer_init(&text, 4096);
		base_buffer_init(&note, 4096);
		assert_true(note_checkpoint_format(&c, &text));
		assert_ok(note_sign((struct base_span){(uint8_t *)text.data, text.size}, name, key, &note, &err));
		assert_string_equal(note.data, want);
		base_buffer_dispose(&text);
		base_buffer_dispose(&note);
		if (size < BASE_COUNT(leaves)) {
			assert_int_equal(merkle_leaf(leaves[size], strlen(leaves[size]), &leaf), 0);
			assert_int_equal(merkle_range_append(&range, &leaf, done, &n), 0);
		}
	}
	crypto_key_free(key);
}

static struct note_vkey
make_note(const char *text, struct base_buffer *note)
{
	struct assay_error err = {0};
	uint8_t seed[32] = {7};
	struct crypto_key *key;
	struct note_vkey vkey;

	assert_ok(crypto_key_from_seed(seed, &key, &err));
	assert_ok(note_vkey_make("example.com/log", crypto_key_public(key), &vkey));
	base_buffer_init(note, 4096);
	assert_ok(note_sign(base_span_of(text), vkey.name, key, note, &err));
	crypto_key_free(key);
	return vkey;
}

/* Any flipped bit of a note is noticed. */
static void
every_flipped_bit_is_refused(void **state)
{
	struct base_buffer note;
	struct note_vkey vkey = make_note("example.com/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", &note);
	struct base_span text;
	size_t key;

	(void)state;
	assert_int_equal(note_open((struct base_span){(uint8_t *)note.data, note.size}, &vkey, 1, &text, &key, NULL), 0);
	for (size_t bit = 0; bit < note.size * 8; bit++) {
		note.data[bit / 8] ^= (char)(1 << bit % 8);
		if (note_open((struct base_span){(uint8_t *)note.data, note.size}, &vkey, 1, &text, &key, NULL) == 0)
			fail_msg("bit %zu flipped, and the note still opens", bit);
		note.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	base_buffer_dispose(&note);
}

static void
malformed_checkpoints_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		"o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n1\r\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
		"o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
		"o\n9223372036854775808000\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
	};
	struct note_checkpoint c;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(bad); i++)
		if (note_checkpoint_parse(base_span_of(bad[i]), &c, NULL) == 0)
			fail_msg("accepted: '%s'", bad[i]);
	assert_int_equal(
		note_checkpoint_parse(base_span_of("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n"), &c, NULL), 0);
}

static void
keys_in_text_form_are_strict(void **state)
{
	struct assay_error err = {0};
	struct base_buffer note, text;
	struct note_vkey vkey = make_note("x\n", &note), again;

	(void)state;
	base_buffer_init(&text, 1024);
	assert_true(note_vkey_format(&vkey, &text));
	assert_ok(note_vkey_parse(base_span_of(text.data), &again, &err));
	assert_memory_equal(again.public_key, vkey.public_key, 32);
	for (size_t i = strlen(vkey.name); i < text.size; i++) {
		char was = text.data[i];
		text.data[i] = was == 'A' ? 'B' : 'A';
		if (note_vkey_parse(base_span_of(text.data), &again, &err) == 0)
			fail_msg("accepted: %s", text.data);
		text.data[i] = was;
	}
	base_buffer_dispose(&note);
	base_buffer_dispose(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_checkpoints_come_out_bit_for_bit),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(malformed_checkpoints_are_refused),
		cmocka_unit_test(keys_in_text_form_are_strict),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
