/* Compressed streams: several members, what follows them, what is missing or damaged, and bombs. */
#include "read.h"

#include <zlib.h>
#include <zstd.h>

static size_t
deflate_to(const void *data, size_t n, uint8_t *ret, size_t room)
{
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (void *)(uintptr_t)data;
	z.avail_in = (uInt)n;
	z.next_out = ret;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&z), Z_OK);
	return room - z.avail_out;
}

static size_t
zstd_to(const void *data, size_t n, uint8_t *ret, size_t room)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t size;

	/* the command line tool writes a checksum too: without one a flipped bit may go unseen */
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	size = ZSTD_compress2(context, ret, room, data, n);
	assert_false(ZSTD_isError(size));
	ZSTD_freeCCtx(context);
	return size;
}

static const struct method {
	const char *name, *suffix;
	size_t (*compress)(const void *data, size_t n, uint8_t *ret, size_t room);
} methods[] = {{"gzip", "t.csv.gz", deflate_to}, {"zstd", "t.csv.zst", zstd_to}};

enum { ROOM = 8 << 20 };

static void
make_rows(struct base_buffer *text, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		base_buffer_format(text, "%u,user%u@example.com,%u\n", i, i, i * 7919u);
}

static void
test_members(void **state)
{
	uint8_t *packed = malloc(ROOM);
	(void)state;

	for (size_t m = 0; m < BASE_COUNT(methods); m++) {
		struct base_buffer a, b, all;
		base_buffer_init(&a, ROOM);
		base_buffer_init(&b, ROOM);
		base_buffer_init(&all, ROOM);
		base_buffer_text(&a, "id,mail,n\n");
		make_rows(&a, 0, 20000);
		make_rows(&b, 20000, 30000);
		base_buffer_append(&all, a.data, a.size);
		base_buffer_append(&all, b.data, b.size);
		size_t n = methods[m].compress(a.data, a.size, packed, ROOM);
		n += methods[m].compress("", 0, packed + n, ROOM - n);
		n += methods[m].compress(b.data, b.size, packed + n, ROOM - n);
		struct got got = read_bytes(methods[m].suffix, packed, n, (struct read_options){.reach = 8});
		assert_string_equal(got.stats.compression, methods[m].name);
		assert_string_equal(got.stats.kind, "csv");
		assert_int_equal(got.stats.n_records, 30000);
		assert_int_equal(got.stats.bytes_stored, n);
		assert_int_equal(got.stats.bytes_decoded, all.size);
		assert_int_equal(got.n_issues, 0);
		check_cut(got_at(&got, 25001, "mail"), "user25000@example.com", all.data, all.size, "user25000@example.com");
		got_dispose(&got);

		/* zeros behind gzip are padding, anything else is reported; nothing is lost */
		memset(packed + n, 0, 5000);
		got = read_bytes(methods[m].suffix, packed, n + 5000, (struct read_options){.reach = 8});
		assert_int_equal(got.n_issues, m == 0 ? 0 : 1);
		assert_int_equal(got.stats.n_records, 30000);
		got_dispose(&got);
		memcpy(packed + n, "garbage", 7);
		for (size_t extra = 1; extra <= 7; extra += 3) {
			got = read_bytes(methods[m].suffix, packed, n + extra, (struct read_options){.reach = 8});
			assert_int_equal(got.n_issues, 1);
			assert_int_equal(got.issues[0].code, ISSUE_FORMAT);
			assert_non_null(strstr(got.issues[0].detail, "after the end"));
			assert_true(got.stats.is_incomplete);
			assert_int_equal(got.stats.n_records, 30000);
			got_dispose(&got);
		}
		base_buffer_dispose(&a);
		base_buffer_dispose(&b);
		base_buffer_dispose(&all);
	}
	free(packed);
}

