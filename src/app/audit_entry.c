/* Writing the bodies of ledger entries: members in byte order of their names, integers only (RFC 8785). */
#include "app/audit_entry.h"

#include "app/rights.h"
#include "app/store.h"
#include "assay/version.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "policy/facts.h"

#include <string.h>

static void
member_sha256(struct base_json *j, const char *key, const uint8_t *sha256)
{
	char text[7 + 65] = "sha256:";

	if (sha256)
		base_hex((struct base_span){sha256, 32}, text + 7);
	base_json_member_text(j, key, sha256 ? text : NULL);
}

static int
write_coverage(sqlite3 *db, struct base_json *j, struct assay_error *err)
{
	static const char *const states[] = {"complete", "excluded", "incomplete", "sampled", "unread"};
	int r = ASSAY_OK;

	base_json_key(j, "coverage");
	base_json_open_object(j);
	for (size_t i = 0; i < BASE_COUNT(states) && r == ASSAY_OK; i++) {
		_cleanup_free_ char *n = NULL;
		r = facts_text(db, &n, err, "SELECT count(*) FROM resource WHERE state=?", 1, &states[i]);
		base_json_member_int(j, states[i], n ? strtoll(n, NULL, 10) : 0);
	}
	base_json_close_object(j);
	return r;
}

static int
write_findings(sqlite3 *db, struct base_json *j, struct assay_error *err)
{
	uint8_t sha256[32];
	int64_t n = 0;
	int r = facts_int(db, "SELECT count(*) FROM reported_finding", &n, err);

	r = r < 0 ? r
		  : store_query_digest(db,
			  "SELECT r.name, c.name, f.entity, f.state, f.validated, f.confidence, f.count, f.records, hex(f.content_digest) "
			  "FROM finding f JOIN field c ON c.id=f.field_id JOIN resource r ON r.id=c.resource_id ORDER BY r.name, c.name, "
			  "f.entity",
			  0, NULL, sha256, err);
	base_json_key(j, "findings");
	base_json_open_object(j);
	base_json_member_int(j, "count", n);
	member_sha256(j, "sha256", r == ASSAY_OK ? sha256 : NULL);
	base_json_close_object(j);
	return r;
}

/* Roll-up verdicts counted by basis and status: {"data":{"fail":3,...},...}. */
static int
write_verdicts(sqlite3 *db, struct base_json *j, struct assay_error *err)
{
	static const char *const bases[] = {"data", "declared", "document", "log"}, *const statuses[] = {"error", "fail", "na", "noteval",
											    "pass", "review"};
	int r = ASSAY_OK;

	base_json_key(j, "verdicts");
	base_json_open_object(j);
	for (size_t b = 0; b < BASE_COUNT(bases) && r == ASSAY_OK; b++) {
		base_json_key(j, bases[b]);
		base_json_open_object(j);
		for (size_t s = 0; s < BASE_COUNT(statuses) && r == ASSAY_OK; s++) {
			_cleanup_free_ char *n = NULL;
			r = facts_text(db, &n, err, "SELECT count(*) FROM verdict WHERE resource='' AND basis=?1 AND status=?2", 2,
				(const char *const[]){bases[b], statuses[s]});
			if (n && strcmp(n, "0") != 0)
				base_json_member_int(j, statuses[s], strtoll(n, NULL, 10));
		}
		base_json_close_object(j);
	}
	base_json_close_object(j);
	return r;
}

static void
write_exits(const struct app_outcome *outcome, struct base_json *j)
{
	base_json_key(j, "exit");
	base_json_open_array(j);
	for (int i = 1; i < 6; i++)
		if (outcome->exits[i])
			base_json_int(j, i);
	base_json_close_array(j);
}

static void
write_inputs(const struct scan_job *job, struct base_json *j)
{
	base_json_key(j, "inputs");
	base_json_open_object(j);
	base_json_member_int(j, "bytes", (int64_t)job->n_bytes);
	base_json_member_int(j, "resources", (int64_t)job->n_files);
	member_sha256(j, "sha256", job->dataset_sha256);
	base_json_close_object(j);
}

