#!/usr/bin/env python3
"""scripts/quality against a stand-in for assay that reports given spans: python3 tests/quality_test.py"""
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QUALITY = os.path.join(ROOT, "scripts", "quality")

# Checks how it is called, reads the dataset as assay would, and writes the spans that lie beside it.
FAKE = """#!{python}
import json, os, sys
here = os.path.dirname(os.path.abspath(__file__))
plan = json.load(open(os.path.join(here, "plan.json"), encoding="utf-8"))
assert sys.argv[1] == "scan" and sys.argv[3] == "--spans" and sys.argv[5:] == ["--quiet", "--format", "json"], sys.argv
rows = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))
assert all(set(row) == {{"id", "text"}} for row in rows)
if plan["spans"] is not None:
    with open(sys.argv[4], "w", encoding="utf-8") as out:
        for record, start, end, entity, *rest in plan["spans"]:
            span = {{"v": 1, "record": record, "column": "/text", "start": start, "end": end, "entity": entity, "state": "reported"}}
            span.update(*rest)
            out.write(json.dumps(span) + "\\n")
sys.stderr.write(plan["stderr"])
sys.exit(plan["exit"])
"""

TEXTS = [
    {"text": "jo@example.com or 192.0.2.7", "spans": [{"start": 0, "end": 14, "label": "EMAIL"}, {"start": 18, "end": 27, "label": "IP_ADDRESS"}]},
    {"text": "Zoë: zoë@example.com", "spans": [{"start": 5, "end": 20, "label": "EMAIL_ADDRESS"}]},
    {"text": "see www.example.org", "spans": [{"start": 4, "end": 19, "label": "DOMAIN_NAME"}]},
    {"text": "in 1999 on Monday, 2024-05-01", "spans": [{"start": 3, "end": 7, "label": "DATE_TIME"}, {"start": 11, "end": 17, "label": "DATE_TIME"}, {"start": 19, "end": 29, "label": "DATE_TIME"}]},
]
# Byte offsets: the two-byte letters of record 2 shift everything behind them.
ALL_RIGHT = [[1, 0, 14, "EMAIL_ADDRESS"], [1, 18, 27, "IP_ADDRESS"], [2, 6, 22, "EMAIL_ADDRESS"], [3, 4, 19, "URL"], [4, 19, 29, "DATE_TIME"]]


