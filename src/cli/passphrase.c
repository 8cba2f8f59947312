/* Where the passphrase of the signing key comes from. It is held in one place and wiped at the end. */
#include "cli/cli.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* More is not a passphrase but the wrong file. */
enum { PASSPHRASE_MAX = 1024 };

static void
drop(char **text)
{
	if (!*text)
		return;
	explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

void
passphrase_wipe(struct cli *cli)
{
	drop(&cli->passphrase);
}

/* One byte; 0 at the end. The signals that cancel are blocked but while it waits: one that comes before the wait ends it all the same. */
static ssize_t
read_byte(struct cli *cli, int fd, const sigset_t *waiting, char *ret)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	while (!atomic_load(cli->env.cancelled))
		if (ppoll(&ready, 1, NULL, waiting) >= 0)
			return read(fd, ret, 1);
		else if (errno != EINTR)
			return -1;
	return -1;
}

/* The first line of ${fd}; malloc'ed. LIMIT when it is too long, CANCELLED after a signal. Never reads past the line's end. */
static int
read_line(struct cli *cli, int fd, char **ret)
{
	char *line = calloc(1, PASSPHRASE_MAX + 1);
	sigset_t blocked, was;
	size_t n = 0;
	int r = line ? ASSAY_OK : ASSAY_NOMEM;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigprocmask(SIG_BLOCK, &blocked, &was);
	while (r == ASSAY_OK) {
		char c;
		ssize_t got = read_byte(cli, fd, &was, &c);
		if (got < 0)
			r = atomic_load(cli->env.cancelled) ? ASSAY_CANCELLED : ASSAY_IO;
		else if (got == 0 || c == '\n')
			break;
		else if (n == PASSPHRASE_MAX)
			r = ASSAY_LIMIT;
		else
			line[n++] = c;
	}
	sigprocmask(SIG_SETMASK, &was, NULL);
	if (r == ASSAY_OK && n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	if (r < 0)
		drop(&line);
	*ret = line;
	return r;
}

static int
take_line(struct cli *cli, int fd, const char *subject)
{
	char *line;
	int r = read_line(cli, fd, &line);

	if (r == ASSAY_IO)
		return base_error_errno(&cli->err, ASSAY_IO, subject, "cannot read");
	if (r == ASSAY_LIMIT)
		return base_error_at(&cli->err, ASSAY_KEY, subject, 0, 0, "the first line is longer than a passphrase may be (%d bytes)",
			PASSPHRASE_MAX);
	if (r == ASSAY_CANCELLED)
		return base_error(&cli->err, r, "interrupted");
	if (r < 0)
		return base_error_nomem(&cli->err);
	if (!*line) {
		drop(&line);
		return base_error_at(&cli->err, ASSAY_KEY, subject, 0, 0, "the passphrase is empty");
	}
	passphrase_wipe(cli);
	cli->passphrase = line;
	return ASSAY_OK;
}

int
passphrase_read(struct cli *cli)
{
	const char *path = cli_text(cli, OPTION_PASSPHRASE_FILE);
	bool has_fd = cli_is_given(cli, OPTION_PASSPHRASE_FD);
	struct stat st;
	char subject[32];

	if (has_fd && path && cli->settings[OPTION_PASSPHRASE_FILE].origin == ORIGIN_FLAG)
		return base_error(&cli->err, ASSAY_USAGE, "give either '--passphrase-fd' or '--passphrase-file'");
	if (has_fd) {
		snprintf(subject, sizeof subject, "descriptor %u", (unsigned)cli_number(cli, OPTION_PASSPHRASE_FD));
		return take_line(cli, (int)cli_number(cli, OPTION_PASSPHRASE_FD), subject);
	}
	if (!path)
		return ASSAY_OK;
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return base_error_errno(&cli->err, ASSAY_IO, path, "cannot open");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		cli_say(cli, "warning: the passphrase file '%s' is open to others (mode %03o)", cli_printable(cli, path),
			(unsigned)st.st_mode & 0777);
	return take_line(cli, fd, path);
}

/* One question on the terminal, without echo. */
static int
ask(struct cli *cli, int terminal, const char *question)
{
	struct termios was, silent;
	int r;

	if (tcgetattr(terminal, &was) < 0)
		return ASSAY_UNSUPPORTED;
	silent = was;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	dprintf(terminal, "%s", question);
	(void)tcsetattr(terminal, TCSAFLUSH, &silent);
	r = take_line(cli, terminal, "terminal");
	(void)tcsetattr(terminal, TCSAFLUSH, &was);
	dprintf(terminal, "\n");
	return r;
}

int
passphrase_ask(struct cli *cli, bool is_new)
{
	char *first;
	bool same;
	int r;

	/* a job in the background of a terminal would stop, so both have to be there */
	if (!isatty(STDERR_FILENO))
		return ASSAY_UNSUPPORTED;
	_cleanup_close_ int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0)
		return ASSAY_UNSUPPORTED;
	r = ask(cli, terminal, is_new ? "New passphrase for the signing key: " : "Passphrase of the signing key: ");
	if (r < 0 || !is_new)
		return r;
	first = BASE_STEAL(cli->passphrase);
	r = ask(cli, terminal, "Once more: ");
	same = r == ASSAY_OK && strcmp(first, cli->passphrase) == 0;
	drop(&first);
	if (r == ASSAY_OK && !same)
		return base_error(&cli->err, ASSAY_KEY, "the two passphrases differ");
	return r;
}
