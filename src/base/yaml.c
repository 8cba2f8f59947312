/* A plain tree from libfyaml's event stream. Everything that makes YAML surprising is refused with its place. */
#include "base/yaml.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct builder {
	struct base_yaml *yaml;
	struct fy_parser *parser;
	struct base_yaml_node *stack[LIMIT_YAML_DEPTH];
	struct base_yaml_node *last[LIMIT_YAML_DEPTH]; /* last child of each open node */
	struct base_map *keys[LIMIT_YAML_DEPTH];       /* names seen in each open map */
	size_t depth, count;
	const char *pending_key;
	uint32_t key_line, key_column;
	struct assay_error *err;
};

static int
refuse(struct builder *b, const struct fy_mark *mark, const char *message)
{
	uint32_t line = mark ? (uint32_t)mark->line + 1 : 0, column = mark ? (uint32_t)mark->column + 1 : 0;

	return base_error_at(b->err, ASSAY_CONFIG, b->yaml->name, line, column, "%s", message);
}

/* Hangs a new node under the open container, or makes it the root. */
static struct base_yaml_node *
add_node(struct builder *b, enum base_yaml_kind kind, const struct fy_mark *mark)
{
	struct base_yaml_node *node, *parent = b->depth > 0 ? b->stack[b->depth - 1] : NULL;

	if (b->yaml->root && !parent) {
		refuse(b, mark, "more than one document in the file");
		return NULL;
	}
	if (++b->count > LIMIT_YAML_NODES) {
		refuse(b, mark, "too many nodes");
		return NULL;
	}
	node = base_arena_alloc(b->yaml->arena, sizeof *node);
	if (!node) {
		base_error_nomem(b->err);
		return NULL;
	}
	node->kind = kind;
	node->line = mark ? (uint32_t)mark->line + 1 : 0;
	node->column = mark ? (uint32_t)mark->column + 1 : 0;
	node->parent = parent;
	if (!parent) {
		b->yaml->root = node;
		return node;
	}
	if (parent->kind == YAML_MAP) {
		node->key = b->pending_key;
		node->key_line = b->key_line;
		node->key_column = b->key_column;
		b->pending_key = NULL;
	}
	struct base_yaml_node **last = &b->last[b->depth - 1];
	if (*last)
		(*last)->next = node;
	else
		parent->first = node;
	*last = node;
	parent->count++;
	return node;
}

static int
open_container(struct builder *b, enum base_yaml_kind kind, const struct fy_mark *mark)
{
	struct base_yaml_node *node;

	if (b->depth == LIMIT_YAML_DEPTH)
		return refuse(b, mark, "nested too deeply");
	if (b->depth > 0 && b->stack[b->depth - 1]->kind == YAML_MAP && !b->pending_key)
		return refuse(b, mark, "a key must be plain text");
	node = add_node(b, kind, mark);
	if (!node)
		return b->err ? b->err->code : ASSAY_CONFIG;
	b->stack[b->depth] = node;
	b->last[b->depth] = NULL;
	b->keys[b->depth] = kind == YAML_MAP ? base_map_new() : NULL;
	if (kind == YAML_MAP && !b->keys[b->depth])
		return base_error_nomem(b->err);
	b->depth++;
	return ASSAY_OK;
}

static void
close_container(struct builder *b)
{
	b->depth--;
	base_map_free(b->keys[b->depth]);
	b->keys[b->depth] = NULL;
}

static int
take_key(struct builder *b, const char *text, size_t n, const struct fy_mark *mark)
{
	int fresh;

	if (n == 0 || memchr(text, '\0', n))
		return refuse(b, mark, "an empty or unprintable key");
	if (n == 2 && memcmp(text, "<<", 2) == 0)
		return refuse(b, mark, "merge keys are not supported");
	fresh = base_map_insert(b->keys[b->depth - 1], (struct base_span){(const uint8_t *)text, n}, 0);
	if (fresh < 0)
		return base_error_nomem(b->err);
	b->pending_key = base_arena_strndup(b->yaml->arena, text, n);
	if (!b->pending_key)
		return base_error_nomem(b->err);
	b->key_line = (uint32_t)mark->line + 1;
	b->key_column = (uint32_t)mark->column + 1;
	if (fresh == 0)
		return base_error_at(
			b->err, ASSAY_CONFIG, b->yaml->name, b->key_line, b->key_column, "the key '%s' occurs twice", b->pending_key);
	return ASSAY_OK;
}

