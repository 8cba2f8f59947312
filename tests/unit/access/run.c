/* assay run as a job: decisions, statuses, and what is in the ledger afterwards. Each test works in a project folder of its own. */
#include "../support.h"

#include "app/app.h"
#include "app/project.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <jansson.h>
#include <signal.h>

static const char policy[] = "assay_access: 1\n"
			     "roles:\n"
			     "  trainer: {can: [read, write], data: ['train/**', 'out/**', 'keys/**'], for: [train]}\n"
			     "deny:\n"
			     "  - {role: trainer, can: [read], data: ['keys/**', 'train/private/**']}\n"
			     "grants:\n"
			     "  - {who: ci, role: trainer}\n"
			     "  - {who: bot, role: trainer, until: 2025-11-23, as: [ci]}\n";

struct place {
	char *folder, *back;
	uint64_t seed;
	struct assay_env env;
	struct project *project;
	struct assay_error err;
	int status;
};

static void
put(const char *path, const char *text)
{
	struct assay_error err = {0};

	assert_ok(base_file_replace(path, text, strlen(text), 0644, &err));
}

static void
log_print(void *context, enum assay_log_level level, const char *text)
{
	(void)context;
	(void)level;
	print_message("    said: %s\n", text);
}

/* A project in a new current folder: train/a.csv, keys/k, out/. */
static void
begin(struct place *p, const char *actor, bool has_policy)
{
	struct project_options options = {.actor = actor, .unprotected_key = true};
	struct assay_error err = {0};

	*p = (struct place){.folder = support_folder(), .back = getcwd(NULL, 0), .seed = 1};
	p->env = support_env(&p->seed);
	p->env.log = log_print;
	assert_int_equal(chdir(p->folder), 0);
	assert_int_equal(mkdir("train", 0700) | mkdir("keys", 0700) | mkdir("out", 0700), 0);
	put("train/a.csv", "a\n1\n");
	put("keys/k", "key\n");
	if (has_policy)
		put("access.yaml", policy);
	assert_ok(project_open(&options, &p->env, &p->project, &err));
}

static void
end(struct place *p)
{
	project_free(p->project);
	assert_int_equal(chdir(p->back), 0);
	free(p->back);
	support_remove(p->folder);
}

/* Runs with one input and one output (either may be NULL); the result in p->status and p->err. */
static int
run(struct place *p, const char *as, const char *in, const char *out, char *const *argv)
{
	struct run_request q = {.role = "trainer",
		.purpose = "train",
		.as = as,
		.inputs = &in,
		.outputs = &out,
		.n_inputs = in != NULL,
		.n_outputs = out != NULL,
		.argv = argv};

	p->err = (struct assay_error){0};
	p->status = -1;
	return app_run(p->project, &q, &p->env, &p->status, &p->err);
}

/* As assert_ok, for what reports into the place ${p}. */
#define assert_good(expression)                                                                                                            \
	do {                                                                                                                               \
		int good_ = (expression);                                                                                                  \
		if (good_ != ASSAY_OK)                                                                                                     \
			fail_msg("%s: %d %s: %s (%s)", #expression, good_, p.err.subject, p.err.message, p.err.hint);                      \
	} while (0)

#define SH(script) ((char *const[]){(char[]){"sh"}, (char[]){"-c"}, (char[]){script}, NULL})

static int
take_entry(void *context, const struct ledger_row *row)
{
	json_array_append_new(context, json_loads(row->json, 0, NULL));
	return 0;
}

/* All entries of a ledger, parsed. */
static json_t *
read_ledger(const struct ledger_paths *paths)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	struct assay_error err = {0};
	json_t *entries = json_array();

	assert_ok(ledger_reader_open(paths, &reader, &err));
	assert_ok(ledger_reader_each(reader, 0, ledger_reader_size(reader), take_entry, entries, &err));
	return entries;
}

static const char *
type_of(const json_t *entries, size_t i)
{
	return json_string_value(json_object_get(json_array_get(entries, i), "type"));
}

