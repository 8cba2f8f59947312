/* A command as a child process: by its arguments, never through a shell. Signals are waited for instead of handled, so no state outlives
 * the call. */
#include "app/run.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { POLL_NS = 200000000 };

extern char **environ;

/* The environment without what opens the signing key: the command could otherwise write into the ledger. */
static char **
make_environment(void)
{
	static const char secret[] = "ASSAY_PASSPHRASE=";
	size_t n = 0, kept = 0;
	char **copy;

	while (environ && environ[n])
		n++;
	copy = base_calloc(n + 1, sizeof *copy);
	for (size_t i = 0; copy && i < n; i++)
		if (strncmp(environ[i], secret, sizeof secret - 1) != 0)
			copy[kept++] = environ[i];
	return copy;
}

static void
fill_signals(sigset_t *set)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};

	sigemptyset(set);
	for (size_t i = 0; i < BASE_COUNT(signals); i++)
		sigaddset(set, signals[i]);
}

/* 0, or an errno of starting it. posix_spawnp does not hand a file without "#!" to a shell. */
static int
spawn(char *const *argv, const sigset_t *mask, pid_t *ret)
{
	_cleanup_free_ char **environment = make_environment();
	posix_spawnattr_t attributes;
	int e = environment ? posix_spawnattr_init(&attributes) : ENOMEM;

	if (e != 0)
		return e;
	e = posix_spawnattr_setsigmask(&attributes, mask);
	e = e ? e : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	e = e ? e : posix_spawnp(ret, argv[0], NULL, &attributes, argv, environment);
	posix_spawnattr_destroy(&attributes);
	return e;
}

/* Waits for the end. What a terminal sends reaches the command by itself; what a process sends to us alone is handed on. */
static int
wait_for(pid_t child, const sigset_t *signals, atomic_bool *cancelled, int *ret_status, struct assay_error *err)
{
	static const struct timespec poll = {0, POLL_NS};
	bool is_told = false;

	for (;;) {
		siginfo_t info = {0};
		int status, number;
		pid_t r = waitpid(child, &status, WNOHANG);
		if (r == child) {
			*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
			return ASSAY_OK;
		}
		if (r < 0 && errno != EINTR)
			return base_error_errno(err, ASSAY_IO, "", "cannot wait for the command");
		if (cancelled && atomic_load(cancelled) && !is_told)
			is_told = kill(child, SIGTERM) == 0;
		number = sigtimedwait(signals, &info, &poll);
		if (number > 0 && number != SIGCHLD && info.si_code <= 0)
			(void)kill(child, number);
	}
}

int
run_child(char *const *argv, atomic_bool *cancelled, int *ret_status, const char **ret_why, struct assay_error *err)
{
	struct sigaction as_usual = {.sa_handler = SIG_DFL}, was;
	sigset_t signals, mask;
	pid_t child;
	int e, r = ASSAY_OK;

	fill_signals(&signals);
	/* where SIGCHLD is ignored the status of a child is lost */
	sigemptyset(&as_usual.sa_mask);
	if (sigaction(SIGCHLD, NULL, &was) < 0 || (was.sa_handler == SIG_IGN && sigaction(SIGCHLD, &as_usual, NULL) < 0)
		|| pthread_sigmask(SIG_BLOCK, &signals, &mask) != 0)
		return base_error(err, ASSAY_INTERNAL, "cannot prepare for signals");
	*ret_why = NULL;
	e = spawn(argv, &mask, &child);
	if (e == 0)
		r = wait_for(child, &signals, cancelled, ret_status, err);
	else if (e == EAGAIN || e == ENOMEM) {
		errno = e;
		r = base_error_errno(err, ASSAY_IO, "", "cannot start a process");
	} else {
		*ret_status = e == ENOENT ? 127 : 126;
		*ret_why = e == ENOENT ? "command not found" : e == ENOEXEC ? "not an executable file" : strerrordesc_np(e);
	}
	(void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
	if (was.sa_handler == SIG_IGN)
		(void)sigaction(SIGCHLD, &was, NULL);
	return r;
}
