/* Slices of bytes: counting. */
#include "../support.h"

#include "base/span.h"

static void
bytes_are_counted(void **state)
{
	uint8_t data[80];
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t from = (size_t)round % 9, n = (size_t)round % 70, want = 0;
		uint8_t byte = round % 3 ? '\n' : (uint8_t)(round % 2 ? 0x8a : 0);
		for (size_t i = 0; i < sizeof data; i++) {
			static const uint8_t some[] = {'\n', 0x8a, 0x0b, 0, 0x80, 0xff, 'a', 0x09};
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			data[i] = some[seed >> 61];
		}
		for (size_t i = 0; i < n; i++)
			want += data[from + i] == byte;
		assert_int_equal(base_count_byte(data + from, n, byte), want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
