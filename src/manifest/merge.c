/* One file over another, and what holds between values.
 *
 * A map is merged key by key; anything else that the child says replaces what the parent said. The table names the few keys where
 * that could loosen what an organisation asks of all its datasets; there the child may only tighten. */
#include "manifest/internal.h"

#include "base/error.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/time.h"

#include <string.h>

enum { YEARS_OF_A_CYCLE = 4, POINTER_MAX = 64 };

/* Is a never longer than b, whatever month it begins in? */
static bool
is_no_longer(const char *a, const char *b)
{
	int a_months, a_days, b_months, b_days;

	if (!base_duration_parse(base_span_of(a), &a_months, &a_days) || !base_duration_parse(base_span_of(b), &b_months, &b_days))
		return false;
	for (int month = 0; month < 12 * YEARS_OF_A_CYCLE; month++) {
		int64_t from = base_time_add(0, month, 0);
		if (base_time_add(from, a_months, a_days) > base_time_add(from, b_months, b_days))
			return false;
	}
	return true;
}

/* Says what the child does to which value of whom. */
static int
refuse(const struct row *child, const struct row *parent, struct assay_error *err, const char *what, const char *value)
{
	int size;
	const char *name = manifest_key_name(child->key, &size);

	base_yaml_error(
		child->yaml, child->node, err, ASSAY_CONFIG, "'%.*s' %s '%.128s' of '%s'", size, name, what, value, parent->yaml->name);
	base_error_hint(err, "a manifest may tighten what it extends, never loosen it (line %u there)", (unsigned)parent->node->line);
	return ASSAY_CONFIG;
}

/* Row of a member of a list, or of something in it (${rest}), or NULL past the end. */
static const struct row *
member_at(const struct rows *rows, const char *list, size_t i, const char *rest)
{
	char pointer[POINTER_MAX];

	snprintf(pointer, sizeof pointer, "%s/%zu%s", list, i, rest);
	return rows_find(rows, pointer);
}

/* Values of a list -> their place in it. */
static int
index_members(const struct rows *rows, const char *list, const char *rest, struct base_map **ret, struct assay_error *err)
{
	struct base_map *map = base_map_new();
	const struct row *row;
	int r = map ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; r == ASSAY_OK && (row = member_at(rows, list, i, rest)); i++)
		if (base_map_insert(map, base_span_of(row->value.value), (uint32_t)i) < 0)
			r = base_error_nomem(err);
	if (r < 0) {
		base_map_free(map);
		return r;
	}
	*ret = map;
	return ASSAY_OK;
}

static int
check_grown(const struct rows *rows, const struct row *child, const struct rows *parents, const struct row *parent, struct assay_error *err)
{
	struct base_map *mine = NULL;
	const struct row *wanted;
	uint32_t found;
	int r = index_members(rows, child->value.pointer, "", &mine, err);

	for (size_t i = 0; r == ASSAY_OK && (wanted = member_at(parents, child->value.pointer, i, "")); i++)
		if (!base_map_find(mine, base_span_of(wanted->value.value), &found))
			r = refuse(child, parent, err, "leaves out", wanted->value.value);
	base_map_free(mine);
	return r;
}

/* Every pattern that the parent has examined must still be examined. */
static int
check_data(const struct rows *rows, const struct row *child, const struct rows *parents, const struct row *parent, struct assay_error *err)
{
	struct base_map *mine = NULL;
	const struct row *wanted;
	uint32_t found;
	int r = index_members(rows, "/data", "/path", &mine, err);

	for (size_t i = 0; r == ASSAY_OK && (wanted = member_at(parents, "/data", i, "/path")); i++) {
		if (member_at(parents, "/data", i, "/skip"))
			continue;
		if (!base_map_find(mine, base_span_of(wanted->value.value), &found))
			r = refuse(child, parent, err, "leaves out", wanted->value.value);
		else if (member_at(rows, "/data", found, "/skip"))
			r = refuse(member_at(rows, "/data", found, "/skip"), parent, err, "hides", wanted->value.value);
	}
	base_map_free(mine);
	return r;
}