class Quality(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.assay = self.path("fake-assay")
        with open(self.assay, "w", encoding="utf-8") as file:
            file.write(FAKE.format(python=sys.executable))
        os.chmod(self.assay, os.stat(self.assay).st_mode | stat.S_IXUSR)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return self.path(name)

    def lines(self, items=TEXTS, name="set.jsonl"):
        return self.write(name, "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items))

    def run_quality(self, spans, *arguments, status=0, stderr=""):
        self.write("plan.json", {"spans": spans, "exit": status, "stderr": stderr})
        return subprocess.run([QUALITY, "--assay", self.assay, *arguments], capture_output=True, text=True, check=False)

    def figures(self, spans, dataset, **options):
        out = self.path("out.json")
        done = self.run_quality(spans, "--json", out, dataset, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(out, encoding="utf-8") as file:
            report = json.load(file)
        self.assertEqual(report["v"], 1)
        return report["datasets"][os.path.basename(dataset)]["entities"]

    def test_all_right_is_one_everywhere(self):
        entities = self.figures(ALL_RIGHT, self.lines())
        for entity in ("EMAIL_ADDRESS", "IP_ADDRESS", "URL", "DATE_TIME"):
            with self.subTest(entity):
                self.assertEqual([entities[entity][k] for k in ("precision", "recall", "f1", "exact")], [1, 1, 1, 1])
        self.assertEqual(entities["EMAIL_ADDRESS"]["gold"], 2)

    def test_exits_of_a_scan_with_findings_are_no_error(self):
        for status in (0, 1, 4):
            with self.subTest(status):
                self.assertEqual(self.figures(ALL_RIGHT, self.lines(), status=status)["URL"]["hits"], 1)

    def test_other_exits_are_shown(self):
        done = self.run_quality(ALL_RIGHT, self.lines(), status=2, stderr="assay: no such option\n")
        self.assertEqual(done.returncode, 3)
        self.assertIn("no such option", done.stderr)

    def test_missing_spans_file_is_an_error(self):
        done = self.run_quality(None, self.lines())
        self.assertEqual(done.returncode, 3)
        self.assertIn("no spans", done.stderr)

    def test_misses_and_false_alarms_count(self):
        spans = [[1, 0, 14, "EMAIL_ADDRESS"], [3, 0, 3, "EMAIL_ADDRESS"], [1, 0, 14, "URL"]]
        entities = self.figures(spans, self.lines())
        self.assertEqual((entities["EMAIL_ADDRESS"]["precision"], entities["EMAIL_ADDRESS"]["recall"]), (0.5, 0.5))
        self.assertEqual((entities["URL"]["precision"], entities["URL"]["recall"]), (0, 0))
        self.assertEqual((entities["IP_ADDRESS"]["precision"], entities["IP_ADDRESS"]["recall"]), (None, 0))

    def test_half_overlap_matches_and_less_does_not(self):
        half = self.figures([[1, 0, 7, "EMAIL_ADDRESS"]], self.lines())["EMAIL_ADDRESS"]
        self.assertEqual((half["hits"], half["exact"]), (1, 0))
        self.assertEqual(self.figures([[1, 0, 6, "EMAIL_ADDRESS"]], self.lines())["EMAIL_ADDRESS"]["hits"], 0)

    def test_matching_is_one_to_one(self):
        row = self.figures([[1, 0, 14, "EMAIL_ADDRESS"], [1, 0, 13, "EMAIL_ADDRESS"]], self.lines())["EMAIL_ADDRESS"]
        self.assertEqual((row["found"], row["hits"], row["exact"]), (2, 1, 1))

    def test_one_found_span_answers_one_gold_span(self):
        both = {"text": "jo@example.com", "spans": [{"start": 0, "end": 14, "label": "EMAIL"}, {"start": 0, "end": 10, "label": "EMAIL"}]}
        row = self.figures([[1, 0, 14, "EMAIL_ADDRESS"]], self.lines([both]))["EMAIL_ADDRESS"]
        self.assertEqual((row["hits"], row["recall"], row["exact"]), (1, 0.5, 1))

    def test_only_reported_spans_of_the_text_count(self):
        spans = [[1, 0, 14, "EMAIL_ADDRESS", {"state": "sample"}], [1, 0, 14, "EMAIL_ADDRESS", {"column": "/id"}]]
        self.assertEqual(self.figures(spans, self.lines())["EMAIL_ADDRESS"]["found"], 0)

    def test_offset_inside_a_character_is_an_error(self):
        done = self.run_quality([[2, 3, 5, "EMAIL_ADDRESS"]], self.lines())
        self.assertEqual(done.returncode, 3)
        self.assertIn("record 2", done.stderr)

    def test_bare_years_and_weekdays_are_left_out_and_it_says_so(self):
        row = self.figures([[4, 3, 7, "DATE_TIME"], [4, 19, 29, "DATE_TIME"]], self.lines())["DATE_TIME"]
        self.assertEqual((row["gold"], row["excused"], row["found"], row["hits"]), (1, 2, 1, 1))
        self.assertIn("bare year or weekday", self.run_quality(ALL_RIGHT, self.lines()).stdout)

    def test_date_of_birth_answers_a_date(self):
        row = self.figures([[4, 19, 29, "DATE_OF_BIRTH"]], self.lines())["DATE_TIME"]
        self.assertEqual(row["hits"], 1)

    def test_presidio_format(self):
        item = {"full_text": "ZIP 00501", "masked": "", "spans": [{"entity_type": "ZIP_CODE", "entity_value": "00501", "start_position": 4, "end_position": 9}]}
        row = self.figures([[1, 4, 9, "US_ZIP_CODE"]], self.write("set.json", [item]))["ZIP_CODE"]
        self.assertEqual((row["precision"], row["recall"]), (1, 1))

    def test_nano_format_takes_every_place_of_a_value(self):
        item = {"text": "pw 'abc9' and abc9", "NER": [{"entity": "'abc9'", "label": "PASSWORD"}, {"=": "", "label": "X"}], "has_pii": True}
        dataset = self.write("nano.json", [item])
        self.assertEqual(self.figures([[1, 4, 8, "PASSWORD"], [1, 14, 18, "PASSWORD"]], dataset)["PASSWORD"]["recall"], 1)
        self.assertIn("lower bound", self.run_quality([], dataset).stdout)

    def test_floor_decides_the_exit(self):
        floor = self.write("floor.json", {"floors": {"EMAIL_ADDRESS": {"precision": 1.0, "recall": 0.6}, "US_SSN": {"recall": 1.0}}})
        self.assertEqual(self.run_quality(ALL_RIGHT, "--floor", floor, self.lines()).returncode, 0)
        done = self.run_quality(ALL_RIGHT[:2], "--floor", floor, self.lines())
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.strip(), "set.jsonl: EMAIL_ADDRESS: recall 0.500 is below 0.600")
        self.assertEqual(self.run_quality([], "--floor", floor, self.lines()).returncode, 1)

    def test_the_floor_of_the_project_can_be_read(self):
        floor = os.path.join(ROOT, "tests", "data", "quality-floor.json")
        done = self.run_quality(ALL_RIGHT[:1], "--floor", floor, self.lines())
        self.assertEqual(done.returncode, 1)
        self.assertIn("URL: recall 0.000 is below 1.000", done.stderr)

    def test_show_hides_values_unless_asked(self):
        spans = [[3, 0, 3, "EMAIL_ADDRESS"]]
        plain = self.run_quality(spans, "--show", "EMAIL_ADDRESS", self.lines()).stdout
        self.assertIn("EMAIL_ADDRESS missed: record 2, 5..20", plain)
        self.assertIn("EMAIL_ADDRESS false alarm: record 3, 0..3", plain)
        self.assertNotIn("jo@", plain)
        self.assertIn("jo@example.com", self.run_quality(spans, "--show", "EMAIL_ADDRESS", "--reveal", self.lines()).stdout)

    def test_missing_and_broken_datasets_are_errors(self):
        self.assertIn("no such file", self.run_quality([], self.path("none.json")).stderr)
        self.assertIn("not JSON", self.run_quality([], self.write("bad.json", "[1,")).stderr)
        self.assertIn("three known formats", self.run_quality([], self.write("odd.jsonl", '{"words": 1}\n')).stderr)
        outside = {"text": "ab", "spans": [{"start": 1, "end": 9, "label": "URL"}]}
        self.assertIn("outside its text", self.run_quality([], self.lines([outside])).stderr)

    def test_absent_default_dataset_is_skipped_with_a_line(self):
        scripts = self.path("project/scripts")
        shutil.copytree(os.path.join(ROOT, "scripts"), scripts)
        done = subprocess.run([os.path.join(scripts, "quality")], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("synth_dataset_v2.json: skipped", done.stdout)

    def test_missing_program_is_an_error(self):
        done = subprocess.run([QUALITY, "--assay", self.path("gone"), self.lines()], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot run", done.stderr)


if __name__ == "__main__":
    unittest.main()
