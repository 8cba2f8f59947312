/* Where the reports and spans of a command go, settled and opened before the work begins. */
#ifndef CLI_REPORTS_H
#define CLI_REPORTS_H

#include "cli/cli.h"

struct report_place {
	const char *format;
	bool is_file; /* else standard output */
	struct output file;
};

struct reports {
	struct report_place *places;
	size_t n;
	bool has_spans, spans_in_file;
	struct output spans;
	struct app_sink spans_sink;
	const char **files; /* everything that is written, for scan_request.outputs */
	size_t n_files;
};

/* Pairs --format with --output, opens files, refuses --reveal where others could read. */
int reports_prepare(struct cli *cli, struct reports *ret);
/* Points the request at them. */
void reports_attach(struct reports *reports, struct scan_request *request);
/* Renders to every place; finishes the spans. */
int reports_write(struct cli *cli, struct reports *reports, struct result *result);
void reports_dispose(struct reports *reports);

#endif
