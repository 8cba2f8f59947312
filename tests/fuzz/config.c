/* Configuration of a stranger: manifest, access, waivers, trust, and the YAML below them. Refused with a place, or loaded and consistent.
 *
 * Input: a letter (m a w t), then the file's text. For the manifest a zero byte ends assay.yaml and what follows is org.yaml beside it. */
#include "fuzz.h"

#include "access/access.h"
#include "base/file.h"
#include "base/yaml.h"
#include "ledger/trust.h"
#include "manifest/manifest.h"
#include "manifest/waivers.h"

#include <sys/stat.h>

static const char *const types[] = {"text", "int", "date", "duration", "bool", "list", "map"};

static char folder[64];

static void
remove_folder(void)
{
	char path[96];

	snprintf(path, sizeof path, "%s/assay.yaml", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/org.yaml", folder);
	unlink(path);
	rmdir(folder);
}

static void
write_in_folder(const char *name, struct base_span text)
{
	char path[96];

	if (!folder[0]) {
		const char *base = getenv("TMPDIR");
		snprintf(folder, sizeof folder, "%.40s/assay-fuzz-XXXXXX", base ? base : "/tmp");
		must(mkdtemp(folder), "cannot make '%s'", folder);
		atexit(remove_folder);
	}
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	must(file && fwrite(text.data ? (const void *)text.data : "", 1, text.size, file) == text.size && fclose(file) == 0,
		"cannot write '%s'", path);
}

/* The tree has the shape that base/yaml.h draws. */
static size_t
check_node(const struct base_yaml_node *node, const struct base_yaml_node *parent)
{
	size_t children = 0, nodes = 1;

	must(node->parent == parent && node->line > 0 && node->column > 0, "a node at %u:%u", node->line, node->column);
	must((node->key != NULL) == (parent && parent->kind == YAML_MAP), "key '%s'", node->key ? node->key : "");
	must(node->kind != YAML_TEXT || (node->text && strlen(node->text) == node->size), "a text of %zu bytes", node->size);
	for (const struct base_yaml_node *child = node->first; child; child = child->next) {
		nodes += check_node(child, node);
		children++;
		if (node->kind == YAML_MAP)
			must(base_yaml_get(node, child->key) == child, "'%s' stands twice", child->key);
	}
	must(children == node->count, "%zu children, counted %zu", children, node->count);
	return nodes;
}

/* False when the file names another that the fuzzer must not open. */
static bool
run_yaml(struct base_span text)
{
	struct assay_error err = {0};
	struct base_yaml *yaml = NULL;
	bool tame = true;
	int r = base_yaml_parse("fuzz.yaml", (const char *)text.data, text.size, &yaml, &err);

	fuzz_check_error(r, &err);
	if (r < 0) {
		must(r == ASSAY_CONFIG || r == ASSAY_NOMEM, "code %d", r);
		return true;
	}
	if (yaml->root) {
		check_node(yaml->root, NULL);
		const char *next = base_yaml_get_text(yaml->root, "extends");
		tame = !next || strcmp(next, "org.yaml") == 0 || strcmp(next, "assay.yaml") == 0;
	}
	base_yaml_free(yaml);
	return tame;
}

static void
run_manifest(struct base_span text)
{
	const uint8_t *zero = memchr(text.data, 0, text.size);
	struct base_span first = {text.data, zero ? (size_t)(zero - text.data) : text.size}, second = {0};
	struct assay_error err = {0};
	struct manifest *m = NULL;
	char path[96];

	if (zero)
		second = (struct base_span){zero + 1, text.size - first.size - 1};
	if (!run_yaml(first) || (second.size > 0 && !run_yaml(second)))
		return;
	write_in_folder("assay.yaml", first);
	write_in_folder("org.yaml", second);
	snprintf(path, sizeof path, "%s/assay.yaml", folder);
	int r = manifest_load(path, &m, &err);
	fuzz_check_error(r, &err);
	if (r < 0)
		return;
	for (size_t i = 0; i < manifest_count(m); i++) {
		const struct manifest_value *v = manifest_at(m, i);
		bool known = false;
		for (size_t k = 0; k < BASE_COUNT(types); k++)
			known = known || strcmp(v->type, types[k]) == 0;
		must(known && v->pointer[0] == '/', "'%s' of type '%s'", v->pointer, v->type);
		must(i == 0 || strcmp(manifest_at(m, i - 1)->pointer, v->pointer) != 0, "'%s' twice", v->pointer);
		must(strncmp(v->pointer, "/proposed", 9) != 0, "'%s' counts as declared", v->pointer);
		must(strcmp(v->type, "list") == 0 || (v->value == NULL) == (strcmp(v->type, "map") == 0), "'%s' of type '%s'", v->pointer,
			v->type);
		must(!v->value || manifest_get(m, v->pointer) == v->value || strcmp(manifest_get(m, v->pointer), v->value) == 0,
			"'%s' is found elsewhere", v->pointer);
	}
	must(manifest_get(m, "/dataset/id"), "a manifest without a name loads");
	for (size_t i = 0; i < manifest_data_count(m); i++)
		must(manifest_data_at(m, i)->path && manifest_data_at(m, i)->line > 0, "data %zu", i);
	manifest_free(m);
}

/* ---- access ---- */

struct rights {
	const struct access *access;
	size_t n;
};

/* A right that is listed can be asked for, and what is asked twice is answered twice alike. */
static int
each_right(void *context, const struct access_right *right)
{
	struct rights *rights = context;
	const char *principal = right->principal[0] ? right->principal : "nobody";
	struct access_request request = {.principal = principal,
		.role = right->role,
		.action = right->action,
		.resource = "data/x.csv",
		.purpose = right->purpose[0] ? right->purpose : NULL,
		.at_ms = right->expires_ms < INT64_MAX ? right->expires_ms : 0};
	struct access_decision a = access_decide(rights->access, &request), b = access_decide(rights->access, &request);
	struct assay_error err = {0};
	struct base_buffer out;

	must(a.outcome == b.outcome && a.line == b.line, "%s then %s", access_outcome_name(a.outcome), access_outcome_name(b.outcome));
	must(strcmp(right->effect, "allow") == 0 || strcmp(right->effect, "deny") == 0, "effect '%s'", right->effect);
	request.resource = "./data/../data//x.csv";
	b = access_decide(rights->access, &request);
	must(a.outcome == b.outcome, "%s by one name, %s by another", access_outcome_name(a.outcome), access_outcome_name(b.outcome));
	request.resource = "../x";
	must(access_decide(rights->access, &request).outcome != ACCESS_ALLOWED, "a file outside the project is allowed");
	request.resource = right->resource[0] ? right->resource : "**";
	request.principal = "nobody-at-all";
	must(access_decide(rights->access, &request).outcome != ACCESS_ALLOWED, "a stranger is allowed");
	request.principal = principal;
	base_buffer_init(&out, 1 << 20);
	int r = access_explain(rights->access, &request, &out, &err);
	fuzz_check_error(r, &err);
	must(r < 0 || (out.size > 0 && base_utf8_is_valid((struct base_span){(const uint8_t *)out.data, out.size})),
		"an explanation that cannot be printed");
	base_buffer_dispose(&out);
	return ++rights->n > 200;
}

static void
run_access(struct base_span text)
{
	struct assay_error err = {0};
	struct access *access = NULL;
	int r = access_parse("access.yaml", (const char *)text.data, text.size, &access, &err);

	fuzz_check_error(r, &err);
	if (r == 0)
		access_each_right(access, each_right, &(struct rights){access, 0});
	access_free(access);
}

/* ---- waivers and trust ---- */

static void
run_waivers(struct base_span text)
{
	struct assay_error err = {0};
	struct waivers *w = NULL;
	int fd = fuzz_file(text.data, text.size);
	char path[32];
	int r = waivers_load(fuzz_path(fd, path), &w, &err);

	close(fd);
	fuzz_check_error(r, &err);
	for (size_t i = 0; r == 0 && i < waivers_count(w); i++) {
		const struct waiver *x = waivers_at(w, i);
		must(x->id && x->reason && x->owner && x->approver && strcmp(x->owner, x->approver) != 0, "waiver %zu", i);
		must(x->scope != WAIVER_CONTROL || (x->control && x->evidence), "waiver '%s' of a control", x->id);
		must(x->scope != WAIVER_COLUMN || (x->resource && x->column && x->entity), "waiver '%s' of a column", x->id);
		must(x->scope != WAIVER_VALUE || (x->fingerprint && x->key_id), "waiver '%s' of a value", x->id);
		for (size_t k = 0; k < i; k++)
			must(strcmp(waivers_at(w, k)->id, x->id) != 0, "waiver '%s' twice", x->id);
	}
	waivers_free(w);
}

static void
run_trust(struct base_span text)
{
	struct assay_error err = {0};
	struct trust *trust = calloc(1, sizeof *trust);
	int fd = fuzz_file(text.data, text.size);
	char path[32];

	must(trust, "out of memory");
	int r = trust_load(trust, fuzz_path(fd, path), INT64_C(1763892000000), &err);
	close(fd);
	fuzz_check_error(r, &err);
	must(trust->n <= TRUST_KEYS_MAX, "%zu keys", trust->n);
	for (size_t i = 0; i < trust->n; i++)
		must(note_name_is_valid(base_span_of(trust->vkeys[i].name)) && memchr(trust->keys[i].owner, 0, sizeof trust->keys[i].owner),
			"key %zu", i);
	free(trust);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size};
	uint8_t kind = take_byte(&take);
	struct base_span text = take_rest(&take);

	switch (kind) {
	case 'm':
		run_manifest(text);
		break;
	case 'a':
		run_access(text);
		break;
	case 'w':
		run_waivers(text);
		break;
	case 't':
		run_trust(text);
		break;
	default:
		run_yaml(text);
		break;
	}
	return 0;
}
