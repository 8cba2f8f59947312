/* Inside the enumeration: what one path is (list_state.c) and the walk (list.c). */
#ifndef SOURCE_LIST_H
#define SOURCE_LIST_H

#include "source/source.h"

#include <sys/stat.h>

/* Names that are never looked into, wherever they stand. */
bool list_is_never_scanned(const char *path);
/* What a file is that is about to be listed: state and detail of ${entry}, whose path and size are set. st is of the file that a
 * link leads to. NOMEM. */
int list_judge_file(struct source_entry *entry, const struct stat *st);
/* The same for a link that leads nowhere. */
int list_judge_dangling(struct source_entry *entry);
/* X of "X.dvc", malloc'ed; NULL in *ret for other names. */
int list_dvc_target(const char *path, char **ret);

#endif
