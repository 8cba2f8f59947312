/* Access, lineage, rights lists and documents, and the limits of what was looked at. */
#include "report/html.h"

#include <inttypes.h>
#include <string.h>

static int
right_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, RIGHT_ROLE);
	html_cell(r, row, RIGHT_ACTION);
	html_cell(r, row, RIGHT_EFFECT);
	html_number_cell(r, row, RIGHT_COUNT);
	html_number_cell(r, row, RIGHT_PRINCIPALS);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

static int
event_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, EVENT_PRINCIPAL);
	html_cell(r, row, EVENT_ROLE);
	html_cell(r, row, EVENT_ACTION);
	html_cell(r, row, EVENT_PURPOSE);
	html_cell(r, row, EVENT_DECISION);
	html_number_cell(r, row, EVENT_COUNT);
	html_raw(r, "<td>");
	if (!report_is_null(row, EVENT_LAST))
		html_time(r, sqlite3_column_int64(row, EVENT_LAST));
	html_raw(r, "</td></tr>\n");
	return ASSAY_OK;
}

int
html_access(struct report *r)
{
	struct html_rows rights = {.caption = "Rights that the access policy gives",
		.heads = "Role|Action|Effect|#Rights|#Principals",
		.nothing = "No access policy was given.",
		.each = right_row};
	struct html_rows events = {.caption = "Accesses in the log before this audit",
		.heads = "Principal|Role|Action|Purpose|Decision|#Times|Last",
		.nothing = "No access is recorded. That is a gap in the record, not a proof that nobody had access.",
		.each = event_row};
	const struct report_summary *s = r->summary;
	int e;

	html_section(r, "access", "Access", NULL);
	html_raw(r, "<p class=\"intro\"><b id=\"n-events\">");
	html_number(r, s->events);
	html_raw(r, "</b> accesses recorded or imported, <b>");
	html_number(r, s->events_refused);
	html_raw(r, "</b> of them refused; <b id=\"n-rights\">");
	html_number(r, s->rights);
	html_raw(r, "</b> rights granted or denied. Access that went past Assay is not in the log.</p>\n");
	e = html_table_of(r, report_access_rights, &rights);
	e = e < 0 ? e : html_table_of(r, report_access_events, &events);
	html_section_end(r);
	return e;
}

static int
edge_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, EDGE_INPUT);
	html_sha256_cell(r, row, EDGE_INPUT_SHA256);
	html_cell(r, row, EDGE_JOB);
	html_cell(r, row, EDGE_OUTPUT);
	html_sha256_cell(r, row, EDGE_OUTPUT_SHA256);
	html_number_cell(r, row, EDGE_SEQ);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

int
html_lineage(struct report *r)
{
	struct html_rows rows = {.caption = "Steps from input to output",
		.heads = "Input|SHA-256|Job|Output|SHA-256|#Log entry",
		.nothing = "No lineage is recorded: where this data came from rests on what the owner declares.",
		.each = edge_row};
	int e;

	html_section(r, "lineage", "Lineage", NULL);
	e = html_table_of(r, report_lineage, &rows);
	html_section_end(r);
	return e;
}

static int
list_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, LIST_NAME);
	html_cell(r, row, LIST_STATE);
	html_cell(r, row, LIST_ENTITY);
	html_number_cell(r, row, LIST_ENTRIES);
	html_number_cell(r, row, LIST_COMPARED);
	html_number_cell(r, row, LIST_HITS);
	html_cell(r, row, LIST_DETAIL);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

static int
document_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, DOCUMENT_PATH);
	html_cell(r, row, DOCUMENT_POINTER);
	html_raw(r, sqlite3_column_int(row, DOCUMENT_PRESENT) ? "<td>present</td>" : "<td>missing</td>");
	html_sha256_cell(r, row, DOCUMENT_SHA256);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

