/* All check families as one list. */
#include "rules/check.h"

#include "base/memory.h"
#include "rules/check_family.h"

#include <string.h>

static const struct {
	const struct rules_check *rows;
	const size_t *count;
} families[] = {
#define FAMILY_ROW(name) {rules_checks_##name, &rules_checks_##name##_count},
	RULES_CHECK_FAMILIES(FAMILY_ROW)
#undef FAMILY_ROW
};

const struct rules_check *
rules_check_at(size_t i)
{
	for (size_t f = 0; f < BASE_COUNT(families); f++) {
		if (i < *families[f].count)
			return &families[f].rows[i];
		i -= *families[f].count;
	}
	return NULL;
}

const struct rules_check *
rules_check_find(struct base_span name)
{
	const struct rules_check *check;

	for (size_t i = 0; (check = rules_check_at(i)) != NULL; i++)
		if (name.size == strlen(check->name) && memcmp(name.data, check->name, name.size) == 0)
			return check;
	return NULL;
}
