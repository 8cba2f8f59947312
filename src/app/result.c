/* Stored results: opening, rendering, properties. */
#include "app/result.h"

#include "app/store.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "policy/facts.h"
#include "report/report.h"

#include <dirent.h>
#include <jansson.h>
#include <string.h>

void
result_close(struct result *result)
{
	if (!result)
		return;
	sqlite3_close(result->db);
	free(result);
}

int
result_render(struct result *result, const char *format, bool color, unsigned width, const struct app_sink *sink, struct assay_error *err)
{
	struct report_options options = {.size = sizeof options, .color = color, .width = width};

	return report_write(result->db, format, &options, sink->write, sink->context, err);
}

const char *
app_format_of(const char *file_name)
{
	return report_format_of(file_name);
}
const char *
app_format_at(size_t i)
{
	return report_format_at(i);
}

int
result_set_int(sqlite3 *db, const char *name, int64_t value, struct assay_error *err)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)value);
	return facts_set_property(db, name, text, err);
}

int
result_property(sqlite3 *db, const char *name, char **ret, struct assay_error *err)
{
	return facts_text(db, ret, err, "SELECT value FROM property WHERE name=?", 1, &name);
}

int
result_set_exits(sqlite3 *db, const struct app_outcome *outcome, struct assay_error *err)
{
	char codes[24] = "";
	int r = result_set_int(db, "exit_code", app_exit_code(outcome), err);

	for (int i = 1; i < 6; i++)
		if (outcome->exits[i])
			snprintf(codes + strlen(codes), sizeof codes - strlen(codes), "%s%d", codes[0] ? "," : "", i);
	return r < 0 ? r : facts_set_property(db, "exit_codes", codes[0] ? codes : "0", err);
}

void
result_get_exits(sqlite3 *db, struct app_outcome *ret)
{
	_cleanup_free_ char *codes = NULL;

	if (result_property(db, "exit_codes", &codes, NULL) < 0 || !codes)
		return;
	for (const char *p = codes; *p; p++)
		if (*p >= '1' && *p <= '5')
			ret->exits[*p - '0'] = true;
}

/* Ids are made of letters, digits and '-': never a path. */
static bool
id_is_plain(const char *id)
{
	size_t n = strlen(id);

	for (size_t i = 0; i < n; i++)
		if (!base_is_alnum((uint8_t)id[i]) && id[i] != '-')
			return false;
	return n > 0 && n < 64;
}

/* The newest stored audit: STATE/audits/newest holds its id. */
static char *
newest_id(const struct project *project)
{
	_cleanup_free_ char *path = base_path_join(project->audits_path, "newest");
	char *text = NULL;
	size_t n;

	if (!path || base_file_read(path, 128, &text, &n, NULL) < 0)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

int
result_find(const struct project *project, const char *id, char **ret, struct assay_error *err)
{
	_cleanup_free_ char *newest = id ? NULL : newest_id(project), *name = NULL, *path = NULL;

	if (!id && !newest) {
		base_error_at(err, ASSAY_USAGE, project->audits_path, 0, 0, "no audit is stored here");
		base_error_hint(err, "run 'assay audit' first");
		return ASSAY_USAGE;
	}
	if (!id_is_plain(id ? id : newest))
		return base_error_at(err, ASSAY_USAGE, id ? id : newest, 0, 0, "not the id of an audit");
	name = base_format("%s.db", id ? id : newest);
	path = name ? base_path_join(project->audits_path, name) : NULL;
	if (!path)
		return base_error_nomem(err);
	if (!base_file_exists(path)) {
		base_error_at(err, ASSAY_USAGE, id ? id : newest, 0, 0, "no audit of this id is stored here");
		base_error_hint(err, "'assay log show --type audit' lists them");
		return ASSAY_USAGE;
	}
	*ret = BASE_STEAL(path);
	return ASSAY_OK;
}

struct sought {
	const char *result; /* "sha256:…" */
	bool found;
};

static int
look_for_result(void *context, const struct ledger_row *row)
{
	struct sought *sought = context;
	json_t *entry = row->json ? json_loads(row->json, 0, NULL) : NULL;
	const char *type = json_string_value(json_object_get(entry, "type"));
	const char *result = json_string_value(json_object_get(json_object_get(entry, "body"), "result"));

	sought->found = sought->found || (type && result && strcmp(type, "audit") == 0 && strcmp(result, sought->result) == 0);
	json_decref(entry);
	return ASSAY_OK;
}

/* A stored result must be what its digest says, and where it says that it was signed, what the ledger says. */
static int
check_stored(struct project *project, sqlite3 *db, const char *path, const char *stated, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	_cleanup_free_ char *state = NULL;
	char text[7 + 65] = "sha256:";
	struct sought sought = {.result = text};
	uint8_t digest[32];
	int r = store_result_digest(db, digest, err);

	if (r < 0)
		return r;
	base_hex((struct base_span){digest, sizeof digest}, text + 7);
	if (!stated || strcmp(text + 7, stated) != 0)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "the stored result was changed: it does not fit its digest");
	r = facts_text(db, &state, err, "SELECT log_state FROM audit", 0, NULL);
	if (r < 0 || !state || strcmp(state, "signed") != 0)
		return r;
	r = ledger_reader_open(&project->ledger, &reader, err);
	r = r < 0 ? r : ledger_reader_each(reader, 0, ledger_reader_size(reader), look_for_result, &sought, err);
	if (r == ASSAY_UNSUPPORTED || (r == ASSAY_OK && !sought.found))
		return base_error_at(
			err, ASSAY_VERIFY, path, 0, 0, "the stored result says that it was signed, and no entry of the ledger names it");
	return r;
}

int
result_check(struct project *project, const char *path, struct assay_error *err)
{
	_cleanup_free_ char *digest = NULL;
	sqlite3 *db = NULL;
	int r = facts_open(path, &db, err);

	r = r < 0 ? r : result_property(db, "result_sha256", &digest, err);
	r = r < 0 ? r : check_stored(project, db, path, digest, err);
	sqlite3_close(db);
	return r;
}

int
app_result_open(struct project *project, const char *id, struct result **ret, struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_free_ char *path = NULL, *stored = NULL, *digest = NULL;
	struct result *result;
	int r = result_find(project, id, &path, err);

	if (r < 0)
		return r;
	result = calloc(1, sizeof *result);
	if (!result)
		return base_error_nomem(err);
	r = facts_open(path, &result->db, err);
	r = r < 0 ? r : facts_text(result->db, &stored, err, "SELECT id FROM audit", 0, NULL);
	r = r < 0 ? r : result_property(result->db, "result_sha256", &digest, err);
	r = r < 0 ? r : check_stored(project, result->db, path, digest, err);
	if (r < 0) {
		result_close(result);
		return r;
	}
	*outcome = (struct app_outcome){0};
	result_get_exits(result->db, outcome);
	snprintf(outcome->id, sizeof outcome->id, "%s", stored ? stored : "");
	snprintf(outcome->result_sha256, sizeof outcome->result_sha256, "%s", digest ? digest : "");
	*ret = result;
	return ASSAY_OK;
}
