#!/usr/bin/env python3
"""Columns by header and cells together: python3 tests/quality_columns_test.py ASSAY

Each tests/data/columns/NAME.csv holds invented cells under headers as public files have them: snake_case, camelCase, words, several languages,
and columns that only look alike. NAME.tsv says for each header which entity must come first: one that is found in most cells. '-' nothing
(a bare date does not count), '?' not asked. Counted over all sets: the first entity (right, wrong, missed) and whether a column is flagged.
"""
import collections
import csv
import glob
import json
import os
import subprocess
import sys
import tempfile

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "columns")
FLOOR_FIRST, FLOOR_FLAGGED = 0.95, 0.97  # F1; only go up
SETS_MIN = 20
# What answers a coarser label, as in scripts/quality; dates alone point at nobody.
SAME = {"US_ZIP_CODE": "ZIP_CODE", "UK_POSTCODE": "ZIP_CODE"}
NO_FLAG = {"DATE_TIME"}


def expectations(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def header_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        line = file.readline()
        return next(csv.reader([line], delimiter=";" if ";" in line else ","))


def found_in(assay, path):
    """Reported cells per column and entity, and how many of them lie in the header."""
    counts, in_header = collections.defaultdict(collections.Counter), 0
    with tempfile.TemporaryDirectory(prefix="assay-columns-") as folder:
        spans = os.path.join(folder, "spans.jsonl")
        command = [assay, "scan", path, "--spans", spans, "--quiet", "--format", "json"]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{path}: exit status {done.returncode}: {done.stderr.strip()}")
        with open(spans, encoding="utf-8") as file:
            for line in file:
                span = json.loads(line)
                if span["state"] == "reported":
                    counts[span["column"]][SAME.get(span["entity"], span["entity"])] += 1
                    in_header += span["record"] == 0
    return counts, in_header


def f1(right, wrong, missed):
    return 2 * right / (2 * right + wrong + missed)


def main(assay):
    first, flagged, failed = collections.Counter(), collections.Counter(), []
    sets = sorted(glob.glob(os.path.join(FOLDER, "*.csv")))
    if len(sets) < SETS_MIN:
        failed.append(f"only {len(sets)} sets of columns")
    for path in sets:
        name, wanted = os.path.basename(path), expectations(path[:-4] + ".tsv")
        if [header for header, _ in wanted] != header_of(path):
            failed.append(f"{name}: headers and expectations differ")
        counts, in_header = found_in(assay, path)
        if in_header:
            failed.append(f"{name}: {in_header} spans in the header")
        for header, entity in wanted:
            if entity == "?":
                continue
            best = counts[header].most_common(1)
            came = best[0][0] if best and best[0][0] not in NO_FLAG else None
            wish = None if entity == "-" else entity
            if came != wish:
                print(f"{name}: {header}: expected {wish or 'nothing'}, came {dict(counts[header]) or 'nothing'}")
            first["right"] += came == wish and wish is not None
            first["wrong"] += came != wish and came is not None
            first["missed"] += came != wish and wish is not None
            flagged["right"] += came is not None and wish is not None
            flagged["wrong"] += came is not None and wish is None
            flagged["missed"] += came is None and wish is not None
    scores = f1(first["right"], first["wrong"], first["missed"]), f1(flagged["right"], flagged["wrong"], flagged["missed"])
    print(f"{len(sets)} sets: first entity F1 {scores[0]:.3f} {dict(first)}, flagged F1 {scores[1]:.3f} {dict(flagged)}")
    if scores[0] < FLOOR_FIRST:
        failed.append(f"first entity: F1 {scores[0]:.3f} is below {FLOOR_FIRST}")
    if scores[1] < FLOOR_FLAGGED:
        failed.append(f"flagged: F1 {scores[1]:.3f} is below {FLOOR_FLAGGED}")
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1])))
