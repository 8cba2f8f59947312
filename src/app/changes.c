/* Finding the audit before, and comparing with it in SQL: both are facts databases of one schema. */
#include "app/changes.h"

#include "app/result.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "policy/facts.h"

#include <dirent.h>
#include <string.h>

/* Stored audits that are looked at, newest first: more than that many of other paths in between are not passed over. */
enum { CANDIDATES = 64 };

/* SHA-256 over the paths that were asked for, relative to the root: what another audit looked at must not seem gone in this one. */
static int
scope_of(const struct project *p, const char *const *paths, size_t n, char ret[static 65], struct assay_error *err)
{
	struct crypto_sha256 *digest = crypto_sha256_new();
	uint8_t sha256[32];
	int r = digest ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; i < n && r == ASSAY_OK; i++) {
		_cleanup_free_ char *path = base_path_absolute(paths[i]);
		const char *below = path ? base_path_below(p->root, path) : NULL;
		r = below ? crypto_sha256_update(digest, below, strlen(below) + 1) : base_error_nomem(err);
	}
	r = r < 0 ? r : crypto_sha256_final(digest, sha256);
	crypto_sha256_free(digest);
	if (r == ASSAY_OK)
		base_hex((struct base_span){sha256, sizeof sha256}, ret);
	return r;
}

/* Names of stored audits begin with their time; those of reproducible ones do not, and belong to no ledger. */
static bool
is_audit_name(const char *name)
{
	return strlen(name) > 16 && name[8] == 'T' && name[15] == 'Z' && base_span_ends_with(base_span_of(name), ".db");
}

/* The newest names in falling order; malloc'ed each. */
static int
newest_names(const struct project *p, char *ret[static CANDIDATES], size_t *ret_n, struct assay_error *err)
{
	DIR *dir = opendir(p->audits_path);
	const struct dirent *entry;
	size_t n = 0;

	while (dir && (entry = readdir(dir)) != NULL) {
		size_t at = n;
		if (!is_audit_name(entry->d_name))
			continue;
		while (at > 0 && strcmp(ret[at - 1], entry->d_name) < 0)
			at--;
		if (at == CANDIDATES)
			continue;
		char *name = base_strdup(entry->d_name);
		if (!name) {
			closedir(dir);
			*ret_n = n;
			return base_error_nomem(err);
		}
		if (n == CANDIDATES)
			free(ret[--n]);
		memmove(ret + at + 1, ret + at, (n - at) * sizeof *ret);
		ret[at] = name;
		n++;
	}
	if (dir)
		closedir(dir);
	*ret_n = n;
	return ASSAY_OK;
}

/* The place in the ledger of a stored audit that can be compared with; -1 for another one. Names alone do not order audits of one second.
 */
static int64_t
place_of(const char *path, const char *dataset, const char *scope)
{
	_cleanup_free_ char *seq = NULL;
	sqlite3 *db = NULL;

	if (facts_open(path, &db, NULL) < 0)
		return -1;
	(void)facts_text(db, &seq, NULL,
		"SELECT s.value FROM property s, audit a WHERE s.name='ledger.seq' AND a.log_state='signed' "
		"AND (SELECT value FROM property WHERE name='scope')=?2 "
		"AND coalesce((SELECT value FROM property WHERE name='dataset'), '')=?1 "
		"AND NOT EXISTS(SELECT 1 FROM property WHERE name='simulated' AND value='1')",
		2, (const char *const[]){dataset, scope});
	sqlite3_close(db);
	return seq ? strtoll(seq, NULL, 10) : -1;
}

