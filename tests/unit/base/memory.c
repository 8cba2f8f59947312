/* What memory is handed out by: arena, buffer, map, growth, slices. */
#include "../support.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"

static void
arena_gives_zeroed_aligned_memory(void **state)
{
	struct base_arena *arena = base_arena_new();

	(void)state;
	assert_non_null(arena);
	for (int round = 0; round < 3; round++) {
		uint8_t *last = NULL;
		for (size_t n = 0; n < 3000; n += 7) {
			uint8_t *p = base_arena_alloc(arena, n);
			assert_non_null(p);
			assert_int_equal((uintptr_t)p % 16, 0);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xee, n); /* what the next round must not see */
			assert_true(!last || p != last || n == 7);
			last = p;
		}
		base_arena_reset(arena);
	}
	uint8_t *large = base_arena_alloc(arena, 5 << 20);
	assert_non_null(large);
	large[(5 << 20) - 1] = 1;
	assert_null(base_arena_alloc(arena, SIZE_MAX));
	assert_null(base_arena_alloc(arena, SIZE_MAX - 8));
	assert_null(base_arena_strndup(arena, "", SIZE_MAX));
	base_arena_free(arena);
	base_arena_free(NULL);
}

static void
arena_copies_texts(void **state)
{
	struct base_arena *arena = base_arena_new();

	(void)state;
	assert_string_equal(base_arena_strdup(arena, "abc"), "abc");
	assert_string_equal(base_arena_strndup(arena, "abcdef", 3), "abc");
	assert_string_equal(base_arena_strndup(arena, NULL, 0), "");
	assert_string_equal(base_arena_format(arena, "%s-%d", "x", 42), "x-42");
	char *long_text = base_arena_format(arena, "%*d", 50000, 7);
	assert_int_equal(strlen(long_text), 50000);
	base_arena_reset(arena);
	assert_string_equal(base_arena_strdup(arena, ""), "");
	base_arena_free(arena);
}

static void
buffer_appends_up_to_its_maximum(void **state)
{
	struct base_buffer b;

	(void)state;
	base_buffer_init(&b, 10);
	assert_true(base_buffer_text(&b, "12345"));
	assert_true(base_buffer_char(&b, '6'));
	assert_true(base_buffer_format(&b, "%d", 789));
	assert_string_equal(b.data, "123456789");
	assert_true(base_buffer_append(&b, "\0", 1));
	assert_int_equal(b.size, 10);
	assert_int_equal(base_buffer_status(&b), ASSAY_OK);
	/* one byte more: nothing is appended, and it stays failed */
	assert_false(base_buffer_char(&b, 'x'));
	assert_int_equal(b.size, 10);
	assert_false(base_buffer_append(&b, "", 0));
	assert_int_equal(base_buffer_status(&b), ASSAY_LIMIT);
	assert_null(base_buffer_take(&b));
	base_buffer_dispose(&b);
	base_buffer_init(&b, 10);
	assert_false(base_buffer_format(&b, "%s", "12345678901"));
	assert_true(b.failed);
	base_buffer_reset(&b);
	assert_true(base_buffer_format(&b, "%s", "1234567890"));
	assert_string_equal(b.data, "1234567890");
	base_buffer_dispose(&b);
}

static void
buffer_hands_its_bytes_over(void **state)
{
	struct base_buffer b;
	char *text;

	(void)state;
	base_buffer_init(&b, 1 << 20);
	text = base_buffer_take(&b);
	assert_string_equal(text, ""); /* empty, not NULL: it did not fail */
	free(text);
	for (int i = 0; i < 10000; i++)
		base_buffer_format(&b, "%d,", i);
	text = base_buffer_take(&b);
	assert_non_null(text);
	assert_memory_equal(text, "0,1,2,", 6);
	assert_string_equal(text + strlen(text) - 5, "9999,");
	assert_int_equal(b.size, 0);
	assert_null(b.data);
	free(text);
	base_buffer_dispose(&b);
}

