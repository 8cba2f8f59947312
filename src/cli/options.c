/* The table of options. Order here is the order of help. */
#include "cli/table.h"

#include "app/app.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/span.h"

#include <string.h>

#define BIT(name) (UINT64_C(1) << COMMAND_##name)

enum { TIMEOUT_MAX_S = 30 * 24 * 3600, MAX_AGE_DAYS = 3650 };

static const uint64_t all = (UINT64_C(1) << COMMAND_COUNT) - 1;
#define LOOKING (BIT(SCAN) | BIT(AUDIT))
#define RULES (BIT(RULES_ALLOW) | BIT(RULES_LIST) | BIT(RULES_SHOW) | BIT(RULES_TEST) | BIT(RULES_LINT))
#define POLICIES (BIT(POLICIES_LIST) | BIT(POLICIES_SHOW) | BIT(POLICIES_TEST) | BIT(POLICIES_LINT))
#define ASKING (BIT(ACCESS_CHECK) | BIT(ACCESS_EXPLAIN))
#define LOG_SIGNING (BIT(LOG_NOTE) | BIT(LOG_CHECKPOINT))
#define LOG (LOG_SIGNING | BIT(LOG_VERIFY) | BIT(LOG_SHOW) | BIT(LOG_PROVE))
#define SIGNING (BIT(INIT) | BIT(AUDIT) | BIT(RUN) | LOG_SIGNING)
#define DECLARED (BIT(AUDIT) | BIT(GATE) | BIT(RUN) | ASKING | BIT(ACCESS_LIST) | BIT(EXPLAIN) | BIT(DOCTOR))
#define STATEFUL                                                                                                                           \
	(SIGNING | BIT(GATE) | BIT(EXPLAIN) | BIT(REPORT) | BIT(POLICIES_QUERY) | ASKING | BIT(ACCESS_LIST) | BIT(LINEAGE_SHOW) | LOG      \
		| BIT(DOCTOR) | BIT(SCAN) | BIT(RULES_ALLOW))
#define LISTING                                                                                                                            \
	(BIT(RULES_LIST) | BIT(POLICIES_LIST) | BIT(ACCESS_LIST) | BIT(LINEAGE_SHOW) | BIT(LOG_SHOW) | BIT(LOG_VERIFY) | BIT(DOCTOR)       \
		| BIT(EXPLAIN))