static void
assert_body(const json_t *entries, size_t i, const char *type, const char *expected)
{
	json_t *body = json_object_get(json_array_get(entries, i), "body");
	_cleanup_free_ char *text = json_dumps(body, JSON_COMPACT);

	assert_string_equal(type_of(entries, i), type);
	assert_non_null(text);
	assert_string_equal(text, expected);
}

static void
hex_of(const char *text, size_t n, char ret[65])
{
	uint8_t digest[32];

	assert_int_equal(crypto_sha256(text, n, digest), ASSAY_OK);
	base_hex((struct base_span){digest, 32}, ret);
}

#define READ_ALLOWED                                                                                                                       \
	"{\"action\":\"read\",\"allowed\":1,\"decision\":\"allowed\",\"principal\":\"ci\",\"purpose\":\"train\",\"refused\":0,"            \
	"\"resource\":\"train/a.csv\",\"role\":\"trainer\"}"
#define WRITE_ALLOWED                                                                                                                      \
	"{\"action\":\"write\",\"allowed\":1,\"decision\":\"allowed\",\"principal\":\"ci\",\"purpose\":\"train\",\"refused\":0,"           \
	"\"resource\":\"out/m.bin\",\"role\":\"trainer\"}"

static void
assert_run_body(const json_t *entries, size_t i, const char *argv, size_t n_argv, const char *changed, int status, const char *undigested)
{
	char argv_hex[65], access_hex[65];
	_cleanup_free_ char *expected = NULL;

	hex_of(argv, n_argv, argv_hex);
	hex_of(policy, sizeof policy - 1, access_hex);
	expected = base_format("{\"access\":\"sha256:%s\",\"argv\":\"sha256:%s\",\"argv0\":\"sh\",\"changed\":%s,\"ended\":\"2025-11-23T10:"
			       "00:00.000Z\",\"principal\":\"ci\","
			       "\"purpose\":\"train\",\"role\":\"trainer\",\"sandbox\":\"observe\",\"started\":\"2025-11-23T10:00:00."
			       "000Z\",\"status\":%d,\"undigested\":%s}",
		access_hex, argv_hex, changed, status, undigested);
	assert_body(entries, i, "run", expected);
}

static void
test_allowed(void **state)
{
#define SCRIPT "cp .assay/ledger.db early.db; cp train/a.csv out/m.bin"
	struct ledger_paths early = {"early.db", "no checkpoint", NULL};
	char hex[65];
	_cleanup_free_ char *lineage = NULL;
	struct place p;
	json_t *entries;

	(void)state;
	begin(&p, "ci", true);
	assert_good(run(&p, NULL, "train/a.csv", "out/m.bin", SH(SCRIPT)));
	assert_int_equal(p.status, 0);
	entries = read_ledger(&p.project->ledger);
	assert_int_equal(json_array_size(entries), 5);
	assert_body(entries, 1, "access", READ_ALLOWED);
	assert_body(entries, 2, "access", WRITE_ALLOWED);
	assert_run_body(entries, 3, "sh\0-c\0" SCRIPT, sizeof "sh\0-c\0" SCRIPT - 1, "[]", 0, "[]");
	hex_of("a\n1\n", 4, hex);
	lineage = base_format("{\"inputs\":[{\"name\":\"train/a.csv\",\"sha256\":\"%s\"}],\"job\":\"sh\",\"outputs\":[{\"name\":\"out/"
			      "m.bin\",\"sha256\":\"%s\"}]}",
		hex, hex);
	assert_body(entries, 4, "lineage", lineage);
	assert_string_equal(json_string_value(json_object_get(json_object_get(json_array_get(entries, 4), "actor"), "claimed")), "ci");
	json_decref(entries);
	/* what the command itself saw: the decisions were there, the run was not */
	entries = read_ledger(&early);
	assert_int_equal(json_array_size(entries), 3);
	assert_string_equal(type_of(entries, 2), "access");
	json_decref(entries);
	end(&p);
}

