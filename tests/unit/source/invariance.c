/* The window decides nothing: for generated tables, documents and noise every format delivers the same values, records, fields, offsets and
 * issues for windows from 4 KiB to the whole file. And every letter of a table is delivered exactly once, whatever its quotes do. */
#include "read.h"

static uint64_t seed = 1;

static uint32_t
random_number(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32);
}

static const char *const words[] = {"alice@example.com", "555-0101", "Bern", "a \"quoted\" word", "comma, inside", "two\nlines", "",
	"caf\xc3\xa9", "x", "tab\there", "back\\slash", "\xf0\x9f\x98\x80", "4111 1111 1111 1111", "semi;colon", "ends in CR\r", "null",
	"-1.5e3"};

static const char *
random_word(void)
{
	return words[random_number() % BASE_COUNT(words)];
}

static void
csv_cell(struct base_buffer *out, const char *word, bool quoted)
{
	if (!quoted && !strpbrk(word, ",\"\r\n")) {
		base_buffer_text(out, word);
		return;
	}
	base_buffer_char(out, '"');
	for (const char *p = word; *p; p++)
		base_buffer_format(out, *p == '"' ? "\"\"" : "%c", *p);
	base_buffer_char(out, '"');
}

static void
make_csv(struct base_buffer *out)
{
	base_buffer_text(out, "id,mail,note,last\n");
	for (unsigned row = 0; row < 1500; row++) {
		uint32_t cells = random_number() % 50 == 0 ? 3 + 2 * (row % 2) : 4;
		for (unsigned i = 0; i < cells; i++) {
			if (i > 0)
				base_buffer_char(out, ',');
			csv_cell(out, random_word(), random_number() % 3 == 0);
		}
		base_buffer_text(out, row % 7 ? "\n" : "\r\n");
		if (row % 400 == 399) {
			base_buffer_text(out, "long,\"");
			for (unsigned i = 0; i < 3000; i++)
				base_buffer_format(out, "word %u \"\"and\"\" ", i);
			base_buffer_text(out, "\",x,y\n");
		}
	}
}

static void
json_string(struct base_buffer *out, const char *word)
{
	base_buffer_char(out, '"');
	for (const uint8_t *p = (const uint8_t *)word; *p; p++)
		if (*p == '"' || *p == '\\' || *p < 0x20 || (*p < 0x80 && random_number() % 30 == 0))
			base_buffer_format(out, "\\u%04x", *p);
		else
			base_buffer_append(out, p, 1);
	base_buffer_char(out, '"');
}

static void
json_value(struct base_buffer *out, unsigned depth)
{
	switch (random_number() % (depth > 4 ? 3 : 6)) {
	case 0:
		base_buffer_format(out, "%d", (int)(random_number() % 2000) - 1000);
		break;
	case 1:
	case 2:
		json_string(out, random_word());
		break;
	case 3:
		base_buffer_text(out, random_number() % 2 ? "null" : "true");
		break;
	case 4:
		base_buffer_text(out, "[ ");
		for (unsigned i = random_number() % 4; i > 0; i--) {
			json_value(out, depth + 1);
			base_buffer_text(out, i > 1 ? " , " : "");
		}
		base_buffer_char(out, ']');
		break;
	default:
		base_buffer_char(out, '{');
		for (unsigned i = random_number() % 5; i > 0; i--) {
			base_buffer_format(out, "\"k%u\":", random_number() % 20);
			json_value(out, depth + 1);
			base_buffer_text(out, i > 1 ? "," : "");
		}
		base_buffer_char(out, '}');
		break;
	}
}

static void
make_jsonl(struct base_buffer *out)
{
	for (unsigned i = 0; i < 2500; i++) {
		size_t before = out->size;
		json_value(out, 0);
		if (random_number() % 40 == 0 && out->size > before + 2)
			out->data[before + random_number() % (out->size - before)] = "x\"}{,"[random_number() % 5];
		base_buffer_text(out, random_number() % 30 ? "\n" : "\r\n\n");
	}
}