static int
take_scalar(struct builder *b, struct fy_event *event)
{
	struct fy_token *token = event->scalar.value;
	const struct fy_mark *mark = fy_event_start_mark(event);
	size_t n = 0;
	const char *text = token ? fy_token_get_text(token, &n) : "";
	bool plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
	struct fy_mark at = mark ? *mark : (struct fy_mark){0};
	struct base_yaml_node *node;

	if (!text)
		return base_error_nomem(b->err);
	/* the parser's mark of a quoted text stands behind the quote */
	if (token && at.column > 0
		&& (fy_token_scalar_style(token) == FYSS_SINGLE_QUOTED || fy_token_scalar_style(token) == FYSS_DOUBLE_QUOTED))
		at.column--;
	mark = &at;
	if (b->depth > 0 && b->stack[b->depth - 1]->kind == YAML_MAP && !b->pending_key)
		return take_key(b, text, n, mark);
	if (memchr(text, '\0', n))
		return refuse(b, mark, "a NUL byte in a text");
	node = add_node(b, YAML_TEXT, mark);
	if (!node)
		return b->err ? b->err->code : ASSAY_CONFIG;
	node->quoted = !plain;
	if (plain && (n == 0 || (n == 1 && text[0] == '~') || (n == 4 && memcmp(text, "null", 4) == 0))) {
		node->kind = YAML_NULL;
		return ASSAY_OK;
	}
	node->text = base_arena_strndup(b->yaml->arena, text, n);
	node->size = n;
	return node->text ? ASSAY_OK : base_error_nomem(b->err);
}

static int
take_event(struct builder *b, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);

	switch (event->type) {
	case FYET_SCALAR:
		if (event->scalar.anchor || event->scalar.tag)
			return refuse(b, mark, "anchors and tags are not supported");
		return take_scalar(b, event);
	case FYET_SEQUENCE_START:
		if (event->sequence_start.anchor || event->sequence_start.tag)
			return refuse(b, mark, "anchors and tags are not supported");
		return open_container(b, YAML_LIST, mark);
	case FYET_MAPPING_START:
		if (event->mapping_start.anchor || event->mapping_start.tag)
			return refuse(b, mark, "anchors and tags are not supported");
		return open_container(b, YAML_MAP, mark);
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		close_container(b);
		return ASSAY_OK;
	case FYET_ALIAS:
		return refuse(b, mark, "aliases are not supported");
	default:
		return ASSAY_OK;
	}
}

/* The parser's own words about a syntax error: its first collected message. */
static int
syntax_error(struct builder *b, struct fy_diag *diag)
{
	void *iterator = NULL;
	struct fy_diag_error *e = fy_diag_errors_iterate(diag, &iterator);

	if (!e)
		return refuse(b, NULL, "not valid YAML");
	return base_error_at(b->err, ASSAY_CONFIG, b->yaml->name, e->line > 0 ? (uint32_t)e->line : 0,
		e->column > 0 ? (uint32_t)e->column : 0, "not valid YAML: %s", e->msg ? e->msg : "syntax error");
}

static int
build(struct builder *b, const char *text, size_t n)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_DISABLE_BUFFERING};
	struct fy_diag *diag;
	struct fy_event *event;
	int r = ASSAY_OK;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag = fy_diag_create(&diag_cfg);
	if (!diag)
		return base_error_nomem(b->err);
	fy_diag_set_collect_errors(diag, true);
	cfg.diag = diag;
	b->parser = fy_parser_create(&cfg);
	if (!b->parser) {
		fy_diag_destroy(diag);
		return base_error_nomem(b->err);
	}
	if (fy_parser_set_string(b->parser, text, n) != 0)
		r = refuse(b, NULL, "not valid YAML");
	while (r == ASSAY_OK && (event = fy_parser_parse(b->parser))) {
		r = take_event(b, event);
		fy_parser_event_free(b->parser, event);
	}
	if (r == ASSAY_OK && fy_parser_get_stream_error(b->parser))
		r = syntax_error(b, diag);
	while (b->depth > 0)
		close_container(b);
	fy_parser_destroy(b->parser);
	fy_diag_destroy(diag);
	return r;
}

