/* The parsed form of a pattern, shared by parser and measurer. */
#ifndef RULES_PATTERN_TREE_H
#define RULES_PATTERN_TREE_H

#include "rules/pattern.h"

enum node_kind { NODE_EMPTY, NODE_SET, NODE_CAT, NODE_ALT, NODE_REPEAT, NODE_LOOK, NODE_BOUNDARY, NODE_NOT_BOUNDARY, NODE_BEGIN, NODE_END };

struct pattern_node {
	enum node_kind kind;
	struct byte_set set;               /* NODE_SET */
	uint32_t min, max;                 /* NODE_REPEAT */
	bool is_behind, is_negative;       /* NODE_LOOK */
	size_t at;                         /* byte of the pattern, for messages */
	struct pattern_node *first, *next; /* children of CAT and ALT; the one child of REPEAT and LOOK */
};

int pattern_parse(const char *pattern, struct base_arena *arena, struct pattern_node **ret, struct assay_error *err);

#endif
