/* Files and paths: bounded reading, replacing that never leaves half a file, folders, lexical paths. */
#include "../support.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

static size_t
count_entries(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(dir);
	return n;
}

static void
reading_is_bounded(void **state)
{
	struct assay_error err = {0};
	char *folder = support_folder(), *data = NULL;
	_cleanup_free_ char *path = base_path_join(folder, "f");
	size_t n = 0;

	(void)state;
	assert_int_equal(base_file_read(path, 10, &data, &n, &err), ASSAY_IO);
	assert_string_equal(err.subject, path);
	assert_ok(base_file_replace(path,
		"0123\0"
		"56789",
		10, 0600, &err));
	assert_ok(base_file_read(path, 10, &data, &n, &err));
	assert_int_equal(n, 10);
	assert_memory_equal(data,
		"0123\0"
		"56789",
		11);
	free(data);
	data = NULL;
	assert_int_equal(base_file_read(path, 9, &data, &n, &err), ASSAY_LIMIT);
	assert_null(data);
	assert_ok(base_file_replace(path, "", 0, 0600, &err));
	assert_ok(base_file_read(path, 9, &data, &n, &err));
	assert_int_equal(n, 0);
	assert_string_equal(data, "");
	free(data);
	data = NULL;
	assert_int_equal(base_file_read(folder, 9, &data, &n, &err), ASSAY_IO);
	assert_null(data);
	support_remove(folder);
}

static void
replacing_is_whole_and_private(void **state)
{
	struct assay_error err = {0};
	char *folder = support_folder(), *data;
	_cleanup_free_ char *path = base_path_join(folder, "f"), *nowhere = base_path_join(folder, "no/such/f"),
			    *temporary = base_path_join(folder, "t");
	struct stat st;
	size_t n;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_ok(base_file_replace(path, i ? "second" : "first", i ? 6 : 5, i ? 0640 : 0600, &err));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, i ? 0640 : 0600);
		assert_int_equal(count_entries(folder), 1);
	}
	assert_int_equal(base_file_replace(nowhere, "x", 1, 0600, &err), ASSAY_IO);
	/* a folder stands in the way: the file beside it is taken back */
	assert_ok(base_dir_make(nowhere, 0700, &err));
	assert_int_equal(base_file_replace(nowhere, "x", 1, 0600, &err), ASSAY_IO);
	_cleanup_free_ char *such = base_path_dir(nowhere);
	assert_int_equal(count_entries(such), 1);
	assert_ok(base_file_replace(temporary, "third", 5, 0600, &err));
	assert_ok(base_file_publish(temporary, path, &err));
	assert_false(base_file_exists(temporary));
	assert_ok(base_file_read(path, 100, &data, &n, &err));
	assert_string_equal(data, "third");
	free(data);
	assert_int_equal(base_file_publish(temporary, path, &err), ASSAY_IO);
	assert_true(base_file_exists(path));
	support_remove(folder);
}

static void
folders_are_made_with_their_parents(void **state)
{
	struct assay_error err = {0};
	char *folder = support_folder();
	_cleanup_free_ char *deep = base_format("%s/a//b/c/", folder), *file = base_path_join(folder, "a/f"),
			    *under = base_path_join(folder, "a/f/x");
	struct stat st;

	(void)state;
	assert_ok(base_dir_make(deep, 0700, &err));
	assert_ok(base_dir_make(deep, 0700, &err));
	assert_int_equal(stat(deep, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_ok(base_file_replace(file, "", 0, 0600, &err));
	assert_int_equal(base_dir_make(file, 0700, &err), ASSAY_IO);
	assert_string_equal(err.message, "is not a folder");
	assert_int_equal(base_dir_make(under, 0700, &err), ASSAY_IO);
	support_remove(folder);
}

static void
paths_are_lexical(void **state)
{
	static const struct {
		const char *path, *absolute;
	} absolute[] = {{"/a/b", "/a/b"}, {"/a//b/", "/a/b"}, {"/a/./b", "/a/b"}, {"/a/../b", "/b"}, {"/../..", "/"}, {"/", "/"},
		{"/a/b/../..", "/"}, {"/a/...", "/a/..."}, {"/a/..b/c", "/a/..b/c"}};
	static const struct {
		const char *dir, *name, *joined;
	} joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"}, {".", "b", "b"}, {"a", "/b", "/b"}, {"/", "b", "/b"}};
	static const struct {
		const char *root, *path, *below;
	} below[] = {{"/r", "/r/a/b", "a/b"}, {"/r", "/r", "."}, {"/r", "/rx/a", "/rx/a"}, {"/", "/a", "a"}, {"/", "/", "."},
		{"/r", "/x", "/x"}};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(absolute); i++) {
		_cleanup_free_ char *got = base_path_absolute(absolute[i].path);
		assert_string_equal(got, absolute[i].absolute);
	}
	for (size_t i = 0; i < BASE_COUNT(joins); i++) {
		_cleanup_free_ char *got = base_path_join(joins[i].dir, joins[i].name);
		assert_string_equal(got, joins[i].joined);
	}
	for (size_t i = 0; i < BASE_COUNT(below); i++)
		assert_string_equal(base_path_below(below[i].root, below[i].path), below[i].below);
	_cleanup_free_ char *cwd = getcwd(NULL, 0), *relative = base_path_absolute("x/../y"), *want = base_format("%s/y", cwd);
	assert_string_equal(relative, want);
	_cleanup_free_ char *dir = base_path_dir("a/b"), *none = base_path_dir("b"), *top = base_path_dir("/b");
	assert_string_equal(dir, "a");
	assert_string_equal(none, ".");
	assert_string_equal(top, "/");
	assert_string_equal(base_path_name("a/b"), "b");
	assert_string_equal(base_path_name("b"), "b");
}

/* A pipe takes less than asked for at a time: all of it arrives. */
static void
short_writes_are_resumed(void **state)
{
	enum { SIZE = 1 << 20 };
	_cleanup_free_ char *data = malloc(SIZE);
	int fds[2], status;
	pid_t child;

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (char)(i * 31 % 251);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		size_t at = 0;
		char part[777];
		close(fds[1]);
		for (ssize_t n; (n = read(fds[0], part, sizeof part)) > 0; at += (size_t)n)
			if (memcmp(part, data + at, (size_t)n) != 0)
				_exit(1);
		_exit(at == SIZE ? 0 : 2);
	}
	close(fds[0]);
	assert_int_equal(base_write_all(fds[1], data, SIZE), ASSAY_OK);
	close(fds[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(base_write_all(-1, data, 1), ASSAY_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_is_bounded),
		cmocka_unit_test(replacing_is_whole_and_private),
		cmocka_unit_test(folders_are_made_with_their_parents),
		cmocka_unit_test(paths_are_lexical),
		cmocka_unit_test(short_writes_are_resumed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
