/* One invocation from its first to its last step. */
#include "cli/cli.h"
#include "cli/help.h"
#include "cli/process.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <unistd.h>

/* Without any word: the overview, but on standard error and as a mistake, so that a script notices. */
static int
refuse_nothing(struct cli *cli)
{
	struct base_buffer out;

	base_buffer_init(&out, 1 << 16);
	help_overview(&out);
	if (!out.failed)
		(void)base_write_all(STDERR_FILENO, out.data, out.size);
	base_buffer_dispose(&out);
	base_error(&cli->err, ASSAY_USAGE, "no command given");
	return cli_fail(cli, ASSAY_USAGE);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	int r;

	if (argc < 2)
		return refuse_nothing(cli);
	cli_set_defaults(cli);
	r = cli_parse(cli, argc, argv);
	r = r < 0 ? r : cli_read_environment(cli);
	return r < 0 ? cli_fail(cli, r) : cli->command->run(cli);
}

int
cli_main(int argc, char **argv)
{
	struct cli cli = {.out = {.fd = STDOUT_FILENO}};
	int status;

	assay_env_defaults(&cli.env);
	cli.env.cancelled = process_cancelled();
	cli_set_log(&cli);
	cli.sink = (struct app_sink){&cli.out, stream_write};
	cli.arena = base_arena_new();
	if (!cli.arena) {
		base_error_nomem(&cli.err);
		return cli_fail(&cli, ASSAY_NOMEM);
	}
	status = run(&cli, argc, argv);
	status = cli_finish_output(&cli, status);
	passphrase_wipe(&cli);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		free(cli.settings[i].texts);
	free(cli.arguments);
	stream_dispose(&cli.out);
	base_arena_free(cli.arena);
	return status;
}
