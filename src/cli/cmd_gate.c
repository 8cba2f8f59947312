/* assay gate: admits or refuses, in one line. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

int
command_gate(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	_cleanup_free_ char *line = NULL;
	struct gate_request request = {
		.paths = cli->arguments, .n_paths = cli->n_arguments, .max_age_days = (int)cli_number(cli, OPTION_MAX_AGE)};
	struct app_outcome outcome = {0};
	int r = cli_open_project(cli, cli->n_arguments ? cli->arguments[0] : NULL, NEED_READ, &project);

	request.profile = cli_text(cli, OPTION_PROFILE);
	if (r == ASSAY_OK && cli->n_arguments == 0 && !project_has_manifest(project)) {
		r = base_error(&cli->err, ASSAY_USAGE, "'assay gate' needs a path, or a manifest that names the data");
		base_error_hint(&cli->err, "give the paths that the audit was given");
	}
	r = r < 0 ? r : app_gate(project, &request, &cli->env, &line, &outcome, &cli->err);
	if (r == ASSAY_OK && !cli_is_on(cli, OPTION_QUIET)) {
		const char *text = cli_printable(cli, line);
		r = stream_write(&cli->out, text, strlen(text));
		r = r < 0 ? r : stream_write(&cli->out, "\n", 1);
	}
	return cli_finish(cli, r, &outcome);
}