static void
map_keeps_the_first_number(void **state)
{
	enum { N = 5000 };
	struct base_map *map = base_map_new();
	uint32_t number = 0;

	(void)state;
	assert_false(base_map_find(map, base_span_of("a"), &number));
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < N; i++) {
			char key[16];
			snprintf(key, sizeof key, "key-%u", i);
			assert_int_equal(base_map_insert(map, base_span_of(key), i + round * 100000), round == 0);
		}
	assert_int_equal(base_map_count(map), N);
	for (uint32_t i = 0; i < N; i++) {
		char key[16];
		snprintf(key, sizeof key, "key-%u", i);
		assert_true(base_map_find(map, base_span_of(key), &number));
		assert_int_equal(number, i);
	}
	assert_false(base_map_find(map, base_span_of("key-"), NULL));
	/* the empty key, and bytes with NUL in them, are keys like any other */
	assert_int_equal(base_map_insert(map, base_span_of(""), 1), 1);
	assert_int_equal(base_map_insert(map, (struct base_span){(const uint8_t *)"\0", 1}, 2), 1);
	assert_int_equal(base_map_insert(map, (struct base_span){(const uint8_t *)"\0\0", 2}, 3), 1);
	assert_true(base_map_find(map, (struct base_span){(const uint8_t *)"\0", 1}, &number));
	assert_int_equal(number, 2);
	assert_true(base_map_find(map, base_span_of(NULL), &number));
	assert_int_equal(number, 1);
	base_map_free(map);
	base_map_free(NULL);
}

static void
growth_refuses_what_overflows(void **state)
{
	uint64_t *items = NULL;
	size_t capacity = 0;

	(void)state;
	assert_int_equal(base_grow(&items, &capacity, 1, sizeof *items), ASSAY_OK);
	assert_true(capacity >= 1);
	items[0] = 42;
	assert_int_equal(base_grow(&items, &capacity, 1000, sizeof *items), ASSAY_OK);
	assert_true(capacity >= 1000);
	assert_int_equal(items[0], 42);
	size_t was = capacity;
	assert_int_equal(base_grow(&items, &capacity, SIZE_MAX / 8, sizeof *items), ASSAY_NOMEM);
	assert_int_equal(base_grow(&items, &capacity, SIZE_MAX, sizeof *items), ASSAY_NOMEM);
	assert_int_equal(capacity, was);
	assert_int_equal(items[0], 42);
	free(items);
	assert_null(base_strndup("", SIZE_MAX));
	char *text = base_format("%s", "x");
	assert_string_equal(text, "x");
	char *stolen = BASE_STEAL(text);
	assert_null(text);
	free(stolen);
}

static void
slices_compare_as_bytes(void **state)
{
	struct base_span a = base_span_of("abc"), b = base_span_of("abd"), prefix = base_span_of("ab"), empty = base_span_of(NULL),
			 high = base_span_of("\xff");

	(void)state;
	assert_true(base_span_compare(a, b) < 0 && base_span_compare(b, a) > 0 && base_span_compare(a, a) == 0);
	assert_true(base_span_compare(prefix, a) < 0 && base_span_compare(empty, prefix) < 0 && base_span_compare(empty, empty) == 0);
	assert_true(base_span_compare(high, a) > 0);
	assert_true(base_span_equals(empty, base_span_of("")) && !base_span_equals(a, prefix));
	assert_true(base_span_starts_with(a, "ab") && base_span_starts_with(a, "") && !base_span_starts_with(prefix, "abc"));
	assert_true(base_span_ends_with(a, "bc") && base_span_ends_with(empty, "") && !base_span_ends_with(a, "ab"));
	assert_true(base_span_equals(base_span_trim(base_span_of(" \t\r\n a b \n")), base_span_of("a b")));
	assert_int_equal(base_span_trim(base_span_of(" \t ")).size, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_copies_texts),
		cmocka_unit_test(buffer_appends_up_to_its_maximum),
		cmocka_unit_test(buffer_hands_its_bytes_over),
		cmocka_unit_test(map_keeps_the_first_number),
		cmocka_unit_test(growth_refuses_what_overflows),
		cmocka_unit_test(slices_compare_as_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
