/* Paths of JSON documents, shared by all records. Their number is bounded: keys per object, nodes and fields in all. */
#include "source/json.h"

#include "base/arena.h"
#include "base/error.h"

#include <string.h>

/* Bounds of what a hostile document can make us remember; FIELDS_KEPT: the fields that stand for the rest. */
enum { NODES_MAX = 2 * LIMIT_FIELDS, KEY_BYTES_MAX = 8 << 20, FIELD_BYTES_MAX = 16 << 20, FIELDS_KEPT = 4 };

static int
add_node(struct json_tree *t, struct json_node node, uint32_t *ret)
{
	if (base_grow(&t->nodes, &t->nodes_capacity, t->n_nodes + 1, sizeof *t->nodes) < 0)
		return ASSAY_NOMEM;
	node.field = node.key_field = JSON_NO_FIELD;
	t->nodes[t->n_nodes] = node;
	*ret = (uint32_t)t->n_nodes++;
	return ASSAY_OK;
}

int
json_tree_init(struct json_tree *t, struct source *source)
{
	uint32_t root;

	*t = (struct json_tree){.source = source, .more_field = JSON_NO_FIELD, .text_field = JSON_NO_FIELD};
	base_buffer_init(&t->scratch, (size_t)LIMIT_VALUE * 2);
	t->index = base_map_new();
	if (!t->index || base_grow(&t->keys, &t->keys_capacity, 1, sizeof *t->keys) < 0)
		return ASSAY_NOMEM;
	t->keys[t->n_keys++] = (struct json_key){0};
	return add_node(t, (struct json_node){0}, &root);
}

void
json_tree_dispose(struct json_tree *t)
{
	free(t->nodes);
	free(t->keys);
	base_map_free(t->index);
	base_buffer_dispose(&t->scratch);
}

int
json_tree_elements(struct json_tree *t, uint32_t node, uint32_t *ret)
{
	uint32_t elements = t->nodes[node].elements;

	/* past the limit everything below a node shares its path */
	if (elements == 0 && t->n_nodes >= NODES_MAX)
		elements = node;
	if (elements == 0) {
		int r = add_node(t, (struct json_node){.parent = node}, &elements);
		if (r < 0)
			return r;
		t->nodes[node].elements = elements;
	}
	*ret = elements;
	return ASSAY_OK;
}

int
json_tree_others(struct json_tree *t, uint32_t node, uint32_t *ret)
{
	uint32_t others = t->nodes[node].others;

	if (others == 0 && t->n_nodes >= NODES_MAX)
		others = node;
	if (others == 0) {
		int r = add_node(t, (struct json_node){.parent = node, .is_others = true}, &others);
		if (r < 0)
			return r;
		t->nodes[node].others = others;
	}
	*ret = others;
	return ASSAY_OK;
}

static int
add_key(struct json_tree *t, uint32_t node, struct base_span name, bool is_data, uint32_t *ret)
{
	uint32_t child, number = (uint32_t)t->n_keys;
	const char *copy = base_arena_strndup(t->source->arena, name.data, name.size);
	int r;

	if (!copy || base_grow(&t->keys, &t->keys_capacity, t->n_keys + 1, sizeof *t->keys) < 0)
		return ASSAY_NOMEM;
	r = is_data ? json_tree_others(t, node, &child) : add_node(t, (struct json_node){.parent = node, .name = number}, &child);
	if (r < 0)
		return r;
	t->keys[t->n_keys++] = (struct json_key){(const uint8_t *)copy, (uint32_t)name.size, child, 0, is_data};
	if (t->nodes[node].last_key)
		t->keys[t->nodes[node].last_key].next = number;
	else
		t->nodes[node].first_key = number;
	t->nodes[node].last_key = number;
	t->nodes[node].n_keys++;
	t->key_bytes += name.size;
	*ret = number;
	return ASSAY_OK;
}

