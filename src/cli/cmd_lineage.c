/* assay lineage show. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

int
command_lineage_show(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	r = r < 0 ? r : app_lineage_show(project, cli_wants_json(cli), &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}
