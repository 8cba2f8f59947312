/* Everything that is said on standard error. */
#include "cli/cli.h"
#include "cli/process.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

const char *
cli_printable(struct cli *cli, const char *text)
{
	struct base_buffer out;
	const char *copy = NULL;

	base_buffer_init(&out, LIMIT_NAME * 4);
	base_text_printable(&out, base_span_of(text));
	if (!out.failed)
		copy = base_arena_strndup(cli->arena, out.data ? out.data : "", out.size);
	base_buffer_dispose(&out);
	return copy ? copy : "?";
}

/* As base_text_printable, but a backslash stays: what was escaped before is not escaped again. */
static void
append_safe(struct base_buffer *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\\");
		base_text_printable(out, (struct base_span){(const uint8_t *)text, n});
		text += n;
		if (*text)
			base_buffer_char(out, *text++);
	}
}

void
cli_clear_line(struct cli *cli)
{
	if (!cli->has_status_line)
		return;
	cli->has_status_line = false;
	(void)!write(STDERR_FILENO, "\r\033[K", 4);
}

void
cli_say(struct cli *cli, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;
	int n;

	if (cli_is_on(cli, OPTION_QUIET))
		return;
	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		text = NULL;
		return;
	}
	cli_clear_line(cli);
	dprintf(STDERR_FILENO, "%s\n", text);
}

static void
print_error(struct cli *cli)
{
	const struct assay_error *err = &cli->err;
	struct base_buffer out;

	base_buffer_init(&out, LIMIT_NAME * 8);
	base_buffer_text(&out, "assay: ");
	if (err->subject[0]) {
		append_safe(&out, err->subject);
		if (err->line)
			base_buffer_format(&out, ":%u", err->line);
		if (err->line && err->column)
			base_buffer_format(&out, ":%u", err->column);
		base_buffer_text(&out, ": ");
	}
	append_safe(&out, err->message[0] ? err->message : assay_code_name(err->code));
	base_buffer_char(&out, '\n');
	if (err->hint[0]) {
		base_buffer_text(&out, "hint: ");
		append_safe(&out, err->hint);
		base_buffer_char(&out, '\n');
	}
	if (!out.failed)
		(void)base_write_all(STDERR_FILENO, out.data, out.size);
	base_buffer_dispose(&out);
}

int
cli_fail(struct cli *cli, int r)
{
	int base = cli->command && cli->command->takes_command ? 110 : 0;

	cli_clear_line(cli);
	/* what the job says about its sink is not the cause */
	if (cli->out.error)
		return cli_finish_output(cli, base + assay_code_exit(ASSAY_IO));
	if (cli->err.code == ASSAY_OK)
		cli->err.code = r;
	print_error(cli);
	return base + assay_code_exit(cli->err.code);
}

int
cli_finish_output(struct cli *cli, int status)
{
	(void)stream_flush(&cli->out);
	if (cli->out.error == 0)
		return status;
	if (cli->out.error == EPIPE) {
		/* the reader has seen enough: not our fault, and nobody to tell */
		if (!cli->has_verdict)
			process_die_of_pipe();
		return status;
	}
	errno = cli->out.error;
	base_error_errno(&cli->err, ASSAY_IO, "standard output", "cannot write");
	print_error(cli);
	return assay_code_exit(ASSAY_IO);
}

static void
say_log(void *context, enum assay_log_level level, const char *text)
{
	static const char *const words[] = {"assay", "warning", "info", "debug"};
	struct cli *cli = context;
	struct base_buffer out;

	if (level > (cli_is_on(cli, OPTION_QUIET) ? ASSAY_LOG_ERROR : cli_is_on(cli, OPTION_VERBOSE) ? ASSAY_LOG_DEBUG : ASSAY_LOG_WARNING))
		return;
	/* several threads may speak: one write, and nothing shared */
	base_buffer_init(&out, LIMIT_NAME * 8);
	base_buffer_format(&out, "%s: ", words[level]);
	append_safe(&out, text);
	base_buffer_char(&out, '\n');
	if (!out.failed)
		(void)base_write_all(STDERR_FILENO, out.data, out.size);
	base_buffer_dispose(&out);
}

void
cli_set_log(struct cli *cli)
{
	cli->env.context = cli;
	cli->env.log = say_log;
}