int
base_yaml_parse(const char *name, const char *text, size_t n, struct base_yaml **ret, struct assay_error *err)
{
	struct base_yaml *yaml = calloc(1, sizeof *yaml);
	_cleanup_free_ struct builder *b = calloc(1, sizeof *b);
	struct assay_error own = {0};
	size_t valid;
	int r;

	if (!yaml || !b || !(yaml->name = base_strdup(name)) || !(yaml->arena = base_arena_new())) {
		base_yaml_free(yaml);
		return base_error_nomem(err);
	}
	b->yaml = yaml;
	b->err = err ? err : &own;
	valid = base_utf8_valid_prefix((struct base_span){(const uint8_t *)text, n});
	if (valid != n || memchr(text, '\0', n)) {
		const char *nul = memchr(text, '\0', valid);
		uint32_t line = 1;
		for (size_t i = 0; i < (nul ? (size_t)(nul - text) : valid); i++)
			line += text[i] == '\n';
		r = base_error_at(err, ASSAY_CONFIG, name, line, 0, nul ? "holds a NUL byte" : "not valid UTF-8");
	} else
		r = build(b, text, n);
	if (r == ASSAY_OK && !yaml->root)
		r = base_error_at(err, ASSAY_CONFIG, name, 1, 1, "the file is empty");
	if (r < 0) {
		base_yaml_free(yaml);
		return r;
	}
	*ret = yaml;
	return ASSAY_OK;
}

int
base_yaml_load(const char *path, struct base_yaml **ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n;
	int r = base_file_read(path, LIMIT_CONFIG_FILE, &text, &n, err);

	if (r < 0)
		return r == ASSAY_LIMIT && err ? (err->code = ASSAY_CONFIG) : r;
	return base_yaml_parse(path, text, n, ret, err);
}

void
base_yaml_free(struct base_yaml *yaml)
{
	if (!yaml)
		return;
	base_arena_free(yaml->arena);
	free(yaml->name);
	free(yaml);
}

const struct base_yaml_node *
base_yaml_get(const struct base_yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (const struct base_yaml_node *child = map->first; child; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

const char *
base_yaml_get_text(const struct base_yaml_node *map, const char *key)
{
	const struct base_yaml_node *child = base_yaml_get(map, key);

	return child && child->kind == YAML_TEXT ? child->text : NULL;
}

int
base_yaml_error(const struct base_yaml *yaml, const struct base_yaml_node *at, struct assay_error *err, int code, const char *format, ...)
{
	char message[ASSAY_ERROR_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	return base_error_at(err, code, yaml->name, at ? at->line : 0, at ? at->column : 0, "%s", message);
}

int
base_yaml_check_keys(const struct base_yaml *yaml, const struct base_yaml_node *map, const char *const *keys, size_t n, int code,
	struct assay_error *err)
{
	if (map->kind != YAML_MAP)
		return base_yaml_error(yaml, map, err, code, "expected a map of keys");
	for (const struct base_yaml_node *child = map->first; child; child = child->next) {
		size_t i = 0;
		while (i < n && strcmp(keys[i], child->key) != 0)
			i++;
		if (i < n)
			continue;
		base_error_at(err, code, yaml->name, child->key_line, child->key_column, "unknown key '%s'", child->key);
		const char *near = base_suggest(child->key, keys, n);
		if (near)
			base_error_hint(err, "did you mean '%s'?", near);
		return code;
	}
	return ASSAY_OK;
}

int
base_yaml_read_text(const struct base_yaml *yaml, const struct base_yaml_node *map, const char *key, const char **ret, int code,
	struct assay_error *err)
{
	const struct base_yaml_node *child = base_yaml_get(map, key);

	if (!child)
		return ASSAY_OK;
	if (child->kind != YAML_TEXT)
		return base_yaml_error(yaml, child, err, code, "'%s' must be a text", key);
	*ret = child->text;
	return ASSAY_OK;
}

int
base_yaml_read_uint(const struct base_yaml *yaml, const struct base_yaml_node *map, const char *key, uint64_t max, uint64_t *ret, int code,
	struct assay_error *err)
{
	const struct base_yaml_node *child = base_yaml_get(map, key);
	uint64_t v = 0;

	if (!child)
		return ASSAY_OK;
	bool good = child->kind == YAML_TEXT && child->size > 0 && child->size <= 18;
	for (size_t i = 0; good && i < child->size; i++) {
		good = base_is_digit((uint8_t)child->text[i]);
		v = v * 10 + (uint64_t)(child->text[i] - '0');
	}
	if (!good || v > max)
		return base_yaml_error(yaml, child, err, code, "'%s' must be a whole number from 0 to %llu", key, (unsigned long long)max);
	*ret = v;
	return ASSAY_OK;
}

int
base_yaml_read_bool(
	const struct base_yaml *yaml, const struct base_yaml_node *map, const char *key, bool *ret, int code, struct assay_error *err)
{
	const struct base_yaml_node *child = base_yaml_get(map, key);

	if (!child)
		return ASSAY_OK;
	if (child->kind != YAML_TEXT || (strcmp(child->text, "true") != 0 && strcmp(child->text, "false") != 0))
		return base_yaml_error(yaml, child, err, code, "'%s' must be true or false", key);
	*ret = child->text[0] == 't';
	return ASSAY_OK;
}
