/* assay init: a starting manifest, keys and an empty ledger. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

int
command_init(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct init_request request = {.dataset_id = cli_text(cli, OPTION_DATASET),
		.owner = cli_text(cli, OPTION_OWNER),
		.paths = cli->arguments,
		.n_paths = cli->n_arguments,
		.ci = cli_is_on(cli, OPTION_CI)};
	int r = cli_open_project(cli, NULL, NEED_KEY, &project);

	r = r < 0 ? r : app_init(project, &request, &cli->env, &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}
