/* Pairing of formats and places, and writing. */
#include "cli/reports.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_stdout(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

/* Whether two names lead to one file: the same path in other words, through links, or by a hard link. */
static int
is_same_file(struct cli *cli, const char *a, const char *b, bool *ret)
{
	_cleanup_free_ char *dir_a = NULL, *dir_b = NULL;
	struct stat one, other;
	bool has_one = stat(a, &one) == 0, has_other = stat(b, &other) == 0;

	*ret = strcmp(a, b) == 0 || (has_one && has_other && one.st_dev == other.st_dev && one.st_ino == other.st_ino);
	if (*ret || has_one || has_other || strcmp(base_path_name(a), base_path_name(b)) != 0)
		return ASSAY_OK;
	/* neither is there yet: one name in one folder */
	dir_a = base_path_dir(a);
	dir_b = base_path_dir(b);
	if (!dir_a || !dir_b)
		return base_error_nomem(&cli->err);
	*ret = stat(dir_a, &one) == 0 && stat(dir_b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
	return ASSAY_OK;
}

static int
named_twice(struct cli *cli, const char *path, const char *other)
{
	base_error_at(&cli->err, ASSAY_USAGE, path, 0, 0, "is named twice as output");
	if (strcmp(path, other) != 0)
		base_error_hint(&cli->err, "'%s' is the same file", other);
	return ASSAY_USAGE;
}

static int
add_place(struct cli *cli, struct reports *reports, const char *format, const char *path)
{
	for (size_t i = 0; i < reports->n; i++) {
		const struct report_place *other = &reports->places[i];
		bool is_same = false;
		if (path && other->is_file && is_same_file(cli, path, other->file.path, &is_same) < 0)
			return ASSAY_NOMEM;
		if (is_same)
			return named_twice(cli, path, other->file.path);
		if (!path && !other->is_file) {
			base_error(&cli->err, ASSAY_USAGE, "two reports cannot share standard output");
			base_error_hint(&cli->err, "give --output FILE for each but one");
			return ASSAY_USAGE;
		}
	}
	reports->places[reports->n++] =
		(struct report_place){.format = format, .is_file = path != NULL, .file = {.path = path, .stream = {.fd = -1}}};
	return ASSAY_OK;
}

/* A file's ending picks the format; what has no such ending takes the formats in their order; what is left over goes to standard output.
 * Nobody asked: text on standard output, unless --quiet. */
static int
pair(struct cli *cli, struct reports *reports, bool stdout_is_taken)
{
	size_t n_formats, n_outputs, next = 0;
	const char *const *formats = cli_texts(cli, OPTION_FORMAT, &n_formats), *const *outputs = cli_texts(cli, OPTION_OUTPUT, &n_outputs);
	bool has_stdout = false;
	int r = ASSAY_OK;

	reports->places = base_calloc(n_formats + n_outputs + 1, sizeof *reports->places);
	if (!reports->places)
		return base_error_nomem(&cli->err);
	for (size_t i = 0; i < n_outputs && r == ASSAY_OK; i++) {
		const char *format = is_stdout(outputs[i]) ? NULL : app_format_of(outputs[i]);
		if (!format && next < n_formats)
			format = formats[next++];
		else if (!format && is_stdout(outputs[i]))
			format = "text";
		if (!format) {
			base_error_at(&cli->err, ASSAY_USAGE, outputs[i], 0, 0, "the ending names no format");
			base_error_hint(&cli->err, "give --format before it, or an ending such as .html or .json");
			return ASSAY_USAGE;
		}
		r = add_place(cli, reports, format, is_stdout(outputs[i]) ? NULL : outputs[i]);
	}
	for (; next < n_formats && r == ASSAY_OK; next++)
		r = add_place(cli, reports, formats[next], NULL);
	for (size_t i = 0; i < reports->n; i++)
		has_stdout = has_stdout || !reports->places[i].is_file;
	if (r == ASSAY_OK && has_stdout && stdout_is_taken)
		return base_error(&cli->err, ASSAY_USAGE, "a report and the spans cannot share standard output");
	if (r == ASSAY_OK && !has_stdout && n_formats == 0 && !stdout_is_taken && !cli_is_on(cli, OPTION_QUIET))
		r = add_place(cli, reports, "text", NULL);
	return r;
}

/* A report must not take the place of the data it is about. */
static int
check_target(struct cli *cli, const char *path)
{
	for (size_t i = 0; i < cli->n_arguments; i++) {
		bool is_same;
		int r = is_same_file(cli, cli->arguments[i], path, &is_same);
		if (r < 0)
			return r;
		if (is_same)
			return base_error_at(&cli->err, ASSAY_USAGE, path, 0, 0, "is data to be read, and cannot be an output");
	}
	return ASSAY_OK;
}

/* Remembers a file that is written, its unfinished name included where it has one. */
static void
remember(struct reports *reports, const struct output *file)
{
	reports->files[reports->n_files++] = file->path;
	if (file->temporary)
		reports->files[reports->n_files++] = file->temporary;
}

static int
open_file(struct cli *cli, struct reports *reports, struct output *file, const char *path, bool is_private)
{
	int r = check_target(cli, path);

	r = r < 0 ? r : output_open(file, path, is_private, &cli->err);
	if (r == ASSAY_OK)
		remember(reports, file);
	return r;
}

static int
prepare_spans(struct cli *cli, struct reports *reports, const char *path)
{
	bool reveal = cli_is_on(cli, OPTION_REVEAL);

	if (!path) {
		if (!reveal)
			return ASSAY_OK;
		base_error(&cli->err, ASSAY_USAGE, "'--reveal' shows values in spans only");
		base_error_hint(&cli->err, "say where they go: --spans FILE, or --spans - on a terminal");
		return ASSAY_USAGE;
	}
	reports->has_spans = true;
	reports->spans_sink = cli->sink;
	if (!is_stdout(path)) {
		reports->spans_in_file = true;
		reports->spans_sink = (struct app_sink){&reports->spans.stream, stream_write};
		return open_file(cli, reports, &reports->spans, path, reveal);
	}
	if (!reveal || output_is_private(STDOUT_FILENO))
		return ASSAY_OK;
	base_error(&cli->err, ASSAY_USAGE, "values are not shown here: others could read standard output");
	base_error_hint(&cli->err, "use --spans FILE, which is made for you alone");
	return ASSAY_USAGE;
}

int
reports_prepare(struct cli *cli, struct reports *ret)
{
	const char *spans = cli_text(cli, OPTION_SPANS);
	int r;

	*ret = (struct reports){.spans = {.stream = {.fd = -1}}};
	r = pair(cli, ret, spans && is_stdout(spans));
	if (r < 0)
		return r;
	/* each file has at most two names */
	ret->files = base_calloc(2 * (ret->n + 1), sizeof *ret->files);
	if (!ret->files)
		return base_error_nomem(&cli->err);
	for (size_t i = 0; i < ret->n && r == ASSAY_OK; i++) {
		struct report_place *place = &ret->places[i];
		bool is_same = false;
		if (place->is_file && spans)
			r = is_same_file(cli, spans, place->file.path, &is_same);
		if (is_same)
			r = named_twice(cli, spans, place->file.path);
		else if (r == ASSAY_OK && place->is_file)
			r = open_file(cli, ret, &place->file, place->file.path, false);
	}
	return r < 0 ? r : prepare_spans(cli, ret, spans);
}

void
reports_attach(struct reports *reports, struct scan_request *request)
{
	request->outputs = reports->files;
	request->n_outputs = reports->n_files;
	request->spans = reports->has_spans ? &reports->spans_sink : NULL;
}

static bool
wants_color(const struct cli *cli)
{
	const char *when = cli_text(cli, OPTION_COLOR), *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

static unsigned
terminal_width(void)
{
	struct winsize size;

	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int
write_file(struct cli *cli, struct report_place *place, struct result *result)
{
	struct app_sink sink = {&place->file.stream, stream_write};
	int r = result_render(result, place->format, strcmp(cli_text(cli, OPTION_COLOR), "always") == 0, 0, &sink, &cli->err);

	/* where writing failed, publishing says why */
	r = r < 0 && place->file.stream.error == 0 ? r : output_publish(&place->file, &cli->err);
	if (r == ASSAY_OK)
		cli_say(cli, "wrote %s", cli_printable(cli, place->file.path));
	return r;
}

int
reports_write(struct cli *cli, struct reports *reports, struct result *result)
{
	int r = reports->spans_in_file ? output_publish(&reports->spans, &cli->err) : ASSAY_OK;

	if (r == ASSAY_OK && reports->spans_in_file)
		cli_say(cli, "wrote %s", cli_printable(cli, reports->spans.path));
	/* files first: a reader of standard output that goes away must not cost them */
	for (size_t i = 0; i < reports->n && r == ASSAY_OK; i++)
		if (reports->places[i].is_file)
			r = write_file(cli, &reports->places[i], result);
	for (size_t i = 0; i < reports->n && r == ASSAY_OK; i++)
		if (!reports->places[i].is_file)
			r = result_render(result, reports->places[i].format, wants_color(cli), terminal_width(), &cli->sink, &cli->err);
	return r;
}

void
reports_dispose(struct reports *reports)
{
	for (size_t i = 0; i < reports->n; i++)
		if (reports->places[i].is_file)
			output_dispose(&reports->places[i].file);
	if (reports->spans_in_file)
		output_dispose(&reports->spans);
	free(reports->places);
	free(reports->files);
	*reports = (struct reports){0};
}
