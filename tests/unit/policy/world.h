/* A facts database in a temporary folder, and a pack of controls written by the test. */
#ifndef TESTS_POLICY_WORLD_H
#define TESTS_POLICY_WORLD_H

#include "../support.h"

#include "policy/facts.h"
#include "policy/policy.h"

struct world {
	char *folder, *path;
	sqlite3 *db;
	struct policy_set *set;
	struct policy_counts counts;
};

/* Writes ${text} as a file beside the database and returns its path; free it. */
static inline char *
world_file(const struct world *w, const char *name, const char *text)
{
	struct assay_error err = {0};
	char *path = base_path_join(w->folder, name);

	assert_non_null(path);
	assert_ok(base_file_replace(path, text, strlen(text), 0600, &err));
	return path;
}

/* Loads the built-in packs and one more; the result as policy_load gives it. */
static inline int
world_load(struct world *w, const char *text, struct assay_error *err)
{
	_cleanup_free_ char *path = world_file(w, "test.yaml", text);
	const char *files[] = {path};

	policy_free(w->set);
	w->set = NULL;
	return policy_load(files, 1, &w->set, err);
}

/* A pack `test` of one control `test-1`: ${members} are its lines beside id, title and cite, each with four blanks before it. */
static inline char *
world_pack(const char *head, const char *members)
{
	char *text = base_format("policy: test\nversion: 1.0.0\n%scontrols:\n  - id: test-1\n    title: A title\n    cite: [Art. 1]\n    "
				 "severity: high\n    status: reviewed\n%s",
		head, members);

	assert_non_null(text);
	return text;
}

static inline void
world_open(struct world *w)
{
	struct assay_error err = {0};

	*w = (struct world){.folder = support_folder()};
	w->path = base_path_join(w->folder, "facts.db");
	assert_ok(facts_create(w->path, &w->db, &err));
}

static inline void
world_close(struct world *w)
{
	sqlite3_close(w->db);
	policy_free(w->set);
	free(w->path);
	support_remove(w->folder);
}

static inline void
world_sql(struct world *w, const char *sql)
{
	struct assay_error err = {0};

	assert_ok(facts_exec(w->db, sql, &err));
}

/* First column of a query as text; free it. */
static inline char *
world_text(struct world *w, const char *sql)
{
	struct assay_error err = {0};
	char *text = NULL;

	assert_ok(facts_text(w->db, &text, &err, sql, 0, NULL));
	return text;
}

static inline void
world_expect(struct world *w, const char *sql, const char *want)
{
	_cleanup_free_ char *text = world_text(w, sql);

	if (!text || strcmp(text, want) != 0)
		fail_msg("%s\n  gives '%s'\n  not   '%s'", sql, text ? text : "(null)", want);
}

/* The roll-up of test-1 as "status basis blocks: reason". */
static inline void
world_expect_roll_up(struct world *w, const char *want)
{
	world_expect(w,
		"SELECT status || ' ' || basis || ' ' || blocks || ': ' || coalesce(reason, '(null)') FROM verdict WHERE control='test-1' "
		"AND resource=''",
		want);
}

static inline void
world_evaluate(struct world *w, struct policy_options options)
{
	static const char *const laws[] = {"test"};
	struct assay_error err = {0};

	world_sql(w, "DELETE FROM verdict; DELETE FROM control");
	options.path = w->path;
	options.as_of = options.as_of ? options.as_of : "2026-11-24";
	if (!options.only && !options.laws) {
		options.laws = laws;
		options.n_laws = 1;
	}
	assert_ok(policy_evaluate(w->set, w->db, &options, &w->counts, &err));
}

/* Loads test-1 with these members and evaluates it. */
static inline void
world_judge(struct world *w, const char *members, struct policy_options options)
{
	_cleanup_free_ char *text = world_pack("", members);
	struct assay_error err = {0};

	assert_ok(world_load(w, text, &err));
	world_evaluate(w, options);
}

#endif
