/* assay scan: finds personal data and secrets. */
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/reports.h"

#include "base/error.h"
#include "base/memory.h"

static int
scan(struct cli *cli, struct reports *reports, struct app_outcome *outcome)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	_cleanup_(result_close_at) struct result *result = NULL;
	struct progress progress;
	struct scan_request request;
	int r = cli_open_project(cli, cli->arguments[0], NEED_NO_MANIFEST, &project);

	r = r < 0 ? r : reports_prepare(cli, reports);
	if (r < 0)
		return r;
	cli_scan_request(cli, &request);
	request.paths = cli->arguments;
	request.n_paths = cli->n_arguments;
	request.options_json = cli_options_json(cli);
	if (!request.options_json)
		return base_error_nomem(&cli->err);
	reports_attach(reports, &request);
	progress_attach(&progress, cli, &request);
	r = app_scan(project, &request, &cli->env, &result, outcome, &cli->err);
	cli_clear_line(cli);
	cli->has_verdict = r == ASSAY_OK;
	return r < 0 ? r : reports_write(cli, reports, result);
}

int
command_scan(struct cli *cli)
{
	struct reports reports = {0};
	struct app_outcome outcome = {0};
	int r = scan(cli, &reports, &outcome);

	reports_dispose(&reports);
	/* the reader of standard output went away: the verdict stays */
	if (r < 0 && cli->has_verdict && cli->out.error)
		return cli_finish_output(cli, app_exit_code(&outcome));
	return cli_finish(cli, r, &outcome);
}