static const struct option_row rows[] = {
	{OPTION_RULES, "rules", 0, KIND_FILES, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, LOOKING | RULES | BIT(EXPLAIN),
		"also load this rule pack"},
	{OPTION_COUNTRY, "country", 0, KIND_WORDS, "CC,...", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, LOOKING | RULES | BIT(EXPLAIN),
		"load the packs of these countries, or 'all'"},
	{OPTION_ENTITY, "entity", 0, KIND_WORDS, "E,...", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, LOOKING | RULES | BIT(EXPLAIN),
		"look for these entities only"},
	{OPTION_MIN_CONFIDENCE, "min-confidence", 0, KIND_NUMBER, "N", NULL, 1, 100, "65", FROM_ENVIRONMENT | IN_RESULT,
		LOOKING | BIT(EXPLAIN), "report findings of at least this confidence"},
	{OPTION_POLICY, "policy", 0, KIND_WORDS, "LAW,...", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, BIT(AUDIT) | POLICIES,
		"judge by the control packs of these laws only"},
	{OPTION_CONTROLS, "controls", 0, KIND_FILES, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, BIT(AUDIT) | POLICIES,
		"also load this control pack"},
	{OPTION_PROFILE, "profile", 0, KIND_TEXT, "NAME", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, BIT(AUDIT) | BIT(GATE),
		"profile that says what blocks (default: the manifest's, else pre-training)"},
	{OPTION_FAIL_ON, "fail-on", 0, KIND_WORD, "SEVERITY", "critical high medium low", 0, 0, "high", FROM_ENVIRONMENT | IN_RESULT,
		BIT(AUDIT), "severity from which a failed control blocks"},
	{OPTION_STRICT, "strict", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, BIT(AUDIT),
		"also block on what a person has to decide or what could not be evaluated"},
	{OPTION_AS_OF, "as-of", 0, KIND_DATE, "DATE", NULL, 0, 0, NULL, IN_RESULT, BIT(AUDIT),
		"judge as of this day; another day than today marks the result SIMULATED, and it never gates"},
	{OPTION_REPRODUCIBLE, "reproducible", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, IN_RESULT, BIT(AUDIT),
		"same input, same report byte for byte: time is --as-of, no ledger block"},
	{OPTION_MAX_AGE, "max-age", 0, KIND_NUMBER, "DAYS", NULL, 1, MAX_AGE_DAYS, "30", FROM_ENVIRONMENT, BIT(GATE),
		"refuse an audit older than this"},

	{OPTION_DATASET, "dataset", 0, KIND_TEXT, "ID", NULL, 0, 0, NULL, 0, BIT(INIT), "id of the dataset (default: the folder's name)"},
	{OPTION_OWNER, "owner", 0, KIND_TEXT, "NAME", NULL, 0, 0, NULL, 0, BIT(INIT), "who answers for the dataset (default: the actor)"},
	{OPTION_CI, "ci", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, BIT(INIT), "also print steps for a CI system"},
	{OPTION_LANES, "lanes", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, BIT(RULES_SHOW),
		"also show how each pattern is found: lane, literals, width"},
	{OPTION_CATEGORIES, "categories", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, BIT(POLICIES_LIST),
		"list the words of the manifest's 'categories:' instead"},
	{OPTION_AUDIT, "audit", 0, KIND_TEXT, "ID", NULL, 0, 0, NULL, 0, BIT(POLICIES_QUERY), "stored audit to ask (default: the newest)"},
	{OPTION_WHO, "who", 0, KIND_TEXT, "PRINCIPAL", NULL, 0, 0, NULL, 0, ASKING, "whom the question is about (default: the actor)"},
	{OPTION_ROLE, "role", 0, KIND_TEXT, "ROLE", NULL, 0, 0, NULL, FROM_ENVIRONMENT, ASKING | BIT(RUN),
		"role to act in (access: default any role held)"},
	{OPTION_ACTION, "action", 0, KIND_WORD, "ACTION", "read write declare waive decide run", 0, 0, "read", 0, ASKING,
		"what is to be done with the resource"},
	{OPTION_PURPOSE, "purpose", 0, KIND_TEXT, "PURPOSE", NULL, 0, 0, NULL, FROM_ENVIRONMENT, ASKING | BIT(RUN),
		"purpose of use, as the manifest names it (access: default any)"},
	{OPTION_IN, "in", 0, KIND_FILES, "PATH", NULL, 0, 0, NULL, 0, BIT(RUN), "data that the command reads"},
	{OPTION_OUT, "out", 0, KIND_FILES, "PATH", NULL, 0, 0, NULL, 0, BIT(RUN), "data that the command writes"},
	{OPTION_AS, "as", 0, KIND_TEXT, "PRINCIPAL", NULL, 0, 0, NULL, 0, BIT(RUN),
		"act for another principal than the actor, where that is allowed"},
	{OPTION_SANDBOX, "sandbox", 0, KIND_WORD, "MODE", "observe inputs-ro strict", 0, 0, "observe", FROM_ENVIRONMENT, BIT(RUN),
		"how far the command is held to what it declared"},
	{OPTION_TYPE, "type", 0, KIND_WORD, "TYPE",
		"genesis audit scan access run lineage grant manifest waiver decision review erase key note import", 0, 0, NULL, 0,
		BIT(LOG_SHOW), "entries of this type only"},
	{OPTION_FIRST, "first", 0, KIND_NUMBER, "SEQ", NULL, 0, INT64_MAX, NULL, 0, BIT(LOG_SHOW), "begin with this entry"},
	{OPTION_COUNT_OF, "count", 0, KIND_NUMBER, "N", NULL, 1, INT64_MAX, NULL, 0, BIT(LOG_SHOW),
		"at most this many entries: from --first on, else the newest (default: all from --first on, else 20)"},
	{OPTION_SIGN, "sign", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, BIT(LOG_CHECKPOINT), "sign the present head first"},

	{OPTION_FORMAT, "format", 'f', KIND_FORMAT, "FORMAT", NULL, 0, 0, NULL, FROM_ENVIRONMENT, LOOKING | BIT(REPORT),
		"form of the report on standard output, or of an --output whose ending says nothing; repeatable (default: text)"},
	{OPTION_LISTING, "format", 'f', KIND_WORD, "FORMAT", "text json", 0, 0, "text", FROM_ENVIRONMENT, LISTING, "form of the output"},
	{OPTION_OUTPUT, "output", 'o', KIND_FILES, "FILE", NULL, 0, 0, NULL, 0, LOOKING | BIT(REPORT),
		"write a report to this file, its form chosen by the ending; '-' is standard output"},
	{OPTION_SPANS, "spans", 0, KIND_FILE, "FILE", NULL, 0, 0, NULL, 0, LOOKING,
		"write every single occurrence as JSON Lines; '-' is standard output"},
	{OPTION_WHY, "why", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, LOOKING,
		"with --spans: say of each occurrence what 'assay explain' tells; slower"},
	{OPTION_REVEAL, "reveal", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, LOOKING | BIT(EXPLAIN),
		"show the values themselves: only on a terminal or in a file that no one else can read"},

	{OPTION_MANIFEST, "manifest", 0, KIND_FILE, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, DECLARED,
		"manifest to use (default: assay.yaml of the project)"},
	{OPTION_ACCESS, "access", 0, KIND_FILE, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, DECLARED,
		"access policy to use (default: the manifest's, else access.yaml)"},
	{OPTION_WAIVERS, "waivers", 0, KIND_FILE, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, BIT(AUDIT) | BIT(GATE),
		"waivers to use (default: assay.waivers.yaml of the project)"},
	{OPTION_ALLOW, "allow", 0, KIND_FILE, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT | IN_RESULT, LOOKING | BIT(GATE) | BIT(EXPLAIN),
		"values that are known and accepted (default: assay.allow.yaml of the project; scan: none)"},
	{OPTION_STATE, "state", 0, KIND_FOLDER, "DIR", NULL, 0, 0, NULL, FROM_ENVIRONMENT, STATEFUL,
		"folder of keys, ledger and stored audits (default: .assay of the project)"},
	{OPTION_ACTOR, "actor", 0, KIND_TEXT, "NAME", NULL, 0, 0, NULL, FROM_ENVIRONMENT, SIGNING | ASKING,
		"who acts, as claimed in the ledger (default: uid:N)"},
	{OPTION_VKEY, "vkey", 0, KIND_TEXT, "KEY", NULL, 0, 0, NULL, FROM_ENVIRONMENT,
		BIT(AUDIT) | BIT(GATE) | BIT(LOG_VERIFY) | BIT(DOCTOR),
		"verifier key to trust, before those of the manifest and trust.yaml"},
	{OPTION_UNSIGNED, "unsigned", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, IN_RESULT, BIT(AUDIT),
		"no key and no ledger entry: the report says UNSIGNED and gate refuses it"},
	{OPTION_PASSPHRASE_FILE, "passphrase-file", 0, KIND_FILE, "FILE", NULL, 0, 0, NULL, FROM_ENVIRONMENT, SIGNING,
		"read the signing key's passphrase from the first line of this file"},
	{OPTION_PASSPHRASE_FD, "passphrase-fd", 0, KIND_NUMBER, "N", NULL, 0, 65535, NULL, 0, SIGNING, "read it from this open descriptor"},
	{OPTION_UNPROTECTED_KEY, "unprotected-key", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, SIGNING,
		"store a new signing key without passphrase; reports show that"},
	{OPTION_PASSPHRASE, "passphrase", 0, KIND_TEXT, NULL, NULL, 0, 0, NULL, FROM_ENVIRONMENT | ONLY_ENVIRONMENT, SIGNING,
		"passphrase of the signing key"},
	{OPTION_FINGERPRINT_KEY_FILE, "fingerprint-key-file", 0, KIND_FILE, NULL, NULL, 0, 0, NULL, FROM_ENVIRONMENT | ONLY_ENVIRONMENT,
		STATEFUL, "file with the fingerprint key (default: keys/fingerprint of the state folder)"},

	{OPTION_THREADS, "threads", 0, KIND_NUMBER, "N", NULL, 1, 64, NULL, FROM_ENVIRONMENT | FROM_MANIFEST, LOOKING,
		"threads that search (default: one per processor); the result does not depend on it"},
	{OPTION_WINDOW, "window", 0, KIND_BYTES, "BYTES", NULL, LIMIT_WINDOW_MIN, LIMIT_WINDOW_MAX, "256K", FROM_ENVIRONMENT, LOOKING,
		"bytes that one thread takes at a time; the result does not depend on it"},
	{OPTION_CPU, "cpu", 0, KIND_WORD, NULL, "best plain", 0, 0, "best", FROM_ENVIRONMENT | ONLY_ENVIRONMENT, LOOKING,
		"'plain' leaves out wide instructions and Vectorscan; the result does not depend on it"},
	{OPTION_TIMEOUT, "timeout", 0, KIND_NUMBER, "SECONDS", NULL, 1, TIMEOUT_MAX_S, NULL, FROM_ENVIRONMENT | FROM_MANIFEST | IN_RESULT,
		LOOKING, "stop reading after this time; such a run is incomplete"},
	{OPTION_MARKDOWN, "markdown", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, BIT(HELP),
		"print the page of docs/ that this table gives"},
	{OPTION_NO_PROGRESS, "no-progress", 0, KIND_SWITCH, NULL, NULL, 0, 0, NULL, FROM_ENVIRONMENT, LOOKING,
		"no progress line (there is none anyway unless standard error is a terminal)"},
	{OPTION_COLOR, "color", 0, KIND_WORD, "WHEN", "auto always never", 0, 0, "auto", FROM_ENVIRONMENT | FROM_MANIFEST,
		LOOKING | BIT(REPORT), "colours in text reports; NO_COLOR is honoured"},
	{OPTION_QUIET, "quiet", 'q', KIND_SWITCH, NULL, NULL, 0, 0, NULL, FROM_ENVIRONMENT | FROM_MANIFEST,
		LOOKING | BIT(GATE) | BIT(REPORT) | SIGNING, "say nothing but errors, and print only what --format or --output asks for"},
	{OPTION_VERBOSE, "verbose", 'v', KIND_SWITCH, NULL, NULL, 0, 0, NULL, FROM_ENVIRONMENT | FROM_MANIFEST, LOOKING | SIGNING,
		"say more on standard error"},
	{OPTION_HELP, "help", 'h', KIND_SWITCH, NULL, NULL, 0, 0, NULL, 0, UINT64_MAX, "show this page"},
};

