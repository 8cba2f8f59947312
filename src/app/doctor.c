/* doctor: what this build can read, versions, keys, permissions, known faults of dependencies. */
#include "app/project.h"

#include "assay/version.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "detect/detect.h"
#include "policy/policy.h"
#include "source/source.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

enum advice { FINE, NOTE, FAULT };

struct doctor {
	struct base_buffer out;
	struct base_json j;
	bool json, any_fault;
};

/* One line of the report: what, how it is, and whether something has to be done. */
static void __attribute__((format(printf, 4, 5))) say(struct doctor *d, enum advice advice, const char *what, const char *format, ...)
{
	static const char *const words[] = {"ok", "note", "fault"};
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	d->any_fault = d->any_fault || advice == FAULT;
	if (d->json) {
		base_json_open_object(&d->j);
		base_json_member_text(&d->j, "what", what);
		base_json_member_text(&d->j, "state", words[advice]);
		base_json_member_text(&d->j, "detail", text);
		base_json_close_object(&d->j);
		return;
	}
	base_buffer_format(&d->out, "%-6s %-18s ", words[advice], what);
	base_text_printable(&d->out, base_span_of(text));
	base_buffer_char(&d->out, '\n');
}

static void
see_libraries(struct doctor *d)
{
	char pcre2[64] = "";
	uint32_t jit = 0;

	pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
	pcre2_config(PCRE2_CONFIG_JIT, &jit);
	say(d, FINE, "assay", "%s", ASSAY_VERSION);
	say(d, jit ? FINE : NOTE, "pcre2", "%s, %s", pcre2, jit ? "JIT" : "no JIT: same results, slower");
	say(d, FINE, "crypto", "%s", crypto_version());
	/* the WAL reset fault was mended in 3.51.3 and in the branches named by its authors; the ledger does not use WAL, so it is not
	 * touched by it */
	say(d, FINE, "sqlite", "%s (rollback journal: faults of write-ahead logging do not apply)", sqlite3_libversion());
	if (rules_suffix_source())
		say(d, FINE, "public suffixes", "libpsl %s, list %.12s", rules_suffix_source(), rules_suffix_digest());
	else
		say(d, NOTE, "public suffixes", "no libpsl: common second levels only");
	say(d, FINE, "jansson", "%s", JANSSON_VERSION);
}

static int
see_rules(struct doctor *d, const char *cache_folder, struct assay_error *err)
{
	struct rules_options options = {0};
	struct detect_options detect = {.min_confidence = 65, .cache_folder = cache_folder};
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	struct detect_engine *engine = NULL;
	size_t interpreted = 0;
	int r = rules_compile(&options, &rules, err);

	r = r < 0 ? r : detect_engine_new(rules, &detect, &engine, err);
	r = r < 0 ? r : policy_load(NULL, 0, &set, err);
	if (r == ASSAY_OK) {
		for (size_t i = 0; i < rules->n_patterns; i++)
			interpreted += !rules->pattern[i].has_jit;
		bool plain = strcmp(detect_engine_backend(engine), "plain") == 0;
		say(d, plain ? NOTE : FINE, "literal lane", "%s%s", plain ? "plain C" : "Vectorscan ",
			plain ? ": same results, slower" : detect_engine_backend(engine));
		say(d, FINE, "cache", "%s%s", cache_folder ? cache_folder : "none: neither XDG_CACHE_HOME nor HOME is set",
			!cache_folder                      ? ""
			: detect_engine_was_cached(engine) ? ": the literal lane comes from there"
							   : ": the literal lane was compiled anew");
		say(d, strcmp(detect_engine_level(engine), "plain") == 0 ? NOTE : FINE, "number lane", "%s",
			strcmp(detect_engine_level(engine), "plain") == 0 ? "plain C: same results, slower" : detect_engine_level(engine));
		say(d, interpreted ? NOTE : FINE, "rules", "%zu default rules of %zu packs, reach %u bytes, %zu patterns without JIT",
			rules->n, rules->n_packs, rules->reach, interpreted);
		say(d, FINE, "controls", "%zu controls of %zu packs", set->n, set->n_packs);
	}
	detect_engine_free(engine);
	return r;
}

static void
see_formats(struct doctor *d)
{
	struct base_buffer names;
	const struct source_ops *ops;

	base_buffer_init(&names, LIMIT_NAME);
	for (size_t i = 0; (ops = source_format(i)) != NULL; i++)
		base_buffer_format(&names, "%s%s", i ? ", " : "", ops->name);
	say(d, FINE, "reads", "%s; gzip and zstd in front of each", names.data ? names.data : "nothing");
	base_buffer_dispose(&names);
}

/* A secret must be its owner's alone. */
static void
see_secret(struct doctor *d, const char *what, const char *path, const char *absent)
{
	struct stat st;

	if (stat(path, &st) != 0)
		say(d, NOTE, what, "%s", absent);
	else if ((st.st_mode & 077) != 0)
		say(d, FAULT, what, "%s is open to others (mode %03o): chmod 600", base_path_name(path), (unsigned)st.st_mode & 0777);
	else
		say(d, FINE, what, "%s, mode %03o", base_path_name(path), (unsigned)st.st_mode & 0777);
}