static void
make_json(struct base_buffer *out)
{
	base_buffer_text(out, "{\"rows\":[");
	for (unsigned i = 0; i < 2500; i++) {
		json_value(out, 0);
		base_buffer_text(out, i < 2499 ? ",\n  " : "");
	}
	base_buffer_text(out, "]}\n");
}

/* Structure at random: everything that can be broken is. */
static void
make_noise(struct base_buffer *out)
{
	static const char *const parts[] = {"\"", "\"\"", ",", "\n", "\r\n", "{", "}", "[", "]", ":", "\"a\":", "1", "\\", "\\u0041",
		"\\ud83d", "word", "b c", "null", " ", "\xff", "\xc3"};

	for (unsigned i = 0; i < 12000; i++)
		base_buffer_text(out, parts[random_number() % BASE_COUNT(parts)]);
}

/* Long values: in pieces for every window but the whole file. */
static void
make_long_csv(struct base_buffer *out)
{
	base_buffer_text(out, "a,b,c\n1,\"");
	for (unsigned i = 0; i < 60000; i++) {
		base_buffer_format(out, "%u ", i);
		csv_cell(out, random_word(), false);
	}
	base_buffer_text(out, "\" tail,3\n4,");
	for (unsigned i = 0; i < 200000; i++)
		base_buffer_text(out, random_number() % 9 ? "plain x" : "\r \"\"");
	base_buffer_text(out, "\r\r\n7,8,9\r");
}

static void
make_long_json(struct base_buffer *out)
{
	base_buffer_text(out, "{\"a\":1,\"b\":\"");
	for (unsigned i = 0; i < 60000; i++)
		base_buffer_text(out, random_number() % 3   ? "plain text and more of it "
				      : random_number() % 2 ? "\\ud83d\\ude00"
							    : "\\n\\u00e9\\\"");
	base_buffer_text(out, "\",\"c\":[2,3]}\n{\"a\":\"last\"}\n");
}

static const struct generator {
	const char *format;
	void (*make)(struct base_buffer *out);
} generators[] = {
	{"csv", make_csv},
	{"jsonl", make_jsonl},
	{"json", make_json},
	{"csv", make_noise},
	{"tsv", make_noise},
	{"jsonl", make_noise},
	{"json", make_noise},
	{"text", make_noise},
	{"csv", make_jsonl},
	{"json", make_jsonl},
	{"jsonl", make_csv},
	{"csv", make_long_csv},
	{"jsonl", make_long_json},
	{"json", make_long_json},
};

static void
assert_same(const struct got *a, const struct got *b)
{
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->n_fields, b->n_fields);
	for (size_t i = 0; i < a->n_fields; i++)
		assert_string_equal(a->fields[i], b->fields[i]);
	for (size_t i = 0; i < a->n; i++) {
		const struct got_value *x = &a->values[i], *y = &b->values[i];
		assert_int_equal(x->record, y->record);
		assert_int_equal(x->field, y->field);
		assert_int_equal(x->flags, y->flags);
		assert_int_equal(x->is_null, y->is_null);
		assert_int_equal(x->size, y->size);
		if (x->is_null)
			continue;
		assert_memory_equal(x->data, y->data, x->size);
		assert_memory_equal(x->raw, y->raw, (x->size + (x->size > 0)) * sizeof *x->raw);
	}
	assert_int_equal(a->text.size, b->text.size);
	assert_true(a->text.size == 0 || memcmp(a->text.data, b->text.data, a->text.size) == 0);
	assert_int_equal(a->n_issues, b->n_issues);
	for (size_t i = 0; i < a->n_issues; i++) {
		assert_int_equal(a->issues[i].code, b->issues[i].code);
		assert_int_equal(a->issues[i].count, b->issues[i].count);
		assert_int_equal(a->issues[i].record, b->issues[i].record);
		assert_int_equal(a->issues[i].raw, b->issues[i].raw);
		assert_string_equal(a->issues[i].detail, b->issues[i].detail);
	}
	assert_int_equal(a->stats.n_records, b->stats.n_records);
	assert_int_equal(a->stats.n_values, b->stats.n_values);
	assert_int_equal(a->stats.n_bad_utf8, b->stats.n_bad_utf8);
	assert_int_equal(a->stats.is_incomplete, b->stats.is_incomplete);
}

