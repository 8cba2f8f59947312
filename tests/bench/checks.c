/* Says of each line `check<TAB>text` of standard input whether the check holds, 1 or 0: for scripts/compare. */
#include "rules/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(void)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t n;

	while ((n = getline(&line, &capacity, stdin)) > 0) {
		char *tab = strchr(line, '\t');
		const struct rules_check *check;

		n -= line[n - 1] == '\n';
		check = tab ? rules_check_find((struct base_span){(const uint8_t *)line, (size_t)(tab - line)}) : NULL;
		if (!check) {
			fprintf(stderr, "no such check: %.*s\n", (int)n, line);
			free(line);
			return 2;
		}
		tab++;
		puts(check->holds((struct base_span){(const uint8_t *)tab, (size_t)(line + n - tab)}) ? "1" : "0");
	}
	free(line);
	return 0;
}
