#!/usr/bin/env python3
"""Scores what `assay scan` says of labelled lines: secrets found of those wanted, and alarms on lines that hold none.

    scripts/quality-secrets [--assay BIN] [--json FILE] [--floor FILE] [--show found|missed|alarms] [--by] DATASET...

A dataset is a JSON object with "cases", each {"text", "secret": true|false}, and perhaps
  "spans": [[start, end]]   where the secret stands, in code points; without it a finding anywhere in the text counts
  "rule" or "plugin"        whose case it is: the groups of --by
"{+}" vanishes from texts, as in rule packs, so that a file in the tree holds no token that looks live.
A file that is named but not there is skipped with a line that says so. A finding counts when its entity is a secret of the taxonomy
and it is reported. Standard library only.
"""
import argparse
import collections
import json
import os
import re
import sys
import tempfile

import quality
from quality_labels import Failure
from quality_score import ratio

TAXONOMY = os.path.join(quality.ROOT, "policies", "taxonomy.yaml")
SECRET_ROW = re.compile(r"^  ([A-Z][A-Z0-9_]*): \{.*\bsecret: true\b")

Span = collections.namedtuple("Span", "record start end entity")
Case = collections.namedtuple("Case", "text is_secret spans group")


def secret_entities():
    with open(TAXONOMY, encoding="utf-8") as file:
        return {m.group(1) for m in map(SECRET_ROW.match, file) if m}


def read_cases(path):
    with open(path, encoding="utf-8") as file:
        try:
            rows = json.load(file)["cases"]
            return [Case(r["text"].replace("{+}", ""), bool(r["secret"]), r.get("spans") or [], r.get("rule") or r.get("plugin") or "all") for r in rows]
        except (json.JSONDecodeError, KeyError, TypeError):
            raise Failure(f"{path}: not a set of cases: expected {{\"cases\": [{{\"text\": …, \"secret\": …}}]}}") from None


def find_spans(assay, texts):
    """What is reported in the texts; bytes of UTF-8 become code points."""
    found = []
    with tempfile.TemporaryDirectory(prefix="assay-quality-") as folder:
        source = os.path.join(folder, "texts.jsonl")
        with open(source, "w", encoding="utf-8") as file:
            for number, text in enumerate(texts, 1):
                file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
        with open(quality.run_assay(assay, source, folder, ()), encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
    for row in rows:
        if row.get("state") == "reported" and row.get("column") == "/text":
            data = texts[row["record"] - 1].encode()
            start, end = (len(data[:row[k]].decode(errors="replace")) for k in ("start", "end"))
            found.append(Span(row["record"], start, end, row["entity"]))
    return found


def is_hit(case, found):
    if not case.spans:
        return bool(found)
    return any(f.start < end and start < f.end for f in found for start, end in case.spans)


def score(cases, found):
    """Counts, and the numbers of the cases that went each way."""
    by_record = collections.defaultdict(list)
    for span in found:
        by_record[span.record].append(span)
    rows = {"found": [], "missed": [], "alarms": [], "quiet": []}
    for number, case in enumerate(cases, 1):
        hit = is_hit(case, by_record[number]) if case.is_secret else bool(by_record[number])
        rows[("found" if hit else "missed") if case.is_secret else ("alarms" if hit else "quiet")].append(number)
    return rows, by_record


def figures(rows):
    n = {k: len(v) for k, v in rows.items()}
    return {
        "wanted": n["found"] + n["missed"],
        "found": n["found"],
        "recall": ratio(n["found"], n["found"] + n["missed"]),
        "without": n["alarms"] + n["quiet"],
        "alarms": n["alarms"],
        "quiet": ratio(n["quiet"], n["alarms"] + n["quiet"]),
    }


def print_row(name, row):
    print(f"  {name:<34} {row['found']:>5} of {row['wanted']:<5} {quality.cell(row['recall'])}   {row['alarms']:>5} of {row['without']:<5} {quality.cell(row['quiet'])}")


def print_groups(cases, rows):
    groups = collections.defaultdict(lambda: {k: [] for k in rows})
    for kind, numbers in rows.items():
        for number in numbers:
            groups[cases[number - 1].group][kind].append(number)
    for group in sorted(groups):
        row = figures(groups[group])
        if row["found"] < row["wanted"] or row["alarms"]:
            print_row(group, row)


def print_cases(kind, cases, rows, by_record):
    for number in rows[kind]:
        case = cases[number - 1]
        print(f"    {kind} {number} {case.group}: {case.text!r}")
        for span in by_record[number]:
            print(f"      {span.entity} {case.text[span.start:span.end]!r}")


def below_floor(floor, name, row):
    """One sentence for each share that is under its floor; quiet is the share of lines without a secret that stay without a finding."""
    lines = []
    for key, least in floor.get(name, {}).items():
        share = row[key] if row[key] is not None else 0.0
        if share < least:
            lines.append(f"{name}: {key} {share:.3f} is below {least:.3f}")
    return lines


def arguments(argv):
    parser = argparse.ArgumentParser(prog="quality-secrets", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("datasets", nargs="+", metavar="DATASET", help="JSON object with cases")
    parser.add_argument("--assay", metavar="BIN", help="program to run (default: build/release/assay, then assay on the path)")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON as well")
    parser.add_argument("--floor", metavar="FILE", help="exit 1 when a share is below this file's floor")
    parser.add_argument("--by", action="store_true", help="a row for each group that has misses or alarms")
    parser.add_argument("--show", choices=("found", "missed", "alarms"), action="append", default=[], help="print these cases with what was found")
    return parser.parse_args(argv)


def main(argv):
    options = arguments(argv)
    sys.stdout.reconfigure(errors="backslashreplace")
    floor = quality.read_floor(options.floor)["floors"] if options.floor else {}
    secrets, report, low = secret_entities(), {}, []
    print(f"  {'':<34} {'secrets found':>14} {'R':>5}   {'false alarms':>14} {'quiet':>5}")
    for path in options.datasets:
        name = "/".join(os.path.abspath(path).split(os.sep)[-2:])
        if not os.path.exists(path):
            print(f"{name}: skipped, not present at {os.path.normpath(path)}")
            continue
        cases = read_cases(path)
        texts = [case.text for case in cases]
        spans = find_spans(quality.find_assay(options.assay), texts)
        rows, by_record = score(cases, [s for s in spans if s.entity in secrets])
        report[name] = figures(rows)
        print_row(name, report[name])
        if options.by:
            print_groups(cases, rows)
        for kind in options.show:
            print_cases(kind, cases, rows, by_record)
        low += below_floor(floor, name, report[name])
    return quality.finish(options.json, report, low)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"quality-secrets: {failure}", file=sys.stderr)
        sys.exit(3)