static void
test_refused(void **state)
{
	struct place p;
	json_t *entries;

	(void)state;
	begin(&p, "ci", true);
	assert_int_equal(run(&p, NULL, "train/../keys/k", "out/m.bin", SH("touch ran")), ASSAY_DENIED);
	assert_int_equal(p.status, 111);
	assert_string_equal(p.err.subject, "keys/k");
	assert_string_equal(p.err.message, "'ci' may not read it for 'train' as 'trainer': denied-rule");
	assert_false(base_file_exists("ran"));
	entries = read_ledger(&p.project->ledger);
	assert_int_equal(json_array_size(entries), 4);
	assert_body(entries, 1, "access",
		"{\"action\":\"read\",\"allowed\":0,\"decision\":\"denied-rule\",\"principal\":\"ci\",\"purpose\":\"train\",\"refused\":1,"
		"\"resource\":\"keys/k\",\"role\":\"trainer\"}");
	assert_body(entries, 2, "access", WRITE_ALLOWED);
	assert_run_body(entries, 3, "sh\0-c\0touch ran", sizeof "sh\0-c\0touch ran" - 1, "[]", 111, "[]");
	json_decref(entries);
	assert_int_equal(run(&p, NULL, "train/a.csv", "other/m.bin", SH("touch ran")), ASSAY_DENIED);
	assert_int_equal(run(&p, NULL, "/dev/null", "out/m.bin", SH("touch ran")), ASSAY_DENIED);
	assert_non_null(strstr(p.err.message, "outside"));
	assert_false(base_file_exists("ran"));
	end(&p);
}

/* A link is decided under both names, a folder with all that lies in it. */
static void
test_links_and_folders(void **state)
{
	struct place p;

	(void)state;
	begin(&p, "ci", true);
	assert_good(run(&p, NULL, "train", "out", SH("echo 1 > out/m; echo 2 > out/n")));
	assert_int_equal(symlink("../keys/k", "train/link"), 0);
	assert_int_equal(run(&p, NULL, "train/link", NULL, SH(":")), ASSAY_DENIED);
	assert_int_equal(run(&p, NULL, "train", NULL, SH(":")), ASSAY_DENIED);
	assert_int_equal(unlink("train/link"), 0);
	assert_int_equal(symlink("/tmp", "out/elsewhere"), 0);
	assert_int_equal(run(&p, NULL, NULL, "out/elsewhere/new", SH(":")), ASSAY_DENIED);
	assert_int_equal(unlink("out/elsewhere"), 0);
	assert_int_equal(symlink("../keys/new", "out/dangling"), 0);
	assert_int_equal(run(&p, NULL, NULL, "out/dangling", SH(":")), ASSAY_IO);
	assert_int_equal(p.status, 113);
	assert_int_equal(unlink("out/dangling"), 0);
	assert_int_equal(mkdir("train/private", 0700), 0);
	put("train/private/x", "x");
	assert_int_equal(run(&p, NULL, "train", NULL, SH(":")), ASSAY_DENIED);
	assert_string_equal(p.err.subject, "train");
	end(&p);
}

static void
test_statuses(void **state)
{
	static const struct {
		const char *script;
		int status;
	} cases[] = {{"exit 7", 7}, {"exit 255", 255}, {"kill -9 $$", 128 + SIGKILL}, {"kill -TERM $$", 128 + SIGTERM},
		/* it fails by itself: the missing output is only noted */
		{"exit 3", 3}};
	struct place p;
	json_t *entries;

	(void)state;
	begin(&p, "ci", true);
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *script = base_strdup(cases[i].script);
		char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, script, NULL};
		assert_good(run(&p, NULL, "train/a.csv", "out/m.bin", argv));
		assert_int_equal(p.status, cases[i].status);
	}
	assert_good(run(&p, NULL, "train/a.csv", NULL, (char *const[]){(char[]){"no-such-command-here"}, NULL}));
	assert_int_equal(p.status, 127);
	assert_good(run(&p, NULL, "train/a.csv", NULL, (char *const[]){(char[]){"./train/a.csv"}, NULL}));
	assert_int_equal(p.status, 126);
	/* executable, but neither a program nor a script with #!: no shell is tried */
	put("plain", "touch ran\n");
	assert_int_equal(chmod("plain", 0755), 0);
	assert_good(run(&p, NULL, "train/a.csv", NULL, (char *const[]){(char[]){"./plain"}, NULL}));
	assert_int_equal(p.status, 126);
	assert_false(base_file_exists("ran"));
	entries = read_ledger(&p.project->ledger);
	/* a command that did not start leaves a run without lineage */
	assert_string_equal(type_of(entries, json_array_size(entries) - 1), "run");
	assert_int_equal(json_integer_value(
				 json_object_get(json_object_get(json_array_get(entries, json_array_size(entries) - 1), "body"), "status")),
		126);
	json_decref(entries);
	end(&p);
}

