/* What joins the layers: the jobs behind the commands. The command line is a client of these headers and nothing more.
 *
 * Nothing here prints, reads the environment or exits. Every function returns 0 or a negative assay_code with the error filled. */
#ifndef APP_APP_H
#define APP_APP_H

#include "assay/env.h"
#include "assay/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Receives product bytes (reports, tables, spans). Returns 0 or a negative code that stops the job. */
struct app_sink {
	void *context;
	int (*write)(void *context, const void *data, size_t n);
};

/* Exit statuses that apply to a finished job; app_exit_code picks by rank 5, 3, 2, 1, 4. */
enum app_exit { APP_EXIT_VIOLATION = 1, APP_EXIT_USAGE = 2, APP_EXIT_RUNTIME = 3, APP_EXIT_INCOMPLETE = 4, APP_EXIT_VERIFY = 5 };
struct app_outcome {
	bool exits[6]; /* exits[n]: status n applies */
	char id[64];   /* of the stored audit; empty for scan */
	char result_sha256[65];
};
int app_exit_code(const struct app_outcome *outcome);

/* ---- project: root, state folder, manifest, access policy, keys ---- */

struct project;
struct project_options {
	const char
		*first_path;  /* the root is the nearest folder with assay.yaml above it, else the current folder; NULL = current folder */
	const char *state;    /* --state; NULL: ROOT/.assay */
	const char *manifest; /* --manifest; NULL: ROOT/assay.yaml if there is one */
	const char *access;   /* --access; NULL: manifest's `access:` or ROOT/access.yaml if there is one */
	const char *waivers;  /* NULL: ROOT/assay.waivers.yaml if there is one */
	const char *allow;    /* NULL: manifest's `allow:` or ROOT/assay.allow.yaml if there is one; without manifest none */
	const char *vkey;     /* --vkey: trusted verifier key, goes before all others */
	const char *passphrase;           /* NULL: none was given */
	bool unprotected_key;             /* --unprotected-key: a new key is stored without passphrase */
	const char *actor;                /* claimed actor ("uid:1000" if the user said nothing) */
	const char *fingerprint_key_file; /* ASSAY_FINGERPRINT_KEY_FILE or NULL */
	bool skip_manifest;               /* scan: neither manifest nor access is read */
};
int project_open(const struct project_options *options, struct assay_env *env, struct project **ret, struct assay_error *err);
void project_free(struct project *project);
const char *project_root(const struct project *project);
const char *project_state(const struct project *project);
bool project_has_manifest(const struct project *project);
/* Row number i of `options:` in the manifest: defaults for options of commands, as text. False past the end. */
bool project_option_at(const struct project *project, size_t i, const char **ret_name, const char **ret_value);
/* Whether there is a signing key, and whether it needs a passphrase. KEY or IO for a file that is no key or cannot be read. */
enum project_key { PROJECT_KEY_ABSENT, PROJECT_KEY_OPEN, PROJECT_KEY_PROTECTED };
int project_key_state(const struct project *project, enum project_key *ret, struct assay_error *err);

/* ---- scan and audit ---- */

struct scan_request {
	const char *const *paths; /* as the user gave them; "-" = standard input */
	size_t n_paths;
	const char *const *rule_files, *const *countries, *const *entities;
	size_t n_rule_files, n_countries, n_entities;
	unsigned min_confidence;    /* default 65 */
	unsigned threads;           /* 0 = number of processors, at most 64 */
	uint32_t window_bytes;      /* 0 = default */
	bool plain_cpu;             /* ASSAY_CPU=plain: neither wide instructions nor Vectorscan */
	int64_t timeout_ms;         /* 0 = none */
	struct app_sink *spans;     /* JSON Lines (DESIGN section 4) or NULL */
	bool reveal;                /* adds "value" to spans: the caller made sure where they go */
	bool why;                   /* adds "why" to spans */
	const char *const *outputs; /* files that this run writes: excluded from the scan */
	size_t n_outputs;
	void (*on_progress)(void *context, uint64_t bytes);
	void *progress_context;
	const char *options_json; /* effective options with their origin, canonical JSON; may be NULL */
};
void scan_request_defaults(struct scan_request *ret);

struct audit_request {
	struct scan_request scan;
	const char *const *policy_files;
	size_t n_policy_files;
	const char *const *laws; /* --policy gdpr,ccpa; n = 0: the manifest's packs, else all */
	size_t n_laws;
	const char *profile; /* NULL: the manifest's, else pre-training */
	const char *fail_on; /* critical high medium low; default high */
	bool strict;         /* review and noteval count as violations */
	const char *as_of;   /* YYYY-MM-DD or NULL = today */
	bool reproducible;
	bool is_unsigned; /* --unsigned: no key, no ledger entry; the report says UNSIGNED and gate refuses it */
};
void audit_request_defaults(struct audit_request *ret);

/* A stored result, open for rendering. */
struct result;
void result_close(struct result *result);
/* formats: "html" "xml" "json" "text". USAGE with a suggestion for an unknown one. */
int result_render(
	struct result *result, const char *format, bool color, unsigned width, const struct app_sink *sink, struct assay_error *err);
/* "report.html" -> "html"; NULL when the ending is unknown. */
const char *app_format_of(const char *file_name);
const char *app_format_at(size_t i); /* NULL past the end */

/* Looks; needs no manifest, key or ledger. *ret is an in-memory result. */
int app_scan(struct project *project, const struct scan_request *request, struct assay_env *env, struct result **ret,
	struct app_outcome *outcome, struct assay_error *err);
