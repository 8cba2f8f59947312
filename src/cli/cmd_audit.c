/* assay audit: judges, stores and signs. */
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/reports.h"

#include "base/error.h"
#include "base/memory.h"

static int
need_something(struct cli *cli, const struct project *project)
{
	if (cli->n_arguments > 0 || project_has_manifest(project))
		return ASSAY_OK;
	base_error(&cli->err, ASSAY_USAGE, "'assay %s' needs a path, or a manifest that names the data", cli->command->name);
	base_error_hint(&cli->err, "assay %s PATH..., or 'assay init' to begin a manifest", cli->command->name);
	return ASSAY_USAGE;
}

static int
audit(struct cli *cli, struct reports *reports, struct app_outcome *outcome)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	_cleanup_(result_close_at) struct result *result = NULL;
	struct progress progress;
	struct audit_request request;
	const char *first = cli->n_arguments ? cli->arguments[0] : NULL;
	int r = cli_open_project(cli, first, cli_is_on(cli, OPTION_UNSIGNED) ? NEED_READ : NEED_KEY, &project);

	r = r < 0 ? r : need_something(cli, project);
	r = r < 0 ? r : reports_prepare(cli, reports);
	if (r < 0)
		return r;
	cli_audit_request(cli, &request);
	request.scan.paths = cli->arguments;
	request.scan.n_paths = cli->n_arguments;
	request.scan.options_json = cli_options_json(cli);
	if (!request.scan.options_json)
		return base_error_nomem(&cli->err);
	reports_attach(reports, &request.scan);
	progress_attach(&progress, cli, &request.scan);
	r = app_audit(project, &request, &cli->env, &result, outcome, &cli->err);
	cli_clear_line(cli);
	cli->has_verdict = r == ASSAY_OK;
	if (r == ASSAY_OK && cli_is_on(cli, OPTION_VERBOSE))
		cli_say(cli, "audit %s, result %s", outcome->id, outcome->result_sha256);
	r = r < 0 ? r : reports_write(cli, reports, result);
	if (r < 0 && cli->has_verdict && !cli->err.hint[0])
		base_error_hint(&cli->err, "the audit is stored: 'assay report' renders it again");
	return r;
}

int
command_audit(struct cli *cli)
{
	struct reports reports = {0};
	struct app_outcome outcome = {0};
	int r = audit(cli, &reports, &outcome);

	reports_dispose(&reports);
	/* the reader of standard output went away: the verdict stays */
	if (r < 0 && cli->has_verdict && cli->out.error)
		return cli_finish_output(cli, app_exit_code(&outcome));
	return cli_finish(cli, r, &outcome);
}