/* Arguments reach the command as they are, and the passphrase does not. */
static void
test_arguments(void **state)
{
	struct place p;

	(void)state;
	begin(&p, "ci", true);
	assert_good(run(&p, NULL, "train/a.csv", NULL, (char *const[]){(char[]){"touch"}, (char[]){"$(touch ran); x"}, NULL}));
	assert_true(base_file_exists("$(touch ran); x"));
	assert_false(base_file_exists("ran"));
	assert_int_equal(setenv("ASSAY_PASSPHRASE", "for the key alone", 1) | setenv("ASSAY_TEST_OTHER", "yes", 1), 0);
	assert_good(run(&p, NULL, "train/a.csv", NULL, SH("test -z \"${ASSAY_PASSPHRASE+set}\" && test \"$ASSAY_TEST_OTHER\" = yes")));
	assert_int_equal(p.status, 0);
	assert_string_equal(getenv("ASSAY_PASSPHRASE"), "for the key alone");
	assert_int_equal(unsetenv("ASSAY_PASSPHRASE") | unsetenv("ASSAY_TEST_OTHER"), 0);
	end(&p);
}

static void
test_incomplete(void **state)
{
#define CHANGE "echo 2 >> train/a.csv; echo x > out/m.bin"
	static const char pointer[] = "version https://git-lfs.github.com/spec/v1\noid "
				      "sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
	struct place p;
	json_t *entries;

	(void)state;
	begin(&p, "ci", true);
	assert_int_equal(run(&p, NULL, "train/a.csv", "out/m.bin", SH(CHANGE)), ASSAY_FORMAT);
	assert_int_equal(p.status, 114);
	assert_string_equal(p.err.message, "the input changed while the command ran");
	entries = read_ledger(&p.project->ledger);
	assert_run_body(entries, 3, "sh\0-c\0" CHANGE, sizeof "sh\0-c\0" CHANGE - 1, "[\"train/a.csv\"]", 0, "[]");
	json_decref(entries);
	/* written on purpose */
	assert_good(run(&p, NULL, "train/a.csv", "train/a.csv", SH("echo 3 >> train/a.csv")));
	assert_good(run(&p, NULL, "train", "train/new.csv", SH("echo 3 >> train/new.csv")));
	assert_good(run(&p, NULL, "train/a.csv", "train", SH("echo 3 >> train/a.csv")));
	/* not written */
	assert_int_equal(run(&p, NULL, "train/a.csv", "out/none", SH(":")), ASSAY_FORMAT);
	assert_int_equal(p.status, 114);
	entries = read_ledger(&p.project->ledger);
	assert_run_body(entries, json_array_size(entries) - 2, "sh\0-c\0:", sizeof "sh\0-c\0:" - 1, "[]", 0, "[\"out/none\"]");
	json_decref(entries);
	/* not there, or only named */
	assert_int_equal(run(&p, NULL, "train/none", NULL, SH("touch ran")), ASSAY_IO);
	assert_int_equal(p.status, 113);
	put("train/big.bin", pointer);
	assert_int_equal(run(&p, NULL, "train/big.bin", NULL, SH("touch ran")), ASSAY_UNSUPPORTED);
	assert_int_equal(p.status, 114);
	assert_int_equal(run(&p, NULL, "train", NULL, SH("touch ran")), ASSAY_UNSUPPORTED);
	assert_int_equal(mkdir("train/empty", 0700), 0);
	assert_int_equal(run(&p, NULL, "train/empty", NULL, SH("touch ran")), ASSAY_UNSUPPORTED);
	assert_false(base_file_exists("ran"));
	entries = read_ledger(&p.project->ledger);
	assert_run_body(entries, json_array_size(entries) - 1, "sh\0-c\0touch ran", sizeof "sh\0-c\0touch ran" - 1, "[]", 114, "[]");
	json_decref(entries);
	end(&p);
}

