/* Rights lists. */
#include "app/rights.h"

#include "app/scan_job.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"

#include <string.h>

enum { FINGERPRINT = 16, LIST_FILE_MAX = 512 << 20 };

static const char *const list_names[RIGHTS_LISTS] = {"erased", "objected", "opted_out", "limited", "withdrawn", "restricted"};

enum { HEAD_VERSION, HEAD_ENTITY, HEAD_COLUMN, HEAD_NORMALISATION, HEAD_KEY, HEAD_CHECK, HEAD_MADE, HEAD_COUNT };
static const char *const head_names[HEAD_COUNT] = {"assay-list", "entity", "column", "normalisation", "key", "check", "made"};

struct head {
	char *text[HEAD_COUNT];
};

static void
free_head(struct head *head)
{
	for (size_t i = 0; i < HEAD_COUNT; i++)
		free(head->text[i]);
}

/* Cuts one line off; false at the end. */
static bool
next_line(char **at, char **ret)
{
	if (**at == '\0')
		return false;
	*ret = *at;
	*at += strcspn(*at, "\n");
	if (**at)
		*(*at)++ = '\0';
	(*ret)[strcspn(*ret, "\r")] = '\0';
	return true;
}

static int
read_head(const char *path, char **at, uint32_t *line, struct head *head, struct assay_error *err)
{
	char *text;

	while (next_line(at, &text)) {
		char *value = strchr(text, ':');
		size_t i = 0;
		++*line;
		if (strcmp(text, "---") == 0)
			break;
		if (value)
			*value++ = '\0';
		while (i < HEAD_COUNT && strcmp(text, head_names[i]) != 0)
			i++;
		if (!value || i == HEAD_COUNT || head->text[i])
			return base_error_at(err, ASSAY_CONFIG, path, *line, 0, "not a header line of a rights list");
		struct base_span trimmed = base_span_trim(base_span_of(value));
		head->text[i] = base_strndup(trimmed.data, trimmed.size);
		if (!head->text[i])
			return base_error_nomem(err);
	}
	for (size_t i = 0; i < HEAD_COUNT; i++)
		if (!head->text[i])
			return base_error_at(err, ASSAY_CONFIG, path, 0, 0, "a rights list needs the header '%s'", head_names[i]);
	if (strcmp(head->text[HEAD_VERSION], "1") != 0 || strcmp(head->text[HEAD_NORMALISATION], "assay-fp/v1") != 0)
		return base_error_at(err, ASSAY_CONFIG, path, 0, 0, "a rights list of this version or normalisation cannot be read");
	return ASSAY_OK;
}

/* Made under our key, and does the key check out? */
static int
check_key(const struct project *p, const char *path, const struct head *head, struct assay_error *err)
{
	uint8_t mac[32], stated[16];
	struct crypto_piece piece = {"assay-list/v1", 13};
	struct crypto_hmac *hmac;
	int r;

	if (!p->has_fingerprint || strcmp(head->text[HEAD_KEY], p->key_id) != 0) {
		base_error_at(err, ASSAY_KEY, path, 0, 0, "the list was made under the fingerprint key %.16s, this project uses %s",
			head->text[HEAD_KEY], p->has_fingerprint ? p->key_id : "none");
		base_error_hint(err, "make the list anew under this key, or give the other key with ASSAY_FINGERPRINT_KEY_FILE");
		return ASSAY_KEY;
	}
	hmac = crypto_hmac_new(p->fingerprint_key, sizeof p->fingerprint_key);
	if (!hmac)
		return base_error_nomem(err);
	r = crypto_hmac_of(hmac, &piece, 1, mac);
	crypto_hmac_free(hmac);
	if (r < 0)
		return base_error(err, r, "cannot check the list's key");
	if (!base_unhex(base_span_of(head->text[HEAD_CHECK]), stated, sizeof stated) || !crypto_equal(mac, stated, sizeof stated))
		return base_error_at(err, ASSAY_KEY, path, 0, 0, "the list's check value does not fit its key");
	return ASSAY_OK;
}

static int
read_entries(const char *path, char *at, uint32_t line, struct rights_list *list, struct assay_error *err)
{
	uint8_t fingerprint[FINGERPRINT];
	char *text;

	while (next_line(&at, &text)) {
		line++;
		if (*text == '\0')
			continue;
		if (!base_unhex(base_span_of(text), fingerprint, sizeof fingerprint))
			return base_error_at(err, ASSAY_CONFIG, path, line, 0, "not a fingerprint (32 hex digits)");
		if (base_map_insert(list->fingerprints, (struct base_span){fingerprint, sizeof fingerprint}, 0) < 0)
			return base_error_nomem(err);
	}
	list->n_entries = base_map_count(list->fingerprints);
	return ASSAY_OK;
}

static int
set_state(struct rights_list *list, const char *made, const char *as_of, const char *path, struct assay_error *err)
{
	int64_t made_ms, as_of_ms;

	if (!base_date_parse(base_span_of(made), &made_ms) || !base_date_parse(base_span_of(as_of), &as_of_ms))
		return base_error_at(err, ASSAY_CONFIG, path, 0, 0, "'made' is not a date (YYYY-MM-DD)");
	if (list->n_entries == 0)
		list->state = "empty";
	else if (as_of_ms - made_ms > (int64_t)RIGHTS_MAX_AGE_DAYS * BASE_DAY_MS)
		list->state = "stale";
	else
		list->state = "ok";
	list->detail = base_format("made on %s", made);
	return list->detail ? ASSAY_OK : base_error_nomem(err);
}

