/* assay rules list, show, test, lint, allow. */
#include "cli/commands.h"

#include "cli/cli.h"
#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

enum { VALUE_MAX = 8192 };

/* One value: all of standard input but a newline at its end. Wiped by the caller. */
static int
read_value(struct cli *cli, char *ret, size_t *ret_n)
{
	size_t n = 0;
	ssize_t got;

	while (n < VALUE_MAX && ((got = read(STDIN_FILENO, ret + n, VALUE_MAX - n)) > 0 || (got < 0 && errno == EINTR)))
		n += got > 0 ? (size_t)got : 0;
	if (n == VALUE_MAX)
		return base_error(&cli->err, ASSAY_USAGE, "standard input is longer than a value can be");
	if (n > 0 && ret[n - 1] == '\n')
		n--;
	if (n > 0 && ret[n - 1] == '\r')
		n--;
	*ret_n = n;
	if (n > 0 && !memchr(ret, '\n', n))
		return ASSAY_OK;
	base_error(&cli->err, ASSAY_USAGE, "standard input must hold one value in one line");
	base_error_hint(&cli->err, "as in: assay rules allow EMAIL_ADDRESS < value.txt");
	return ASSAY_USAGE;
}

int
command_rules_allow(struct cli *cli)
{
	_cleanup_(project_free_at) struct project *project = NULL;
	struct scan_request request;
	char value[VALUE_MAX];
	size_t n = 0;
	int r = cli_open_project(cli, NULL, NEED_NO_MANIFEST, &project);

	cli_scan_request(cli, &request);
	r = r < 0 ? r : read_value(cli, value, &n);
	r = r < 0 ? r : app_rules_allow(project, &request, cli->arguments[0], value, n, &cli->sink, &cli->err);
	explicit_bzero(value, sizeof value);
	return cli_finish(cli, r, NULL);
}
