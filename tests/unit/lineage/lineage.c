/* Bodies of lineage entries: written, read back, linked; and what is no such body. */
#include "../support.h"

#include "base/text.h"
#include "lineage/lineage.h"

#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B32 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define A64 A32 A32
#define B64 B32 B32

static uint8_t digest_a[32], digest_b[32];

static int
prepare(void **state)
{
	(void)state;
	memset(digest_a, 0xaa, sizeof digest_a);
	memset(digest_b, 0xbb, sizeof digest_b);
	return 0;
}

static void
test_write(void **state)
{
	const struct lineage_dataset inputs[] = {{"data/a.csv", digest_a}, {"say \"\n\x80", NULL}}, output = {"out", digest_b};
	const struct lineage_run run = {"train.py", inputs, &output, 2, 1}, nothing = {.job = "idle"};
	struct assay_error err = {0};
	struct base_buffer out;

	(void)state;
	base_buffer_init(&out, 4096);
	assert_ok(lineage_write(&run, &out, &err));
	assert_string_equal(out.data,
		"{\"inputs\":[{\"name\":\"data/a.csv\",\"sha256\":\"" A64 "\"},{\"name\":\"say \\\"\\n\xef\xbf\xbd\",\"sha256\":null}],"
		"\"job\":\"train.py\",\"outputs\":[{\"name\":\"out\",\"sha256\":\"" B64 "\"}]}");
	base_buffer_reset(&out);
	assert_ok(lineage_write(&nothing, &out, &err));
	assert_string_equal(out.data, "{\"inputs\":[],\"job\":\"idle\",\"outputs\":[]}");
	base_buffer_dispose(&out);
	base_buffer_init(&out, 64);
	assert_int_equal(lineage_write(&run, &out, &err), ASSAY_LIMIT);
	assert_string_equal(err.message, "too many inputs and outputs for one lineage entry");
	base_buffer_dispose(&out);
}

static int
add(struct lineage *g, uint64_t seq, const char *body)
{
	struct assay_error err = {0};
	int r = lineage_add(g, seq, base_span_of(body), &err);

	assert_int_equal(r, err.code);
	return r;
}

static struct lineage *
new_lineage(void)
{
	struct lineage *g = NULL;
	struct assay_error err = {0};

	assert_ok(lineage_new(&g, &err));
	return g;
}

static int
take_text(void *context, const struct lineage_edge *edge)
{
	lineage_edge_text(edge, context);
	return 0;
}

static int
take_json(void *context, const struct lineage_edge *edge)
{
	lineage_edge_json(edge, context);
	return 0;
}

static int
stop_at_second(void *context, const struct lineage_edge *edge)
{
	(void)edge;
	return ++*(int *)context == 2 ? 55 : 0;
}

#define FIRST                                                                                                                              \
	"{\"inputs\":[{\"name\":\"a\",\"sha256\":\"" A64                                                                                   \
	"\"},{\"name\":\"b\"}],\"job\":\"clean\",\"outputs\":[{\"name\":\"c\",\"sha256\":\"" B64 "\"}]}"
#define SECOND                                                                                                                             \
	"{\"inputs\":[{\"name\":\"c\",\"sha256\":\"" B64 "\"},{\"name\":\"c\",\"sha256\":\"" A64                                           \
	"\"}],\"job\":\"tr\\u001bain\",\"later\":[1],\"outputs\":[]}"
#define THIRD "{\"inputs\":[],\"job\":\"make\",\"outputs\":[{\"name\":\"d\\n\",\"sha256\":null}]}"