static void
test_truncated_and_damaged(void **state)
{
	uint8_t *packed = malloc(ROOM);
	(void)state;

	for (size_t m = 0; m < BASE_COUNT(methods); m++) {
		struct base_buffer text;
		base_buffer_init(&text, ROOM);
		make_rows(&text, 0, 30000);
		size_t n = methods[m].compress(text.data, text.size, packed, ROOM);
		struct got got = read_bytes("t.txt", packed, n - 10, (struct read_options){.reach = 8});
		assert_int_equal(got.n_issues, 1);
		assert_int_equal(got.issues[0].code, ISSUE_FORMAT);
		assert_non_null(strstr(got.issues[0].detail, "middle"));
		assert_true(got.stats.is_incomplete);
		assert_true(got.text.size > text.size / 2 && got.text.size <= text.size);
		assert_memory_equal(got.text.data, text.data, got.text.size);
		got_dispose(&got);

		packed[n * 3 / 4] ^= 0x55;
		packed[n * 3 / 4 + 1] ^= 0x55;
		got = read_bytes("t.txt", packed, n, (struct read_options){.reach = 8});
		assert_int_equal(got.issues[0].code, ISSUE_FORMAT);
		assert_non_null(strstr(got.issues[0].detail, "damaged"));
		assert_true(got.stats.is_incomplete);
		assert_true(got.text.size > 1000);
		got_dispose(&got);

		/* nothing but the magic */
		got = read_bytes("t.txt", packed, 5, (struct read_options){.reach = 8});
		assert_int_equal(got.issues[0].code, ISSUE_FORMAT);
		assert_string_equal(got.stats.kind, "empty");
		assert_true(got.stats.is_incomplete);
		got_dispose(&got);
		base_buffer_dispose(&text);
	}
	free(packed);
}

static void
test_empty_inside(void **state)
{
	uint8_t packed[256];
	(void)state;

	for (size_t m = 0; m < BASE_COUNT(methods); m++) {
		size_t n = methods[m].compress("", 0, packed, sizeof packed);
		struct got got = read_bytes("t.csv", packed, n, (struct read_options){0});
		assert_string_equal(got.stats.kind, "empty");
		assert_non_null(got_find_issue(&got, ISSUE_EMPTY));
		assert_false(got.stats.is_incomplete);
		got_dispose(&got);
	}
}

static void
test_skippable_frame(void **state)
{
	static const uint8_t skip[] = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'};
	uint8_t packed[256];
	(void)state;

	memcpy(packed, skip, sizeof skip);
	size_t n = sizeof skip + zstd_to("hello\n", 6, packed + sizeof skip, sizeof packed - sizeof skip);
	struct got got = read_bytes("t.txt", packed, n, (struct read_options){.reach = 4});
	assert_string_equal(got.text.data, "hello\n");
	assert_int_equal(got.n_issues, 0);
	got_dispose(&got);
}

/* Zeros compress further than any data would: the stream is cut and the cut is reported. */
static void
test_bomb(void **state)
{
	enum { CHUNK = 1 << 20, CHUNKS = 600 };
	ZSTD_CCtx *context = ZSTD_createCCtx();
	char *chunk = malloc(CHUNK);
	uint8_t *packed = malloc(ROOM);
	ZSTD_outBuffer out = {packed, ROOM, 0};
	(void)state;

	memset(chunk, 'a', CHUNK);
	for (unsigned i = 0; i < CHUNKS; i++) {
		ZSTD_inBuffer in = {chunk, CHUNK, 0};
		while (ZSTD_compressStream2(context, &out, &in, i + 1 == CHUNKS ? ZSTD_e_end : ZSTD_e_continue) != 0 && in.pos < in.size)
			assert_true(out.pos < out.size);
	}
	ZSTD_freeCCtx(context);
	free(chunk);
	assert_true((uint64_t)CHUNK * CHUNKS / out.pos > LIMIT_EXPANSION_RATIO);
	struct assay_error err = {0};
	struct assay_env env = {.size = sizeof env};
	char *folder = support_folder(), *path = write_file(folder, "bomb.zst", packed, out.pos);
	struct source_spec spec = {.path = path, .fd = -1, .name = path, .reach = 16};
	struct batch batch = {.arena = base_arena_new()};
	struct got got = {0};
	struct issue_sink sink = {&got, got_issue};
	struct source *source;
	int r;
	assert_ok(source_open(&spec, &env, &source, &err));
	while ((r = source_next(source, &batch, &sink, &err)) == 1)
		;
	assert_ok(r);
	assert_true(source_stats(source)->bytes_decoded < (uint64_t)CHUNK * CHUNKS);
	assert_true(source_stats(source)->bytes_decoded > LIMIT_EXPANSION_FREE / 2);
	assert_true(source_stats(source)->is_incomplete);
	assert_int_equal(source_stats(source)->bytes_stored, out.pos);
	assert_int_equal(got.n_issues, 1);
	assert_int_equal(got.issues[0].code, ISSUE_LIMIT);
	source_close(source);
	base_arena_free(batch.arena);
	free(got.issues);
	free(packed);
	free(path);
	support_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_truncated_and_damaged),
		cmocka_unit_test(test_empty_inside),
		cmocka_unit_test(test_skippable_frame),
		cmocka_unit_test(test_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