static int
load_list(const struct project *p, const char *path, const char *as_of, struct rights_list *list, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_(free_head) struct head head = {0};
	uint32_t line = 0;
	size_t n;
	char *at;
	int r;

	if (!base_file_exists(path)) {
		list->state = "missing";
		return ASSAY_OK;
	}
	r = base_file_read(path, LIST_FILE_MAX, &text, &n, err);
	if (r < 0)
		return r;
	at = text;
	r = read_head(path, &at, &line, &head, err);
	r = r < 0 ? r : check_key(p, path, &head, err);
	if (r < 0)
		return r;
	list->fingerprints = base_map_new();
	list->entity = BASE_STEAL(head.text[HEAD_ENTITY]);
	list->column = BASE_STEAL(head.text[HEAD_COLUMN]);
	r = list->fingerprints ? read_entries(path, at, line, list, err) : base_error_nomem(err);
	return r < 0 ? r : set_state(list, head.text[HEAD_MADE], as_of, path, err);
}

/* Pointers whose value is a file that has to exist. */
bool
store_is_document(const char *pointer)
{
	static const char *const endings[] = {"/ref", "/lia", "/compatibility", "/assessment", "/contract"};
	size_t n = strlen(pointer);

	for (size_t i = 0; i < BASE_COUNT(endings); i++)
		if (n > strlen(endings[i]) && strcmp(pointer + n - strlen(endings[i]), endings[i]) == 0)
			return true;
	return false;
}

int
rights_digest(const struct project *p, uint8_t ret[32], bool *ret_any, struct assay_error *err)
{
	struct crypto_sha256 *hash = crypto_sha256_new();
	int r = hash ? ASSAY_OK : base_error_nomem(err);

	*ret_any = false;
	for (size_t i = 0; i < RIGHTS_LISTS && r == ASSAY_OK; i++) {
		uint8_t sha256[32] = {0};
		char pointer[32];
		snprintf(pointer, sizeof pointer, "/rights/%s", list_names[i]);
		const char *file = p->manifest ? manifest_get(p->manifest, pointer) : NULL;
		if (!file)
			continue;
		_cleanup_free_ char *path = base_path_join(p->root, file);
		if (!path)
			r = base_error_nomem(err);
		else if (base_file_exists(path))
			(void)dataset_file_sha256(path, sha256, NULL);
		r = r < 0 ? r : crypto_sha256_update(hash, list_names[i], strlen(list_names[i]) + 1);
		r = r < 0 ? r : crypto_sha256_update(hash, sha256, sizeof sha256);
		*ret_any = true;
	}
	/* documents that the manifest names: what a purpose or a transfer rests on */
	for (size_t i = 0; p->manifest && i < manifest_count(p->manifest) && r == ASSAY_OK; i++) {
		const struct manifest_value *v = manifest_at(p->manifest, i);
		uint8_t sha256[32] = {0};
		if (!v->value || !store_is_document(v->pointer))
			continue;
		_cleanup_free_ char *path = base_path_join(p->root, v->value);
		if (!path)
			r = base_error_nomem(err);
		else if (!strstr(v->value, "://") && base_file_exists(path))
			(void)dataset_file_sha256(path, sha256, NULL);
		r = r < 0 ? r : crypto_sha256_update(hash, v->pointer, strlen(v->pointer) + 1);
		r = r < 0 ? r : crypto_sha256_update(hash, sha256, sizeof sha256);
		*ret_any = true;
	}
	r = r < 0 ? r : crypto_sha256_final(hash, ret);
	crypto_sha256_free(hash);
	return r;
}

int
rights_load(const struct project *p, const char *as_of, struct rights *ret, struct assay_error *err)
{
	struct rights rights = {0};
	int r = rights_digest(p, rights.sha256, &rights.has_lists, err);

	for (size_t i = 0; i < RIGHTS_LISTS && r == ASSAY_OK; i++) {
		char pointer[32];
		snprintf(pointer, sizeof pointer, "/rights/%s", list_names[i]);
		const char *file = p->manifest ? manifest_get(p->manifest, pointer) : NULL;
		rights.lists[i].name = list_names[i];
		if (!file)
			continue;
		_cleanup_free_ char *path = base_path_join(p->root, file);
		rights.lists[i].is_declared = true;
		r = path ? load_list(p, path, as_of, &rights.lists[i], err) : base_error_nomem(err);
	}
	if (r < 0)
		rights_dispose(&rights);
	else
		*ret = rights;
	return r;
}

void
rights_dispose(struct rights *rights)
{
	for (size_t i = 0; i < RIGHTS_LISTS; i++) {
		free(rights->lists[i].entity);
		free(rights->lists[i].column);
		free(rights->lists[i].detail);
		base_map_free(rights->lists[i].fingerprints);
	}
	*rights = (struct rights){0};
}

void
rights_compare(struct rights *rights, const char *entity, const char *field, const struct span *span)
{
	struct base_span fingerprint = {span->fingerprint, FINGERPRINT};
	uint32_t ignored;

	if (!span->has_fingerprint)
		return;
	for (size_t i = 0; i < RIGHTS_LISTS; i++) {
		struct rights_list *list = &rights->lists[i];
		if (!list->fingerprints || strcmp(list->entity, entity) != 0)
			continue;
		const char *column = list->column[0] == '/' && field[0] != '/' ? list->column + 1 : list->column;
		if (strcmp(column, "*") != 0 && strcmp(column, field) != 0)
			continue;
		list->n_compared++;
		list->n_hits += base_map_find(list->fingerprints, fingerprint, &ignored);
	}
}
