/* Names and types of the rows in the machine formats. */
#include "report/rows.h"

#include "base/text.h"
#include "base/time.h"
#include "report/finding_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct report_member resource_members[] = {{"resource", RESOURCE_NAME, AS_TEXT}, {"state", RESOURCE_STATE, AS_TEXT},
	{"bytes", RESOURCE_BYTES, AS_NUMBER}, {"records", RESOURCE_RECORDS, AS_NUMBER}, {"sha256", RESOURCE_SHA256, AS_SHA256},
	{"kind", RESOURCE_KIND, AS_TEXT}, {"encoding", RESOURCE_ENCODING, AS_TEXT}, {"bad_utf8", RESOURCE_BAD_UTF8, AS_NUMBER},
	{"split", RESOURCE_SPLIT, AS_TEXT}, {"note", RESOURCE_NOTE, AS_TEXT}, {NULL, 0, AS_TEXT}};

const struct report_member report_finding_members[] = {{"id", FINDING_ID, AS_FINDING_ID}, {"resource", FINDING_RESOURCE, AS_TEXT},
	{"column", FINDING_COLUMN, AS_TEXT}, {"entity", FINDING_ENTITY, AS_TEXT}, {"category", FINDING_CATEGORY, AS_TEXT},
	{"count", FINDING_COUNT, AS_NUMBER}, {"records", FINDING_RECORDS, AS_NUMBER}, {"share", FINDING_SHARE, AS_SHARE},
	{"confidence", FINDING_CONFIDENCE, AS_NUMBER}, {"level", FINDING_CONFIDENCE, AS_LEVEL}, {"validated", FINDING_VALIDATED, AS_FLAG},
	{"state", FINDING_STATE, AS_TEXT}, {"reasons", FINDING_REASON, AS_TEXT}, {"role", FINDING_ROLE, AS_TEXT}, {NULL, 0, AS_TEXT}};
const struct report_member report_example_members[] = {
	{"record", FINDING_RECORD, AS_NUMBER}, {"masked", FINDING_MASKED, AS_TEXT}, {"rule", FINDING_RULE, AS_TEXT}, {NULL, 0, AS_TEXT}};

static const struct report_member issue_members[] = {{"resource", ISSUE_RESOURCE, AS_TEXT}, {"code", ISSUE_CODE, AS_TEXT},
	{"count", ISSUE_COUNT, AS_NUMBER}, {"detail", ISSUE_DETAIL, AS_TEXT}, {"rule", ISSUE_RULE, AS_TEXT},
	{"record", ISSUE_RECORD, AS_NUMBER}, {"offset", ISSUE_OFFSET, AS_OFFSET}, {NULL, 0, AS_TEXT}};

static const struct report_member unexamined_members[] = {{"resource", UNEXAMINED_RESOURCE, AS_TEXT}, {"state", UNEXAMINED_STATE, AS_TEXT},
	{"why", UNEXAMINED_WHY, AS_TEXT}, {NULL, 0, AS_TEXT}};

static const struct report_member control_members[] = {{"control", CONTROL_ID, AS_TEXT}, {"law", CONTROL_LAW, AS_TEXT},
	{"article", CONTROL_ARTICLE, AS_TEXT}, {"cite", CONTROL_CITE, AS_TEXT}, {"title", CONTROL_TITLE, AS_TEXT},
	{"severity", CONTROL_SEVERITY, AS_TEXT}, {"draft", CONTROL_IS_DRAFT, AS_FLAG}, {"blocks", CONTROL_BLOCKING, AS_FLAG},
	{"blocker", CONTROL_IS_BLOCKER, AS_FLAG}, {"status", CONTROL_STATUS, AS_TEXT}, {"basis", CONTROL_BASIS, AS_TEXT},
	{"disposition", CONTROL_DISPOSITION, AS_TEXT}, {"places", CONTROL_PLACES, AS_NUMBER}, {"remedy", CONTROL_REMEDY, AS_TEXT},
	{"question", CONTROL_QUESTION, AS_TEXT}, {"in_force_from", CONTROL_FROM, AS_TEXT}, {NULL, 0, AS_TEXT}};