static void
test_acting_for_others(void **state)
{
	struct place p;
	json_t *entries, *last;

	(void)state;
	begin(&p, "bot", true);
	assert_good(run(&p, "ci", "train/a.csv", NULL, SH(":")));
	entries = read_ledger(&p.project->ledger);
	last = json_array_get(entries, 1);
	assert_string_equal(json_string_value(json_object_get(json_object_get(last, "actor"), "claimed")), "bot");
	assert_body(entries, 1, "access", READ_ALLOWED);
	json_decref(entries);
	end(&p);
	begin(&p, "ci", true);
	assert_int_equal(run(&p, "bot", "train/a.csv", NULL, SH("touch ran")), ASSAY_DENIED);
	assert_int_equal(p.status, 111);
	assert_string_equal(p.err.message, "'ci' may not act as 'bot'");
	assert_false(base_file_exists("ran"));
	entries = read_ledger(&p.project->ledger);
	assert_int_equal(json_array_size(entries), 3);
	assert_body(entries, 1, "access",
		"{\"action\":\"run\",\"allowed\":0,\"decision\":\"may-not-act-as\",\"principal\":\"bot\",\"purpose\":\"train\",\"refused\":"
		"1,"
		"\"resource\":\"**\",\"role\":\"trainer\"}");
	assert_string_equal(type_of(entries, 2), "run");
	json_decref(entries);
	/* oneself is nobody else */
	assert_good(run(&p, "ci", "train/a.csv", NULL, SH(":")));
	end(&p);
}

static void
test_requests(void **state)
{
	const char *in = "train/a.csv";
	struct run_request good = {.role = "trainer", .purpose = "train", .inputs = &in, .n_inputs = 1, .argv = SH(":")}, q;
	struct place p;

	(void)state;
	begin(&p, "ci", true);
#define assert_request(change, code, exit_status)                                                                                          \
	do {                                                                                                                               \
		q = good;                                                                                                                  \
		q.change;                                                                                                                  \
		p.err = (struct assay_error){0};                                                                                           \
		assert_int_equal(app_run(p.project, &q, &p.env, &p.status, &p.err), code);                                                 \
		assert_int_equal(p.status, exit_status);                                                                                   \
	} while (0)
	assert_request(sandbox = "observe", ASSAY_OK, 0);
	assert_request(sandbox = "strict", ASSAY_UNSUPPORTED, 114);
	assert_request(sandbox = "observ", ASSAY_USAGE, 112);
	assert_string_equal(p.err.hint, "did you mean 'observe'?");
	assert_request(role = NULL, ASSAY_USAGE, 112);
	assert_request(purpose = "", ASSAY_USAGE, 112);
	assert_request(n_inputs = 0, ASSAY_USAGE, 112);
	assert_request(argv = NULL, ASSAY_USAGE, 112);
	assert_request(n_outputs = 2000, ASSAY_USAGE, 112);
	assert_request(purpose = "sell", ASSAY_DENIED, 111);
	in = "";
	assert_request(role = "trainer", ASSAY_USAGE, 112);
	end(&p);
	begin(&p, "ci", false);
	in = "train/a.csv";
	assert_request(role = "trainer", ASSAY_CONFIG, 112);
	assert_string_equal(p.err.hint, "write access.yaml beside assay.yaml, or name it with --access");
	end(&p);
}