int
audit_entry_body(sqlite3 *db, const struct project *p, const struct audit_facts *facts, struct base_buffer *out, struct assay_error *err)
{
	int64_t blocking = 0, open = 0;
	struct base_json j;
	int r = facts_int(db,
		"SELECT count(*) FROM verdict WHERE resource='' AND blocks AND status IN('fail','noteval','error') AND disposition='open'",
		&blocking, err);

	r = r < 0 ? r
		  : facts_int(db,
			  "SELECT count(*) FROM verdict WHERE resource='' AND status IN('fail','review','noteval','error') AND "
			  "disposition='open'",
			  &open, err);
	if (r < 0)
		return r;
	base_json_init_canonical(&j, out);
	base_json_open_object(&j);
	member_sha256(&j, "access", p->access ? access_sha256(p->access) : NULL);
	if (p->allow)
		member_sha256(&j, "allow", allow_sha256(p->allow));
	base_json_member_text(&j, "as_of", facts->as_of);
	base_json_member_int(&j, "blocking", blocking);
	r = write_coverage(db, &j, err);
	write_exits(facts->outcome, &j);
	r = r < 0 ? r : write_findings(db, &j, err);
	write_inputs(facts->job, &j);
	base_json_member_text(&j, "key_id", p->has_fingerprint ? p->key_id : NULL);
	member_sha256(&j, "manifest", p->manifest ? manifest_sha256(p->manifest) : NULL);
	if (facts->narrowed_by)
		base_json_member_text(&j, "narrowed_by", facts->narrowed_by);
	base_json_member_int(&j, "open", open);
	member_sha256(&j, "options", facts->options_sha256);
	base_json_key(&j, "packs");
	base_json_raw(&j, base_span_of(facts->packs_json));
	base_json_member_text(&j, "profile", facts->profile);
	char result[7 + 65];
	snprintf(result, sizeof result, "sha256:%.64s", facts->result_sha256);
	base_json_member_text(&j, "result", result);
	member_sha256(&j, "rights", facts->rights->has_lists ? facts->rights->sha256 : NULL);
	base_json_member_bool(&j, "simulated", facts->is_simulated);
	base_json_member_text(&j, "tool", ASSAY_VERSION);
	r = r < 0 ? r : write_verdicts(db, &j, err);
	member_sha256(&j, "waivers", p->waivers ? waivers_sha256(p->waivers) : NULL);
	base_json_close_object(&j);
	return r < 0 ? r : base_buffer_status(out) < 0 ? base_error_nomem(err) : ASSAY_OK;
}

int
audit_access_body(const struct project *p, const struct scan_job *job, const char *actor, struct base_buffer *out, struct assay_error *err)
{
	struct access_request request = {
		.principal = p->actor, .action = "read", .purpose = "audit", .at_ms = p->env->now_ms(p->env->context)};
	struct access_decision refusal = {0};
	int64_t allowed = 0, refused = 0;
	struct base_json j;

	for (size_t i = 0; p->access && i < job->result->n_resources; i++) {
		struct access_decision d;
		if (!job->result->resources[i].has_sha256)
			continue;
		request.resource = job->result->resources[i].raw_name;
		d = access_decide(p->access, &request);
		allowed += d.outcome == ACCESS_ALLOWED;
		if (d.outcome != ACCESS_ALLOWED && refused++ == 0)
			refusal = d;
	}
	base_json_init_canonical(&j, out);
	base_json_open_object(&j);
	base_json_member_text(&j, "action", "read");
	base_json_member_int(&j, "allowed", allowed);
	base_json_member_text(&j, "decision",
		!p->access    ? "no-policy"
		: refused > 0 ? access_outcome_name(refusal.outcome)
			      : access_outcome_name(ACCESS_ALLOWED));
	base_json_member_text(&j, "principal", actor);
	base_json_member_text(&j, "purpose", "audit");
	base_json_member_int(&j, "refused", refused);
	base_json_member_text(&j, "resource", "**");
	base_json_member_text(&j, "role", refused > 0 ? refusal.role : NULL);
	base_json_close_object(&j);
	return base_buffer_status(out) < 0 ? base_error_nomem(err) : ASSAY_OK;
}
