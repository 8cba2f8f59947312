/* Readers of every format on bytes of a stranger: the contract of base/batch.h for each batch, the same values whatever the window, every
 * byte of a text owned once, every letter of a table in one cell, and an end.
 *
 * Input: five bytes (format, window, reach, wrapping, repeats), then the content, which may be repeated, transcoded and compressed on its
 * way. */
#include "../unit/source/read.h"

#include "fuzz.h"

#include <zlib.h>
#include <zstd.h>

/* the last number of repeats, with the upper bits of window and reach, makes content in which a value can be too long to be held: it costs
 * a hundred times as much as another */
enum { CONTENT_MAX = 96 << 10, CONTENT_LONG = LIMIT_VALUE + (64 << 10), DECODED_MAX = 4 << 20 };

static const char *const formats[] = {"text", "csv", "tsv", "json", "jsonl", NULL};
static const uint32_t windows[] = {LIMIT_WINDOW_MIN, 4099, 5000, 8192, 20000}, reaches[] = {0, 1, 7, 200, 1500};

enum wrap { WRAP_NONE, WRAP_GZIP, WRAP_ZSTD, WRAP_GZIP_CUT, WRAP_KINDS };
enum transcode { CODE_AS_IS, CODE_BOM, CODE_UTF16LE, CODE_UTF16BE, CODE_KINDS };

struct plan {
	const char *format;
	uint32_t window, reach;
	bool keys_are_sensitive;
	struct base_buffer decoded, stored; /* what readers see, if knows_decoded; what lies in the file */
	bool knows_decoded;
	size_t bom;
};

/* ---- the file ---- */

/* Bytes as characters of Latin-1, in another encoding; *ret_decoded is what comes out again. */
static void
transcode(enum transcode code, struct base_span content, struct base_buffer *ret_stored, struct base_buffer *ret_decoded)
{
	static const char *const boms[] = {"", "\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"};

	base_buffer_text(ret_stored, boms[code]);
	if (code != CODE_AS_IS)
		base_buffer_text(ret_decoded, "\xef\xbb\xbf");
	if (code < CODE_UTF16LE) {
		base_buffer_append(ret_stored, content.data, content.size);
		base_buffer_append(ret_decoded, content.data, content.size);
		return;
	}
	for (size_t i = 0; i < content.size; i++) {
		uint8_t utf8[4];
		base_buffer_append(ret_decoded, utf8, base_utf8_encode(content.data[i], utf8));
		if (code == CODE_UTF16BE)
			base_buffer_char(ret_stored, '\0');
		base_buffer_append(ret_stored, content.data + i, 1);
		if (code == CODE_UTF16LE)
			base_buffer_char(ret_stored, '\0');
	}
}

