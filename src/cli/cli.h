/* One invocation of the command line: a client of app/app.h and nothing more. Only this layer prints, reads the environment and exits. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "app/app.h"
#include "assay/env.h"
#include "assay/error.h"
#include "base/buffer.h"
#include "cli/stream.h"
#include "cli/table.h"

enum origin { ORIGIN_DEFAULT, ORIGIN_MANIFEST, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

/* The effective value of one option. */
struct setting {
	enum origin origin;
	const char **texts; /* one per value; borrowed from the arena or argv */
	size_t n, capacity;
	uint64_t number; /* KIND_NUMBER, KIND_BYTES; 1 for a switch that is on */
};

struct cli {
	const struct command_row *command; /* NULL until one is known */
	struct setting settings[OPTION_COUNT];
	const char **arguments; /* what is no option, in order */
	size_t n_arguments, arguments_capacity;
	char *const *child;       /* command line after "--", NULL terminated; NULL: none */
	struct base_arena *arena; /* texts that live as long as the invocation */
	struct assay_env env;
	struct assay_error err;
	struct stream out;    /* standard output */
	struct app_sink sink; /* writes to it */
	char *passphrase;     /* wiped when the invocation ends */
	bool has_status_line; /* a progress line stands on the terminal */
	bool has_verdict;     /* the job is done and its status known: only output can still fail */
};

/* Runs the command line; returns the exit status. */
int cli_main(int argc, char **argv);

/* ---- parse.c ---- */

/* Finds the command, its options and arguments. USAGE with a suggestion. */
int cli_parse(struct cli *cli, int argc, char **argv);

/* ---- settings.c ---- */

/* Takes one value; what stands already stays when it is of higher origin. ${where} names the place in messages ("--threads"). */
int cli_set(struct cli *cli, const struct option_row *row, const char *text, enum origin origin, const char *where);
void cli_set_defaults(struct cli *cli);
/* ASSAY_* for the options of the command; the passphrase leaves the environment, so that no child inherits it. */
int cli_read_environment(struct cli *cli);
/* `options:` of the manifest. CONFIG for what must not come from there. */
int cli_read_manifest(struct cli *cli, const struct project *project);

bool cli_is_given(const struct cli *cli, enum option option);
bool cli_is_on(const struct cli *cli, enum option option);
const char *cli_text(const struct cli *cli, enum option option); /* the last value or NULL */
uint64_t cli_number(const struct cli *cli, enum option option);
const char *const *cli_texts(const struct cli *cli, enum option option, size_t *ret_n);
/* Effective options that decide the result, with their origin, as canonical JSON. Lives in the arena; NULL when out of memory. */
const char *cli_options_json(struct cli *cli);

/* ---- talk.c: everything on standard error ---- */

/* A text in the arena that cannot harm a terminal. */
const char *cli_printable(struct cli *cli, const char *text);
/* Prints cli->err; returns the exit status that stands for it. ${r} is what the failed call returned. */
int cli_fail(struct cli *cli, int r);
/* Flushes standard output and returns ${status}, or another one when that failed. A reader that went away is no failure. */
int cli_finish_output(struct cli *cli, int status);
/* A line on standard error, unless --quiet. Texts from outside go through cli_printable first. */
void cli_say(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Takes a progress line away before other text is written. */
void cli_clear_line(struct cli *cli);
void cli_set_log(struct cli *cli);

/* ---- request.c: what the commands have in common ---- */

void cli_scan_request(struct cli *cli, struct scan_request *ret);
void cli_audit_request(struct cli *cli, struct audit_request *ret);
enum project_need { NEED_READ, NEED_KEY, NEED_NO_MANIFEST };
/* Opens the project of ${first_path}; asks for a passphrase where one is needed (NEED_KEY) and there is a terminal. */
int cli_open_project(struct cli *cli, const char *first_path, enum project_need need, struct project **ret);
static inline void
project_free_at(struct project **p)
{
	project_free(*p);
}
static inline void
result_close_at(struct result **p)
{
	result_close(*p);
}
/* Exit status of a job that returned ${r} and filled the outcome. */
int cli_finish(struct cli *cli, int r, const struct app_outcome *outcome);
bool cli_wants_json(const struct cli *cli);

/* ---- passphrase.c ---- */

/* From --passphrase-fd, --passphrase-file or ASSAY_PASSPHRASE into cli->passphrase; leaves it NULL when none is given. */
int passphrase_read(struct cli *cli);
/* Asks on the terminal, twice when the key is new. ASSAY_UNSUPPORTED (without text) when there is no terminal. */
int passphrase_ask(struct cli *cli, bool is_new);
void passphrase_wipe(struct cli *cli);

#endif