static const struct report_member verdict_members[] = {{"control", VERDICT_CONTROL, AS_TEXT}, {"resource", VERDICT_RESOURCE, AS_TEXT},
	{"column", VERDICT_COLUMN, AS_TEXT}, {"entity", VERDICT_ENTITY, AS_TEXT}, {"status", VERDICT_STATUS, AS_TEXT},
	{"basis", VERDICT_BASIS, AS_TEXT}, {"disposition", VERDICT_DISPOSITION, AS_TEXT}, {"exception", VERDICT_EXCEPTION, AS_TEXT},
	{"severity", VERDICT_SEVERITY, AS_TEXT}, {"blocks", VERDICT_BLOCKS, AS_FLAG}, {"reason", VERDICT_REASON, AS_TEXT},
	{"dims", VERDICT_DIMS, AS_JSON}, {NULL, 0, AS_TEXT}};

static const struct report_member question_members[] = {{"question", QUESTION_TEXT, AS_TEXT}, {"for", QUESTION_FOR, AS_TEXT},
	{"controls", QUESTION_CONTROLS, AS_NUMBER}, {"in_profile", QUESTION_BLOCKS, AS_NUMBER}, {"ids", QUESTION_IDS, AS_TEXT},
	{NULL, 0, AS_TEXT}};

static const struct report_member right_members[] = {{"role", RIGHT_ROLE, AS_TEXT}, {"action", RIGHT_ACTION, AS_TEXT},
	{"effect", RIGHT_EFFECT, AS_TEXT}, {"count", RIGHT_COUNT, AS_NUMBER}, {"principals", RIGHT_PRINCIPALS, AS_NUMBER},
	{NULL, 0, AS_TEXT}};

static const struct report_member event_members[] = {{"principal", EVENT_PRINCIPAL, AS_TEXT}, {"role", EVENT_ROLE, AS_TEXT},
	{"action", EVENT_ACTION, AS_TEXT}, {"purpose", EVENT_PURPOSE, AS_TEXT}, {"decision", EVENT_DECISION, AS_TEXT},
	{"count", EVENT_COUNT, AS_NUMBER}, {"first", EVENT_FIRST, AS_TIME}, {"last", EVENT_LAST, AS_TIME}, {NULL, 0, AS_TEXT}};

static const struct report_member edge_members[] = {{"seq", EDGE_SEQ, AS_NUMBER}, {"input", EDGE_INPUT, AS_TEXT},
	{"input_sha256", EDGE_INPUT_SHA256, AS_SHA256}, {"output", EDGE_OUTPUT, AS_TEXT}, {"output_sha256", EDGE_OUTPUT_SHA256, AS_SHA256},
	{"job", EDGE_JOB, AS_TEXT}, {NULL, 0, AS_TEXT}};

static const struct report_member list_members[] = {{"list", LIST_NAME, AS_TEXT}, {"state", LIST_STATE, AS_TEXT},
	{"entity", LIST_ENTITY, AS_TEXT}, {"entries", LIST_ENTRIES, AS_NUMBER}, {"compared", LIST_COMPARED, AS_NUMBER},
	{"hits", LIST_HITS, AS_NUMBER}, {"detail", LIST_DETAIL, AS_TEXT}, {NULL, 0, AS_TEXT}};

static const struct report_member document_members[] = {{"pointer", DOCUMENT_POINTER, AS_TEXT}, {"path", DOCUMENT_PATH, AS_TEXT},
	{"present", DOCUMENT_PRESENT, AS_FLAG}, {"sha256", DOCUMENT_SHA256, AS_SHA256}, {NULL, 0, AS_TEXT}};

