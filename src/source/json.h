/* JSON: paths (json_tree.c), the token parser (json_parse.c), readers of documents (json.c) and of lines (jsonl.c). */
#ifndef SOURCE_JSON_H
#define SOURCE_JSON_H

#include "source/internal.h"

#include "base/buffer.h"
#include "base/map.h"

/* ---- paths ---- */

#define JSON_NO_FIELD UINT32_MAX

/* A place in documents: a JSON pointer with '*' for array elements and '{}' for keys that are data themselves. Number 0 is the root; as
 * the number of a child or key, 0 means none. */
struct json_node {
	uint32_t parent, name; /* name: key, or 0 for elements and others */
	bool is_others;
	uint32_t first_key, last_key, n_keys;
	uint32_t elements, others; /* nodes */
	uint32_t field, key_field; /* made when the first value comes */
};

struct json_key {
	const uint8_t *name;       /* decoded */
	uint32_t size, node, next; /* next: in order of first appearance, the likely order of the next object */
	bool is_data;              /* scanned as a value; node is the parent's others */
};

struct json_tree {
	struct source *source;
	struct json_node *nodes;
	size_t n_nodes, nodes_capacity;
	struct json_key *keys;
	size_t n_keys, keys_capacity, key_bytes;
	struct base_map *index; /* (node, key) -> key */
	struct base_buffer scratch;
	uint32_t more_field; /* shared by what passes LIMIT_FIELDS */
	uint32_t text_field; /* broken parts, delivered as text */
};

int json_tree_init(struct json_tree *tree, struct source *source);
void json_tree_dispose(struct json_tree *tree);
/* Key of ${node} by its decoded name. A new one that is sensitive, too long or beyond LIMIT_JSON_KEYS is data. *ret is an entry of
 * tree->keys or, beyond the limits, 0: then the value belongs to json_tree_others. NOMEM on failure. */
int json_tree_key(struct json_tree *tree, uint32_t node, struct base_span name, uint32_t *ret);
int json_tree_elements(struct json_tree *tree, uint32_t node, uint32_t *ret);
int json_tree_others(struct json_tree *tree, uint32_t node, uint32_t *ret);
/* Fields for values at a node, for its keys as values, and for text that is no JSON. */
int json_tree_field(struct json_tree *tree, uint32_t node, uint32_t *ret);
int json_tree_key_field(struct json_tree *tree, uint32_t node, uint32_t *ret);
int json_tree_text_field(struct json_tree *tree, uint32_t *ret);

/* ---- parser ---- */

enum json_state { JSON_VALUE, JSON_VALUE_OR_END, JSON_KEY_OR_END, JSON_KEY, JSON_COLON, JSON_AFTER };
enum json_status { JSON_MORE, JSON_DONE, JSON_BROKEN };

struct json_level {
	uint32_t node, expected; /* expected: key that comes next if this object is like the one before */
	bool is_array;
};

/* Resumable at tokens. Without tree it only checks. */
struct json_parser {
	struct json_tree *tree;
	struct values *values;
	struct json_level levels[LIMIT_JSON_DEPTH];
	unsigned depth;
	enum json_state state;
	uint32_t node;                 /* of the value that comes next */
	bool counts_elements;          /* elements of an outermost array are records */
	uint64_t record, first_record; /* number of the record in progress; of the batch's row 0 */
	const char *fault;             /* of JSON_BROKEN */
	enum issue_code fault_code;
};

void json_parser_reset(struct json_parser *p);
/* Parses data[*at, size) up to the end of the outermost value (JSON_DONE), to a token that does not end here (JSON_MORE, also when
 * more than ${enough} bytes are used up), or to what is no JSON (JSON_BROKEN). *at moves to where it stopped. data has SOURCE_PAD
 * readable bytes behind it. NOMEM on failure. */
int json_parse(struct json_parser *p, const uint8_t *data, size_t size, bool is_final, size_t enough, size_t *at);
/* Decodes the escape at p (n readable bytes, checked before or not): bytes used, 0 if it is none or not whole. */
size_t json_escape(const uint8_t *p, size_t n, uint8_t ret[4], size_t *ret_n);
/* As values_block asks. */
uint32_t json_decode(uint8_t *value, uint32_t len, uint64_t raw, struct batch_map *map, uint32_t *ret_n);
uint32_t json_escapes(const uint8_t *value, uint32_t len);

/* ---- long strings, and the rest of a broken document as text (json_long.c) ---- */

enum json_long_kind { JSON_LONG_NONE, JSON_LONG_STRING, JSON_LONG_TEXT };
struct json_long {
	enum json_long_kind kind;
	bool is_key;
	bool in_line;    /* a line feed ends it */
	bool line_ended; /* it did, and was taken */
};
/* Begins the string at the first unread byte. NOMEM on failure. */
int json_long_string(struct source *source, struct json_parser *p, struct json_long *l);
/* Begins text from the first unread byte to the end of the line or document. */
int json_long_text(struct source *source, struct json_parser *p, struct json_long *l);
/* Gives the next piece; l->kind becomes NONE behind the last one. */
int json_long_next(struct source *source, struct json_parser *p, struct json_long *l, struct batch *batch, struct assay_error *err);

/* ---- what both readers share ---- */

struct json_reader {
	struct json_tree tree;
	struct json_parser parser;
	struct json_long rest;
	size_t want;
	bool in_line; /* jsonl: within a line that is too long to be held */
};
int json_reader_open(struct source *source, struct assay_error *err);
void json_reader_close(struct source *source);
/* What to do where the parser found no whole token in what is unread: asks for more, or begins a long string or text. NOMEM on failure. */
int json_reader_grow(struct source *source, struct json_reader *reader);
/* Notes the parser's fault at ${at} bytes behind the first unread one. */
void json_reader_note(struct source *source, const struct json_parser *p, size_t at);
/* Gives values, if there are any, else takes the bytes and returns 0. */
int json_reader_give(struct source *source, struct json_reader *reader, size_t at, struct batch *batch, struct assay_error *err);

enum json_shape { JSON_SHAPE_NONE, JSON_SHAPE_DOCUMENT, JSON_SHAPE_LINES, JSON_SHAPE_EITHER };
enum json_shape json_sniff(struct base_span prefix, bool is_whole);

#endif
