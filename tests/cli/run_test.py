#!/usr/bin/env python3
"""The runner itself: a case that should fail must fail."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import run


class Matching(unittest.TestCase):
    def test_exact(self):
        self.assertTrue(run.matches("a\nb\n", "a\nb\n"))
        self.assertFalse(run.matches("a\nb\n", "a\nb"))
        self.assertFalse(run.matches("a\n", "a\nb\n"))
        self.assertFalse(run.matches("", "a\n"))
        self.assertFalse(run.matches("a.c\n", "abc\n"))

    def test_wildcard_in_a_line(self):
        self.assertTrue(run.matches("id [..] of 3\n", "id 77 of 3\n"))
        self.assertFalse(run.matches("id [..] of 3\n", "id 77\n of 3\n"))

    def test_wildcard_lines(self):
        self.assertTrue(run.matches("a\n...\nz\n", "a\nz\n"))
        self.assertTrue(run.matches("a\n...\nz\n", "a\nb\nz\nc\nz\n"))
        self.assertTrue(run.matches("...", "anything\nat all"))
        self.assertFalse(run.matches("a\n...\nz\n", "a\nb\n"))


class Running(unittest.TestCase):
    def case(self, **files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, text in files.items():
            with open(os.path.join(folder.name, name), "w", encoding="utf-8") as file:
                file.write(text)
        return folder.name

    def passes(self, **files):
        stdout, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")
        try:
            return run.check("/bin/true", "/", self.case(**files))
        finally:
            sys.stdout.close()
            sys.stdout = stdout

    def test_outcomes(self):
        self.assertTrue(self.passes(cmd="echo a; cat data; exit 3", data="b\n", stdout="a\nb\n", exit="3\n"))
        self.assertFalse(self.passes(cmd="echo a"))
        self.assertFalse(self.passes(cmd="echo a >&2"))
        self.assertFalse(self.passes(cmd="exit 1"))
        self.assertFalse(self.passes(cmd="true", exit="1\n"))
        self.assertFalse(self.passes(cmd="true", stdout="a\n"))
        self.assertTrue(self.passes(cmd="pwd", stdout="$HERE\n"))

    def test_files_outside_are_noticed(self):
        self.assertFalse(self.passes(cmd="echo > ../x"))
        self.assertFalse(self.passes(cmd="echo > ~/x"))

    def test_environment_is_clean(self):
        os.environ["ASSAY_STRICT"] = "1"
        self.addCleanup(os.environ.pop, "ASSAY_STRICT")
        self.assertTrue(self.passes(cmd="env | grep ^ASSAY; true"))


if __name__ == "__main__":
    unittest.main()
