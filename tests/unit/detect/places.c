/* Where a span is: offsets of the value, offsets of the raw bytes through maps, records, windows and continued values. */
#include "engine.h"

#define PACK ENGINE_PACK ENGINE_RULE("mail", "MAIL", "[a-z]{3,9}@[a-z]{3,9}\\.com", "")

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

/* A value and the raw bytes it was decoded from: some characters are written as \u00XX (six raw bytes), some as \X (two). */
struct decoded {
	uint8_t value[512], raw[4096];
	uint32_t size, raw_size, n_rows, at_value[513]; /* raw place of each value byte */
	struct batch_map map[520];
};

static void
put(struct decoded *d, uint8_t c, int escape)
{
	static const char hex[] = "0123456789abcdef";

	/* a new row begins where the raw bytes do not follow verbatim */
	d->map[d->n_rows++] = (struct batch_map){d->size, d->raw_size};
	d->at_value[d->size] = d->raw_size;
	d->value[d->size++] = c;
	if (escape == 2) {
		memcpy(d->raw + d->raw_size, (uint8_t[]){'\\', 'u', '0', '0', (uint8_t)hex[c >> 4], (uint8_t)hex[c & 15]}, 6);
		d->raw_size += 6;
	} else if (escape == 1) {
		d->raw[d->raw_size++] = '\\';
		d->raw[d->raw_size++] = c;
	} else
		d->raw[d->raw_size++] = c;
}

static void
make_decoded(uint64_t *seed, struct decoded *d)
{
	static const char *const parts[] = {"bob@example.com", "x ", "\"", "anna@test.com", "  ", "/", "no mail"};

	memset(d, 0, sizeof *d);
	for (size_t n = 2 + next(seed) % 8; n > 0; n--)
		for (const char *c = parts[next(seed) % BASE_COUNT(parts)]; *c; c++)
			put(d, (uint8_t)*c, next(seed) % 3 ? 0 : 1 + (int)(next(seed) % 2));
	/* rows that follow verbatim are joined, as readers do */
	uint32_t kept = 0;
	for (uint32_t i = 0; i < d->n_rows; i++)
		if (kept == 0 || d->map[i].raw - d->map[kept - 1].raw != d->map[i].off - d->map[kept - 1].off)
			d->map[kept++] = d->map[i];
	d->map[kept++] = (struct batch_map){d->size, d->raw_size};
	d->at_value[d->size] = d->raw_size;
	d->n_rows = kept;
}

static void
raw_places_lead_to_the_value(void **state)
{
	struct world w = world_open(PACK, NULL);
	uint64_t seed = 21;
	size_t total = 0;

	(void)state;
	for (int round = 0; round < 500; round++) {
		uint8_t data[512 + 2 * BATCH_PAD];
		struct decoded d;
		struct found found;
		make_decoded(&seed, &d);
		memset(data, BATCH_GUARD, sizeof data);
		memcpy(data + BATCH_PAD, d.value, d.size);
		uint32_t off = 0;
		const struct batch_map *map = d.map;
		uint64_t raw = 0;
		uint8_t flags = VALUE_DECODED;
		struct batch_column column = {.n = 1, .off = &off, .len = &d.size, .raw = &raw, .map = &map, .flags = &flags};
		struct batch batch = {
			.data = data + BATCH_PAD, .size = d.size, .first_record = 1, .n_records = 1, .n_columns = 1, .columns = &column};
		engine_run(&w, &batch, NULL, &found);
		for (size_t i = 0; i < found.n; i++, total++) {
			assert_memory_equal(d.value + found.spans[i].end - 4, ".com", 4);
			assert_int_equal(found.spans[i].raw_start, d.at_value[found.spans[i].start]);
			assert_int_equal(found.spans[i].raw_end, d.at_value[found.spans[i].end]);
		}
	}
	assert_true(total > 300);
	world_close(&w);
}

