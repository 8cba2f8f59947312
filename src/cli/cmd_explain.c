/* assay explain: the only why-verb. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/error.h"
#include "base/memory.h"

#include <unistd.h>

int
command_explain(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct explain_request request = {.what = cli->arguments[0], .json = cli_wants_json(cli)};
	struct app_outcome outcome = {0};
	bool reveal = cli_is_on(cli, OPTION_REVEAL);
	int r = ASSAY_OK;

	if (reveal && !output_is_private(STDOUT_FILENO)) {
		r = base_error(&cli->err, ASSAY_USAGE, "values are not shown here: others could read standard output");
		base_error_hint(&cli->err, "run it on a terminal, without '| ...' or '> ...'");
	}
	r = r < 0 ? r : cli_open_project(cli, NULL, NEED_READ, &project);
	cli_scan_request(cli, &request.scan);
	r = r < 0 ? r : app_explain(project, &request, &cli->env, &cli->sink, &outcome, &cli->err);
	return cli_finish(cli, r, &outcome);
}
