/* The two tables from which parsing, help, completion and the pages under docs/ are made.
 *
 * To add a command: a word in enum command, a row in commands.c, one cmd_NAME.c, cases in tests/cli/NAME.
 * To add an option: a word in enum option, a row in options.c. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli;

enum command {
	COMMAND_INIT,
	COMMAND_SCAN,
	COMMAND_AUDIT,
	COMMAND_GATE,
	COMMAND_EXPLAIN,
	COMMAND_REPORT,
	COMMAND_RULES_LIST,
	COMMAND_RULES_SHOW,
	COMMAND_RULES_TEST,
	COMMAND_RULES_LINT,
	COMMAND_RULES_ALLOW,
	COMMAND_POLICIES_LIST,
	COMMAND_POLICIES_SHOW,
	COMMAND_POLICIES_TEST,
	COMMAND_POLICIES_LINT,
	COMMAND_POLICIES_QUERY,
	COMMAND_ACCESS_CHECK,
	COMMAND_ACCESS_EXPLAIN,
	COMMAND_ACCESS_LIST,
	COMMAND_RUN,
	COMMAND_LINEAGE_SHOW,
	COMMAND_LOG_NOTE,
	COMMAND_LOG_VERIFY,
	COMMAND_LOG_SHOW,
	COMMAND_LOG_PROVE,
	COMMAND_LOG_CHECKPOINT,
	COMMAND_DOCTOR,
	COMMAND_HELP,
	COMMAND_VERSION,
	COMMAND_COMPLETION,
	COMMAND_COUNT
};

struct command_row {
	enum command id;
	const char *name;            /* "scan", "rules list" */
	const char *synopsis;        /* what follows the options */
	const char *summary;         /* one line, lower case */
	const char *text;            /* paragraphs of help, separated by an empty line */
	const char *example;         /* command lines, one a line; may be NULL */
	uint8_t min, max;            /* number of arguments that are no options; ARGUMENTS_ANY = no maximum */
	bool takes_command;          /* after "--" stands a command line of somebody else */
	int (*run)(struct cli *cli); /* returns the exit status */
};
enum { ARGUMENTS_ANY = UINT8_MAX };

/* First words that have commands below them, and the parts of the overview. */
struct command_group {
	const char *title; /* heading of the overview */
	enum command first, last;
};
struct command_family {
	const char *name, *summary;
};

const struct command_row *command_at(size_t i); /* NULL past the end */
const struct command_group *command_group_at(size_t i);
const struct command_family *command_family_at(size_t i);
const struct command_family *command_family_find(const char *name);
/* By one or two words; second may be NULL. */
const struct command_row *command_find(const char *first, const char *second);
bool command_is_of(const struct command_row *row, const struct command_family *family);

enum option {
	OPTION_THREADS,
	OPTION_RULES,
	OPTION_COUNTRY,
	OPTION_ENTITY,
	OPTION_MIN_CONFIDENCE,
	OPTION_WINDOW,
	OPTION_CPU,
	OPTION_TIMEOUT,
	OPTION_MANIFEST,
	OPTION_POLICY,
	OPTION_CONTROLS,
	OPTION_PROFILE,
	OPTION_FAIL_ON,
	OPTION_STRICT,
	OPTION_AS_OF,
	OPTION_REPRODUCIBLE,
	OPTION_ACCESS,
	OPTION_WAIVERS,
	OPTION_MAX_AGE,
	OPTION_DATASET,
	OPTION_OWNER,
	OPTION_CI,
	OPTION_LANES,
	OPTION_CATEGORIES,
	OPTION_AUDIT,
	OPTION_WHO,
	OPTION_ACTION,
	OPTION_ROLE,
	OPTION_PURPOSE,
	OPTION_IN,
	OPTION_OUT,
	OPTION_AS,
	OPTION_SANDBOX,
	OPTION_TYPE,
	OPTION_FIRST,
	OPTION_COUNT_OF,
	OPTION_SIGN,
	OPTION_FORMAT,
	OPTION_LISTING,
	OPTION_OUTPUT,
	OPTION_SPANS,
	OPTION_REVEAL,
	OPTION_WHY,
	OPTION_ALLOW,
	OPTION_STATE,
	OPTION_VKEY,
	OPTION_ACTOR,
	OPTION_UNSIGNED,
	OPTION_PASSPHRASE_FD,
	OPTION_PASSPHRASE_FILE,
	OPTION_UNPROTECTED_KEY,
	OPTION_PASSPHRASE,
	OPTION_FINGERPRINT_KEY_FILE,
	OPTION_MARKDOWN,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_NO_PROGRESS,
	OPTION_COLOR,
	OPTION_HELP,
	OPTION_COUNT
};

enum option_kind {
	KIND_SWITCH,
	KIND_TEXT,
	KIND_FILE,
	KIND_FOLDER,
	KIND_NUMBER, /* min..max */
	KIND_BYTES,  /* as NUMBER, with K or M behind it */
	KIND_DATE,
	KIND_WORD,   /* one of words */
	KIND_FORMAT, /* one of the report formats */
	KIND_WORDS,  /* words of any kind, comma between them, repeatable */
	KIND_FILES,  /* one a time, repeatable */
};

/* Where besides the command line a value may come from, and what it does. */
enum option_flag {
	FROM_ENVIRONMENT = 1, /* ASSAY_NAME */
	FROM_MANIFEST = 2,    /* `options:` of assay.yaml; never for what loosens a gate, reveals values or names packs, keys or files */
	ONLY_ENVIRONMENT = 4, /* has no form on the command line */
	IN_RESULT = 8,        /* decides the result: stands with its origin in the stored options */
};

struct option_row {
	enum option id;
	const char *name; /* without "--" */
	char letter;      /* 0: none */
	enum option_kind kind;
	const char *argument; /* as help names it; NULL for a switch */
	const char *words;    /* KIND_WORD: choices, a space between them */
	uint64_t min, max;
	const char *fallback; /* what counts when nobody says; NULL: nothing */
	unsigned flags;
	uint64_t commands; /* bit per command */
	const char *help;  /* one sentence without a full stop */
};

const struct option_row *option_at(size_t i); /* NULL past the end */
const struct option_row *option_row_of(enum option id);
bool option_is_of(const struct option_row *row, enum command command);
bool option_repeats(const struct option_row *row);
/* The name of its environment variable. */
enum { OPTION_VARIABLE_MAX = 48 };
void option_variable(const struct option_row *row, char ret[static OPTION_VARIABLE_MAX]);
/* Choice number i of a KIND_WORD or KIND_FORMAT option as a slice; false past the end. */
bool option_choice(const struct option_row *row, size_t i, const char **ret, size_t *ret_size);

#endif
