/* Enumeration: names, order, what is excluded, pointers, links and loops, what cannot be read, hostile names. */
#include "read.h"

#include <sys/socket.h>
#include <sys/un.h>

static void
put(const char *folder, const char *name, const char *text)
{
	char *path = base_format("%s/%s", folder, name), *dir = base_path_dir(path);
	struct assay_error err = {0};

	assert_ok(base_dir_make(dir, 0700, &err));
	free(write_file(folder, name, text, strlen(text)));
	free(dir);
	free(path);
}

static void
link_to(const char *folder, const char *name, const char *target)
{
	char *path = base_format("%s/%s", folder, name);

	assert_int_equal(symlink(target, path), 0);
	free(path);
}

static const char *
state_name(enum source_entry_state state)
{
	static const char *const names[] = {"file", "excluded", "pointer", "dangling", "unreadable", "empty-dir", "special"};

	return names[state];
}

/* One line per entry: name, state, detail. */
static char *
list_of(const char *root, const char *const *paths, size_t n, const char *const *exclude, size_t n_exclude)
{
	struct source_list_options options = {.root = root, .paths = paths, .n_paths = n, .exclude = exclude, .n_exclude = n_exclude};
	struct assay_error err = {0};
	struct source_list list;
	struct base_buffer out;

	base_buffer_init(&out, 1 << 20);
	assert_ok(source_list_make(&options, &list, &err));
	for (size_t i = 0; i < list.n; i++) {
		const struct source_entry *e = &list.entries[i];
		struct stat st;
		base_buffer_format(&out, "%s %s%s%s\n", e->name, state_name(e->state), e->detail ? ": " : "", e->detail ? e->detail : "");
		assert_int_equal(e->path[0], '/');
		assert_int_equal(lstat(e->path, &st), 0);
		if (e->state == ENTRY_FILE) {
			assert_int_equal(stat(e->path, &st), 0);
			assert_int_equal(e->size, st.st_size);
		}
	}
	source_list_dispose(&list);
	return base_buffer_take(&out);
}

#define assert_list(root, exclude, n_exclude, expected, ...)                                                                               \
	do {                                                                                                                               \
		const char *paths_[] = {__VA_ARGS__};                                                                                      \
		char *got_ = list_of(root, paths_, BASE_COUNT(paths_), exclude, n_exclude);                                                \
		assert_string_equal(got_, expected);                                                                                       \
		free(got_);                                                                                                                \
	} while (0)

static void
test_walk(void **state)
{
	char *root = support_folder(), *output = base_format("%s/out.html", root), *own = base_format("%s/state", root),
	     *b = base_format("%s/b", root);
	const char *const exclude[] = {output, own};
	(void)state;

	put(root, "b/x.csv", "1");
	put(root, "b/y.csv", "2");
	put(root, "a.txt", "3");
	put(root, "b.txt", "4");
	put(root, ".hidden", "5");
	put(root, "out.html", "6");
	put(root, "state/ledger.db", "7");
	put(root, ".git/config", "8");
	put(root, "b/.dvc/cache/aa", "9");
	put(root, "b/.dvc/config", "10");
	put(root, ".assay/key", "11");
	put(root, "b/__pycache__/x", "12");
	put(root, ".DS_Store", "13");
	put(root, ".gitignore", "b");
	assert_list(root, exclude, 2,
		".DS_Store excluded: never scanned\n.assay excluded: never scanned\n.git excluded: never scanned\n.gitignore file\n.hidden "
		"file\na.txt file\nb.txt file\n"
		"b/.dvc/cache excluded: never scanned\nb/.dvc/config file\nb/__pycache__ excluded: never scanned\nb/x.csv file\nb/y.csv "
		"file\n"
		"out.html excluded: never scanned\nstate excluded: never scanned\n",
		root);
	/* the same file named twice, and a folder and what lies in it; order of naming does not matter */
	char *x = base_format("%s/b/x.csv", root), *dotted = base_format("%s/b/../b/./x.csv", root),
	     *config = base_format("%s/.git/config", root);
	assert_list(root, NULL, 0,
		"b/.dvc/cache excluded: never scanned\nb/.dvc/config file\nb/__pycache__ excluded: never scanned\nb/x.csv file\nb/y.csv "
		"file\n",
		x, b, dotted, b);
	assert_list(root, NULL, 0, ".git/config excluded: never scanned\n", config);
	char *ledger = base_path_join(own, "ledger.db");
	assert_list(root, exclude, 2, "state/ledger.db excluded: never scanned\n", ledger);
	free(ledger);
	/* outside the root names stay absolute */
	char *expected = base_format("%s file\n", x);
	assert_list("/nowhere", NULL, 0, expected, x);
	free(expected);
	free(x);
	free(dotted);
	free(config);
	free(output);
	free(own);
	free(b);
	support_remove(root);
}

static void
test_pointers(void **state)
{
	char *root = support_folder();
	(void)state;

	put(root, "lfs.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 1\n");
	put(root, "unlocked.csv", "/annex/objects/SHA256E-s1--f50d.csv\n");
	put(root, "data.csv.dvc", "outs:\n- path: data.csv\n");
	put(root, "here.csv.dvc", "outs:\n- path: here.csv\n");
	put(root, "here.csv", "a,b\n");
	put(root, ".git/annex/objects/k1", "content");
	link_to(root, "absent.csv", ".git/annex/objects/k2");
	link_to(root, "present.csv", ".git/annex/objects/k1");
	assert_list(root, NULL, 0,
		".git excluded: never scanned\nabsent.csv pointer: git annex get\ndata.csv.dvc pointer: dvc pull\nhere.csv "
		"file\nhere.csv.dvc file\n"
		"lfs.csv pointer: git lfs pull\npresent.csv file\nunlocked.csv pointer: git annex get\n",
		root);
	support_remove(root);
}

