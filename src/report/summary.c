/* Counting, once. */
#include "report/summary.h"

#include "base/error.h"
#include "base/memory.h"
#include "report/sql.h"

#include <stddef.h>
#include <string.h>

const char *const report_basis_names[BASIS_COUNT] = {"data", "log", "declared", "document"};
const char *const report_status_names[STATUS_COUNT] = {"fail", "review", "noteval", "error", "pass", "na"};
const char *const report_cover_names[COVERED_COUNT] = {"complete", "sampled", "incomplete", "unread", "excluded"};
const char *const report_disposition_names[DISPOSED_COUNT] = {"open", "waived", "baseline", "decided"};

static const struct {
	const char *property;
	size_t offset;
} facts[] = {
#define FACT(name, member)                                                                                                                 \
	{                                                                                                                                  \
		name, offsetof(struct report_facts, member)                                                                                \
	}
	FACT("kind", kind),
	FACT("id", id),
	FACT("profile", profile),
	FACT("dataset", dataset),
	FACT("dataset_version", dataset_version),
	FACT("owner", owner),
	FACT("dataset_sha256", dataset_sha256),
	FACT("as_of", as_of),
	FACT("tool", tool),
	FACT("result_sha256", result_sha256),
	FACT("key_id", key_id),
	FACT("exit_code", exit_code),
	FACT("exit_codes", exit_codes),
	FACT("simulated", simulated),
	FACT("unprotected_key", unprotected_key),
	FACT("strict", strict),
	FACT("fail_on", fail_on),
	FACT("not_judged", not_judged),
	FACT("controls_evaluated", controls_evaluated),
	FACT("controls_total", controls_total),
	FACT("packs", packs),
	FACT("options", options),
	FACT("allow", allow),
	FACT("allow.applied", allow_applied),
	FACT("waivers.idle", waivers_idle),
	FACT("waivers.applied", waivers_applied),
	FACT("vkey", vkey),
	FACT("ledger.state", ledger_state),
	FACT("ledger.seq", ledger_seq),
	FACT("ledger.size", ledger_size),
	FACT("ledger.root", ledger_root),
	FACT("ledger.checkpoint", ledger_checkpoint),
	FACT("ledger.signer", ledger_signer),
	FACT("ledger.owner", ledger_owner),
	FACT("ledger.pinned", ledger_pinned),
	FACT("ledger.time", ledger_time),
	FACT("changes.since", changes_since),
	FACT("changes.since_as_of", changes_since_as_of),
#undef FACT
};

static char **
fact_at(struct report_facts *f, size_t i)
{
	return (char **)((char *)f + facts[i].offset);
}

/* Where rows of a counting query go: called with the row until there is none. */
typedef int take_row(struct report_summary *s, sqlite3_stmt *row);

static int
walk(sqlite3 *db, const char *sql, take_row *take, struct report_summary *s, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL), r = ASSAY_OK;

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(statement);
		r = rc == SQLITE_ROW ? take(s, statement) : r;
		if (rc != SQLITE_ROW || r < 0)
			break;
	}
	if (r < 0)
		r = base_error_nomem(err);
	else if (rc != SQLITE_DONE)
		r = base_error(err, (rc & 0xff) == SQLITE_NOMEM ? ASSAY_NOMEM : ASSAY_FORMAT, "cannot read the stored result: %s",
			sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return r;
}

static int
index_of(sqlite3_stmt *row, int column, const char *const *names, int n)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	for (int i = 0; text && i < n; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	return -1;
}

