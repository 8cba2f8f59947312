/* The starting manifest loads, and declares nothing that nobody confirmed. */
#include "files.h"

#include "base/text.h"

static void
template_loads_and_declares_nothing(void **state)
{
	static const char *const globs[] = {"data/**", "it's/*.csv", "bad\xff\x1bname/\n*", "#x: [y]"}, *const categories[] = {
														"contact", "health"};
	const struct manifest_draft drafts[] = {
		{"chat", "team-support", "2026-11-24", "assay.local/1+0123abcd+ATZKLqgDZKJzX5AZyJhsx3A1YmmVmkjpLGbFiFQpsMjR", globs, 4,
			categories, 2},
		{" My data: [v2] ", "o'neil: \"x\"\x1b\n#\xc2\x85\xe2\x80\xa8", "2026-11-24", NULL, NULL, 0, NULL, 0},
		{"\xff\xfe", NULL, NULL, NULL, globs, 1, categories, 1},
	};
	static const char *const ids[] = {"chat", "My-data:-v2", "dataset"}, *const owners[] = {
										     "team-support", "o'neil: \"x\"??#?????", NULL};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(drafts); i++) {
		struct assay_error err = {0};
		struct manifest *m = NULL;
		char *text = manifest_template(&drafts[i]);
		assert_non_null(text);
		if (load_text(text, &m, &err) < 0)
			fail_msg("%u:%u %s\n%s", err.line, err.column, err.message, text);
		assert_string_equal(manifest_get(m, "/dataset/id"), ids[i]);
		if (owners[i])
			assert_string_equal(manifest_get(m, "/dataset/owner"), owners[i]);
		else
			assert_null(manifest_get(m, "/dataset/owner"));
		assert_null(manifest_get(m, "/categories"));
		assert_null(manifest_get(m, "/dataset/declared_by"));
		assert_int_equal(manifest_data_count(m), drafts[i].n_data ? drafts[i].n_data : 1);
		if (drafts[i].vkey)
			assert_string_equal(manifest_get(m, "/audit/vkey"), drafts[i].vkey);
		manifest_free(m);
		free(text);
	}
}

static void
template_globs_still_match(void **state)
{
	static const char *const globs[] = {"it's/*.csv", "bad\xff\x1bname/*"};
	const struct manifest_draft draft = {"x", "o", "2026-11-24", NULL, globs, 2, NULL, 0};
	struct assay_error err = {0};
	struct manifest *m = NULL;
	char *text = manifest_template(&draft);

	(void)state;
	assert_ok(load_text(text, &m, &err));
	assert_true(base_glob_matches(manifest_data_at(m, 0)->path, "it's/a.csv"));
	assert_true(base_glob_matches(manifest_data_at(m, 1)->path, "bad\xff\x1bname/a"));
	manifest_free(m);
	free(text);
}

/* Moving the drafted lines out of proposed: must give declarations. */
static void
template_proposals_can_be_declared(void **state)
{
	static const char *const categories[] = {"contact", "health"};
	const struct manifest_draft draft = {"x", "m.rossi", "2026-11-24", NULL, NULL, 0, categories, 2};
	struct assay_error err = {0};
	struct manifest *m = NULL;
	char *text = manifest_template(&draft), *cut, *to;

	(void)state;
	cut = strstr(text, "\nproposed:\n");
	assert_non_null(cut);
	to = cut + 1;
	for (const char *from = cut + strlen("\nproposed:\n"); *from;) {
		size_t n = strcspn(from, "\n") + 1;
		const char *line = from;
		assert_memory_equal(line, "  ", 2);
		from += n;
		/* the drafted dataset: belongs into the map that is there already */
		if (strncmp(line, "  dataset:", 10) == 0)
			continue;
		memmove(to, line + 2, n - 2);
		to += n - 2;
	}
	*to = '\0';
	assert_ok(load_text(text, &m, &err));
	assert_string_equal(manifest_get(m, "/categories"), "contact,health");
	assert_string_equal(manifest_get(m, "/retention/keep"), "P24M");
	manifest_free(m);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(template_loads_and_declares_nothing),
		cmocka_unit_test(template_globs_still_match),
		cmocka_unit_test(template_proposals_can_be_declared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
