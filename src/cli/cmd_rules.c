/* assay rules list, show, test, lint. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/memory.h"

/* The request, with the packs that stand as arguments beside those of --rules. */
static int
request_with_files(struct cli *cli, struct scan_request *ret)
{
	int r = ASSAY_OK;

	for (size_t i = 0; i < cli->n_arguments && r == ASSAY_OK; i++)
		r = cli_set(cli, option_row_of(OPTION_RULES), cli->arguments[i], ORIGIN_FLAG, "FILE");
	cli_scan_request(cli, ret);
	return r;
}

int
command_rules_list(struct cli *cli)
{
	struct scan_request request;

	cli_scan_request(cli, &request);
	return cli_finish(cli, app_rules_list(&request, cli_wants_json(cli), &cli->sink, &cli->err), NULL);
}

int
command_rules_show(struct cli *cli)
{
	struct scan_request request;

	cli_scan_request(cli, &request);
	return cli_finish(
		cli, app_rules_show(&request, cli->arguments[0], cli_is_on(cli, OPTION_LANES), &cli->env, &cli->sink, &cli->err), NULL);
}

int
command_rules_test(struct cli *cli)
{
	struct app_outcome outcome = {0};
	struct scan_request request;
	int r = request_with_files(cli, &request);

	r = r < 0 ? r : app_rules_test(&request, &cli->sink, &outcome, &cli->err);
	return cli_finish(cli, r, &outcome);
}

int
command_rules_lint(struct cli *cli)
{
	struct app_outcome outcome = {0};
	struct scan_request request;
	int r = request_with_files(cli, &request);

	r = r < 0 ? r : app_rules_lint(&request, &cli->sink, &outcome, &cli->err);
	return cli_finish(cli, r, &outcome);
}
