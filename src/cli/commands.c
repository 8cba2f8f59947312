/* The table of commands. Order here is the order of the overview and of docs/commands.md. */
#include "cli/commands.h"

#include "base/memory.h"

#include <string.h>

static const struct command_group groups[] = {
	{"Look and judge", COMMAND_INIT, COMMAND_REPORT},
	{"What is looked for, what is judged", COMMAND_RULES_LIST, COMMAND_POLICIES_QUERY},
	{"Who may, who did, and the proof", COMMAND_ACCESS_CHECK, COMMAND_LOG_CHECKPOINT},
	{"This program", COMMAND_DOCTOR, COMMAND_COMPLETION},
};

static const struct command_family families[] = {
	{"rules", "rule packs: what is recognised, and how"},
	{"policies", "control packs: what is required, and by which article"},
	{"access", "the access policy: decisions and their reasons"},
	{"lineage", "where data came from and went to"},
	{"log", "the signed ledger of everything that was done"},
};

static const struct command_row rows[] = {
	{COMMAND_INIT, "init", "[PATH...]", "start a project: manifest, keys and an empty ledger",
		"Writes assay.yaml, never over an existing one, makes the keys and starts the ledger in the state folder. With "
		"paths, a look at the data drafts categories; drafted values stand under 'proposed:' and count as not declared "
		"until the owner confirms them.",
		"assay init --dataset support-chat --owner team-support data/", 0, ARGUMENTS_ANY, false, command_init},
	{COMMAND_SCAN, "scan", "PATH...", "find personal data and secrets",
		"Looks through files and folders; '-' is standard input. Needs no manifest, no key and no ledger, and reads no "
		"manifest. The report names each column with what was found in it; values are masked. Exit status 1 says that "
		"something was found, 4 that something could not be read.",
		"assay scan data/\nassay scan --format json --spans spans.jsonl users.csv\nzcat dump.jsonl.gz | assay scan -", 1,
		ARGUMENTS_ANY, false, command_scan},
	{COMMAND_AUDIT, "audit", "[PATH...]", "judge data against law, declaration and access policy, and sign the result",
		"Scans, reads the manifest, the access policy and the ledger, evaluates every control, stores the result and "
		"signs it into the ledger. Without paths it audits what the manifest's 'data:' names. Without a manifest it "
		"reports findings, says what was not judged, and which questions would decide most controls.\n\nThe first audit "
		"makes the keys. The signing key is stored under a passphrase, which is asked for on a terminal, or comes by "
		"--passphrase-file, --passphrase-fd or ASSAY_PASSPHRASE.",
		"assay audit\nassay audit --output report.html --output report.xml\nassay audit --policy gdpr,ccpa --fail-on "
		"medium data/",
		0, ARGUMENTS_ANY, false, command_audit},
	{COMMAND_GATE, "gate", "[PATH...]", "admit data only if a fresh, trusted, passing audit covers it",
		"Never scans. Admits with exit status 0 only if the ledger verifies under a trusted key and holds a passing "
		"audit of exactly these bytes, this profile, this manifest, access policy, allow-list and waivers, and that audit is "
		"neither "
		"simulated nor too old. Prints one line with one reason.",
		"assay gate --profile pre-training && python train.py", 0, ARGUMENTS_ANY, false, command_gate},
	{COMMAND_EXPLAIN, "explain", "FINDING|CONTROL|TEXT", "say why: a finding, a verdict, or a text against all rules",
		"A finding's id (f-...) or a control's id explains what the newest stored audit says about it; any other text is "
		"run against the rules, and each step of the decision is shown: what matched, checks, words near it, the parts of the "
		"confidence, why it is not reported, and what else was tried there. A finding is looked up in its file again, where "
		"that is still the one that was audited. Exit status 1 says that a scan would report something in the text.",
		"assay explain gdpr-a9.1-1\nassay explain 'call 212-555-0142'", 1, 1, false, command_explain},
	{COMMAND_REPORT, "report", "[ID]", "render a stored audit again",
		"Without an id the newest. The exit status says only whether the report could be written; the audit's own status "
		"stands in it.",
		"assay report --output report.html", 0, 1, false, command_report},

	{COMMAND_RULES_LIST, "rules list", "", "list every rule with its entity, country and check", "", "assay rules list --country de", 0,
		0, false, command_rules_list},
	{COMMAND_RULES_SHOW, "rules show", "RULE|ENTITY", "show a rule: patterns, checks, context words", "",
		"assay rules show --lanes IBAN_CODE", 1, 1, false, command_rules_show},
	{COMMAND_RULES_TEST, "rules test", "[FILE...]", "run the packs' own examples",
		"Without files every built-in pack. Exit status 1 when an example fails.", "assay rules test my-rules.yaml", 0,
		ARGUMENTS_ANY, false, command_rules_test},
	{COMMAND_RULES_LINT, "rules lint", "[FILE...]", "look for mistakes in rule packs",
		"Reports patterns that could run away, that cannot be found fast, or that never match. A pack that does not load "
		"is exit status 2.",
		"assay rules lint my-rules.yaml", 0, ARGUMENTS_ANY, false, command_rules_lint},
	{COMMAND_RULES_ALLOW, "rules allow", "ENTITY", "print an allow-list entry for a value, without the value",
		"Reads one value from standard input, never from the command line, where others could see it, and prints its fingerprint "
		"under the project's key as an entry for assay.allow.yaml.",
		"assay rules allow EMAIL_ADDRESS < value.txt >> assay.allow.yaml", 1, 1, false, command_rules_allow},
	{COMMAND_POLICIES_LIST, "policies list", "", "list every control with its article, severity and basis", "",
		"assay policies list --policy gdpr", 0, 0, false, command_policies_list},
	{COMMAND_POLICIES_SHOW, "policies show", "CONTROL", "show a control: text, citation, dates, evidence it needs, SQL", "",
		"assay policies show gdpr-a5.1a-2", 1, 1, false, command_policies_show},
	{COMMAND_POLICIES_TEST, "policies test", "[CONTROL]", "run the controls' own cases",
		"Exit status 1 when a case fails, 4 when there was none to run.", "assay policies test --controls my-controls.yaml", 0, 1,
		false, command_policies_test},
	{COMMAND_POLICIES_LINT, "policies lint", "[FILE...]", "look for mistakes in control packs", "Exit status 1 on a warning.",
		"assay policies lint my-controls.yaml", 0, ARGUMENTS_ANY, false, command_policies_lint},
	{COMMAND_POLICIES_QUERY, "policies query", "SQL", "ask a stored audit by a SELECT of your own",
		"Runs in the same sandbox as a control: it can only read the facts. Prints tab-separated rows below a row of "
		"names.",
		"assay policies query 'SELECT resource, field, entity, count FROM personal_finding'", 1, 1, false, command_policies_query},

	{COMMAND_ACCESS_CHECK, "access check", "RESOURCE", "decide one access: exit status 0 allowed, 1 refused", "",
		"assay access check --who ci:build --role trainer --purpose train-assistant train/a.jsonl", 1, 1, false,
		command_access_check},
	{COMMAND_ACCESS_EXPLAIN, "access explain", "RESOURCE", "decide, and show the chain of roles or the nearest miss", "",
		"assay access explain --who ci:build --purpose train-assistant train/a.jsonl", 1, 1, false, command_access_explain},
	{COMMAND_ACCESS_LIST, "access list", "", "list every effective right", "", "assay access list --format json", 0, 0, false,
		command_access_list},
	{COMMAND_RUN, "run", "--role ROLE --purpose PURPOSE [--in PATH]... [--out PATH]... -- COMMAND...",
		"run a command on data, if access allows it, and record what it read and wrote",
		"Decides first; every decision goes into the ledger. An allowed command runs with its own standard streams, and "
		"the digests of its inputs and outputs are recorded as lineage. Its exit status is passed through (128 + signal "
		"if it was killed); a refusal or failure of Assay's own is 110 + the exit status that other commands would give.",
		"assay run --role trainer --purpose train-assistant --in train/ --out model.bin -- python train.py", 1, ARGUMENTS_ANY, true,
		command_run},
	{COMMAND_LINEAGE_SHOW, "lineage show", "", "show the graph of data and jobs", "", "assay lineage show --format json", 0, 0, false,
		command_lineage_show},
	{COMMAND_LOG_NOTE, "log note", "TEXT", "write a note into the ledger", "Personal data that the rules find in the text is masked.",
		"assay log note 'tickets before 2024 were deleted'", 1, 1, false, command_log_note},
	{COMMAND_LOG_VERIFY, "log verify", "", "verify the whole ledger: tree, signatures, outside copies",
		"Exit status 5 on any difference. Needs no passphrase. Trusts --vkey, then the manifest's or trust.yaml's key; a "
		"key found only beside the log is reported as unpinned.",
		"assay log verify", 0, 0, false, command_log_verify},
	{COMMAND_LOG_SHOW, "log show", "", "list entries", "", "assay log show --type audit", 0, 0, false, command_log_show},
	{COMMAND_LOG_PROVE, "log prove", "SEQ", "print a receipt: a proof that an entry is under a signed checkpoint", "",
		"assay log prove 7 > entry-7.proof", 1, 1, false, command_log_prove},
	{COMMAND_LOG_CHECKPOINT, "log checkpoint", "", "print the newest signed checkpoint", "", "assay log checkpoint > checkpoint.txt", 0,
		0, false, command_log_checkpoint},

	{COMMAND_DOCTOR, "doctor", "", "check this installation and project: formats, versions, keys, permissions", "", "assay doctor", 0,
		0, false, command_doctor},
	{COMMAND_HELP, "help", "[COMMAND|TOPIC]", "show help for a command or a topic", "Topics: exit-codes, environment.",
		"assay help audit\nassay help exit-codes", 0, 2, false, command_help},
	{COMMAND_VERSION, "version", "", "print the version", "", NULL, 0, 0, false, command_version},
	{COMMAND_COMPLETION, "completion", "bash", "print a completion script for a shell", "", "eval \"$(assay completion bash)\"", 1, 1,
		false, command_completion},
};

const struct command_row *
command_at(size_t i)
{
	return i < BASE_COUNT(rows) ? &rows[i] : NULL;
}

const struct command_group *
command_group_at(size_t i)
{
	return i < BASE_COUNT(groups) ? &groups[i] : NULL;
}

const struct command_family *
command_family_at(size_t i)
{
	return i < BASE_COUNT(families) ? &families[i] : NULL;
}

const struct command_family *
command_family_find(const char *name)
{
	for (size_t i = 0; i < BASE_COUNT(families); i++)
		if (strcmp(families[i].name, name) == 0)
			return &families[i];
	return NULL;
}

bool
command_is_of(const struct command_row *row, const struct command_family *family)
{
	size_t n = strlen(family->name);

	return strncmp(row->name, family->name, n) == 0 && row->name[n] == ' ';
}

const struct command_row *
command_find(const char *first, const char *second)
{
	size_t n = strlen(first);

	for (size_t i = 0; i < BASE_COUNT(rows); i++) {
		const char *name = rows[i].name;
		if (strncmp(name, first, n) != 0)
			continue;
		if (name[n] == '\0' || (name[n] == ' ' && second && strcmp(name + n + 1, second) == 0))
			return &rows[i];
	}
	return NULL;
}
