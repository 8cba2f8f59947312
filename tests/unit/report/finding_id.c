/* The id of a finding is FNV-1a over its three names, and the separators count. */
#include "report/finding_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
test_vectors(void **state)
{
	/* computed apart with the published parameters of FNV-1a */
	static const struct {
		const char *resource, *column, *entity, *id;
	} vectors[] = {
		{"data/users.csv", "email", "EMAIL_ADDRESS", "f-59853073f00ffe6b"},
		{"", "", "", "f-08328807b4eb6fed"},
		{"a", "b", "c", "f-3fae46fc8499a3af"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		char id[REPORT_FINDING_ID];
		report_finding_id(base_span_of(vectors[i].resource), base_span_of(vectors[i].column), base_span_of(vectors[i].entity), id);
		assert_string_equal(id, vectors[i].id);
	}
}

static void
test_separators_count(void **state)
{
	char one[REPORT_FINDING_ID], two[REPORT_FINDING_ID];

	(void)state;
	report_finding_id(base_span_of("ab"), base_span_of("c"), base_span_of("d"), one);
	report_finding_id(base_span_of("a"), base_span_of("bc"), base_span_of("d"), two);
	assert_string_not_equal(one, two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors), cmocka_unit_test(test_separators_count)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
