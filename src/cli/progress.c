/* The progress line. */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REDRAW_MS = 100 };

static void
draw(void *context, uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
	struct progress *p = context;
	int64_t now = p->cli->env.now_ms(p->cli->env.context);
	double shown = (double)bytes;
	size_t unit = 0;

	if (now - p->shown_ms < REDRAW_MS)
		return;
	p->shown_ms = now;
	for (; shown >= 1000 && unit < 5; unit++)
		shown /= 1000;
	dprintf(STDERR_FILENO, "\r\033[Kread %.*f %s", unit ? 1 : 0, shown, units[unit]);
	p->cli->has_status_line = true;
}

void
progress_attach(struct progress *progress, struct cli *cli, struct scan_request *request)
{
	const char *term = getenv("TERM");

	if (!isatty(STDERR_FILENO) || !term || strcmp(term, "dumb") == 0 || cli_is_on(cli, OPTION_QUIET)
		|| cli_is_on(cli, OPTION_NO_PROGRESS))
		return;
	/* drawn for the first time when the work takes a moment */
	*progress = (struct progress){cli, cli->env.now_ms(cli->env.context)};
	request->on_progress = draw;
	request->progress_context = progress;
}
