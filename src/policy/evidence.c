/* Evidence: present, absent, or there but of no use (a stale list, an unpinned ledger). */
#include "policy/evidence.h"

#include "base/error.h"
#include "base/memory.h"
#include "policy/facts.h"

#include <string.h>

struct kind {
	const char *word; /* a whole need, or its prefix when it ends in ':' */
	enum evidence_stage stage;
	const char *sql;     /* counts; ?1 is what follows the prefix */
	const char *missing; /* for the reason; the name follows when the word is a prefix */
};

static const struct kind kinds[] = {
	{"findings", EVIDENCE_OF_PREDICATE, "SELECT count(*) FROM resource WHERE state IN('complete','sampled','incomplete')",
		"no data was examined"},
	{"manifest:", EVIDENCE_OF_PREDICATE,
		"SELECT count(*) FROM manifest_value WHERE pointer=?1 AND (value IS NOT NULL OR type IN('map','list'))", "not declared: "},
	{"declared:", EVIDENCE_OF_VERDICT,
		"SELECT count(*) FROM manifest_value WHERE pointer=?1 AND (value IS NOT NULL OR type IN('map','list'))", "not declared: "},
	{"ledger", EVIDENCE_OF_VERDICT, "SELECT count(*) FROM ledger_state WHERE state='ok' AND pinned",
		"no ledger with a pinned, verified checkpoint"},
	{"access", EVIDENCE_OF_VERDICT, "SELECT count(*) FROM access_right", "no access policy (access.yaml)"},
	{"access-log", EVIDENCE_OF_VERDICT, "SELECT count(*) FROM access_event", "no access is recorded in the ledger"},
	{"lineage", EVIDENCE_OF_VERDICT, "SELECT count(*) FROM lineage_edge", "no lineage is recorded in the ledger"},
	{"rights:", EVIDENCE_OF_VERDICT, "SELECT count(*) FROM rights_list WHERE name=?1 AND state='ok'", NULL},
	{"document:", EVIDENCE_OF_VERDICT, "SELECT count(*) FROM document WHERE pointer=?1 AND present", "no such document: "},
};

static bool
is_prefix(const struct kind *kind)
{
	return kind->word[strlen(kind->word) - 1] == ':';
}

static const struct kind *
find_kind(const char *need, const char **ret_name)
{
	for (size_t i = 0; i < BASE_COUNT(kinds); i++) {
		size_t n = strlen(kinds[i].word);
		if (is_prefix(&kinds[i]) ? strncmp(need, kinds[i].word, n) == 0 && need[n] : strcmp(need, kinds[i].word) == 0) {
			*ret_name = need + n;
			return &kinds[i];
		}
	}
	return NULL;
}

bool
evidence_is_known(const char *need)
{
	const char *name;
	const struct kind *kind = find_kind(need, &name);

	/* a pointer into the manifest begins with a slash, and so does a document's */
	return kind && (strchr("md", kind->word[0]) == NULL || name[0] == '/');
}

bool
evidence_is_declared(const char *need)
{
	return strncmp(need, "manifest:", 9) == 0 || strncmp(need, "declared:", 9) == 0;
}

/* A list that nothing could be compared with must never look like one without hits. */
static int
explain_list(sqlite3 *db, const char *name, struct base_buffer *reason, struct assay_error *err)
{
	static const char *const states[][2] = {{"empty", "is empty"}, {"stale", "is too old to say anything about today"},
		{"missing", "is declared, but there is no such file"}, {"mismatch", "was made under another key"},
		{"incomparable", "names nothing that occurs in the data, so nothing was compared"}};
	_cleanup_free_ char *state = NULL, *detail = NULL;
	const char *words = "cannot be used";
	int r = facts_text(db, &state, err, "SELECT state FROM rights_list WHERE name=?1", 1, &name);

	r = r < 0 ? r : facts_text(db, &detail, err, "SELECT detail FROM rights_list WHERE name=?1", 1, &name);
	if (r < 0)
		return r;
	for (size_t i = 0; state && i < BASE_COUNT(states); i++)
		if (strcmp(state, states[i][0]) == 0)
			words = states[i][1];
	if (!state)
		base_buffer_format(reason, "no list of '%s' persons is declared (rights.%s)", name, name);
	else
		base_buffer_format(reason, "the list of '%s' persons %s%s%s%s", name, words, detail ? " (" : "", detail ? detail : "",
			detail ? ")" : "");
	return ASSAY_OK;
}

static int
has(sqlite3 *db, const struct kind *kind, const char *name, bool *ret, struct assay_error *err)
{
	_cleanup_free_ char *n = NULL;
	int r = facts_text(db, &n, err, kind->sql, is_prefix(kind) ? 1 : 0, &name);

	*ret = n && strcmp(n, "0") != 0;
	return r;
}

int
evidence_find_missing(sqlite3 *db, const struct policy_control *control, enum evidence_stage stage, struct base_buffer *reason, bool *ret,
	struct assay_error *err)
{
	bool any = false;

	for (size_t i = 0; i < control->n_required; i++) {
		const char *name = "";
		const struct kind *kind = find_kind(control->required[i], &name);
		bool there = false;
		int r = ASSAY_OK;
		if (!kind || kind->stage != stage)
			continue;
		r = has(db, kind, name, &there, err);
		if (r == ASSAY_OK && there)
			continue;
		base_buffer_text(reason, any ? "; " : "");
		if (r == ASSAY_OK && !kind->missing)
			r = explain_list(db, name, reason, err);
		else
			base_buffer_format(reason, "%s%s", kind->missing, is_prefix(kind) ? name : "");
		if (r < 0)
			return r;
		any = true;
	}
	*ret = any;
	return base_buffer_status(reason) < 0 ? base_error_nomem(err) : ASSAY_OK;
}
