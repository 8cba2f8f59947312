/* Help as text, git style. */
#include "cli/help.h"

#include "base/memory.h"

#include <string.h>

enum { OPTION_COLUMN = 28, NAME_COLUMN = 18, WIDTH = 100 };

void
help_option_name(const struct option_row *row, struct base_buffer *out)
{
	if (row->letter)
		base_buffer_format(out, "-%c, ", row->letter);
	base_buffer_format(out, "--%s%s%s", row->name, row->argument ? " " : "", row->argument ? row->argument : "");
}

void
help_option_text(const struct option_row *row, struct base_buffer *out)
{
	const char *choice;
	size_t size;

	base_buffer_text(out, row->help);
	for (size_t i = 0; option_choice(row, i, &choice, &size); i++)
		base_buffer_format(out, "%s%.*s", i ? ", " : ": ", (int)size, choice);
	if (row->fallback)
		base_buffer_format(out, " (default %s)", row->fallback);
}

void
help_wrapped(struct base_buffer *out, const char *text, size_t column)
{
	size_t at = column;

	while (*text) {
		size_t n = strcspn(text, " \n");
		if (at > column && at + 1 + n > WIDTH) {
			base_buffer_format(out, "\n%*s", (int)column, "");
			at = column;
		} else if (at > column) {
			base_buffer_char(out, ' ');
			at++;
		}
		base_buffer_append(out, text, n);
		at += n;
		text += n;
		if (text[0] == '\n' && text[1] == '\n') {
			base_buffer_format(out, "\n\n%*s", (int)column, "");
			at = column;
		}
		text += strspn(text, " \n");
	}
	base_buffer_char(out, '\n');
}

static void
append_option(const struct option_row *row, struct base_buffer *out)
{
	struct base_buffer name, text;

	base_buffer_init(&name, 256);
	base_buffer_init(&text, 4096);
	base_buffer_format(&name, "%s", row->letter ? "  " : "      ");
	help_option_name(row, &name);
	help_option_text(row, &text);
	base_buffer_append(out, name.data, name.size);
	if (name.size + 2 > OPTION_COLUMN)
		base_buffer_format(out, "\n%*s", OPTION_COLUMN, "");
	else
		base_buffer_format(out, "%*s", (int)(OPTION_COLUMN - name.size), "");
	help_wrapped(out, text.data ? text.data : "", OPTION_COLUMN);
	base_buffer_dispose(&name);
	base_buffer_dispose(&text);
}

static void
append_variables(const struct command_row *row, struct base_buffer *out)
{
	const struct option_row *option;
	struct base_buffer text;
	size_t n = 0;

	base_buffer_init(&text, 4096);
	for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
		char variable[OPTION_VARIABLE_MAX];
		if (!(option->flags & FROM_ENVIRONMENT) || !option_is_of(option, row->id))
			continue;
		option_variable(option, variable);
		base_buffer_format(&text, "%s%s", n++ ? " " : "", variable);
	}
	if (n > 0) {
		base_buffer_text(out, "\nEnvironment ('assay help environment' explains it):\n  ");
		help_wrapped(out, text.data ? text.data : "", 2);
	}
	base_buffer_dispose(&text);
}

static void
append_lines(struct base_buffer *out, const char *lines)
{
	while (*lines) {
		size_t n = strcspn(lines, "\n");
		base_buffer_text(out, "  ");
		base_buffer_append(out, lines, n);
		base_buffer_char(out, '\n');
		lines += n;
		lines += *lines == '\n';
	}
}

void
help_command(const struct command_row *row, struct base_buffer *out)
{
	const struct option_row *option;

	base_buffer_format(out, "assay %s: %s\n\nusage: assay %s [options]%s%s\n", row->name, row->summary, row->name,
		*row->synopsis ? " " : "", row->synopsis);
	if (*row->text) {
		base_buffer_char(out, '\n');
		help_wrapped(out, row->text, 0);
	}
	base_buffer_text(out, "\nOptions:\n");
	for (size_t i = 0; (option = option_at(i)) != NULL; i++)
		if (!(option->flags & ONLY_ENVIRONMENT) && option_is_of(option, row->id))
			append_option(option, out);
	append_variables(row, out);
	if (row->example) {
		base_buffer_text(out, "\nFor example:\n");
		append_lines(out, row->example);
	}
}

static void
append_summary(const struct command_row *row, struct base_buffer *out)
{
	base_buffer_format(out, "  %-*s", NAME_COLUMN - 2, row->name);
	help_wrapped(out, row->summary, NAME_COLUMN);
}

void
help_family(const struct command_family *family, struct base_buffer *out)
{
	const struct command_row *row;

	base_buffer_format(out, "assay %s: %s\n\nusage: assay %s COMMAND [options]\n\n", family->name, family->summary, family->name);
	for (size_t i = 0; (row = command_at(i)) != NULL; i++)
		if (command_is_of(row, family))
			append_summary(row, out);
	base_buffer_format(out, "\n'assay help %s COMMAND' shows the options of one.\n", family->name);
}

void
help_overview(struct base_buffer *out)
{
	const struct command_group *group;
	const struct command_row *row;
	const struct help_topic *topic;

	base_buffer_text(out, "usage: assay COMMAND [options] [paths]\n\nAudits data before it is used: scan looks, audit judges and "
			      "signs, gate admits.\n");
	for (size_t i = 0; (group = command_group_at(i)) != NULL; i++) {
		base_buffer_format(out, "\n%s\n", group->title);
		for (size_t k = 0; (row = command_at(k)) != NULL; k++)
			if (row->id >= group->first && row->id <= group->last)
				append_summary(row, out);
	}
	base_buffer_text(out, "\n'assay help COMMAND' shows one command. Topics:");
	for (size_t i = 0; (topic = help_topic_at(i)) != NULL; i++)
		base_buffer_format(out, "%s 'assay help %s'", i ? "," : "", topic->name);
	base_buffer_text(out, ".\n");
}
