/* assay run: decides, records, runs somebody else's command. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "cli/process.h"
#include "base/error.h"
#include "base/memory.h"

static int
need(struct cli *cli, enum option option)
{
	if (cli_text(cli, option))
		return ASSAY_OK;
	base_error(&cli->err, ASSAY_USAGE, "'assay run' needs '--%s'", option_row_of(option)->name);
	base_error_hint(&cli->err, "usage: assay run %s", cli->command->synopsis);
	return ASSAY_USAGE;
}

int
command_run(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct run_request request = {.role = cli_text(cli, OPTION_ROLE),
		.purpose = cli_text(cli, OPTION_PURPOSE),
		.as = cli_text(cli, OPTION_AS),
		.argv = cli->child,
		.sandbox = cli_text(cli, OPTION_SANDBOX)};
	int status = 0, r = need(cli, OPTION_ROLE);

	r = r < 0 ? r : need(cli, OPTION_PURPOSE);
	request.inputs = cli_texts(cli, OPTION_IN, &request.n_inputs);
	request.outputs = cli_texts(cli, OPTION_OUT, &request.n_outputs);
	r = r < 0 ? r : cli_open_project(cli, NULL, NEED_KEY, &project);
	/* the command is somebody else's program: it expects the usual meaning */
	process_restore_pipe();
	r = r < 0 ? r : app_run(project, &request, &cli->env, &status, &cli->err);
	return r < 0 ? cli_fail(cli, r) : status;
}
