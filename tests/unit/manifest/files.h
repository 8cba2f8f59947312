/* Manifests in a temporary folder. */
#ifndef TESTS_MANIFEST_FILES_H
#define TESTS_MANIFEST_FILES_H

#include "../support.h"

#include "manifest/manifest.h"

static inline void
write_file(const char *folder, const char *name, const char *text)
{
	struct assay_error err = {0};
	char *path = base_path_join(folder, name), *dir = base_path_dir(path);

	assert_ok(base_dir_make(dir, 0700, &err));
	assert_ok(base_file_replace(path, text, strlen(text), 0600, &err));
	free(dir);
	free(path);
}

static inline int
load(const char *folder, const char *name, struct manifest **ret, struct assay_error *err)
{
	char *path = base_path_join(folder, name);
	int r = manifest_load(path, ret, err);

	free(path);
	return r;
}

/* Loads a text as folder/assay.yaml; the folder goes away again. */
static inline int
load_text(const char *text, struct manifest **ret, struct assay_error *err)
{
	char *folder = support_folder();
	int r;

	write_file(folder, "assay.yaml", text);
	r = load(folder, "assay.yaml", ret, err);
	support_remove(folder);
	return r;
}

#endif
