/* Compiled literal databases kept between runs: used when they are as they were written, and never otherwise. */
#include "engine.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACK ENGINE_PACK ENGINE_RULE("key", "KEY", "AKIA[A-Z0-9]{6}", "")
#define OTHER_PACK ENGINE_PACK ENGINE_RULE("key", "KEY", "ASIA[A-Z0-9]{6}", "")

static bool
is_cached_after(const char *pack, const char *folder)
{
	struct detect_options options = engine_options();
	options.cache_folder = folder;
	struct world world = world_open(pack, &options);
	const char *cells[] = {strcmp(pack, PACK) == 0 ? "AKIA123456" : "ASIA123456", NULL};
	bool was_cached = detect_engine_was_cached(world.engine);
	struct found found;

	/* whatever happened to the cache, the same is found */
	find_in_cells(&world, "plain", cells, &found);
	assert_int_equal(found.n, 1);
	world_close(&world);
	return was_cached;
}

/* The path of the only file in a folder; its number of files. */
static size_t
files_in(const char *folder, char **ret)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		if (ret && n == 0)
			*ret = base_path_join(folder, entry->d_name);
		n++;
	}
	closedir(dir);
	return n;
}

static void
change_byte(const char *path, off_t at)
{
	FILE *file = fopen(path, "r+b");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseeko(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
	byte = fgetc(file);
	assert_int_equal(fseeko(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
	assert_int_not_equal(fputc(byte ^ 1, file), EOF);
	assert_int_equal(fclose(file), 0);
}

static bool
lane_is_there(void)
{
	struct world world = world_open(PACK, NULL);
	bool there = strcmp(detect_engine_backend(world.engine), "plain") != 0;

	world_close(&world);
	return there;
}

static void
a_cache_is_used_as_written_only(void **state)
{
	char *home = support_folder();
	_cleanup_free_ char *folder = base_path_join(home, "cache/assay"), *path = NULL;
	struct stat st;

	(void)state;
	if (!lane_is_there()) {
		print_message("no Vectorscan in this build: nothing is cached\n");
		skip();
	}
	assert_false(is_cached_after(PACK, folder));
	assert_int_equal(files_in(folder, &path), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(is_cached_after(PACK, folder));
	/* other texts, another file */
	assert_false(is_cached_after(OTHER_PACK, folder));
	assert_int_equal(files_in(folder, NULL), 2);
	/* magic, key, digest, content: each byte counts; and what is not used is made anew */
	const off_t places[] = {0, 20, 50, 90, -1};
	for (size_t i = 0; i < BASE_COUNT(places); i++) {
		change_byte(path, places[i]);
		assert_false(is_cached_after(PACK, folder));
		assert_true(is_cached_after(PACK, folder));
	}
	assert_int_equal(truncate(path, 60), 0);
	assert_false(is_cached_after(PACK, folder));
	assert_int_equal(truncate(path, 200), 0);
	assert_false(is_cached_after(PACK, folder));
	assert_true(is_cached_after(PACK, folder));
	support_remove(home);
}

static void
a_cache_of_others_is_not_used(void **state)
{
	char *home = support_folder();
	_cleanup_free_ char *folder = base_path_join(home, "cache"), *path = NULL, *elsewhere = NULL;

	(void)state;
	if (!lane_is_there()) {
		print_message("no Vectorscan in this build: nothing is cached\n");
		skip();
	}
	assert_false(is_cached_after(PACK, folder));
	assert_int_equal(files_in(folder, &path), 1);
	assert_int_equal(chmod(path, 0620), 0);
	assert_false(is_cached_after(PACK, folder));
	assert_true(is_cached_after(PACK, folder));
	assert_int_equal(chmod(folder, 0777), 0);
	assert_false(is_cached_after(PACK, folder));
	assert_false(is_cached_after(PACK, folder));
	assert_int_equal(chmod(folder, 0700), 0);
	assert_true(is_cached_after(PACK, folder));
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 12345, 0), 0);
		assert_false(is_cached_after(PACK, folder));
		assert_true(is_cached_after(PACK, folder));
	}
	/* not through a link */
	elsewhere = base_path_join(home, "elsewhere");
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, path), 0);
	assert_false(is_cached_after(PACK, folder));
	/* a folder that cannot be */
	assert_false(is_cached_after(PACK, elsewhere));
	support_remove(home);
}

static void
old_files_go(void **state)
{
	char *home = support_folder();
	_cleanup_free_ char *folder = base_path_join(home, "cache");

	(void)state;
	if (!lane_is_there()) {
		print_message("no Vectorscan in this build: nothing is cached\n");
		skip();
	}
	for (int i = 0; i < LIMIT_LANE_CACHE_FILES + 3; i++) {
		_cleanup_free_ char *pack = base_format(ENGINE_PACK ENGINE_RULE("key", "KEY", "AK%02d[A-Z0-9]{6}", ""), i);
		struct detect_options options = engine_options();
		options.cache_folder = folder;
		struct world world = world_open(pack, &options);
		world_close(&world);
	}
	assert_int_equal(files_in(folder, NULL), LIMIT_LANE_CACHE_FILES);
	support_remove(home);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cache_is_used_as_written_only),
		cmocka_unit_test(a_cache_of_others_is_not_used),
		cmocka_unit_test(old_files_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