static void
see_ledger(struct doctor *d, struct project *p)
{
	struct ledger_report report = {0};
	struct ledger_trust trust;
	struct assay_error why = {0};

	if (!project_has_log(p)) {
		say(d, NOTE, "ledger", "none yet: 'assay audit' starts one");
		return;
	}
	if (project_load_trust(p, &why) == ASSAY_OK) {
		trust = (struct ledger_trust){p->trust.vkeys, p->trust.n};
		if (ledger_verify(&p->ledger, &trust, &report, &why) == ASSAY_OK) {
			say(d, FINE, "ledger", "%llu entries verify", (unsigned long long)report.size);
			say(d, report.is_pinned ? FINE : NOTE, "checkpoint", "%s", report.outside);
			say(d, trust_is_pinned(&p->trust) ? FINE : NOTE, "trust", "%s",
				trust_is_pinned(&p->trust) ? "the signing key is pinned"
							   : "the key lies beside the log only: pin it in trust.yaml or the manifest");
			return;
		}
	}
	say(d, FAULT, "ledger", "%s", why.message);
}

/* NAME.XXXXXX of a file that was being replaced, and the parts of an audit that was being stored: left by a run that was killed. */
static bool
is_leftover(const char *name, bool in_audits, const struct stat *st)
{
	static const char *const ours[] = {
		"assay.checkpoint", "assay.yaml", "trust.yaml", "checkpoint", "signing.pem", "signing.vkey", "fingerprint", "newest"};

	for (size_t i = 0; i < BASE_COUNT(ours); i++) {
		size_t n = strlen(ours[i]);
		if (strncmp(name, ours[i], n) == 0 && name[n] == '.' && strlen(name + n) == 7)
			return true;
	}
	return in_audits && (strncmp(name, ".new-", 5) == 0 || (base_span_ends_with(base_span_of(name), ".db") && st->st_size == 0));
}

static void
see_leftovers_of(struct doctor *d, const struct project *p, const char *folder)
{
	enum { SETTLED_S = 3600 };
	int64_t now = p->env->now_ms(p->env->context) / 1000;
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		struct stat st;
		/* a younger one may belong to a run that goes on */
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)
			&& is_leftover(entry->d_name, strcmp(folder, p->audits_path) == 0, &st) && now - (int64_t)st.st_mtime > SETTLED_S)
			say(d, NOTE, "leftover", "%s%s%s: looks left by a run that was killed; remove it unless it is yours",
				strcmp(folder, p->root) == 0 ? "" : base_path_below(p->root, folder),
				strcmp(folder, p->root) == 0 ? "" : "/", entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static void
see_leftovers(struct doctor *d, const struct project *p)
{
	_cleanup_free_ char *keys = base_path_dir(p->signing_path);
	const char *const folders[] = {p->root, p->state, keys, p->audits_path};

	for (size_t i = 0; i < BASE_COUNT(folders); i++)
		if (folders[i])
			see_leftovers_of(d, p, folders[i]);
}

static void
see_project(struct doctor *d, struct project *p)
{
	bool is_protected = true;

	say(d, FINE, "root", "%s", p->root);
	say(d, p->manifest ? FINE : NOTE, "manifest", "%s",
		p->manifest ? base_path_name(p->manifest_path) : "none: audits find, but judge little");
	say(d, p->access ? FINE : NOTE, "access policy", "%s",
		p->access ? base_path_name(p->access_path) : "none: 'assay run' refuses everything");
	see_secret(d, "signing key", p->signing_path, "none yet: the first audit makes one");
	if (crypto_key_is_protected(p->signing_path, &is_protected, NULL) == ASSAY_OK && !is_protected)
		say(d, NOTE, "signing key", "it has no passphrase: whoever reads the file can sign");
	see_secret(d, "fingerprint key", p->fingerprint_path, "none yet: the first audit makes one");
	see_ledger(d, p);
	see_leftovers(d, p);
}

int
app_doctor(struct project *project, const char *cache_folder, bool json, const struct app_sink *sink, struct app_outcome *outcome,
	struct assay_error *err)
{
	struct doctor d = {.json = json};
	int r;

	base_buffer_init(&d.out, LIMIT_ENTRY);
	base_json_init(&d.j, &d.out);
	if (json)
		base_json_open_array(&d.j);
	see_libraries(&d);
	r = see_rules(&d, cache_folder, err);
	see_formats(&d);
	if (project)
		see_project(&d, project);
	if (json) {
		base_json_close_array(&d.j);
		base_buffer_char(&d.out, '\n');
	}
	if (r == ASSAY_OK && sink_buffer(sink, &d.out) < 0)
		r = base_error(err, ASSAY_IO, "cannot write the report");
	base_buffer_dispose(&d.out);
	*outcome = (struct app_outcome){.exits = {[APP_EXIT_RUNTIME] = d.any_fault}};
	return r;
}
