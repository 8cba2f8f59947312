/* What the process as a whole is set to: descriptors, core dumps, signals. */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>

/* To be called first. Descriptors 0 to 2 are open afterwards (so that no file takes their place), no core is dumped, SIGPIPE is ignored,
 * and the first SIGINT, SIGTERM or SIGHUP sets the flag; the second kills. */
void process_prepare(void);
/* Set by the first signal. */
atomic_bool *process_cancelled(void);
/* Gives SIGPIPE back its meaning, for a child that inherits it. */
void process_restore_pipe(void);
/* Dies of SIGPIPE, as a filter whose reader went away does. Returns only if that signal is blocked. */
void process_die_of_pipe(void);

#endif