/* No byte stands in two values, and (tables) no letter in none. */
static void
assert_covered(const struct got *got, const struct base_buffer *text, bool all)
{
	uint8_t *seen = base_calloc(text->size + 1, 1);

	for (size_t i = 0; i < got->n; i++)
		for (size_t k = 0; k < got->values[i].size; k++) {
			uint64_t at = got->values[i].raw[k];
			assert_true(at < text->size);
			/* the bytes of one decoded character share their raw start */
			if (k == 0 || got->values[i].raw[k - 1] + 1 == at || got->values[i].raw[k] == at)
				seen[at]++;
		}
	for (size_t i = 0; i < text->size; i++) {
		bool is_letter = text->data[i] >= 'a' && text->data[i] <= 'z';
		assert_true(seen[i] <= 1);
		if (all && is_letter)
			assert_int_equal(seen[i], 1);
	}
	free(seen);
}

static void
test_windows(void **state)
{
	static const uint32_t windows[] = {LIMIT_WINDOW_MIN, 10000, 64 << 10, 0};
	(void)state;

	for (size_t i = 0; i < 2 * BASE_COUNT(generators); i++) {
		const struct generator *g = &generators[i % BASE_COUNT(generators)];
		struct base_buffer text;
		seed = 1000 + i;
		base_buffer_init(&text, 64 << 20);
		g->make(&text);
		struct got whole = read_bytes(
			"t", text.data, text.size, (struct read_options){.format = g->format, .window = LIMIT_WINDOW_MAX, .reach = 200});
		for (size_t k = 0; k < BASE_COUNT(windows); k++) {
			struct got got = read_bytes(
				"t", text.data, text.size, (struct read_options){.format = g->format, .window = windows[k], .reach = 200});
			assert_same(&whole, &got);
			got_dispose(&got);
		}
		assert_covered(&whole, &text, strcmp(g->format, "csv") == 0 || strcmp(g->format, "tsv") == 0);
		got_dispose(&whole);
		base_buffer_dispose(&text);
	}
}

/* Cells that were written are the cells that are read. */
static void
test_round_trip(void **state)
{
	enum { ROWS = 3000, COLUMNS = 5 };
	struct base_buffer text;
	const char *cells[ROWS][COLUMNS];
	(void)state;

	seed = 99;
	base_buffer_init(&text, 64 << 20);
	base_buffer_text(&text, "a,b,c,d,e\n");
	for (unsigned row = 0; row < ROWS; row++)
		for (unsigned i = 0; i < COLUMNS; i++) {
			cells[row][i] = random_word();
			csv_cell(&text, cells[row][i], random_number() % 2);
			base_buffer_text(&text, i + 1 < COLUMNS ? "," : row % 2 ? "\n" : "\r\n");
		}
	struct got got = read_bytes("t.csv", text.data, text.size, (struct read_options){.window = 5000});
	assert_int_equal(got.n, (ROWS + 1) * COLUMNS);
	assert_int_equal(got.stats.n_records, ROWS);
	for (unsigned row = 0; row < ROWS; row++)
		for (unsigned i = 0; i < COLUMNS; i++) {
			const struct got_value *v = &got.values[(row + 1) * COLUMNS + i];
			assert_int_equal(v->record, row + 1);
			assert_int_equal(v->field, i);
			assert_int_equal(v->size, strlen(cells[row][i]));
			assert_memory_equal(v->data, cells[row][i], v->size);
		}
	got_dispose(&got);
	base_buffer_dispose(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
