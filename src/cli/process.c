/* Descriptors, core dumps, signals. */
#include "cli/process.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* A signal handler reaches nothing but statics: the one piece of state that is not in struct cli. */
static atomic_bool cancelled;
static volatile sig_atomic_t pipe_was_ignored;

static void
on_signal(int signal_number)
{
	if (atomic_exchange(&cancelled, true)) {
		signal(signal_number, SIG_DFL);
		raise(signal_number);
	}
}

/* A closed standard output must be an error, not the next file that is opened. Opened the wrong way round, so that using it fails. */
static void
open_standard_descriptors(void)
{
	static const int flags[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)open("/dev/null", flags[fd]);
}

/* Memory holds personal data. Only the soft limit is set: a command under `assay run` may raise it again. */
static void
forbid_core_dumps(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = 0;
		(void)setrlimit(RLIMIT_CORE, &limit);
	}
	(void)prctl(PR_SET_DUMPABLE, 0);
}

void
process_prepare(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal}, was;

	open_standard_descriptors();
	forbid_core_dumps();
	pipe_was_ignored = sigaction(SIGPIPE, NULL, &was) == 0 && was.sa_handler == SIG_IGN;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < BASE_COUNT(signals); i++)
		/* nohup and background jobs ignore some of them: that stays */
		if (sigaction(signals[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
}

atomic_bool *
process_cancelled(void)
{
	return &cancelled;
}

void
process_restore_pipe(void)
{
	if (!pipe_was_ignored)
		signal(SIGPIPE, SIG_DFL);
}

void
process_die_of_pipe(void)
{
	if (pipe_was_ignored)
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}
