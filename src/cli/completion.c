/* Completion for bash, made from the two tables. The script calls nothing and reads nothing. */
#include "cli/help.h"

#include <string.h>

/* "scan", "rules list": a word of the case statement below. */
static void
append_options(enum command command, struct base_buffer *out)
{
	const struct option_row *row;
	bool more = false;

	for (size_t i = 0; (row = option_at(i)) != NULL; i++) {
		if ((row->flags & ONLY_ENVIRONMENT) || !option_is_of(row, command))
			continue;
		base_buffer_format(out, "%s--%s", more ? " " : "", row->name);
		more = true;
	}
}

/* First words, each once. */
static void
append_first_words(struct base_buffer *out)
{
	const struct command_family *family;
	const struct command_row *row;

	for (size_t i = 0; (row = command_at(i)) != NULL; i++)
		if (!strchr(row->name, ' '))
			base_buffer_format(out, "%s ", row->name);
	for (size_t i = 0; (family = command_family_at(i)) != NULL; i++)
		base_buffer_format(out, "%s%s", i ? " " : "", family->name);
}

static void
append_second_words(struct base_buffer *out)
{
	const struct command_family *family;
	const struct command_row *row;

	for (size_t i = 0; (family = command_family_at(i)) != NULL; i++) {
		bool more = false;
		base_buffer_format(out, "\t\t%s) words=\"", family->name);
		for (size_t k = 0; (row = command_at(k)) != NULL; k++)
			if (command_is_of(row, family)) {
				base_buffer_format(out, "%s%s", more ? " " : "", row->name + strlen(family->name) + 1);
				more = true;
			}
		base_buffer_text(out, "\" ;;\n");
	}
}

/* What may stand behind an option: choices, files, folders, or anything. Options of one name have the same kind, or both have choices. */
static void
append_values(struct base_buffer *out)
{
	const struct option_row *row;
	const char *choice;
	size_t size;

	for (size_t i = 0; (row = option_at(i)) != NULL; i++) {
		if ((row->flags & ONLY_ENVIRONMENT) || row->kind == KIND_SWITCH || row->id == OPTION_LISTING)
			continue;
		base_buffer_format(out, "\t--%s", row->name);
		if (row->letter)
			base_buffer_format(out, " | -%c", row->letter);
		if (row->kind == KIND_FILE || row->kind == KIND_FILES)
			base_buffer_text(out, ") mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n");
		else if (row->kind == KIND_FOLDER)
			base_buffer_text(out, ") mapfile -t COMPREPLY < <(compgen -d -- \"$word\"); return ;;\n");
		else {
			base_buffer_text(out, ") mapfile -t COMPREPLY < <(compgen -W \"");
			for (size_t k = 0; option_choice(row, k, &choice, &size); k++)
				base_buffer_format(out, "%s%.*s", k ? " " : "", (int)size, choice);
			base_buffer_text(out, "\" -- \"$word\"); return ;;\n");
		}
	}
}

void
completion_bash(struct base_buffer *out)
{
	const struct command_row *row;

	base_buffer_text(out, "# bash completion of assay: eval \"$(assay completion bash)\"\n"
			      "_assay()\n{\n"
			      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=\n"
			      "\tCOMPREPLY=()\n"
			      "\tif ((COMP_CWORD == 1)); then\n\t\tmapfile -t COMPREPLY < <(compgen -W \"");
	append_first_words(out);
	base_buffer_text(out, "\" -- \"$word\")\n\t\treturn\n\tfi\n\tcase $before in\n");
	append_values(out);
	base_buffer_text(out, "\tesac\n\tif ((COMP_CWORD == 2)); then\n\t\tcase $command in\n");
	append_second_words(out);
	base_buffer_text(out, "\t\thelp) words=\"");
	append_first_words(out);
	for (size_t i = 0; help_topic_at(i); i++)
		base_buffer_format(out, " %s", help_topic_at(i)->name);
	base_buffer_text(out, "\" ;;\n\t\tcompletion) words=\"bash\" ;;\n\t\tesac\n\t\tif [[ -n $words ]]; then\n"
			      "\t\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n\t\t\treturn\n\t\tfi\n\tfi\n"
			      "\tif [[ $word != -* ]]; then\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n\t\treturn\n\tfi\n"
			      "\tcase $command in\n\t");
	for (size_t i = 0; command_family_at(i); i++)
		base_buffer_format(out, "%s%s", i ? " | " : "", command_family_at(i)->name);
	base_buffer_text(out, ") command+=\" ${COMP_WORDS[2]}\" ;;\n\tesac\n\tcase $command in\n");
	for (size_t i = 0; (row = command_at(i)) != NULL; i++) {
		base_buffer_format(out, "\t\"%s\") words=\"", row->name);
		append_options(row->id, out);
		base_buffer_text(out, "\" ;;\n");
	}
	base_buffer_text(
		out, "\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\ncomplete -o filenames -F _assay assay\n");
}
