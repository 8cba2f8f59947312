/* assay log note, verify, show, prove, checkpoint. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

int
command_log_note(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	int r = cli_open_project(cli, NULL, NEED_KEY, &project);

	r = r < 0 ? r : app_log_note(project, cli->arguments[0], &cli->env, &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}

int
command_log_verify(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	r = r < 0 ? r : app_log_verify(project, cli_wants_json(cli), &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}

int
command_log_show(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct log_filter filter = {.type = cli_text(cli, OPTION_TYPE),
		.first = cli_number(cli, OPTION_FIRST),
		.count = cli_number(cli, OPTION_COUNT_OF),
		.json = cli_wants_json(cli)};
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	/* --first 0 means all, not the newest 20 */
	filter.has_first = cli_is_given(cli, OPTION_FIRST);
	r = r < 0 ? r : app_log_show(project, &filter, &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}

int
command_log_prove(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	/* checked as --first is: a number of an entry */
	int r = cli_set(cli, option_row_of(OPTION_FIRST), cli->arguments[0], ORIGIN_FLAG, "SEQ");

	r = r < 0 ? r : cli_open_project(cli, NULL, NEED_READ, &project);
	r = r < 0 ? r : app_log_prove(project, cli_number(cli, OPTION_FIRST), &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}

int
command_log_checkpoint(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	bool sign = cli_is_on(cli, OPTION_SIGN);
	int r = cli_open_project(cli, NULL, sign ? NEED_KEY : NEED_READ, &project);

	r = r < 0 ? r : app_log_checkpoint(project, sign, &cli->env, &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}