static void
test_graph(void **state)
{
	_cleanup_(lineage_free_at) struct lineage *g = new_lineage();
	struct base_buffer out;
	int n = 0;

	(void)state;
	assert_int_equal(lineage_each_edge(g, take_text, NULL), 0);
	assert_int_equal(
		add(g, 3, FIRST) | add(g, 9, SECOND) | add(g, 12, THIRD) | add(g, 13, "{\"inputs\":[],\"job\":\"\",\"outputs\":[]}"), 0);
	/* a, b, c with two contents, d */
	assert_int_equal(lineage_dataset_count(g), 5);
	assert_int_equal(lineage_run_count(g), 4);
	base_buffer_init(&out, 1 << 16);
	assert_int_equal(lineage_each_edge(g, take_text, &out), 0);
	assert_string_equal(out.data, "     3  a@aaaaaaaaaaaa  ->  c@bbbbbbbbbbbb  by clean\n"
				      "     3  b@?  ->  c@bbbbbbbbbbbb  by clean\n"
				      "     9  c@bbbbbbbbbbbb (derived)  ->  -  by tr\\x1Bain\n"
				      "     9  c@aaaaaaaaaaaa  ->  -  by tr\\x1Bain\n"
				      "    12  -  ->  d\\n@?  by make\n");
	base_buffer_reset(&out);
	assert_int_equal(lineage_each_edge(g, take_json, &out), 0);
	assert_string_equal(out.data,
		"{\"derived\":false,\"input\":{\"name\":\"a\",\"sha256\":\"" A64
		"\"},\"job\":\"clean\",\"output\":{\"name\":\"c\",\"sha256\":\"" B64 "\"},\"seq\":3}\n"
		"{\"derived\":false,\"input\":{\"name\":\"b\",\"sha256\":null},\"job\":\"clean\",\"output\":{\"name\":\"c\",\"sha256\":"
		"\"" B64 "\"},\"seq\":3}\n"
		"{\"derived\":true,\"input\":{\"name\":\"c\",\"sha256\":\"" B64 "\"},\"job\":\"tr\\u001bain\",\"output\":null,\"seq\":9}\n"
		"{\"derived\":false,\"input\":{\"name\":\"c\",\"sha256\":\"" A64 "\"},\"job\":\"tr\\u001bain\",\"output\":null,\"seq\":9}\n"
		"{\"derived\":false,\"input\":null,\"job\":\"make\",\"output\":{\"name\":\"d\\n\",\"sha256\":null},\"seq\":12}\n");
	base_buffer_dispose(&out);
	assert_int_equal(lineage_each_edge(g, stop_at_second, &n), 55);
	assert_int_equal(n, 2);
}

/* A run that reads what it writes is not derived from itself. */
static void
test_in_place(void **state)
{
	static const char body[] = "{\"inputs\":[{\"name\":\"a\",\"sha256\":\"" A64
				   "\"}],\"job\":\"j\",\"outputs\":[{\"name\":\"a\",\"sha256\":\"" A64 "\"}]}";
	_cleanup_(lineage_free_at) struct lineage *g = new_lineage();
	struct base_buffer out;

	(void)state;
	base_buffer_init(&out, 4096);
	assert_int_equal(add(g, 0, body) | add(g, 1, body), 0);
	assert_int_equal(lineage_each_edge(g, take_text, &out), 0);
	assert_string_equal(
		out.data, "     0  a@aaaaaaaaaaaa  ->  a@aaaaaaaaaaaa  by j\n     1  a@aaaaaaaaaaaa (derived)  ->  a@aaaaaaaaaaaa  by j\n");
	base_buffer_dispose(&out);
}

static void
test_no_bodies(void **state)
{
	static const char *const bodies[] = {"", "null", "[]", "{", "{}", "{\"inputs\":[],\"outputs\":[]}",
		"{\"inputs\":[],\"job\":1,\"outputs\":[]}", "{\"inputs\":{},\"job\":\"j\",\"outputs\":[]}", "{\"inputs\":[],\"job\":\"j\"}",
		"{\"inputs\":[\"a\"],\"job\":\"j\",\"outputs\":[]}", "{\"inputs\":[{\"name\":\"\"}],\"job\":\"j\",\"outputs\":[]}",
		"{\"inputs\":[{\"name\":\"a\",\"sha256\":\"aa\"}],\"job\":\"j\",\"outputs\":[]}",
		"{\"inputs\":[{\"name\":\"a\",\"sha256\":\"sha256:" A64 "\"}],\"job\":\"j\",\"outputs\":[]}",
		"{\"inputs\":[{\"name\":\"a\",\"sha256\":7}],\"job\":\"j\",\"outputs\":[]}",
		"{\"inputs\":[],\"inputs\":[],\"job\":\"j\",\"outputs\":[]}", "{\"inputs\":[],\"job\":\"j\",\"outputs\":[]} x",
		"{\"inputs\":[],\"job\":\"j\\u0000\",\"outputs\":[]}",
		"{\"inputs\":[],\"job\":\"j\",\"outputs\":[{\"name\":\"a\"},{\"nane\":\"b\"}]}"};
	_cleanup_(lineage_free_at) struct lineage *g = new_lineage();
	struct assay_error err = {0};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(bodies); i++)
		if (add(g, i, bodies[i]) != ASSAY_FORMAT)
			fail_msg("case %zu was read", i);
	assert_int_equal(lineage_dataset_count(g), 0);
	assert_int_equal(lineage_run_count(g), 0);
	assert_int_equal(lineage_add(g, 42, base_span_of("{}"), &err), ASSAY_FORMAT);
	assert_string_equal(err.message, "entry 42 is not a lineage entry that can be read");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_write), cmocka_unit_test(test_graph), cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_no_bodies)};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