/* Judges and signs: evaluate -> digest -> ledger entry -> checkpoint -> stored under STATE/audits/ID.db. */
int app_audit(struct project *project, const struct audit_request *request, struct assay_env *env, struct result **ret,
	struct app_outcome *outcome, struct assay_error *err);
/* Opens a stored audit by id, or the newest when id is NULL. */
int app_result_open(struct project *project, const char *id, struct result **ret, struct app_outcome *outcome, struct assay_error *err);

struct gate_request {
	const char *const *paths;
	size_t n_paths;
	const char *profile; /* NULL: the manifest's, else pre-training */
	int max_age_days;    /* 0 = 30 */
};
/* Admits (0) or refuses: outcome holds 1, 4 or 5; *ret_line is one malloc'ed line with one reason. */
int app_gate(struct project *project, const struct gate_request *request, struct assay_env *env, char **ret_line,
	struct app_outcome *outcome, struct assay_error *err);

/* ---- init ---- */

struct init_request {
	const char *dataset_id, *owner; /* NULL: from the folder's name, from the actor */
	const char *const *paths;       /* data to take a sample of, for proposed values; may be empty */
	size_t n_paths;
	bool ci; /* also print a CI snippet */
};
/* Writes assay.yaml (never over an existing one: USAGE), keys and an empty ledger; says what it made, one line each. */
int app_init(struct project *project, const struct init_request *request, struct assay_env *env, const struct app_sink *sink,
	struct assay_error *err);

/* ---- rules, policies, explain ---- */

int app_rules_list(const struct scan_request *request, bool json, const struct app_sink *sink, struct assay_error *err);
/* name: "global/email", "email" or an entity. lanes: lane, literals, width, reach. */
int app_rules_show(const struct scan_request *request, const char *name, bool lanes, struct assay_env *env, const struct app_sink *sink,
	struct assay_error *err);
/* Runs every rule's own examples; outcome 1 when one fails. */
int app_rules_test(const struct scan_request *request, const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err);
/* Loads and lints pack files; warnings to the sink. */
int app_rules_lint(const struct scan_request *request, const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err);
/* Prints the entry of an allow-list for a value of an entity: its fingerprint under the project's key, nothing of the value. */
int app_rules_allow(struct project *project, const struct scan_request *request, const char *entity, const char *value, size_t size,
	const struct app_sink *sink, struct assay_error *err);
int app_policies_list(
	const struct audit_request *request, bool categories, bool json, const struct app_sink *sink, struct assay_error *err);
int app_policies_show(const struct audit_request *request, const char *id, const struct app_sink *sink, struct assay_error *err);
int app_policies_test(const struct audit_request *request, const char *id /* or NULL */, const struct app_sink *sink,
	struct app_outcome *outcome, struct assay_error *err);
int app_policies_lint(
	const struct audit_request *request, const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err);
/* A SELECT over the newest (or given) stored audit, as a table. */
int app_policies_query(struct project *project, const char *id, const char *sql, const struct app_sink *sink, struct assay_error *err);
/* A finding id (f-…), a control id or a text against all rules. reveal: shows the matched text. */
struct explain_request {
	struct scan_request scan;
	const char *what;
	bool json; /* else for people */
};
int app_explain(struct project *project, const struct explain_request *request, struct assay_env *env, const struct app_sink *sink,
	struct app_outcome *outcome, struct assay_error *err);

/* ---- access, run, lineage ---- */

struct access_question {
	const char *principal, *role, *action, *resource, *purpose;
};
/* outcome 0 allowed, 1 refused. explain: the chain or the nearest miss to the sink. */
int app_access_check(struct project *project, const struct access_question *question, struct assay_env *env, bool explain,
	const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err);
int app_access_list(struct project *project, bool json, const struct app_sink *sink, struct assay_error *err);

struct run_request {
	const char *role, *purpose, *as; /* as: another principal than the actor, if allowed for it; may be NULL */
	const char *const *inputs, *const *outputs;
	size_t n_inputs, n_outputs;
	char *const *argv;   /* command, NULL terminated */
	const char *sandbox; /* "observe" (default); "inputs-ro" and "strict" are UNSUPPORTED here */
};
/* Decides, records, runs. *ret_status: the child's status (128 + signal when killed), or 110 + exit code for a refusal of ours. */
int app_run(struct project *project, const struct run_request *request, struct assay_env *env, int *ret_status, struct assay_error *err);
int app_lineage_show(struct project *project, bool json, const struct app_sink *sink, struct assay_error *err);

/* ---- ledger ---- */

int app_log_note(struct project *project, const char *text, struct assay_env *env, const struct app_sink *sink, struct assay_error *err);
struct log_filter {
	const char *type;      /* NULL: all */
	bool has_first;        /* from entry ${first} on; else the newest ones, the oldest of them first */
	uint64_t first, count; /* count 0: all from first on, or the newest 20 */
	bool json;
};
int app_log_show(struct project *project, const struct log_filter *filter, const struct app_sink *sink, struct assay_error *err);
/* Full verification; prints what it checked. VERIFY on any difference. */
int app_log_verify(struct project *project, bool json, const struct app_sink *sink, struct assay_error *err);
/* Receipt (tlog-proof) of an entry. */
int app_log_prove(struct project *project, uint64_t seq, const struct app_sink *sink, struct assay_error *err);
/* Prints the newest checkpoint; sign: signs the present head first. */
int app_log_checkpoint(struct project *project, bool sign, struct assay_env *env, const struct app_sink *sink, struct assay_error *err);

/* ---- doctor ---- */

/* cache_folder: as in struct assay_env. */
int app_doctor(struct project *project /* may be NULL */, const char *cache_folder, bool json, const struct app_sink *sink,
	struct app_outcome *outcome, struct assay_error *err);

#endif