const struct option_row *
option_at(size_t i)
{
	return i < BASE_COUNT(rows) ? &rows[i] : NULL;
}

const struct option_row *
option_row_of(enum option id)
{
	for (size_t i = 0; i < BASE_COUNT(rows); i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

bool
option_is_of(const struct option_row *row, enum command command)
{
	return (row->commands & all) >> command & 1;
}

bool
option_repeats(const struct option_row *row)
{
	return row->kind == KIND_WORDS || row->kind == KIND_FILES || row->kind == KIND_FORMAT;
}

void
option_variable(const struct option_row *row, char ret[static OPTION_VARIABLE_MAX])
{
	size_t n = strlen("ASSAY_");

	memcpy(ret, "ASSAY_", n);
	for (const char *p = row->name; *p && n < OPTION_VARIABLE_MAX - 1; p++)
		ret[n++] = *p == '-' ? '_' : (char)base_upper((uint8_t)*p);
	ret[n] = '\0';
}

bool
option_choice(const struct option_row *row, size_t i, const char **ret, size_t *ret_size)
{
	const char *at = row->words;

	if (row->kind == KIND_FORMAT) {
		*ret = app_format_at(i);
		*ret_size = *ret ? strlen(*ret) : 0;
		return *ret != NULL;
	}
	for (; at && *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		if (i-- == 0) {
			*ret = at;
			*ret_size = n;
			return true;
		}
		at += n;
	}
	return false;
}
