#!/usr/bin/env python3
"""scripts/quality with spans of other tools, other label formats and column labels: python3 tests/quality_formats_test.py"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QUALITY = os.path.join(ROOT, "scripts", "quality.py")
TEXT = "Zoë: zoë@example.com, 192.0.2.7"
GOLD = [(5, 20, "EMAIL_ADDRESS"), (22, 31, "IP_ADDRESS")]


class Formats(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, *rows):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write("".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows))
        return self.path(name)

    def run_quality(self, *arguments):
        return subprocess.run([sys.executable, QUALITY, *arguments], capture_output=True, text=True, check=False)

    def figures(self, dataset, spans, *arguments):
        out = self.path("out.json")
        done = self.run_quality("--spans", spans, "--json", out, *arguments, dataset)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(out, encoding="utf-8") as file:
            return json.load(file)["datasets"][os.path.basename(dataset)]

    def gold(self, *more):
        return self.write("gold.jsonl", {"text": TEXT, "spans": [{"start": s, "end": e, "label": n} for s, e, n in GOLD]}, *more)

    def recalls(self, dataset, spans, *arguments):
        return {entity: row["recall"] for entity, row in self.figures(dataset, spans, *arguments)["entities"].items()}

    def refused(self, words, *arguments):
        done = self.run_quality(*arguments)
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn(words, done.stderr)

    def test_plain_spans_count_in_code_points_and_ours_in_bytes(self):
        plain = self.write("a.jsonl", {"record": 1, "start": 5, "end": 20, "entity": "EMAIL_ADDRESS"}, {"record": 1, "start": 22, "end": 31, "entity": "IP_ADDRESS"})
        self.assertEqual(self.recalls(self.gold(), plain), {"EMAIL_ADDRESS": 1, "IP_ADDRESS": 1})
        ours = self.write("b.jsonl", {"v": 1, "record": 1, "column": "/text", "start": 6, "end": 22, "entity": "EMAIL_ADDRESS", "state": "reported"})
        row = self.figures(self.gold(), ours)["entities"]["EMAIL_ADDRESS"]
        self.assertEqual((row["hits"], row["exact"]), (1, 1))
        as_bytes = self.write("c.jsonl", {"record": 1, "start": 6, "end": 22, "entity": "EMAIL_ADDRESS"})
        self.assertEqual(self.figures(self.gold(), as_bytes, "--offsets", "bytes")["entities"]["EMAIL_ADDRESS"]["exact"], 1)

    def test_names_of_keys_in_labels(self):
        sets = (
            {"text": TEXT, "entities": [{"start_offset": s, "end_offset": e, "label": n} for s, e, n in GOLD]},
            {"full_text": TEXT, "spans": [{"start_position": s, "end_position": e, "entity_type": n} for s, e, n in GOLD]},
            {"text": TEXT, "label": [list(span) for span in GOLD]},
            {"source_text": TEXT, "privacy_mask": json.dumps([{"start": s, "end": e, "label": n} for s, e, n in GOLD])},
            {"text": TEXT, "labels": [{"start": s, "end": e, "labels": [n]} for s, e, n in GOLD]},
        )
        for item in sets:
            with self.subTest(list(item)):
                dataset = self.write("set.jsonl", item)
                # the very same form is taken for what a tool found
                self.assertEqual(self.recalls(dataset, dataset), {"EMAIL_ADDRESS": 1, "IP_ADDRESS": 1})

    def test_files_name_records(self):
        dataset = self.write("set.jsonl", {"file": "a.txt", "text": "x", "spans": []}, {"file": "b.txt", "text": TEXT, "spans": [[*GOLD[0]]]})
        spans = self.write("a.jsonl", {"file": "b.txt", "start": 5, "end": 20, "label": "EMAIL"})
        self.assertEqual(self.recalls(dataset, spans, "--map", self.write("map.json", {"EMAIL": "EMAIL_ADDRESS"})), {"EMAIL_ADDRESS": 1})
        self.refused("no record 'c.txt'", "--spans", self.write("b.jsonl", {"file": "c.txt", "start": 0, "end": 1, "label": "X"}), dataset)

    def test_map_renames_and_leaves_out(self):
        spans = self.write("a.jsonl", {"record": 1, "start": 5, "end": 20, "entity": "Mail"}, {"record": 1, "start": 0, "end": 3, "entity": "IP_ADDRESS"})
        mapping = self.write("map.json", {"Mail": "EMAIL_ADDRESS", "IP_ADDRESS": None})
        report = self.figures(self.gold(), spans, "--map", mapping)
        self.assertEqual(list(report["entities"]), ["EMAIL_ADDRESS"])
        self.assertEqual(report["totals"]["all"]["f1"], 1)

    def test_records_may_count_from_zero(self):
        spans = self.write("a.jsonl", {"record": 0, "start": 5, "end": 20, "entity": "EMAIL_ADDRESS"})
        self.assertEqual(self.recalls(self.gold(), spans, "--first-record", "0")["EMAIL_ADDRESS"], 1)
        self.refused("a.jsonl:1: a span names record 0 of 1", "--spans", spans, self.gold())

    def test_overlap_and_exact(self):
        spans = self.write("a.jsonl", {"record": 1, "start": 5, "end": 15, "entity": "EMAIL_ADDRESS"})
        self.assertEqual(self.recalls(self.gold(), spans)["EMAIL_ADDRESS"], 1)
        self.assertEqual(self.recalls(self.gold(), spans, "--overlap", "0.7")["EMAIL_ADDRESS"], 0)
        self.assertEqual(self.recalls(self.gold(), spans, "--exact")["EMAIL_ADDRESS"], 0)

    def test_strict_counts_what_nobody_labelled(self):
        spans = self.write("a.jsonl", {"record": 1, "start": 0, "end": 3, "entity": "PERSON"})
        self.assertNotIn("PERSON", self.figures(self.gold(), spans)["entities"])
        self.assertEqual(self.figures(self.gold(), spans, "--strict")["entities"]["PERSON"]["precision"], 0)

    def table(self):
        self.write("t.json", {"mail": "EMAIL_ADDRESS", "card": ["CREDIT_CARD"], "n": None, "note": "?"})
        return self.write("t.csv", "mail,card,n,note", "a@example.com,4012888888881881,1,x", "b@example.com,,2,y")

    def test_columns(self):
        spans = self.write("a.jsonl", *({"record": r, "column": c, "entity": e} for r, c, e in (
            (1, "mail", "EMAIL_ADDRESS"), (2, "mail", "EMAIL_ADDRESS"), (1, "n", "US_SSN"), (2, "note", "PERSON"))))
        report = self.figures(self.table(), spans)
        self.assertEqual({e: (row["gold"], row["found"], row["hits"]) for e, row in report["entities"].items()},
            {"CREDIT_CARD": (1, 0, 0), "EMAIL_ADDRESS": (2, 2, 2), "US_SSN": (0, 1, 0)})
        self.assertEqual({k: report["columns"]["first"][k] for k in ("right", "wrong", "missed")}, {"right": 1, "wrong": 1, "missed": 1})
        self.assertEqual(report["columns"]["flagged"]["wrong"], 1)

    def test_verdicts_about_whole_columns(self):
        spans = self.write("a.jsonl", {"column": "mail", "entity": "EMAIL_ADDRESS"}, {"column": "card", "entity": "CREDIT_CARD"})
        report = self.figures(self.table(), spans)
        self.assertEqual([report["columns"][k]["f1"] for k in ("first", "flagged")], [1, 1])
        self.assertEqual(report["entities"]["EMAIL_ADDRESS"]["recall"], 1)

    def test_floors_of_a_set_go_before_the_common_ones(self):
        spans = self.write("a.jsonl", {"record": 1, "start": 5, "end": 20, "entity": "EMAIL_ADDRESS"})
        floors = {"floors": {"IP_ADDRESS": {"recall": 1.0}}, "sets": {"gold.jsonl": {"EMAIL_ADDRESS": {"exact": 1.0}, "together": {"f1": 0.7}}}}
        done = self.run_quality("--spans", spans, "--floor", self.write("floor.json", floors), self.gold())
        self.assertEqual((done.returncode, done.stderr), (1, "gold.jsonl: together: f1 0.667 is below 0.700\n"))

    def test_bad_input_names_its_place(self):
        good, gold = self.write("s.jsonl", {"record": 1, "start": 0, "end": 1, "entity": "X"}), self.gold()
        cases = (
            ("bad.jsonl:2:2: not JSON", '{"text": "a", "spans": []}', "{,"),
            ("bad.jsonl:1: none of the three known formats: no text", {"words": 1}),
            ("bad.jsonl:1: none of the three known formats: no list", {"text": "a"}),
            ("bad.jsonl:1: no whole number under start", {"text": "a", "spans": [{"start": "0", "end": 1, "label": "X"}]}),
            ("bad.jsonl:1: a span without a name", {"text": "a", "spans": [{"start": 0, "end": 1}]}),
            ("bad.jsonl:1: span 0..9 lies outside", {"text": "a", "spans": [[0, 9, "X"]]}),
            ("bad.jsonl: holds no record",),
        )
        for words, *rows in cases:
            with self.subTest(words):
                self.refused(words, "--spans", good, self.write("bad.jsonl", *rows))
        for words, row in (
            ("s2.jsonl:1: names no record", {"start": 0, "end": 1, "entity": "X"}),
            ("s2.jsonl:1: no whole number under start", {"record": 1, "end": 1, "entity": "X"}),
            ("s2.jsonl:1: record 1: span 0..99 lies outside its text\nhint:", {"record": 1, "start": 0, "end": 99, "entity": "X"}),
            ("s2.jsonl:1: not an object", "7"),
        ):
            with self.subTest(words):
                self.refused(words, "--spans", self.write("s2.jsonl", row), gold)

    def test_bad_columns_and_options(self):
        spans = self.write("s.jsonl", {"column": "gone", "entity": "X"})
        self.refused("s.jsonl:1: no column 'gone' in 't.csv'", "--spans", spans, self.table())
        self.refused("no labels beside it", self.write("u.csv", "a,b", "1,2"))
        self.refused("l.json: column 'z' is not in", "--labels", self.write("l.json", {"z": None}), self.write("u.csv", "a,b", "1,2"))
        self.refused("not a map of names", "--map", self.write("m.json", ["a"]), self.table())
        self.refused("not a floor file", "--floor", self.write("f.json", {"floors": 1}), self.table())
        for arguments in (["--overlap", "2"], ["--spans", spans], ["--offsets", "words"]):
            self.assertEqual(self.run_quality(*arguments).returncode, 2)

    def test_not_utf8(self):
        with open(self.path("b.jsonl"), "wb") as file:
            file.write(b'{"text": "\xff", "spans": []}\n')
        self.refused("not UTF-8", self.path("b.jsonl"))


if __name__ == "__main__":
    unittest.main()