static void
test_links(void **state)
{
	char *root = support_folder(), *other = support_folder(), *up = base_format("%s/z/inner", root),
	     *named = base_format("%s/a-link", root);
	(void)state;

	put(root, "z/one.csv", "1");
	put(root, "z/inner/two.csv", "2");
	put(other, "three.csv", "3");
	put(other, ".git/config", "4");
	link_to(root, "a-link", "z");
	link_to(root, "file-link", "z/one.csv");
	link_to(root, "gone", "nowhere");
	link_to(root, "self", "self");
	link_to(root, "z/inner/up", "..");
	link_to(root, "z/inner/root", root);
	link_to(root, "out", other);
	link_to(root, "out2", other);
	char *git = base_path_join(other, ".git");
	link_to(root, "other-git", git);
	free(git);
	assert_list(root, NULL, 0,
		"a-link excluded: its folder stands in the list under another name\nfile-link file\ngone dangling: the link leads "
		"nowhere\nother-git excluded: never scanned\n"
		"out/.git excluded: never scanned\nout/three.csv file\nout2 excluded: its folder stands in the list under another name\n"
		"self dangling: the link leads to itself\nz/inner/root dangling: the link leads back to a folder above it\nz/inner/two.csv "
		"file\n"
		"z/inner/up dangling: the link leads back to a folder above it\nz/one.csv file\n",
		root);
	/* a link that the user names is where the walk begins */
	assert_list(root, NULL, 0,
		"a-link/inner/root dangling: the link leads back to a folder above it\na-link/inner/two.csv file\n"
		"a-link/inner/up dangling: the link leads back to a folder above it\na-link/one.csv file\n",
		named);
	free(up);
	free(named);
	support_remove(root);
	support_remove(other);
}

static void
test_odd_things(void **state)
{
	char *root = support_folder(), *pipe_path = base_format("%s/pipe", root), *socket_path = base_format("%s/socket", root),
	     *empty = base_format("%s/empty", root), *only = base_format("%s/only-excluded", root),
	     *missing = base_format("%s/missing", root);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct assay_error err = {0};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	(void)state;

	snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
	assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
	close(s);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	assert_int_equal(mkdir(empty, 0700), 0);
	put(root, "only-excluded/.git/x", "1");
	put(root, "evil\n\x1b[31m name\xff.csv", "1");
	assert_list(root, NULL, 0,
		"evil\n\x1b[31m name\xff.csv file\nonly-excluded/.git excluded: never scanned\npipe special: a named pipe\nsocket special: "
		"a socket\n",
		root);
	assert_list(root, NULL, 0, "empty empty-dir\n", empty);
	assert_list(empty, NULL, 0, ". empty-dir\n", empty, empty);
	assert_list(root, NULL, 0, "only-excluded empty-dir\nonly-excluded/.git excluded: never scanned\n", only);

	const char *paths[] = {root, missing};
	struct source_list_options options = {.root = root, .paths = paths, .n_paths = 2};
	struct source_list list = {0};
	assert_int_equal(source_list_make(&options, &list, &err), ASSAY_IO);
	assert_string_equal(err.subject, missing);
	assert_int_equal(list.n, 0);
	free(pipe_path);
	free(socket_path);
	free(empty);
	free(only);
	free(missing);
	support_remove(root);
}

/* What may not be read is in the list, too. Root may read everything, so the test becomes somebody else for a moment. */
static void
test_unreadable(void **state)
{
	char *root = support_folder(), *secret = base_format("%s/secret.csv", root), *closed = base_format("%s/closed", root);
	bool is_root = geteuid() == 0;
	(void)state;

	put(root, "secret.csv", "1");
	put(root, "closed/x.csv", "1");
	put(root, "open.csv", "1");
	assert_int_equal(chmod(root, 0755), 0);
	assert_int_equal(chmod(secret, 0000), 0);
	assert_int_equal(chmod(closed, 0000), 0);
	char *open_path = base_format("%s/open.csv", root);
	assert_int_equal(chmod(open_path, 0644), 0);
	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	assert_list(root, NULL, 0, "closed unreadable: Permission denied\nopen.csv file\nsecret.csv unreadable: Permission denied\n", root);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(closed, 0700), 0);
	free(open_path);
	free(secret);
	free(closed);
	support_remove(root);
}

static void
test_deep(void **state)
{
	char *root = support_folder();
	struct assay_error err = {0};
	struct base_buffer path;
	(void)state;

	base_buffer_init(&path, 4000);
	base_buffer_text(&path, root);
	for (unsigned i = 0; i < LIMIT_DIR_DEPTH + 10; i++)
		base_buffer_text(&path, "/d");
	assert_ok(base_dir_make(path.data, 0700, &err));
	const char *paths[] = {root};
	char *got = list_of(root, paths, 1, NULL, 0);
	assert_non_null(strstr(got, " unreadable: folders nested too deeply\n"));
	free(got);
	base_buffer_dispose(&path);
	support_remove(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_odd_things),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
