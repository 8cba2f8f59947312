#!/usr/bin/env python3
"""The data sets of our own, their floors, the recall table, and that floors only go up: python3 tests/quality_own_test.py ASSAY

Floors stand in tests/data/quality-floor.json under "sets". Earlier versions of that file are looked up in the history, where there is one.
"""
import filecmp
import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QUALITY = os.path.join(ROOT, "scripts", "quality.py")
FLOOR = "tests/data/quality-floor.json"
ASSAY = ""


def run(*arguments):
    return subprocess.run([sys.executable, QUALITY, *arguments], capture_output=True, text=True, check=False)


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=False)


def leaves(node, path=()):
    """(path, number) of every floor."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, path + (key,))
    elif isinstance(node, (int, float)):
        yield path, node


def floors_of(text):
    data = json.loads(text)
    return {path: value for part in ("floors", "sets") for path, value in leaves(data.get(part, {}), (part,))}


class Own(unittest.TestCase):
    def make(self, seed):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.assertEqual(run("--make", folder.name, "--seed", str(seed)).returncode, 0)
        return folder.name

    def test_same_seed_same_bytes(self):
        one, two, other = self.make(1), self.make(1), self.make(2)
        names = sorted(os.listdir(os.path.join(one, "own-columns")))
        self.assertGreater(len(names), 60)
        for name in ["own-texts.jsonl"] + [os.path.join("own-columns", name) for name in names]:
            self.assertTrue(filecmp.cmp(os.path.join(one, name), os.path.join(two, name), shallow=False), name)
        self.assertFalse(filecmp.cmp(os.path.join(one, "own-texts.jsonl"), os.path.join(other, "own-texts.jsonl"), shallow=False))

    def test_enough_kinds_from_several_countries(self):
        folder, labels = self.make(1), set()
        with open(os.path.join(folder, "own-texts.jsonl"), encoding="utf-8") as file:
            items = [json.loads(line) for line in file]
        for item in items:
            labels |= {span["label"] for span in item["spans"]}
        self.assertGreaterEqual(len(labels), 50)
        self.assertGreaterEqual(sum(not item["spans"] for item in items), 250)

    def test_floors(self):
        for seed in (1, 2):
            folder = self.make(seed)
            done = run("--assay", ASSAY, "--strict", "--floor", os.path.join(ROOT, FLOOR), os.path.join(folder, "own-texts.jsonl"),
                os.path.join(folder, "own-columns"))
            self.assertEqual((done.returncode, done.stderr), (0, ""), f"seed {seed}")

    def test_recall_table_is_what_is_measured(self):
        done = run("--recall", "--check", "--assay", ASSAY)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_floors_only_go_up(self):
        with open(os.path.join(ROOT, FLOOR), encoding="utf-8") as file:
            now = floors_of(file.read())
        self.assertGreater(len(now), 20)
        if git("rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
            self.skipTest("no history here")
        for commit in git("log", "--format=%H", "--", FLOOR).stdout.split():
            old = git("show", f"{commit}:{FLOOR}")
            for path, value in floors_of(old.stdout).items() if old.returncode == 0 else ():
                self.assertGreaterEqual(now.get(path, 0), value, f"{'/'.join(path)} was {value} in {commit[:12]}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    ASSAY = os.path.abspath(sys.argv.pop(1))
    unittest.main()
