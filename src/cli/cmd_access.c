/* assay access check, explain, list. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

static int
decide(struct cli *cli, bool explain)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct access_question question = {.principal = cli_text(cli, OPTION_WHO),
		.role = cli_text(cli, OPTION_ROLE),
		.action = cli_text(cli, OPTION_ACTION),
		.resource = cli->arguments[0],
		.purpose = cli_text(cli, OPTION_PURPOSE)};
	struct app_outcome outcome = {0};
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	r = r < 0 ? r : app_access_check(project, &question, &cli->env, explain, &cli->sink, &outcome, &cli->err);
	return cli_finish(cli, r, &outcome);
}

int
command_access_check(struct cli *cli)
{
	return decide(cli, false);
}

int
command_access_explain(struct cli *cli)
{
	return decide(cli, true);
}

int
command_access_list(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	r = r < 0 ? r : app_access_list(project, cli_wants_json(cli), &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}