static int
check_merge(const struct rows *rows, const struct row *child, const struct rows *parents, const struct row *parent, struct assay_error *err)
{
	int64_t mine = 0, theirs = 0;

	switch (child->key->merge) {
	case MERGE_KEEP:
		return strcmp(child->value.value, parent->value.value) == 0
			       ? ASSAY_OK
			       : refuse(child, parent, err, "differs from", parent->value.value);
	case MERGE_SHORTER:
		return is_no_longer(child->value.value, parent->value.value)
			       ? ASSAY_OK
			       : refuse(child, parent, err, "is longer than", parent->value.value);
	case MERGE_EARLIER:
		(void)base_date_parse(base_span_of(child->value.value), &mine);
		(void)base_date_parse(base_span_of(parent->value.value), &theirs);
		return mine <= theirs ? ASSAY_OK : refuse(child, parent, err, "is later than", parent->value.value);
	case MERGE_GROW:
		return check_grown(rows, child, parents, parent, err);
	case MERGE_DATA:
		return check_data(rows, child, parents, parent, err);
	default:
		return ASSAY_OK;
	}
}

/* Does the child say something at this pointer, or replace a list or scalar above it? */
static bool
is_replaced(const struct rows *child, const char *pointer)
{
	char above[POINTER_MAX];

	for (const char *slash = strchr(pointer + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t n = (size_t)(slash - pointer);
		const struct row *row;
		if (n >= sizeof above)
			return false;
		memcpy(above, pointer, n);
		above[n] = '\0';
		row = rows_find(child, above);
		if (row && row->key->type != KEY_MAP)
			return true;
	}
	return rows_find(child, pointer) != NULL;
}

/* Both are sorted. */
static void
interleave(const struct rows *child, const struct row *const *kept, size_t n_kept, struct row *ret)
{
	size_t i = 0, k = 0;

	while (i < child->n || k < n_kept)
		if (k == n_kept || (i < child->n && strcmp(child->items[i].value.pointer, kept[k]->value.pointer) < 0))
			*ret++ = child->items[i++];
		else
			*ret++ = *kept[k++];
}

int
rows_merge(struct rows *child, const struct rows *parent, struct assay_error *err)
{
	_cleanup_free_ const struct row **kept = base_calloc(parent->n + 1, sizeof *kept);
	size_t n_kept = 0;
	struct row *both;

	if (!kept)
		return base_error_nomem(err);
	for (size_t i = 0; i < parent->n; i++) {
		const struct row *theirs = &parent->items[i], *mine = rows_find(child, theirs->value.pointer);
		int r = mine ? check_merge(child, mine, parent, theirs, err) : ASSAY_OK;
		if (r < 0)
			return r;
		if (!is_replaced(child, theirs->value.pointer))
			kept[n_kept++] = theirs;
	}
	both = base_calloc(child->n + n_kept + 1, sizeof *both);
	if (!both)
		return base_error_nomem(err);
	interleave(child, kept, n_kept, both);
	free(child->items);
	*child = (struct rows){both, child->n + n_kept, child->n + n_kept + 1};
	return ASSAY_OK;
}

/* Names below a list of maps occur once; ${ret} collects them. */
static int
collect_unique(const struct rows *rows, const char *list, const char *member, struct base_map *ret, struct assay_error *err)
{
	const struct row *row;

	for (size_t i = 0; (row = member_at(rows, list, i, member)); i++) {
		int fresh = base_map_insert(ret, base_span_of(row->value.value), (uint32_t)i);
		if (fresh < 0)
			return base_error_nomem(err);
		if (fresh == 0)
			return base_yaml_error(
				row->yaml, row->node, err, ASSAY_CONFIG, "'%s' stands twice in '%s'", row->value.value, list + 1);
	}
	return ASSAY_OK;
}

static int
check_unique(const struct rows *rows, const char *list, const char *member, struct assay_error *err)
{
	struct base_map *names = base_map_new();
	int r = names ? collect_unique(rows, list, member, names, err) : base_error_nomem(err);

	base_map_free(names);
	return r;
}

/* 'from' leads to a purpose of the same manifest: a slip there would hide a change of purpose. */
static int
check_purposes(const struct rows *rows, struct assay_error *err)
{
	struct base_map *names = base_map_new();
	int r = names ? collect_unique(rows, "/purposes", "/id", names, err) : base_error_nomem(err);

	for (size_t i = 0; r == ASSAY_OK && member_at(rows, "/purposes", i, "/id"); i++) {
		const struct row *from = member_at(rows, "/purposes", i, "/from");
		uint32_t found;
		if (!from)
			continue;
		if (!base_map_find(names, base_span_of(from->value.value), &found))
			r = base_yaml_error(from->yaml, from->node, err, ASSAY_CONFIG, "'from' names '%s', which is no purpose here",
				from->value.value);
		else if (found == i)
			r = base_yaml_error(from->yaml, from->node, err, ASSAY_CONFIG, "'from' names its own purpose");
	}
	base_map_free(names);
	return r;
}

/* "none" and a category contradict each other. */
static int
check_none(const struct rows *rows, struct assay_error *err)
{
	const struct row *list = rows_find(rows, "/categories"), *row;

	for (size_t i = 0; list && strchr(list->value.value, ',') && (row = member_at(rows, "/categories", i, "")); i++)
		if (strcmp(row->value.value, "none") == 0)
			return base_yaml_error(row->yaml, row->node, err, ASSAY_CONFIG, "'none' stands beside other categories");
	return ASSAY_OK;
}

static int
check_order(const struct rows *rows, const char *first, const char *last, struct assay_error *err)
{
	const struct row *a = rows_find(rows, first), *b = rows_find(rows, last);

	/* dates in this form sort as text */
	if (a && b && strcmp(a->value.value, b->value.value) > 0)
		return base_yaml_error(b->yaml, b->node, err, ASSAY_CONFIG, "'%s' lies before '%s' (%s)", strrchr(last, '/') + 1,
			strrchr(first, '/') + 1, a->value.value);
	return ASSAY_OK;
}

static int
check_skips(const struct rows *rows, struct assay_error *err)
{
	for (size_t i = 0; member_at(rows, "/data", i, "/path"); i++) {
		const struct row *expect = member_at(rows, "/data", i, "/expect");
		if (expect && member_at(rows, "/data", i, "/skip"))
			return base_yaml_error(expect->yaml, expect->node, err, ASSAY_CONFIG,
				"'expect' on files that are skipped: nothing there is counted");
	}
	return ASSAY_OK;
}

int
rows_check(const struct rows *rows, const struct base_yaml *yaml, struct assay_error *err)
{
	int r;

	if (!rows_find(rows, "/dataset/id")) {
		const struct row *dataset = rows_find(rows, "/dataset");
		base_yaml_error(
			dataset ? dataset->yaml : yaml, dataset ? dataset->node : yaml->root, err, ASSAY_CONFIG, "the dataset has no 'id'");
		base_error_hint(err, "dataset: {id: a-short-name}");
		return ASSAY_CONFIG;
	}
	r = check_unique(rows, "/data", "/path", err);
	r = r < 0 ? r : check_skips(rows, err);
	r = r < 0 ? r : check_purposes(rows, err);
	r = r < 0 ? r : check_none(rows, err);
	r = r < 0 ? r : check_order(rows, "/dataset/declared_on", "/dataset/valid_until", err);
	return r < 0 ? r : check_order(rows, "/ai/dpia/date", "/ai/dpia/review_by", err);
}
