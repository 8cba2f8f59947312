/* Runs a fuzz target over the files and folders named as arguments, once each: how a build without libFuzzer replays a corpus or a finding.
 */
#include "fuzz.h"

#include "base/file.h"

#include <dirent.h>
#include <sys/stat.h>

enum { INPUT_MAX = 16 << 20 };

static size_t n_run;

static int
run_file(const char *path)
{
	struct assay_error err = {0};
	_cleanup_free_ char *data = NULL;
	size_t n;

	if (base_file_read(path, INPUT_MAX, &data, &n, &err) < 0) {
		fprintf(stderr, "replay: %s: %s\n", path, err.message);
		return -1;
	}
	/* a copy of exactly that size, so that a sanitizer sees a read behind its end */
	_cleanup_free_ uint8_t *exact = malloc(n > 0 ? n : 1);
	must(exact, "out of memory");
	memcpy(exact, data, n);
	/* the name stands before what the target prints when it aborts */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput(exact, n);
	n_run++;
	return 0;
}

static int
run_folder(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), r = 0;

	if (n < 0) {
		fprintf(stderr, "replay: %s: cannot be listed\n", path);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.' && r == 0) {
			_cleanup_free_ char *file = base_path_join(path, names[i]->d_name);
			must(file, "out of memory");
			r = run_file(file);
		}
		free(names[i]);
	}
	free(names);
	return r;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct stat st;
		int r = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode) ? run_folder(argv[i]) : run_file(argv[i]);
		if (r < 0)
			return 3;
	}
	/* an empty corpus would pass for a corpus without faults */
	if (n_run == 0) {
		fprintf(stderr, "usage: replay FILE|FOLDER...\n");
		return 2;
	}
	printf("%zu inputs replayed\n", n_run);
	return 0;
}