int
html_evidence(struct report *r)
{
	struct html_rows lists = {.caption = "Rights lists compared with the data",
		.heads = "List|State|Entity|#Entries|#Values compared|#Records hit|Detail",
		.nothing = "No list of erased, objecting or opted-out persons was given.",
		.each = list_row};
	struct html_rows documents = {.caption = "Documents that the manifest refers to",
		.heads = "Document|Declared at|File|SHA-256",
		.nothing = "The manifest refers to no document.",
		.each = document_row};
	int e;

	html_section(
		r, "evidence", "Rights lists and documents", "A present document is only that: what it says is for a person to judge.");
	e = html_table_of(r, report_rights_lists, &lists);
	e = e < 0 ? e : html_table_of(r, report_documents, &documents);
	html_section_end(r);
	return e;
}

static int
unexamined_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, UNEXAMINED_RESOURCE);
	html_cell(r, row, UNEXAMINED_STATE);
	html_cell(r, row, UNEXAMINED_WHY);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

static int
issue_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, ISSUE_RESOURCE);
	html_cell(r, row, ISSUE_CODE);
	html_cell(r, row, ISSUE_RULE);
	html_number_cell(r, row, ISSUE_RECORD);
	html_number_cell(r, row, ISSUE_COUNT);
	html_cell(r, row, ISSUE_DETAIL);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

static int
law_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, LAW_NAME);
	html_raw(r, sqlite3_column_int(row, LAW_IS_SELECTED) ? "<td>selected</td></tr>\n"
							     : "<td>not selected: nothing here speaks about it</td></tr>\n");
	return ASSAY_OK;
}

static int
coming_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, COMING_FROM);
	html_raw(r, sqlite3_column_int(row, COMING_SOON) ? "<td>within 30 days</td>" : "<td>later</td>");
	html_cell(r, row, COMING_CONTROL);
	html_cell(r, row, COMING_TITLE);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

static int
resource_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, RESOURCE_NAME);
	html_cell(r, row, RESOURCE_STATE);
	html_cell(r, row, RESOURCE_KIND);
	html_number_cell(r, row, RESOURCE_BYTES);
	html_number_cell(r, row, RESOURCE_RECORDS);
	html_number_cell(r, row, RESOURCE_BAD_UTF8);
	html_sha256_cell(r, row, RESOURCE_SHA256);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

int
html_limits(struct report *r)
{
	struct html_rows unexamined = {.caption = "Not fully examined",
		.heads = "Resource|State|Why",
		.nothing = "Every listed resource was read in full, and none holds free text.",
		.each = unexamined_row};
	struct html_rows issues = {.caption = "Issues met while reading",
		.heads = "Resource|Code|Rule|#Record|#Times|Detail",
		.nothing = "No issue was met while reading.",
		.each = issue_row};
	struct html_rows laws = {.caption = "Laws that this build has controls for", .heads = "Law|Selected", .each = law_row};
	struct html_rows coming = {.caption = "Not in force yet on this day", .heads = "From|When|Control|Title", .each = coming_row};
	struct html_rows resources = {.caption = "Resources",
		.heads = "Resource|State|Kind|#Bytes|#Records|#Invalid bytes|SHA-256",
		.nothing = "No resource was listed.",
		.each = resource_row};
	int e;

	html_section(r, "limits", "Limits",
		"No rule finds everything. What is missing here was not found by these rules; that is no proof that it is not there.");
	e = html_table_of(r, report_unexamined, &unexamined);
	e = e < 0 ? e : html_table_of(r, report_issues, &issues);
	if (r->summary->is_audit) {
		e = e < 0 ? e : html_table_of(r, report_laws, &laws);
		e = e < 0 ? e : html_table_of(r, report_coming, &coming);
	}
	html_raw(r, r->summary->resources > 200 ? "<details><summary>All resources</summary>\n"
						: "<details open=\"open\"><summary>All resources</summary>\n");
	e = e < 0 ? e : html_table_of(r, report_resources, &resources);
	html_raw(r, "</details>\n");
	html_section_end(r);
	return e;
}
