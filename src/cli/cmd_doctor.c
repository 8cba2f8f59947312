/* assay doctor: what this installation and project are like. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

int
command_doctor(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct app_outcome outcome = {0};
	int status = 0, r = cli_open_project(cli, NULL, NEED_READ, &project);

	/* a project that cannot be opened is a finding, and no reason to say nothing about the rest */
	if (r < 0) {
		status = cli_fail(cli, r);
		cli->err = (struct assay_error){0};
	}
	r = app_doctor(project, cli->env.cache_folder, cli_wants_json(cli), &cli->sink, &outcome, &cli->err);
	if (r < 0)
		return cli_fail(cli, r);
	if (status > 0)
		outcome.exits[status] = true;
	return cli_finish(cli, r, &outcome);
}
