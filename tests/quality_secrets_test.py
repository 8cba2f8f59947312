#!/usr/bin/env python3
"""scripts/quality-secrets against a stand-in for assay that reports given spans: python3 tests/quality_secrets_test.py"""
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCORER = os.path.join(ROOT, "scripts", "quality_secrets.py")

FAKE = """#!{python}
import json, os, sys
plan = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "plan.json"), encoding="utf-8"))
texts = [json.loads(line)["text"] for line in open(sys.argv[2], encoding="utf-8")]
assert not any("{{+}}" in text for text in texts), texts
with open(sys.argv[4], "w", encoding="utf-8") as out:
    for record, start, end, entity in plan:
        out.write(json.dumps({{"record": record, "column": "/text", "start": start, "end": end, "entity": entity, "state": "reported"}}) + "\\n")
sys.exit(1 if plan else 0)
"""

CASES = [
    {"text": "k{+}ey abcdef", "secret": True, "rule": "a"},
    {"text": "zo\u00eb abcdef", "secret": True, "spans": [[4, 10]], "plugin": "b"},
    {"text": "nothing here", "secret": False, "rule": "a"},
    {"text": "jo@example.com", "secret": False, "rule": "b"},
]


class Score(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        os.mkdir(self.path("set"))
        self.write("set/cases.json", json.dumps({"cases": CASES}))
        self.write("assay", FAKE.format(python=sys.executable))
        os.chmod(self.path("assay"), stat.S_IRWXU)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def score(self, plan, *options, sets=("set/cases.json",)):
        self.write("plan.json", json.dumps(plan))
        command = [sys.executable, SCORER, "--assay", self.path("assay"), "--json", self.path("out.json"), *options, *map(self.path, sets)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        figures = {}
        if os.path.exists(self.path("out.json")):
            with open(self.path("out.json"), encoding="utf-8") as file:
                figures = json.load(file)["datasets"]
        return done, figures.get("set/cases.json")

    def test_counts_lines_and_spans(self):
        # bytes 5..11 are code points 4..10; an e-mail address is no secret and raises no alarm
        done, row = self.score([[1, 4, 10, "GENERIC_SECRET"], [2, 5, 11, "SERVICE_TOKEN"], [4, 0, 14, "EMAIL_ADDRESS"]])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((row["found"], row["wanted"], row["alarms"], row["without"]), (2, 2, 0, 2))

    def test_a_span_elsewhere_does_not_find(self):
        _, row = self.score([[2, 0, 4, "GENERIC_SECRET"], [3, 0, 7, "PASSWORD"]])
        self.assertEqual((row["found"], row["alarms"]), (0, 1))

    def test_floor(self):
        self.write("floor.json", json.dumps({"floors": {"set/cases.json": {"recall": 0.6, "quiet": 0.9}, "other/cases.json": {"recall": 1}}}))
        done, _ = self.score([[1, 4, 10, "PASSWORD"]], "--floor", self.path("floor.json"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("recall 0.500 is below 0.600", done.stderr)
        self.assertNotIn("quiet", done.stderr)

    def test_a_set_that_is_not_here_is_skipped_aloud(self):
        done, row = self.score([], sets=("gone/cases.json",))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("gone/cases.json: skipped", done.stdout)
        self.assertIsNone(row)

    def test_refuses_what_is_no_set(self):
        self.write("set/cases.json", '[{"text": "a"}]')
        done, _ = self.score([])
        self.assertEqual(done.returncode, 3)
        self.assertIn("not a set of cases", done.stderr)


if __name__ == "__main__":
    unittest.main()