/* *ret: path of the audit before; NULL when there is none. */
static int
find_before(const struct project *p, const char *dataset, const char *scope, char **ret, struct assay_error *err)
{
	char *names[CANDIDATES];
	int64_t newest = -1;
	size_t n = 0;
	int r = newest_names(p, names, &n, err);

	for (size_t i = 0; i < n && r == ASSAY_OK; i++) {
		char *path = base_path_join(p->audits_path, names[i]);
		int64_t place = path ? place_of(path, dataset, scope) : -1;
		if (!path)
			r = base_error_nomem(err);
		if (place > newest) {
			newest = place;
			free(*ret);
			*ret = BASE_STEAL(path);
		}
		free(path);
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	return r;
}

#define SQL_FINDINGS(schema)                                                                                                               \
	"(SELECT r.name AS resource, c.name AS field, f.entity AS entity, f.state AS state, f.count AS count, f.validated AS validated, "  \
	"f.content_digest AS digest FROM " schema ".resource r JOIN " schema ".field c ON c.resource_id=r.id JOIN " schema                 \
	".finding f ON f.field_id=c.id)"
#define SQL_VALUES(of, more)                                                                                                               \
	"printf('%d value%s%s%s', " of ".count, iif(" of ".count=1, '', 's'), " more ", iif(" of ".validated, ', validated', ''))"
#define SQL_STATUS(of) of ".status||iif(" of ".disposition='open', '', ' ('||" of ".disposition||')')"
#define SQL_RESOURCE(of) of ".state||coalesce(printf(', %d bytes', " of ".bytes), '')"
#define SQL_SHORT(of) "nullif(lower(substr(hex(" of "), 1, 12)), '')"

/* Each compares `main` with `was`. What was found before and is not now counts as gone only where it was looked for again. */
static const char *const comparisons[] = {
	"INSERT INTO main.change SELECT 'finding', iif(b.state IS 'reported', 'changed', 'new'), a.resource, a.field, "
	"a.entity, "
	"iif(b.state IS 'reported', " SQL_VALUES("b", "''") ", b.state), " SQL_VALUES("a",
		"iif(a.count IS b.count AND a.digest IS NOT b.digest, ', others among "
		"them', '')") " "
			      "FROM " SQL_FINDINGS("main") " a LEFT "
							   "JOIN " SQL_FINDINGS("was") " b ON "
										       "b.resource="
										       "a.resource "
										       "AND "
										       "b.field=a."
										       "field AND "
										       "b.entity=a."
										       "entity "
										       "WHERE "
										       "a.state='"
										       "reported' "
										       "AND "
										       "(b.state "
										       "IS NOT "
										       "'reported' "
										       "OR "
										       "a.count<>b."
										       "count OR "
										       "a."
										       "validated<>"
										       "b."
										       "validated "
										       "OR "
										       "(a.digest<>"
										       "b.digest "
										       "AND "
										       "(SELECT "
										       "key_id "
										       "FROM "
										       "main.audit)"
										       " IS "
										       "(SELECT "
										       "key_id "
										       "FROM "
										       "was.audit))"
										       ")",

	"INSERT INTO main.change SELECT 'finding', iif(a.state IS NULL AND n.state "
	"IN('incomplete','unread','sampled','excluded'), "
	"'changed', 'gone'), "
	"b.resource, b.field, b.entity, " SQL_VALUES(
		"b", "''") ", coalesce(a.state, iif(n.name IS NULL, 'the resource is gone', "
			   "iif(n.state='complete', NULL, 'not seen: '||n.state))) "
			   "FROM " SQL_FINDINGS("was") " b LEFT JOIN " SQL_FINDINGS(
				   "main") " a ON a.resource=b.resource AND a.field=b.field AND a.entity=b.entity "
					   "LEFT JOIN main.resource n ON n.name=b.resource WHERE b.state='reported' AND "
					   "a.state IS NOT "
					   "'reported'",

	"INSERT INTO main.change SELECT 'verdict', iif(b.control IS NULL, 'new', 'changed'), NULL, NULL, "
	"a.control, " SQL_STATUS("b") ", " SQL_STATUS(
		"a") " FROM main.verdict a LEFT JOIN was.verdict b ON b.control=a.control AND b.resource='' "
		     "WHERE a.resource='' AND (a.status IS NOT b.status OR a.disposition IS NOT b.disposition)",

	"INSERT INTO main.change SELECT 'verdict', 'gone', NULL, NULL, b.control, " SQL_STATUS(
		"b") ", NULL FROM was.verdict b "
		     "WHERE b.resource='' AND NOT EXISTS(SELECT 1 FROM main.verdict a WHERE a.control=b.control AND "
		     "a.resource='')",

	"INSERT INTO main.change SELECT 'resource', iif(b.name IS NULL, 'new', 'changed'), a.name, NULL, "
	"NULL, " SQL_RESOURCE("b") ", " SQL_RESOURCE(
		"a") "||iif(a.bytes IS b.bytes AND a.sha256 IS NOT b.sha256, ', others', '') "
		     "FROM main.resource a LEFT JOIN was.resource b ON b.name=a.name "
		     "WHERE (b.name IS NULL AND a.state<>'excluded') OR (b.name IS NOT NULL AND (a.state<>b.state "
		     "OR a.sha256 IS NOT b.sha256))",

	"INSERT INTO main.change SELECT 'resource', 'gone', b.name, NULL, NULL, " SQL_RESOURCE(
		"b") ", NULL FROM was.resource b "
		     "WHERE b.state<>'excluded' AND NOT EXISTS(SELECT 1 FROM main.resource a WHERE a.name=b.name)",

	"INSERT INTO main.change SELECT 'input', iif(was IS NULL, 'new', iif(now IS NULL, 'gone', 'changed')), NULL, NULL, "
	"name, was, now "
	"FROM ("
	"SELECT 'manifest' AS name, " SQL_SHORT("b.manifest_sha256") " AS was, " SQL_SHORT(
		"a.manifest_sha256") " AS now "
				     "FROM main.audit a, was.audit b "
				     "UNION ALL SELECT 'access policy', " SQL_SHORT("b.access_sha256") ", " SQL_SHORT(
					     "a.access_sha256") " FROM main.audit a, was.audit b "
								"UNION ALL SELECT 'waivers', " SQL_SHORT("b.waivers_sha256") ", " SQL_SHORT(
									"a.waivers_sha256") " FROM main.audit a, was.audit "
											    "b "
											    "UNION ALL SELECT "
											    "'options', " SQL_SHORT(
												    "b."
												    "optio"
												    "ns_"
												    "sha25"
												    "6") ", " SQL_SHORT("a."
															"op"
															"ti"
															"on"
															"s_"
															"sh"
															"a2"
															"5"
															"6") " FROM "
															     "main.audit "
															     "a, was.audit "
															     "b "
															     "UNION ALL "
															     "SELECT "
															     "'fingerprint "
															     "key', "
															     "b.key_id, "
															     "a.key_id "
															     "FROM "
															     "main.audit "
															     "a, "
															     "was.audit b "
															     "UNION ALL "
															     "SELECT "
															     "'tool', "
															     "b.tool, "
															     "a.tool FROM "
															     "main.audit "
															     "a, "
															     "was.audit b "
															     "UNION ALL "
															     "SELECT "
															     "'profile', "
															     "(SELECT "
															     "value "
															     "FROM "
															     "was.property "
															     "WHERE "
															     "name='"
															     "profile'), "
															     "(SELECT "
															     "value "
															     "FROM "
															     "main."
															     "property "
															     "WHERE "
															     "name='"
															     "profile') "
															     "UNION ALL "
															     "SELECT "
															     "'packs', "
															     "(SELECT "
															     "value FROM "
															     "was.property "
															     "WHERE "
															     "name='packs')"
															     ", "
															     "(SELECT "
															     "value "
															     "FROM "
															     "main."
															     "property "
															     "WHERE "
															     "name='packs')"
															     ") "
															     "WHERE "
															     "coalesce("
															     "nullif("
															     "was, ''), "
															     "'') IS "
															     "NOT "
															     "coalesce("
															     "nullif("
															     "now, ''), "
															     "'')",
};

static int
compare(sqlite3 *db, const char *path, struct assay_error *err)
{
	char *attach = sqlite3_mprintf("ATTACH %Q AS was", path);
	int r = attach ? ASSAY_OK : base_error_nomem(err);

	/* the stored file is not ours alone: nothing in its schema may act */
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	r = r < 0 ? r : facts_exec(db, attach, err);
	sqlite3_free(attach);
	if (r < 0)
		return r;
	r = facts_begin(db, err);
	for (size_t i = 0; i < BASE_COUNT(comparisons) && r == ASSAY_OK; i++)
		r = facts_exec(db, comparisons[i], err);
	r = r < 0 ? r
		  : facts_exec(db,
			  "INSERT INTO main.property SELECT 'changes.since', id FROM was.audit; "
			  "INSERT INTO main.property SELECT 'changes.since_as_of', value FROM was.property WHERE name='as_of'",
			  err);
	r = r < 0 ? r : facts_commit(db, err);
	return r < 0 ? r : facts_exec(db, "DETACH was", err);
}

int
changes_store(sqlite3 *db, struct project *project, const char *const *paths, size_t n_paths, struct assay_error *err)
{
	_cleanup_free_ char *dataset = NULL, *before = NULL;
	char scope[65];
	int r = scope_of(project, paths, n_paths, scope, err);

	r = r < 0 ? r : facts_set_property(db, "scope", scope, err);
	r = r < 0 ? r : result_property(db, "dataset", &dataset, err);
	if (r < 0 || !project_has_log(project))
		return r;
	r = find_before(project, dataset ? dataset : "", scope, &before, err);
	if (r < 0 || !before)
		return r;
	/* one that was changed, or that the ledger does not know, is no witness */
	r = result_check(project, before, NULL);
	return r == ASSAY_NOMEM ? base_error_nomem(err) : r < 0 ? ASSAY_OK : compare(db, before, err);
}
