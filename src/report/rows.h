/* The rows that every format shows, in the one order in which they are shown. A writer walks these statements and no others, so
 * two formats cannot disagree. Each enum names the columns of the statement above it. */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include "report/internal.h"

extern const char report_resources[];
enum {
	RESOURCE_NAME,
	RESOURCE_KIND,
	RESOURCE_ENCODING,
	RESOURCE_STATE,
	RESOURCE_BYTES,
	RESOURCE_RECORDS,
	RESOURCE_BAD_UTF8,
	RESOURCE_SHA256,
	RESOURCE_SPLIT,
	RESOURCE_NOTE
};

/* All findings, whatever their state, each with up to five examples: one row per example. Walk with report_each_finding. */
extern const char report_findings[];
enum {
	FINDING_RESOURCE,
	FINDING_COLUMN,
	FINDING_ENTITY,
	FINDING_CATEGORY,
	FINDING_ROLE,
	FINDING_STATE,
	FINDING_REASON,
	FINDING_VALIDATED,
	FINDING_CONFIDENCE,
	FINDING_COUNT,
	FINDING_RECORDS,
	FINDING_SHARE,
	FINDING_ID,
	FINDING_RESOURCE_ID,
	FINDING_RECORD,
	FINDING_MASKED,
	FINDING_RULE,
	FINDING_EXAMPLE
};

/* What was reported, by entity, what weighs most first; an overview of report_findings. */
extern const char report_entities[];
enum { ENTITY_NAME, ENTITY_CATEGORY, ENTITY_ROLE, ENTITY_VALUES, ENTITY_COLUMNS, ENTITY_RESOURCES };

extern const char report_issues[];
enum { ISSUE_RESOURCE, ISSUE_CODE, ISSUE_RULE, ISSUE_RECORD, ISSUE_OFFSET, ISSUE_COUNT, ISSUE_DETAIL };

/* One row per control: the roll-up. Ordered by law, then by article as a reader counts them. */
extern const char report_controls[];
enum {
	CONTROL_ID,
	CONTROL_LAW,
	CONTROL_ARTICLE,
	CONTROL_TITLE,
	CONTROL_CITE,
	CONTROL_SEVERITY,
	CONTROL_IS_DRAFT,
	CONTROL_BLOCKING,
	CONTROL_REMEDY,
	CONTROL_QUESTION,
	CONTROL_FROM,
	CONTROL_STATUS,
	CONTROL_BASIS,
	CONTROL_DISPOSITION,
	CONTROL_EXCEPTION,
	CONTROL_REASON,
	CONTROL_IS_BLOCKER,
	CONTROL_PLACES,
	CONTROL_RESOURCE,
	CONTROL_COLUMN
};
/* The same columns: only what stops the gate, worst first. */
extern const char report_blockers[];

/* Roll-ups (empty resource) and details of every control. */
extern const char report_verdicts[];
enum {
	VERDICT_CONTROL,
	VERDICT_RESOURCE,
	VERDICT_COLUMN,
	VERDICT_ENTITY,
	VERDICT_STATUS,
	VERDICT_BASIS,
	VERDICT_DISPOSITION,
	VERDICT_EXCEPTION,
	VERDICT_SEVERITY,
	VERDICT_BLOCKS,
	VERDICT_REASON,
	VERDICT_DIMS,
	VERDICT_TITLE
};
/* The same columns: details of failed and reviewed controls, in the order of report_controls. */
extern const char report_details[];
/* The same columns: waived, carried in a baseline, or decided. */
extern const char report_exceptions[];

/* Open questions; those that decide most controls first. FOR: 'owner' declares or provides something, 'person' judges.
 * The owner is asked for what is missing, counted over controls; a person is asked the control's question. */
extern const char report_questions[];
enum { QUESTION_TEXT, QUESTION_FOR, QUESTION_CONTROLS, QUESTION_BLOCKS, QUESTION_IDS };