/* The command signals its parent, which hands it back; and a cancelled job stops its command. */
static void
test_signals(void **state)
{
	atomic_bool cancelled = false;
	struct place p;

	(void)state;
	begin(&p, "ci", true);
	assert_good(run(&p, NULL, "train/a.csv", NULL, SH("trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.05; done")));
	assert_int_equal(p.status, 9);
	assert_good(run(&p, NULL, "train/a.csv", NULL, SH("trap 'exit 8' INT; kill -INT $PPID; while :; do sleep 0.05; done")));
	assert_int_equal(p.status, 8);
	/* ignored by whoever started us: the status is there all the same, and the disposition stays */
	assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	assert_good(run(&p, NULL, "train/a.csv", NULL, SH("exit 6")));
	assert_int_equal(p.status, 6);
	assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN);
	/* the mask of the command is ours from before */
	assert_good(run(&p, NULL, "train/a.csv", NULL, SH("grep -q '^SigBlk:[[:space:]]*0*$' /proc/self/status")));
	assert_int_equal(p.status, 0);
	p.env.cancelled = &cancelled;
	cancelled = true;
	assert_int_equal(run(&p, NULL, "train/a.csv", NULL, SH("touch ran")), ASSAY_CANCELLED);
	assert_int_equal(p.status, 114);
	assert_false(base_file_exists("ran"));
	end(&p);
}

static int
take_output(void *context, const void *data, size_t n)
{
	return base_buffer_append(context, data, n) ? 0 : ASSAY_LIMIT;
}

static void
test_lineage_show(void **state)
{
	struct base_buffer out;
	struct app_sink sink = {&out, take_output};
	char hex[65], hex_m[65];
	_cleanup_free_ char *text = NULL, *json = NULL;
	struct place p;

	(void)state;
	begin(&p, "ci", true);
	base_buffer_init(&out, 1 << 16);
	assert_int_equal(app_lineage_show(p.project, false, &sink, &p.err), ASSAY_USAGE);
	put("train/\x1b[2J\n.csv", "b\n");
	assert_good(run(&p, NULL, "train/\x1b[2J\n.csv", "out/m", SH("echo m > out/m")));
	assert_good(run(&p, NULL, "out/m", "out/n", SH("cat out/m out/m > out/n")));
	hex_of("b\n", 2, hex);
	hex_of("m\n", 2, hex_m);
	assert_good(app_lineage_show(p.project, false, &sink, &p.err));
	text = base_format(" entry  input@sha256  ->  output@sha256  by job\n     4  train/\\x1B[2J\\n.csv@%.12s  ->  out/m@%.12s  by sh\n"
			   "     8  out/m@%.12s (derived)  ->  out/n@",
		hex, hex_m, hex_m);
	assert_non_null(text);
	assert_memory_equal(out.data, text, strlen(text));
	base_buffer_reset(&out);
	assert_good(app_lineage_show(p.project, true, &sink, &p.err));
	json = base_format(
		"{\"derived\":false,\"input\":{\"name\":\"train/"
		"\\u001b[2J\\n.csv\",\"sha256\":\"%s\"},\"job\":\"sh\",\"output\":{\"name\":\"out/m\",\"sha256\":\"%s\"},\"seq\":4}\n",
		hex, hex_m);
	assert_non_null(json);
	assert_memory_equal(out.data, json, strlen(json));
	base_buffer_dispose(&out);
	end(&p);
}

/* Personal data in names, roles' users and commands reaches neither ledger nor messages. */
static void
test_names_are_masked(void **state)
{
	struct place p;
	json_t *entries;
	_cleanup_free_ char *all = NULL;

	(void)state;
	begin(&p, "j.muster@firma-beispiel.de", true);
	put("train/k.canary@firma-beispiel.de", "b\n");
	assert_int_equal(run(&p, NULL, "train/k.canary@firma-beispiel.de", "out/m", SH(":")), ASSAY_DENIED);
	assert_null(strstr(p.err.message, "muster@firma"));
	assert_null(strstr(p.err.subject, "canary@firma"));
	entries = read_ledger(&p.project->ledger);
	all = json_dumps(entries, 0);
	assert_non_null(all);
	assert_null(strstr(all, "muster@firma"));
	assert_null(strstr(all, "canary@firma"));
	json_decref(entries);
	end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_allowed), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_links_and_folders), cmocka_unit_test(test_statuses), cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_incomplete), cmocka_unit_test(test_acting_for_others), cmocka_unit_test(test_requests),
		cmocka_unit_test(test_signals), cmocka_unit_test(test_lineage_show), cmocka_unit_test(test_names_are_masked)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
