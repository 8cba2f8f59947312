/* What the commands have in common: requests from options, opening the project, ending. */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>
#include <unistd.h>

void
cli_scan_request(struct cli *cli, struct scan_request *ret)
{
	scan_request_defaults(ret);
	ret->rule_files = cli_texts(cli, OPTION_RULES, &ret->n_rule_files);
	ret->countries = cli_texts(cli, OPTION_COUNTRY, &ret->n_countries);
	ret->entities = cli_texts(cli, OPTION_ENTITY, &ret->n_entities);
	ret->min_confidence = (unsigned)cli_number(cli, OPTION_MIN_CONFIDENCE);
	ret->threads = (unsigned)cli_number(cli, OPTION_THREADS);
	ret->window_bytes = (uint32_t)cli_number(cli, OPTION_WINDOW);
	ret->plain_cpu = strcmp(cli_text(cli, OPTION_CPU), "plain") == 0;
	ret->timeout_ms = (int64_t)cli_number(cli, OPTION_TIMEOUT) * 1000;
	ret->reveal = cli_is_on(cli, OPTION_REVEAL);
	ret->why = cli_is_on(cli, OPTION_WHY);
}

void
cli_audit_request(struct cli *cli, struct audit_request *ret)
{
	audit_request_defaults(ret);
	cli_scan_request(cli, &ret->scan);
	ret->policy_files = cli_texts(cli, OPTION_CONTROLS, &ret->n_policy_files);
	ret->laws = cli_texts(cli, OPTION_POLICY, &ret->n_laws);
	ret->profile = cli_text(cli, OPTION_PROFILE);
	ret->fail_on = cli_text(cli, OPTION_FAIL_ON);
	ret->strict = cli_is_on(cli, OPTION_STRICT);
	ret->as_of = cli_text(cli, OPTION_AS_OF);
	ret->reproducible = cli_is_on(cli, OPTION_REPRODUCIBLE);
	ret->is_unsigned = cli_is_on(cli, OPTION_UNSIGNED);
}

static int
open_project(struct cli *cli, const char *first_path, enum project_need need, struct project **ret)
{
	const char *actor = cli_text(cli, OPTION_ACTOR);
	struct project_options options = {.first_path = first_path,
		.state = cli_text(cli, OPTION_STATE),
		.manifest = cli_text(cli, OPTION_MANIFEST),
		.access = cli_text(cli, OPTION_ACCESS),
		.waivers = cli_text(cli, OPTION_WAIVERS),
		.allow = cli_text(cli, OPTION_ALLOW),
		.vkey = cli_text(cli, OPTION_VKEY),
		.passphrase = cli->passphrase,
		.unprotected_key = cli_is_on(cli, OPTION_UNPROTECTED_KEY),
		.actor = actor,
		.fingerprint_key_file = cli_text(cli, OPTION_FINGERPRINT_KEY_FILE),
		.skip_manifest = need == NEED_NO_MANIFEST};

	if (!actor)
		options.actor = base_arena_format(cli->arena, "uid:%u", (unsigned)getuid());
	return options.actor ? project_open(&options, &cli->env, ret, &cli->err) : base_error_nomem(&cli->err);
}

/* Is a passphrase missing that can be asked for? The project is opened again with it. */
static int
ask_for_passphrase(struct cli *cli, const char *first_path, struct project **project)
{
	enum project_key key;
	int r = project_key_state(*project, &key, &cli->err);

	if (r < 0 || key == PROJECT_KEY_OPEN || (key == PROJECT_KEY_ABSENT && cli_is_on(cli, OPTION_UNPROTECTED_KEY)))
		return r;
	r = passphrase_ask(cli, key == PROJECT_KEY_ABSENT);
	if (r == ASSAY_UNSUPPORTED)
		/* without a terminal: the job itself says what is missing */
		return ASSAY_OK;
	if (r < 0)
		return r;
	project_free(*project);
	*project = NULL;
	return open_project(cli, first_path, NEED_KEY, project);
}

int
cli_open_project(struct cli *cli, const char *first_path, enum project_need need, struct project **ret)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	int r = need == NEED_KEY ? passphrase_read(cli) : ASSAY_OK;

	r = r < 0 ? r : open_project(cli, first_path, need, &project);
	if (r == ASSAY_OK && need != NEED_NO_MANIFEST)
		r = cli_read_manifest(cli, project);
	if (r == ASSAY_OK && need == NEED_KEY && !cli->passphrase)
		r = ask_for_passphrase(cli, first_path, &project);
	if (r == ASSAY_OK)
		*ret = BASE_STEAL(project);
	return r;
}

int
cli_finish(struct cli *cli, int r, const struct app_outcome *outcome)
{
	if (r < 0)
		return cli_fail(cli, r);
	cli->has_verdict = true;
	return outcome ? app_exit_code(outcome) : 0;
}

bool
cli_wants_json(const struct cli *cli)
{
	return strcmp(cli_text(cli, OPTION_LISTING), "json") == 0;
}