static const struct report_member change_members[] = {{"kind", CHANGE_KIND, AS_TEXT}, {"what", CHANGE_WHAT, AS_TEXT},
	{"resource", CHANGE_RESOURCE, AS_TEXT}, {"column", CHANGE_COLUMN, AS_TEXT}, {"subject", CHANGE_SUBJECT, AS_TEXT},
	{"before", CHANGE_BEFORE, AS_TEXT}, {"after", CHANGE_AFTER, AS_TEXT}, {NULL, 0, AS_TEXT}};

static const struct report_member law_members[] = {{"law", LAW_NAME, AS_TEXT}, {"selected", LAW_IS_SELECTED, AS_FLAG}, {NULL, 0, AS_TEXT}};

static const struct report_member coming_members[] = {{"control", COMING_CONTROL, AS_TEXT}, {"title", COMING_TITLE, AS_TEXT},
	{"in_force_from", COMING_FROM, AS_TEXT}, {"soon", COMING_SOON, AS_FLAG}, {NULL, 0, AS_TEXT}};

const struct report_table report_tables_before[] = {
	{"resources", "resource", report_resources, resource_members, false},
	{NULL, NULL, NULL, NULL, false},
};
const struct report_table report_tables_after[] = {
	{"issues", "issue", report_issues, issue_members, false},
	{"unexamined", "part", report_unexamined, unexamined_members, false},
	{"changes", "difference", report_changes, change_members, true},
	{"controls", "control", report_controls, control_members, true},
	{"verdicts", "verdict", report_verdicts, verdict_members, true},
	{"questions", "question", report_questions, question_members, true},
	{"access_rights", "right", report_access_rights, right_members, true},
	{"access_events", "event", report_access_events, event_members, true},
	{"lineage", "edge", report_lineage, edge_members, true},
	{"rights_lists", "list", report_rights_lists, list_members, true},
	{"documents", "document", report_documents, document_members, true},
	{"laws", "law", report_laws, law_members, true},
	{"coming", "change", report_coming, coming_members, true},
	{NULL, NULL, NULL, NULL, false},
};

/* Parts per million as 0.123456 without trailing zeros, as base/json.h writes it. */
static void
format_share(int64_t ppm, char scratch[static REPORT_VALUE])
{
	int n;

	ppm = ppm < 0 ? 0 : ppm > 1000000 ? 1000000 : ppm;
	n = snprintf(scratch, REPORT_VALUE, "%" PRId64 ".%06" PRId64, ppm / 1000000, ppm % 1000000);
	while (n > 2 && scratch[n - 1] == '0' && scratch[n - 2] != '.')
		scratch[--n] = '\0';
}

bool
report_value(sqlite3_stmt *row, const struct report_member *member, char scratch[static REPORT_VALUE], struct base_span *ret,
	bool *ret_is_literal)
{
	int64_t n = sqlite3_column_int64(row, member->column);

	if (report_is_null(row, member->column) || (member->type == AS_OFFSET && n < 0))
		return false;
	*ret_is_literal = member->type == AS_JSON || member->type == AS_NUMBER || member->type == AS_FLAG || member->type == AS_OFFSET
			  || member->type == AS_SHARE;
	switch (member->type) {
	case AS_TEXT:
	case AS_JSON:
		*ret = report_column(row, member->column);
		return true;
	case AS_SHA256:
		if (report_column(row, member->column).size != 32)
			return false;
		base_hex(report_column(row, member->column), scratch);
		break;
	case AS_TIME:
		base_time_format(n, scratch);
		break;
	case AS_FLAG:
		snprintf(scratch, REPORT_VALUE, "%s", n ? "true" : "false");
		break;
	case AS_SHARE:
		format_share(n, scratch);
		break;
	case AS_LEVEL:
		snprintf(scratch, REPORT_VALUE, "%s", report_level(n));
		break;
	case AS_FINDING_ID:
		report_row_id(row, scratch);
		break;
	default:
		snprintf(scratch, REPORT_VALUE, "%" PRId64, n);
		break;
	}
	*ret = base_span_of(scratch);
	return true;
}