static void
compress_gzip(struct base_buffer *b)
{
	z_stream z = {0};
	size_t room = b->size + b->size / 100 + 200;
	uint8_t *out = malloc(room);

	must(out && deflateInit2(&z, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK, "no deflate");
	z.next_in = (uint8_t *)b->data;
	z.avail_in = (unsigned)b->size;
	z.next_out = out;
	z.avail_out = (unsigned)room;
	must(deflate(&z, Z_FINISH) == Z_STREAM_END, "deflate did not end");
	base_buffer_reset(b);
	base_buffer_append(b, out, z.total_out);
	deflateEnd(&z);
	free(out);
}

static void
compress_zstd(struct base_buffer *b)
{
	size_t room = ZSTD_compressBound(b->size);
	void *out = malloc(room);

	must(out, "out of memory");
	size_t n = ZSTD_compress(out, room, b->data ? b->data : "", b->size, 1);
	must(!ZSTD_isError(n), "zstd: %s", ZSTD_getErrorName(n));
	base_buffer_reset(b);
	base_buffer_append(b, out, n);
	free(out);
}

/* Would the reader take these bytes for something packed or for another encoding? */
static bool
begins_with_magic(struct base_span s)
{
	static const struct base_span magics[] = {{(const uint8_t *)"\x1f\x8b", 2}, {(const uint8_t *)"\x28\xb5\x2f\xfd", 4},
		{(const uint8_t *)"\xef\xbb\xbf", 3}, {(const uint8_t *)"\xff\xfe", 2}, {(const uint8_t *)"\xfe\xff", 2}};

	for (size_t i = 0; i < BASE_COUNT(magics); i++)
		if (s.size >= magics[i].size && memcmp(s.data, magics[i].data, magics[i].size) == 0)
			return true;
	return s.size >= 4 && (s.data[0] & 0xf0) == 0x50 && memcmp(s.data + 1, "\x2a\x4d\x18", 3) == 0;
}

static void
make_plan(struct take *take, struct plan *plan)
{
	uint8_t format = take_byte(take), window = take_byte(take), reach = take_byte(take), wrapping = take_byte(take),
		repeats = take_byte(take);
	struct base_span part = take_rest(take);
	struct base_buffer content;
	enum wrap wrap = wrapping % WRAP_KINDS;
	enum transcode code = wrapping / WRAP_KINDS % CODE_KINDS;

	*plan = (struct plan){.format = formats[format % BASE_COUNT(formats)],
		.window = windows[window % BASE_COUNT(windows)],
		.reach = reaches[reach % BASE_COUNT(reaches)],
		.keys_are_sensitive = wrapping & 0x80};
	base_buffer_init(&content, CONTENT_LONG);
	base_buffer_init(&plan->decoded, 4 * CONTENT_LONG);
	base_buffer_init(&plan->stored, 4 * CONTENT_LONG);
	bool is_long = repeats == 255 && window & reach & 0x80 && part.size > 0;
	for (size_t i = 0, n = is_long ? CONTENT_LONG / part.size : repeats + 1u;
		i < n && content.size + part.size <= (is_long ? CONTENT_LONG : CONTENT_MAX); i++)
		base_buffer_append(&content, part.data, part.size);
	struct base_span all = {(const uint8_t *)(content.data ? content.data : ""), content.size};
	transcode(code, all, &plan->stored, &plan->decoded);
	plan->bom = code == CODE_AS_IS ? 0 : 3;
	plan->knows_decoded = wrap != WRAP_GZIP_CUT && (code != CODE_AS_IS || !begins_with_magic(all));
	/* what would be the mark of UTF-32 is none of UTF-16 */
	if (code == CODE_UTF16LE && all.size > 0 && all.data[0] == 0)
		plan->knows_decoded = false;
	if (wrap == WRAP_GZIP || wrap == WRAP_GZIP_CUT)
		compress_gzip(&plan->stored);
	else if (wrap == WRAP_ZSTD)
		compress_zstd(&plan->stored);
	if (wrap == WRAP_GZIP_CUT)
		plan->stored.size = plan->stored.size * (repeats % 16) / 16;
	must(!content.failed && !plan->stored.failed && !plan->decoded.failed, "the content is too long");
	base_buffer_dispose(&content);
}

/* ---- reading ---- */

static bool
has_digit(void *context, struct base_span key)
{
	(void)context;
	for (size_t i = 0; i < key.size; i++)
		if (base_is_digit(key.data[i]))
			return true;
	return false;
}

static size_t
held(const struct got *got)
{
	size_t n = got->text.size;

	if (got->n > 0)
		n += got->values[got->n - 1].size;
	return n;
}

/* As read_all of read.h, from a file in memory, and given up once the decoded bytes are many: then *ret_whole is false. */
static struct got
read_plan(const struct plan *plan, int fd, uint32_t window, bool *ret_whole)
{
	struct assay_error err = {0};
	struct assay_env env = {.size = sizeof env};
	struct got got = {.arena = base_arena_new()};
	struct issue_sink sink = {&got, got_issue};
	struct batch batch = {.ticket = 42, .arena = base_arena_new()};
	struct source_spec spec = {.fd = fd,
		.name = "data/input",
		.resource = 7,
		.format = plan->format,
		.window_bytes = window,
		.reach = plan->reach,
		.on_stored = got_stored,
		.context = &got,
		.key_is_sensitive = plan->keys_are_sensitive ? has_digit : NULL};
	struct source *source;
	size_t total = 0;
	int r;

	must(got.arena && batch.arena && lseek(fd, 0, SEEK_SET) == 0, "no arena");
	base_buffer_init(&got.text, (size_t)1 << 30);
	base_buffer_init(&got.borrowed, (size_t)1 << 30);
	base_buffer_init(&got.stored, (size_t)1 << 30);
	r = source_open(&spec, &env, &source, &err);
	fuzz_check_error(r, &err);
	must(r == 0, "opening an open file failed: %s", err.message);
	*ret_whole = true;
	while ((r = source_next(source, &batch, &sink, &err)) == 1 && *ret_whole) {
		must(batch.ticket == 42 && batch.resource == 7, "ticket %llu, resource %u", (unsigned long long)batch.ticket,
			batch.resource);
		/* what is read ahead doubles until a value ends or is too long to be held */
		must(batch.size <= 2 * ((size_t)window + plan->reach + LIMIT_VALUE) + 4096, "a batch of %u bytes for windows of %u",
			batch.size, window);
		take_batch(&got, &batch, plan->reach);
		total += batch.size;
		*ret_whole = total < DECODED_MAX && held(&got) < DECODED_MAX;
	}
	fuzz_check_error(r, &err);
	if (r == 0) {
		must(source_next(source, &batch, &sink, &err) == 0 && !got.in_value, "more behind the end");
		must(got.stored.size == plan->stored.size
				&& (got.stored.size == 0 || memcmp(got.stored.data, plan->stored.data, got.stored.size) == 0),
			"%zu of %zu stored bytes were shown", got.stored.size, plan->stored.size);
	}
	got.stats = *source_stats(source);
	got.n_fields = source_field_count(source);
	got.fields = base_arena_alloc(got.arena, (got.n_fields + 1) * sizeof *got.fields);
	for (size_t i = 0; i < got.n_fields; i++) {
		struct base_span name = source_field_name(source, i);
		must(name.size <= LIMIT_NAME, "a name of %zu bytes", name.size);
		got.fields[i] = base_arena_strndup(got.arena, name.data, name.size);
	}
	for (size_t i = 0; i < got.n; i++)
		must(got.values[i].field < got.n_fields, "field %u of %zu", got.values[i].field, got.n_fields);
	for (size_t i = 0; i < got.n_issues; i++) {
		const struct issue *x = &got.issues[i];
		must(x->resource == 7 && x->code < ISSUE_CODE_COUNT && x->count > 0 && x->detail[0], "issue %u '%s'", x->code, x->detail);
		must(!issue_code_is_incomplete(x->code) || got.stats.is_incomplete || got.stats.is_unread, "'%s', and yet complete",
			x->detail);
	}
	source_close(source);
	base_arena_free(batch.arena);
	if (got.n > 1)
		qsort(got.values, got.n, sizeof *got.values, by_place);
	return got;
}

/* ---- comparing ---- */

static void
must_be_same(const struct got *a, const struct got *b)
{
	must(a->n == b->n && a->n_fields == b->n_fields, "%zu values of %zu fields, %zu of %zu", a->n, a->n_fields, b->n, b->n_fields);
	for (size_t i = 0; i < a->n_fields; i++)
		must(strcmp(a->fields[i], b->fields[i]) == 0, "field '%s', '%s'", a->fields[i], b->fields[i]);
	for (size_t i = 0; i < a->n; i++) {
		const struct got_value *x = &a->values[i], *y = &b->values[i];
		must(x->record == y->record && x->field == y->field && x->flags == y->flags && x->is_null == y->is_null
				&& x->size == y->size,
			"value %zu: record %llu field %u flags %u size %zu, record %llu field %u flags %u size %zu", i,
			(unsigned long long)x->record, x->field, x->flags, x->size, (unsigned long long)y->record, y->field, y->flags,
			y->size);
		must(x->size == 0
				|| (memcmp(x->data, y->data, x->size) == 0 && memcmp(x->raw, y->raw, (x->size + 1) * sizeof *x->raw) == 0),
			"value %zu differs", i);
	}
	must(a->text.size == b->text.size && (a->text.size == 0 || memcmp(a->text.data, b->text.data, a->text.size) == 0), "texts differ");
	must(a->n_issues == b->n_issues, "%zu issues, %zu", a->n_issues, b->n_issues);
	for (size_t i = 0; i < a->n_issues; i++) {
		const struct issue *x = &a->issues[i], *y = &b->issues[i];
		must(x->code == y->code && x->count == y->count && x->record == y->record && x->raw == y->raw
				&& strcmp(x->detail, y->detail) == 0,
			"issue '%s' %llu at %llu, '%s' %llu at %llu", x->detail, (unsigned long long)x->count, (unsigned long long)x->raw,
			y->detail, (unsigned long long)y->count, (unsigned long long)y->raw);
	}
	must(a->stats.n_records == b->stats.n_records && a->stats.n_values == b->stats.n_values
			&& a->stats.n_bad_utf8 == b->stats.n_bad_utf8 && a->stats.is_incomplete == b->stats.is_incomplete
			&& a->stats.bytes_decoded == b->stats.bytes_decoded,
		"records %llu values %llu, records %llu values %llu", (unsigned long long)a->stats.n_records,
		(unsigned long long)a->stats.n_values, (unsigned long long)b->stats.n_records, (unsigned long long)b->stats.n_values);
}

/* Each value is made of the decoded bytes that its offsets name; none of them in two values; in tables no letter in none. */
static void
must_cover(const struct got *got, const struct base_buffer *decoded, bool is_table)
{
	uint8_t *seen = base_calloc(decoded->size + 1, 1);

	must(seen, "out of memory");
	for (size_t i = 0; i < got->n; i++)
		for (size_t k = 0; k < got->values[i].size; k++) {
			const struct got_value *v = &got->values[i];
			must(v->raw[k] < decoded->size && v->raw[k + 1] <= decoded->size, "value %zu, byte %zu lies at %llu of %zu", i, k,
				(unsigned long long)v->raw[k], decoded->size);
			/* the bytes of one decoded character share their raw start */
			if (k > 0 && v->raw[k - 1] + 1 != v->raw[k] && v->raw[k] == v->raw[k - 1])
				continue;
			must(seen[v->raw[k]]++ == 0, "raw byte %llu is in two values", (unsigned long long)v->raw[k]);
		}
	for (size_t i = 0; is_table && i < decoded->size; i++)
		must(!base_is_alnum((uint8_t)decoded->data[i]) || seen[i], "raw byte %zu '%c' is in no cell", i, decoded->data[i]);
	free(seen);
}

static void
check_text(const struct got *got, const struct plan *plan)
{
	size_t n = plan->decoded.size - plan->bom;

	must(got->stats.bytes_decoded == plan->decoded.size, "%llu of %zu bytes", (unsigned long long)got->stats.bytes_decoded,
		plan->decoded.size);
	must(got->text.size == n && (n == 0 || memcmp(got->text.data, plan->decoded.data + plan->bom, n) == 0),
		"%zu of %zu bytes are owned", got->text.size, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size};
	struct plan plan;
	bool is_whole, is_whole_too;

	/* the checks of read.h stop here instead of ending a test */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	make_plan(&take, &plan);
	int fd = fuzz_file(plan.stored.data, plan.stored.size);
	struct got got = read_plan(&plan, fd, plan.window, &is_whole), all = read_plan(&plan, fd, LIMIT_WINDOW_MAX, &is_whole_too);
	if (is_whole && is_whole_too) {
		bool is_table = got.stats.kind && (strcmp(got.stats.kind, "csv") == 0 || strcmp(got.stats.kind, "tsv") == 0);
		must_be_same(&all, &got);
		if (plan.knows_decoded && plan.format && strcmp(plan.format, "text") == 0 && strcmp(got.stats.kind, "empty") != 0)
			check_text(&got, &plan);
		if (plan.knows_decoded && got.n > 0)
			must_cover(&got, &plan.decoded, is_table);
	}
	got_dispose(&got);
	got_dispose(&all);
	close(fd);
	base_buffer_dispose(&plan.decoded);
	base_buffer_dispose(&plan.stored);
	return 0;
}
