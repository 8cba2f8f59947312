/* assay report: renders a stored audit again. */
#include "cli/commands.h"
#include "cli/reports.h"

#include "base/memory.h"

int
command_report(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	_cleanup_(result_close_at) struct result *result = NULL;
	struct reports reports = {0};
	struct app_outcome outcome = {0};
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	r = r < 0 ? r : app_result_open(project, cli->n_arguments ? cli->arguments[0] : NULL, &result, &outcome, &cli->err);
	r = r < 0 ? r : reports_prepare(cli, &reports);
	r = r < 0 ? r : reports_write(cli, &reports, result);
	reports_dispose(&reports);
	return cli_finish(cli, r, NULL);
}