extern const char report_access_events[];
enum { EVENT_PRINCIPAL, EVENT_ROLE, EVENT_ACTION, EVENT_PURPOSE, EVENT_DECISION, EVENT_COUNT, EVENT_FIRST, EVENT_LAST };
extern const char report_access_rights[];
enum { RIGHT_ROLE, RIGHT_ACTION, RIGHT_EFFECT, RIGHT_COUNT, RIGHT_PRINCIPALS };
extern const char report_lineage[];
enum { EDGE_SEQ, EDGE_INPUT, EDGE_INPUT_SHA256, EDGE_OUTPUT, EDGE_OUTPUT_SHA256, EDGE_JOB };
extern const char report_rights_lists[];
enum { LIST_NAME, LIST_STATE, LIST_ENTITY, LIST_ENTRIES, LIST_COMPARED, LIST_HITS, LIST_DETAIL };
extern const char report_documents[];
enum { DOCUMENT_POINTER, DOCUMENT_PATH, DOCUMENT_PRESENT, DOCUMENT_SHA256 };
/* Since the audit before: verdicts, findings, inputs, resources. */
extern const char report_changes[];
enum { CHANGE_KIND, CHANGE_WHAT, CHANGE_RESOURCE, CHANGE_COLUMN, CHANGE_SUBJECT, CHANGE_BEFORE, CHANGE_AFTER };
/* What was not fully examined. */
extern const char report_unexamined[];
enum { UNEXAMINED_RESOURCE, UNEXAMINED_STATE, UNEXAMINED_WHY };
/* Laws whose packs this build has. */
extern const char report_laws[];
enum { LAW_NAME, LAW_IS_SELECTED };
/* Controls of laws that are not in force yet on the day of the audit. SOON: within thirty days. */
extern const char report_coming[];
enum { COMING_CONTROL, COMING_TITLE, COMING_FROM, COMING_SOON };

/* The rows as the machine formats show them: one name and one type per column, the same in JSON (members) and XML (attributes). */
enum report_type { AS_TEXT, AS_JSON, AS_NUMBER, AS_FLAG, AS_SHA256, AS_TIME, AS_OFFSET, AS_SHARE, AS_LEVEL, AS_FINDING_ID };
struct report_member {
	const char *name; /* NULL ends a list */
	int column;
	enum report_type type;
};
struct report_table {
	const char *name, *row; /* of the list, of one row */
	const char *sql;
	const struct report_member *members;
	bool is_judgement; /* audits only */
};
/* In the order of the documents; name NULL ends it. Findings are apart: they hold their examples. */
extern const struct report_table report_tables_before[], report_tables_after[];
extern const struct report_member report_finding_members[], report_example_members[];
enum { REPORT_VALUE = 80 };
/* A value as text: from the row or in ${scratch}. *ret_is_literal: a number or true/false. False when it is null. */
bool report_value(sqlite3_stmt *row, const struct report_member *member, char scratch[static REPORT_VALUE], struct base_span *ret,
	bool *ret_is_literal);

struct report_finding_visitor {
	report_row *begin;                           /* the finding's own columns */
	report_row *example;                         /* FINDING_RECORD, FINDING_MASKED (null: never shown), FINDING_RULE; may be NULL */
	int (*end)(struct report *r, void *context); /* the row is gone by then; may be NULL */
	void *context;
};
int report_each_finding(struct report *r, const struct report_finding_visitor *visitor);

/* What would settle a row of report_controls: the remedy of a contradiction, or evidence where it is missing; empty when nothing is open.
 */
struct base_span report_fix(sqlite3_stmt *row);
/* "high" from 85, "medium" from 65, else "low". */
const char *report_level(int64_t confidence);
/* Parts per million as "100 %", "4.5 %", "<0.1 %". */
void report_share(int64_t ppm, char ret[static 16]);
/* Id of the finding in a row of report_findings; REPORT_FINDING_ID bytes. */
void report_row_id(sqlite3_stmt *row, char *ret);
/* Lines of a property, walked without copying. Returns false at the end. */
bool report_next_line(struct base_span *rest, struct base_span *ret_line);
/* Parts of "a@1, b@2". */
bool report_next_part(struct base_span *rest, struct base_span *ret_part);

#endif