int
json_tree_key(struct json_tree *t, uint32_t node, struct base_span name, uint32_t *ret)
{
	struct source *s = t->source;
	uint8_t key[sizeof node + LIMIT_NAME];
	struct base_span place = {key, sizeof node + name.size};
	int r;

	*ret = 0;
	if (name.size > LIMIT_NAME)
		return ASSAY_OK;
	memcpy(key, &node, sizeof node);
	if (name.size > 0)
		memcpy(key + sizeof node, name.data, name.size);
	if (base_map_find(t->index, place, ret))
		return ASSAY_OK;
	if (t->nodes[node].n_keys >= LIMIT_JSON_KEYS || t->n_nodes >= NODES_MAX || t->key_bytes >= KEY_BYTES_MAX)
		return ASSAY_OK;
	bool is_data = s->spec.key_is_sensitive && s->spec.key_is_sensitive(s->spec.context, name);
	r = add_key(t, node, name, is_data, ret);
	return r < 0 || base_map_insert(t->index, place, *ret) < 0 ? ASSAY_NOMEM : ASSAY_OK;
}

/* RFC 6901 section 3: ~ and / in a name are written ~0 and ~1. */
static void
append_segment(struct base_buffer *out, const struct json_tree *t, const struct json_node *node)
{
	const struct json_key *key = &t->keys[node->name];

	base_buffer_char(out, '/');
	if (node->name == 0) {
		base_buffer_text(out, node->is_others ? "{}" : "*");
		return;
	}
	for (uint32_t i = 0; i < key->size; i++) {
		if (key->name[i] == '~' || key->name[i] == '/')
			base_buffer_text(out, key->name[i] == '~' ? "~0" : "~1");
		else
			base_buffer_append(out, key->name + i, 1);
	}
}

static int
add_field(struct json_tree *t, uint32_t node, const char *ending, uint32_t *ret)
{
	uint32_t path[LIMIT_JSON_DEPTH + 1];
	struct base_buffer name;
	size_t n = 0;
	int r;

	for (uint32_t i = node; i != 0 && n < BASE_COUNT(path); i = t->nodes[i].parent)
		path[n++] = i;
	base_buffer_init(&name, (size_t)(LIMIT_NAME * 2 + 1) * (LIMIT_JSON_DEPTH + 2));
	while (n-- > 0)
		append_segment(&name, t, &t->nodes[path[n]]);
	base_buffer_text(&name, ending);
	r = name.failed ? ASSAY_NOMEM : source_add_field(t->source, (struct base_span){(const uint8_t *)name.data, name.size}, ret);
	base_buffer_dispose(&name);
	return r;
}

/* A new field, or the shared one when there are too many. */
static int
field_for(struct json_tree *t, uint32_t node, const char *ending, uint32_t *ret)
{
	if (t->source->n_fields < LIMIT_FIELDS - FIELDS_KEPT && t->source->name_bytes < FIELD_BYTES_MAX)
		return add_field(t, node, ending, ret);
	source_note(t->source, ISSUE_LIMIT, 0, BATCH_UNMAPPED, 1, "too many different paths: the rest share one column");
	if (t->more_field == JSON_NO_FIELD && source_add_field(t->source, base_span_of("#more"), &t->more_field) < 0)
		return ASSAY_NOMEM;
	*ret = t->more_field;
	return ASSAY_OK;
}

int
json_tree_field(struct json_tree *t, uint32_t node, uint32_t *ret)
{
	if (t->nodes[node].field == JSON_NO_FIELD && field_for(t, node, "", &t->nodes[node].field) < 0)
		return ASSAY_NOMEM;
	*ret = t->nodes[node].field;
	return ASSAY_OK;
}

int
json_tree_key_field(struct json_tree *t, uint32_t node, uint32_t *ret)
{
	if (t->nodes[node].key_field == JSON_NO_FIELD && field_for(t, node, "/#key", &t->nodes[node].key_field) < 0)
		return ASSAY_NOMEM;
	*ret = t->nodes[node].key_field;
	return ASSAY_OK;
}

int
json_tree_text_field(struct json_tree *t, uint32_t *ret)
{
	if (t->text_field == JSON_NO_FIELD && source_add_field(t->source, base_span_of("text"), &t->text_field) < 0)
		return ASSAY_NOMEM;
	*ret = t->text_field;
	return ASSAY_OK;
}
