#!/usr/bin/env python3
"""Scores spans against labelled data: precision, recall and F1 per entity.

    scripts/quality [--assay BIN | --spans FILE] [options] [DATASET...]      score; default: the synthetic set of presidio-research
    scripts/quality --make FOLDER [--seed N]                                 write the data sets of our own: own-texts.jsonl, own-columns
    scripts/quality --recall [--check] [--lower]                             write docs/recall.md and src/policy/recall.sql, or compare

A data set is one of three, told apart by its content:
  presidio-research  a JSON list of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}
  JSON Lines         {"text", "spans": [{"start", "end", "label"}]} a line; other common names of these keys are known
  columns            TABLE.csv with TABLE.json {"COLUMN": "ENTITY" or null or "?"} (or TABLE.tsv) beside, or a folder of these
and pii-nano, a JSON list of {"text", "NER": [{"entity", "label"}]}: a value counts wherever it occurs in its text.

Spans (--spans) are Assay's own, or lines {"record" or "file", "start", "end", "entity"} of any tool, or {"spans": […]} a record, or
{"column", "entity"} for columns as a whole. Without --spans the program scans the data. Offsets of data sets are code points; those of
Assay's spans are bytes of UTF-8 and are converted. A found span matches a labelled one of the same entity when intersection over union is
at least 0.5; each matches once, best pairs first. In columns any span of the entity answers its cell. Entities that the data set does not
label are not scored, unless --strict. Exit: 0 done, 1 below a floor or a table differs, 2 wrong options, 3 data that cannot be read.
Standard library only.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from quality_labels import Failure, SpanReader, read_dataset, read_json, read_map
from quality_make import SEED, make
from quality_recall import lowered, recall_tables
from quality_score import IOU_MIN, STRUCTURED, score_cells, score_columns, score_texts, totals

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
DEFAULT_DATASET = os.path.join(ROOT, "..", "shared", "data", "presidio-research", "synth_dataset_v2.json")
SCAN_EXITS = {0, 1, 4}  # clean, findings, incomplete: all leave a spans file
SHARES = ("precision", "recall", "f1", "exact")


def run_assay(assay, source, folder, extra):
    spans = os.path.join(folder, "spans.jsonl")
    command = [assay, "scan", source, "--spans", spans, "--quiet", "--format", "json", *extra]
    try:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    except OSError as error:
        raise Failure(f"cannot run '{assay}': {error.strerror.lower()}", "build it, or name it with --assay") from None
    if done.returncode not in SCAN_EXITS:
        raise Failure(f"'{assay} scan' ended with {done.returncode}: {done.stderr.strip() or 'no message'}")
    if not os.path.exists(spans):
        raise Failure(f"'{assay} scan' ended with {done.returncode} but wrote no spans")
    return spans


def scan(assay, dataset, reader, extra=()):
    """Has the program look at the data set: texts as JSON Lines, or copies of the tables without what lies beside them."""
    with tempfile.TemporaryDirectory(prefix="assay-quality-") as folder:
        source = os.path.join(folder, "tables" if dataset.is_columns else "texts.jsonl")
        if dataset.is_columns:
            os.mkdir(source)
            for table in dataset.tables:
                shutil.copy(table, source)
        else:
            with open(source, "w", encoding="utf-8") as file:
                for (number, _), text in dataset.texts.items():
                    file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
        reader.read(run_assay(assay, source, folder, extra))


def cell(share):
    return "    -" if share is None else f"{share:5.3f}"


def print_row(name, row):
    print(f"  {name:<27} {row['gold']:>5} {row['found']:>5} {row['hits']:>5} {' '.join(cell(row[k]) for k in SHARES)}")


def print_table(dataset, result, with_all):
    print(f"{dataset.name}: {len(dataset)} {'tables' if dataset.is_columns else 'texts'}")
    print(f"  {'entity':<27} {'gold':>5} {'found':>5} {'hits':>5}     P     R    F1 exact")
    shown = {entity for entity, row in result.items() if with_all or dataset.is_columns or entity in STRUCTURED or row["found"]}
    for entity, row in result.items():
        if entity in shown:
            print_row(entity, row)
    both = totals(result)
    print_row("structured together", both["structured"])
    print_row("all", both["all"])
    for entity, row in result.items():
        if row["excused"]:
            print(f"  {entity}: {row['excused']} gold spans that are a bare year or weekday are left out")
    hidden = [entity for entity in result if entity not in shown]
    if hidden:
        print(f"  nothing found: {', '.join(hidden)}")


def print_columns(verdicts, wrong):
    for name, words in (("first", "first entity right"), ("flagged", "flagged")):
        row = verdicts[name]
        print(f"  columns, {words}: F1 {cell(row['f1']).strip()} (right {row['right']}, wrong {row['wrong']}, missed {row['missed']})")
    for table, column, wish, came in wrong:
        print(f"    {table}: {column}: expected {wish}, came {came or 'nothing'}")


def print_mistakes(entity, dataset, result, reveal):
    row = result.get(entity)
    if not row:
        print(f"  the dataset has no {entity}")
        return
    for kind, spans in (("missed", row["missed"]), ("false alarm", row["false"])):
        for span in spans:
            text = dataset.texts[span.record, span.column]
            where = f"{span.record}" if not dataset.is_columns else f"{span.record[1]} of {span.record[0]}, column {span.column}"
            print(f"  {entity} {kind}: record {where}, {span.start}..{span.end}" + (f": {text[span.start:span.end]!r}" if reveal else ""))
            if reveal and not dataset.is_columns:
                print(f"    in {text[max(0, span.start - 40):span.end + 20]!r}")


def below_floor(floor, name, result, verdicts):
    """One sentence for each share that is under its floor. A floor for an entity that a dataset lacks asks nothing of it."""
    lines, least_of = [], floor.get("sets", {}).get(name, floor["floors"])
    rows = dict(result, together=totals(result)["structured"])
    rows.update({f"columns {key}": {"gold": 1, **row} for key, row in (verdicts or {}).items()})
    for entity, least in least_of.items():
        row = rows.get(entity)
        if not row or row["gold"] == 0:
            continue
        for key in SHARES:
            share = row.get(key) if row.get(key) is not None else 0.0
            if key in least and share < least[key]:
                lines.append(f"{name}: {entity}: {key} {share:.3f} is below {least[key]:.3f}")
    return lines


def read_floor(path):
    floor = read_json(path)
    if not isinstance(floor, dict) or not isinstance(floor.get("floors"), dict):
        raise Failure(f"{path}: not a floor file", 'expected {"floors": {"ENTITY": {"precision": …}}, "sets": {"NAME": {"ENTITY": …}}}')
    return floor


def rounded(row):
    return {k: round(v, 6) if isinstance(v, float) else v for k, v in row.items() if not isinstance(v, list)}


def as_json(dataset, result, verdicts):
    report = {"tables" if dataset.is_columns else "texts": len(dataset), "entities": {entity: rounded(row) for entity, row in result.items()}}
    report["totals"] = {name: rounded(row) for name, row in totals(result).items()}
    if verdicts:
        report["columns"] = {name: rounded(row) for name, row in verdicts.items()}
    return report


def share_of(text):
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1")
    return value


def arguments(argv):
    parser = argparse.ArgumentParser(prog="quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", metavar="DATASET", help="default: the synthetic set of presidio-research")
    parser.add_argument("--make", metavar="FOLDER", help="write the data sets of our own into this folder, and score nothing")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="with --make: another seed gives other values (default 1)")
    parser.add_argument("--recall", action="store_true", help="measure recall on all sources and write the recall table")
    parser.add_argument("--check", action="store_true", help="with --recall: write nothing, exit 1 when the table differs")
    parser.add_argument("--lower", action="store_true", help="with --recall: write it even where a floor goes down")
    parser.add_argument("--assay", metavar="BIN", help="program to run (default: build/release/assay, then assay on the path)")
    parser.add_argument("--country", metavar="CC,...", help="packs of these countries, or 'all' (default: those of the program)")
    parser.add_argument("--spans", metavar="FILE", help="score these spans of any tool instead of running the program; one data set")
    parser.add_argument("--map", metavar="FILE", help='names of entities: {"FOREIGN": "ENTITY" or null}, for labels and spans')
    parser.add_argument("--labels", metavar="FILE", help="labels of the one table that is scored (default: the file beside it)")
    parser.add_argument("--offsets", choices=("auto", "bytes", "chars"), default="auto", help="what spans count in (default: Assay's bytes, others' code points)")
    parser.add_argument("--first-record", type=int, default=1, metavar="N", help="number of the first record in --spans (default 1)")
    parser.add_argument("--overlap", type=share_of, default=IOU_MIN, metavar="SHARE", help="least intersection over union of a match (default 0.5)")
    parser.add_argument("--exact", action="store_true", help="a match has the very same ends")
    parser.add_argument("--strict", action="store_true", help="entities that the data set does not label are false alarms")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON as well")
    parser.add_argument("--floor", metavar="FILE", help="exit 1 when a share is below this file's floor")
    parser.add_argument("--show", metavar="ENTITY", action="append", default=[], help="list misses and false alarms by record and offset")
    parser.add_argument("--reveal", action="store_true", help="with --show: print the values, too")
    parser.add_argument("--all", action="store_true", help="table rows for every label of the dataset")
    options = parser.parse_args(argv)
    if (options.spans or options.labels) and len(options.datasets) != 1:
        parser.error("--spans and --labels belong to one data set")
    return options


def find_assay(given):
    built = [os.path.join(ROOT, "build", preset, "assay") for preset in ("release", "dev", "asan", "")]
    found = next((path for path in built if os.access(path, os.X_OK) and os.path.isfile(path)), "assay")
    return os.path.abspath(given) if given and os.sep in given else given or found


def found_in(options, dataset, own):
    reader = SpanReader(dataset, own, options.offsets, options.first_record)
    if options.spans:
        reader.read(options.spans)
    else:
        reader.offsets, reader.first = "auto", 1
        scan(find_assay(options.assay), dataset, reader, ["--country", options.country] if options.country else ())
    return sorted(reader.found), reader.in_header


def score(options, path, own):
    """Prints one data set; returns what the report and the floors need."""
    dataset = read_dataset(path, options.labels, own)
    found, in_header = found_in(options, dataset, own)
    verdicts = None
    if dataset.is_columns:
        result = score_cells(dataset, found)
        verdicts, wrong = score_columns(dataset, found)
    else:
        result = score_texts(dataset, found, options.overlap, options.exact, options.strict)
    print_table(dataset, result, options.all)
    if verdicts:
        print_columns(verdicts, wrong)
        if in_header:
            print(f"  {in_header} spans lie in header lines and are not scored")
    if not dataset.is_complete:
        print("  labels are incomplete: precision is a lower bound")
    for entity in options.show:
        print_mistakes(entity, dataset, result, options.reveal)
    return dataset, result, verdicts


def recall(options):
    """Writes both forms of the recall table; floors go down only when that is asked for."""
    assay = find_assay(options.assay)
    texts = recall_tables(lambda dataset, reader, extra: scan(assay, dataset, reader, extra), ROOT, DEFAULT_DATASET)
    wrong = []
    for path, text in texts.items():
        name = os.path.relpath(path, ROOT)
        with open(path, encoding="utf-8") if os.path.exists(path) else open(os.devnull, encoding="utf-8") as file:
            if options.check and file.read() != text:
                wrong.append(f"{name}: is not what scripts/quality --recall writes")
        if not options.lower:
            wrong += [f"{name}: {line}" for line in lowered(path, text)]
    for line in wrong:
        print(line, file=sys.stderr)
    for path, text in texts.items() if not options.check and not wrong else ():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return 1 if wrong else 0


def finish(path, report, low):
    """Writes the figures to a JSON file when one is asked for, names what is below its floor, and returns the exit code."""
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"v": 1, "datasets": report}, file, indent=1, sort_keys=True)
            file.write("\n")
    for line in low:
        print(line, file=sys.stderr)
    return 1 if low else 0


def main(argv):
    options = arguments(argv)
    sys.stdout.reconfigure(errors="backslashreplace")
    if options.make:
        make(options.make, options.seed)
        return 0
    if options.recall:
        return recall(options)
    floor = read_floor(options.floor) if options.floor else None
    own = read_map(options.map) if options.map else {}
    report, low = {}, []
    for path in options.datasets or [DEFAULT_DATASET]:
        if not options.datasets and not os.path.exists(path):
            print(f"{os.path.basename(path)}: skipped, not present at {os.path.normpath(path)}")
            continue
        dataset, result, verdicts = score(options, path, own)
        report[dataset.name] = as_json(dataset, result, verdicts)
        if floor:
            low += below_floor(floor, dataset.name, result, verdicts)
    return finish(options.json, report, low)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"quality: {failure}", file=sys.stderr)
        sys.exit(3)
