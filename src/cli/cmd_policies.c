/* assay policies list, show, test, lint, query. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

int
command_policies_list(struct cli *cli)
{
	struct audit_request request;

	cli_audit_request(cli, &request);
	return cli_finish(
		cli, app_policies_list(&request, cli_is_on(cli, OPTION_CATEGORIES), cli_wants_json(cli), &cli->sink, &cli->err), NULL);
}

int
command_policies_show(struct cli *cli)
{
	struct audit_request request;

	cli_audit_request(cli, &request);
	return cli_finish(cli, app_policies_show(&request, cli->arguments[0], &cli->sink, &cli->err), NULL);
}

int
command_policies_test(struct cli *cli)
{
	struct app_outcome outcome = {0};
	struct audit_request request;
	int r;

	cli_audit_request(cli, &request);
	r = app_policies_test(&request, cli->n_arguments ? cli->arguments[0] : NULL, &cli->sink, &outcome, &cli->err);
	return cli_finish(cli, r, &outcome);
}

/* Packs as arguments stand beside those of --controls. */
int
command_policies_lint(struct cli *cli)
{
	struct app_outcome outcome = {0};
	struct audit_request request;
	int r = ASSAY_OK;

	for (size_t i = 0; i < cli->n_arguments && r == ASSAY_OK; i++)
		r = cli_set(cli, option_row_of(OPTION_CONTROLS), cli->arguments[i], ORIGIN_FLAG, "FILE");
	cli_audit_request(cli, &request);
	r = r < 0 ? r : app_policies_lint(&request, &cli->sink, &outcome, &cli->err);
	return cli_finish(cli, r, &outcome);
}

int
command_policies_query(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	int r = cli_open_project(cli, NULL, NEED_READ, &project);

	r = r < 0 ? r : app_policies_query(project, cli_text(cli, OPTION_AUDIT), cli->arguments[0], &cli->sink, &cli->err);
	return cli_finish(cli, r, NULL);
}