static int
take_property(struct report_summary *s, sqlite3_stmt *row)
{
	const char *name = (const char *)sqlite3_column_text(row, 0), *value = (const char *)sqlite3_column_text(row, 1);

	for (size_t i = 0; name && value && i < BASE_COUNT(facts); i++) {
		char **to = fact_at(&s->facts, i);
		if (strcmp(name, facts[i].property) != 0)
			continue;
		free(*to);
		*to = base_strdup(value);
		if (!*to)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

static int
take_verdicts(struct report_summary *s, sqlite3_stmt *row)
{
	int basis = index_of(row, 0, report_basis_names, BASIS_COUNT), status = index_of(row, 1, report_status_names, STATUS_COUNT);
	int disposition = index_of(row, 2, report_disposition_names, DISPOSED_COUNT);
	bool in_profile = sqlite3_column_int(row, 3) != 0;
	struct report_open *open = in_profile ? &s->profile : &s->other;
	int64_t n = sqlite3_column_int64(row, 5);

	if (basis < 0 || status < 0 || disposition < 0)
		return ASSAY_OK;
	s->verdicts[basis][status] += n;
	s->disposed[disposition] += n;
	if (sqlite3_column_int(row, 4))
		s->blockers += n;
	if (disposition != DISPOSED_OPEN)
		return ASSAY_OK;
	if (status == STATUS_FAIL)
		open->contradictions += n;
	else if (status == STATUS_NOTEVAL || status == STATUS_ERROR)
		open->missing += n;
	else if (status == STATUS_REVIEW)
		open->person += n;
	return ASSAY_OK;
}

static int
take_coverage(struct report_summary *s, sqlite3_stmt *row)
{
	int state = index_of(row, 0, report_cover_names, COVERED_COUNT);

	if (state >= 0)
		s->covered[state] = sqlite3_column_int64(row, 1);
	s->resources += sqlite3_column_int64(row, 1);
	return ASSAY_OK;
}

static int
take_findings(struct report_summary *s, sqlite3_stmt *row)
{
	static const char *const states[] = {"reported", "sample", "suppressed", "undecided"};
	int64_t n = sqlite3_column_int64(row, 1);

	switch (index_of(row, 0, states, BASE_COUNT(states))) {
	case 0:
		s->findings = n;
		s->validated = sqlite3_column_int64(row, 2);
		s->values = sqlite3_column_int64(row, 3);
		s->columns = sqlite3_column_int64(row, 4);
		s->resources_with = sqlite3_column_int64(row, 5);
		break;
	case 1:
		s->samples = n;
		break;
	case 2:
		s->suppressed = n;
		break;
	default:
		s->undecided += n;
		break;
	}
	return ASSAY_OK;
}

static int
take_rest(struct report_summary *s, sqlite3_stmt *row)
{
	int64_t *to[] = {&s->issues, &s->issue_count, &s->rights, &s->events, &s->events_refused, &s->edges};

	for (size_t i = 0; i < BASE_COUNT(to); i++)
		*to[i] = sqlite3_column_int64(row, (int)i);
	return ASSAY_OK;
}

static bool
is_text(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

/* What follows from the properties and the counts. */
static int
take_changes(struct report_summary *s, sqlite3_stmt *row)
{
	const char *what = (const char *)sqlite3_column_text(row, 0);
	int64_t n = sqlite3_column_int64(row, 1);

	if (is_text(what, "new"))
		s->added = n;
	else if (is_text(what, "gone"))
		s->gone = n;
	else
		s->changed = n;
	return ASSAY_OK;
}

static void
settle(struct report_summary *s)
{
	const struct report_facts *f = &s->facts;
	bool any = false;

	s->is_audit = is_text(f->kind, "audit");
	s->is_judged = s->is_audit && !f->not_judged;
	s->is_signed = is_text(f->ledger_state, "signed");
	s->is_unsigned = is_text(f->ledger_state, "unsigned") || is_text(f->ledger_state, "broken");
	s->is_broken = is_text(f->ledger_state, "broken");
	s->is_unpinned = is_text(f->ledger_pinned, "0");
	s->is_simulated = is_text(f->simulated, "1");
	s->is_unprotected = is_text(f->unprotected_key, "1");
	for (const char *p = f->exit_codes ? f->exit_codes : ""; *p; p++)
		if (*p >= '1' && *p <= '5')
			any = s->exits[*p - '0'] = true;
	s->is_blocked = s->is_audit && (any || s->blockers > 0);
}

int
report_summary_load(sqlite3 *db, struct report_summary *ret, struct assay_error *err)
{
	static const struct {
		const char *sql;
		take_row *take;
	} queries[] = {
		{"SELECT name, iif(name='options' AND NOT json_valid(value), NULL, value) FROM property", take_property},
		{"SELECT v.basis, v.status, v.disposition, " SQL_IN_PROFILE " AS p, " SQL_IS_BLOCKER " AS b, count(*) FROM verdict v "
		 "WHERE v.resource='' "
		 "GROUP BY 1, 2, 3, 4, 5",
			take_verdicts},
		{"SELECT state, count(*) FROM resource GROUP BY state", take_coverage},
		{"SELECT f.state, count(*), sum(f.validated), sum(f.count), count(DISTINCT f.field_id), count(DISTINCT c.resource_id) "
		 "FROM finding f JOIN field c ON c.id=f.field_id GROUP BY f.state",
			take_findings},
		{"SELECT (SELECT count(*) FROM issue), (SELECT coalesce(sum(count), 0) FROM issue), (SELECT count(*) FROM access_right), "
		 "(SELECT count(*) FROM access_event), (SELECT count(*) FROM access_event WHERE decision NOT "
		 "IN('allowed','no-policy')), "
		 "(SELECT count(*) FROM lineage_edge)",
			take_rest},
		{"SELECT what, count(*) FROM change GROUP BY what", take_changes},
	};
	struct report_summary s = {0};
	int r = ASSAY_OK;

	for (size_t i = 0; i < BASE_COUNT(queries) && r == ASSAY_OK; i++)
		r = walk(db, queries[i].sql, queries[i].take, &s, err);
	if (r < 0) {
		report_summary_dispose(&s);
		return r;
	}
	settle(&s);
	*ret = s;
	return ASSAY_OK;
}

void
report_summary_dispose(struct report_summary *s)
{
	for (size_t i = 0; i < BASE_COUNT(facts); i++)
		free(*fact_at(&s->facts, i));
	*s = (struct report_summary){0};
}