static void
cells_have_records_and_raw_places(void **state)
{
	static const char data[] = "bob@one.com\nx\nanna@two.com\n";
	uint8_t padded[BATCH_PAD * 2 + sizeof data];
	const uint32_t off[] = {0, 12, 14, 14}, len[] = {11, 1, 12, BATCH_NULL}, row[] = {0, 3, 7, 8};
	const uint64_t raw[] = {100, 200, BATCH_UNMAPPED, 400};
	uint8_t flags[] = {VALUE_HEADER, 0, VALUE_KEY, 0};
	struct batch_column column = {.n = 4, .off = off, .len = len, .row = row, .raw = raw, .flags = flags};
	struct batch batch = {
		.size = sizeof data - 1, .first_record = 50, .n_records = 9, .n_columns = 1, .columns = &column, .raw_base = 1000};
	struct world w = world_open(PACK, NULL);
	struct found found;

	(void)state;
	memset(padded, BATCH_GUARD, sizeof padded);
	memcpy(padded + BATCH_PAD, data, sizeof data - 1);
	batch.data = padded + BATCH_PAD;
	engine_run(&w, &batch, "c", &found);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.spans[0].record, 0); /* a header */
	assert_true(found.spans[0].raw_start == 100 && found.spans[0].raw_end == 111);
	assert_true(found.spans[1].record == 57 && found.spans[1].start == 0 && found.spans[1].end == 12);
	assert_true(found.spans[1].raw_start == UINT64_MAX && found.spans[1].raw_end == UINT64_MAX);
	/* without places of its own a value lies verbatim */
	column.raw = NULL;
	column.flags = NULL;
	column.row = NULL;
	engine_run(&w, &batch, "c", &found);
	assert_true(found.spans[0].record == 50 && found.spans[1].record == 52);
	assert_true(found.spans[0].raw_start == 1000 && found.spans[1].raw_start == 1014);
	world_close(&w);
}

static void
text_has_lines(void **state)
{
	struct world w = world_open(PACK, NULL);
	struct found found;

	(void)state;
	find_in_text(&w, "bob@one.com anna@two.com\n\n\nx\nlast@three.com", &found);
	assert_int_equal(found.n, 3);
	assert_true(found.spans[0].record == 1 && found.spans[1].record == 1 && found.spans[2].record == 5);
	assert_true(found.spans[2].start == 29 && found.spans[2].raw_start == 29 && found.spans[2].raw_end == 43);
	world_close(&w);
}

/* A long value in two pieces: a span that starts in the first and ends in the second is found once, with the offsets of the whole value. */
static void
continued_values_count_as_one(void **state)
{
	enum { CUT = 40, REACH = 30 };
	static const char value[] = "0123456789 0123456789 01234 56789 bob@example.com and then anna@example.com to the end";
	struct world w = world_open(PACK, NULL);
	struct assay_error err = {0};
	struct found found = {0};
	struct detect_drain *drain = detect_drain_new(w.engine);
	struct detect_output out = {0};
	struct span_sink spans = {&found, engine_keep_span};
	struct issue_sink issues = {&found, engine_keep_issue};
	const struct detect_field *fields[] = {NULL};
	const uint32_t total = sizeof value - 1;
	uint64_t tried = 0;

	(void)state;
	for (int piece = 0; piece < 2; piece++) {
		uint32_t from = piece ? CUT - REACH : 0, to = piece ? total : CUT + REACH, off = 0, len = to - from;
		uint8_t data[256], flags = piece ? VALUE_CONT_PREV : VALUE_CONT_NEXT;
		uint64_t raw = 500 + from;
		struct batch_column column = {.n = 1, .off = &off, .len = &len, .raw = &raw, .flags = &flags};
		struct batch batch = {.data = data + BATCH_PAD,
			.size = len,
			.lead = piece ? REACH : 0,
			.tail = piece ? 0 : REACH,
			.value_base = from,
			.first_record = 7,
			.n_records = 1,
			.n_columns = 1,
			.columns = &column};
		memset(data, BATCH_GUARD, sizeof data);
		memcpy(data + BATCH_PAD, value + from, len);
		assert_ok(detect_batch(w.scanner, &batch, fields, &out, &err));
		for (size_t i = 0; i < out.n_tallies; i++)
			tried += out.tallies[i].tried;
		assert_ok(detect_drain_add(drain, &out, &spans, &issues, &err));
	}
	assert_ok(detect_drain_end(drain, &spans, &issues, &err));
	assert_int_equal(found.n, 2);
	assert_int_equal(tried, 3); /* bob@, anna@, nna@: none of them counted in both pieces */
	assert_true(
		found.spans[0].start == 34 && found.spans[0].end == 49 && found.spans[0].record == 7 && found.spans[0].raw_start == 534);
	assert_true(found.spans[1].start == 59 && found.spans[1].end == 75 && found.spans[1].raw_end == 575);
	detect_output_dispose(&out);
	detect_drain_free(drain);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raw_places_lead_to_the_value),
		cmocka_unit_test(cells_have_records_and_raw_places),
		cmocka_unit_test(text_has_lines),
		cmocka_unit_test(continued_values_count_as_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
