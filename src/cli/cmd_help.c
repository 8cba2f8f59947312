/* assay help, version, completion: what is made from the tables. */
#include "cli/commands.h"

#include "assay/version.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"

#include <string.h>

/* A page of help: larger means a mistake in the tables. */
enum { PAGE_MAX = 1 << 18, NAMES_MAX = 128 };

static int
refuse_subject(struct cli *cli, const char *first, const char *second)
{
	const char *subject = second ? base_arena_format(cli->arena, "%s %s", first, second) : first, *names[NAMES_MAX], *near;
	size_t n = 0;

	if (!subject)
		return base_error_nomem(&cli->err);
	for (size_t i = 0; command_at(i) && n < NAMES_MAX; i++)
		names[n++] = command_at(i)->name;
	for (size_t i = 0; command_family_at(i) && n < NAMES_MAX; i++)
		names[n++] = command_family_at(i)->name;
	for (size_t i = 0; help_topic_at(i) && n < NAMES_MAX; i++)
		names[n++] = help_topic_at(i)->name;
	near = base_suggest(subject, names, n);
	base_error(&cli->err, ASSAY_USAGE, "no help for '%s'", cli_printable(cli, subject));
	if (near)
		base_error_hint(&cli->err, "did you mean 'assay help %s'?", near);
	else
		base_error_hint(&cli->err, "'assay help' lists the commands");
	return ASSAY_USAGE;
}

static const struct help_topic *
find_topic(const char *name)
{
	for (size_t i = 0; help_topic_at(i); i++)
		if (strcmp(help_topic_at(i)->name, name) == 0)
			return help_topic_at(i);
	return NULL;
}

static int
write_page(struct cli *cli, struct base_buffer *page)
{
	const char *first = cli->n_arguments > 0 ? cli->arguments[0] : NULL, *second = cli->n_arguments > 1 ? cli->arguments[1] : NULL;
	const struct command_family *family = first ? command_family_find(first) : NULL;
	const struct help_topic *topic = first ? find_topic(first) : NULL;
	const struct command_row *row = first ? command_find(first, second) : NULL;
	bool markdown = cli_is_on(cli, OPTION_MARKDOWN);

	if (!first && markdown)
		help_markdown(page);
	else if (!first)
		help_overview(page);
	else if (topic && !second)
		topic->write(page, markdown);
	else if (markdown)
		return base_error(&cli->err, ASSAY_USAGE, "there is a Markdown page of all commands and of topics only");
	else if (family && !second)
		help_family(family, page);
	else if (row && (family || !second))
		help_command(row, page);
	else
		return refuse_subject(cli, first, second);
	return ASSAY_OK;
}

static int
print(struct cli *cli, const struct base_buffer *page)
{
	if (page->failed)
		return base_error_nomem(&cli->err);
	return stream_write(&cli->out, page->data, page->size);
}

int
command_help(struct cli *cli)
{
	struct base_buffer page;
	int r;

	base_buffer_init(&page, PAGE_MAX);
	r = write_page(cli, &page);
	r = r < 0 ? r : print(cli, &page);
	base_buffer_dispose(&page);
	return cli_finish(cli, r, NULL);
}

int
command_version(struct cli *cli)
{
	static const char text[] = "assay " ASSAY_VERSION "\n";

	return cli_finish(cli, stream_write(&cli->out, text, sizeof text - 1), NULL);
}

int
command_completion(struct cli *cli)
{
	struct base_buffer page;
	int r = ASSAY_OK;

	base_buffer_init(&page, PAGE_MAX);
	if (strcmp(cli->arguments[0], "bash") == 0) {
		completion_bash(&page);
		r = print(cli, &page);
	} else {
		r = base_error(&cli->err, ASSAY_USAGE, "no completion for the shell '%s'", cli_printable(cli, cli->arguments[0]));
		base_error_hint(&cli->err, "there is one for: bash");
	}
	base_buffer_dispose(&page);
	return cli_finish(cli, r, NULL);
}
