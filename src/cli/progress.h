/* One line on the terminal that says how much was read. Nothing unless standard error is a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/cli.h"

struct progress {
	struct cli *cli;
	int64_t shown_ms; /* when it was last drawn */
};

void progress_attach(struct progress *progress, struct cli *cli, struct scan_request *request);

#endif
