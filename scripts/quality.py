#!/usr/bin/env python3
"""Scores the spans of `assay scan` against labelled texts.

    scripts/quality [--assay BIN] [--json FILE] [--floor FILE] [--show ENTITY] [--reveal] [DATASET...]

A dataset is one of three, told apart by its content:
  presidio-research  a JSON list of {"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}
  JSON Lines         {"text", "spans": [{"start", "end", "label"}]} a line
  pii-nano           a JSON list of {"text", "NER": [{"entity", "label"}]}; a value counts wherever it occurs in its text

Offsets of datasets are code points; those of spans files are bytes of UTF-8 and are converted. A found span matches a gold
span of the same entity when intersection over union is at least 0.5; each matches once, best pairs first. Entities that the
dataset does not label are not scored. Standard library only.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
DEFAULT_DATASET = os.path.join(ROOT, "..", "shared", "data", "presidio-research", "synth_dataset_v2.json")
SCAN_EXITS = {0, 1, 4}  # clean, findings, incomplete: all leave a spans file
IOU_MIN = 0.5

# Labels of datasets -> entities of Assay. A label that is missing here is taken as it is.
GOLD_NAMES = {
    "DOMAIN_NAME": "URL",
    "US_ZIP_CODE": "ZIP_CODE",
    "DATE_OF_BIRTH": "DATE_TIME",
    "SSN": "US_SSN",
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "IBAN": "IBAN_CODE",
    "PAN": "IN_PAN",
    "AADHAR": "IN_AADHAAR",
    "ROUTING_NUMBER": "ABA_ROUTING_NUMBER",
    "DRIVER_LICENSE": "US_DRIVER_LICENSE",
    "DRIVERS_LICENSE": "US_DRIVER_LICENSE",
    "DRIVER_LICENSE_NUM": "US_DRIVER_LICENSE",
    "VOTER_ID": "IN_VOTER",
}
# Entities of Assay that answer a label of coarser grain.
FOUND_NAMES = {"DATE_OF_BIRTH": "DATE_TIME", "US_ZIP_CODE": "ZIP_CODE", "DOMAIN_NAME": "URL"}
# What the table shows without --all: entities that rules, not a model, are meant to find.
SCORED = (
    "CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "URL", "PHONE_NUMBER", "DATE_TIME", "ZIP_CODE",
    "US_DRIVER_LICENSE", "PASSWORD", "IN_PAN", "IN_AADHAAR", "IN_VOTER", "ABA_ROUTING_NUMBER",
)
WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

Span = collections.namedtuple("Span", "record start end entity")


class Failure(Exception):
    """A sentence for the user."""


def is_bare_date(entity, text):
    """A year or a weekday alone points at nobody: such gold spans are neither asked for nor held against who finds them."""
    word = text.strip().lower().rstrip("s")
    return entity == "DATE_TIME" and (word in WEEKDAYS or (word.isdigit() and len(word) == 4))


def read_items(path):
    with open(path, encoding="utf-8") as file:
        head = file.read(1)
        file.seek(0)
        try:
            if head == "[":
                return json.load(file)
            return [json.loads(line) for line in file if line.strip()]
        except json.JSONDecodeError as error:
            raise Failure(f"{path}:{error.lineno}: not JSON: {error.msg}") from None


def nano_spans(item):
    """Every place where a labelled value stands in the text; the format has values only."""
    for row in item["NER"]:
        value = (row.get("entity") or "").strip("'\"")
        start = item["text"].find(value) if value else -1
        while start >= 0:
            yield start, start + len(value), row["label"]
            start = item["text"].find(value, start + len(value))


def item_spans(item):
    if "full_text" in item:
        return item["full_text"], [(s["start_position"], s["end_position"], s["entity_type"]) for s in item["spans"]]
    if "NER" in item:
        return item["text"], list(nano_spans(item))
    return item["text"], [(s["start"], s["end"], s["label"]) for s in item["spans"]]


def read_dataset(path):
    """Returns the texts, the gold spans and whether every span is labelled; records count from 1, as JSON lines do."""
    texts, gold, is_complete = [], [], True
    for number, item in enumerate(read_items(path), 1):
        try:
            text, spans = item_spans(item)
        except (KeyError, TypeError, AttributeError):
            raise Failure(f"{path}: record {number}: neither of the three known formats") from None
        texts.append(text)
        is_complete = is_complete and "NER" not in item
        for start, end, label in spans:
            if not 0 <= start < end <= len(text):
                raise Failure(f"{path}: record {number}: span {start}..{end} lies outside its text")
            gold.append(Span(number, start, end, GOLD_NAMES.get(label, label)))
    return texts, sorted(set(gold)), is_complete


def code_points(text):
    """Maps each byte offset of the UTF-8 form that starts a character, and its end, to a code point offset."""
    offsets, at = {}, 0
    for i, char in enumerate(text):
        offsets[at] = i
        at += len(char.encode("utf-8"))
    offsets[at] = len(text)
    return offsets


def scan(assay, texts, folder):
    source, spans = os.path.join(folder, "texts.jsonl"), os.path.join(folder, "spans.jsonl")
    with open(source, "w", encoding="utf-8") as file:
        for number, text in enumerate(texts, 1):
            file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
    command = [assay, "scan", source, "--spans", spans, "--quiet", "--format", "json"]
    try:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    except OSError as error:
        raise Failure(f"cannot run '{assay}': {error.strerror}") from None
    if done.returncode not in SCAN_EXITS:
        raise Failure(f"'{assay} scan' ended with {done.returncode}: {done.stderr.strip() or 'no message'}")
    if not os.path.exists(spans):
        raise Failure(f"'{assay} scan' ended with {done.returncode} but wrote no spans")
    return spans


def read_spans(path, texts):
    found, maps = [], {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row.get("state") != "reported" or row.get("column") != "/text":
                continue
            record = row["record"]
            if not 1 <= record <= len(texts):
                raise Failure(f"a span names record {record} of {len(texts)}")
            if record not in maps:
                maps[record] = code_points(texts[record - 1])
            offsets = maps[record]
            if row["start"] not in offsets or row["end"] not in offsets:
                raise Failure(f"record {record}: span {row['start']}..{row['end']} cuts a character or lies outside its text")
            entity = FOUND_NAMES.get(row["entity"], row["entity"])
            found.append(Span(record, offsets[row["start"]], offsets[row["end"]], entity))
    return sorted(set(found))


def overlap(a, b):
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared / (max(a.end, b.end) - min(a.start, b.start)) if shared > 0 else 0.0


def pair(gold, found):
    """Greedy, one to one, best first; ties by place, so the result does not depend on order."""
    by_key = collections.defaultdict(list)
    for span in found:
        by_key[span.record, span.entity].append(span)
    edges = [(-overlap(g, f), g, f) for g in gold for f in by_key[g.record, g.entity] if overlap(g, f) >= IOU_MIN]
    pairs, used_gold, used_found = [], set(), set()
    for _, g, f in sorted(edges):
        if g not in used_gold and f not in used_found:
            used_gold.add(g)
            used_found.add(f)
            pairs.append((g, f))
    return pairs


def ratio(part, whole):
    return part / whole if whole else None


def score(texts, gold, found):
    """Per entity the counts, the shares, and the spans that went wrong."""
    excused = {g for g in gold if is_bare_date(g.entity, texts[g.record - 1][g.start:g.end])}
    pairs = pair(gold, found)
    result = {}
    for entity in sorted({g.entity for g in gold}):
        asked = [g for g in gold if g.entity == entity and g not in excused]
        given = [f for f in found if f.entity == entity]
        hits = [(g, f) for g, f in pairs if g.entity == entity and g not in excused]
        pardoned = {f for g, f in pairs if g in excused}
        given = [f for f in given if f not in pardoned]
        matched_gold, matched_found = {g for g, _ in hits}, {f for _, f in hits}
        p, r = ratio(len(hits), len(given)), ratio(len(hits), len(asked))
        result[entity] = {
            "gold": len(asked),
            "excused": sum(g.entity == entity for g in excused),
            "found": len(given),
            "hits": len(hits),
            "precision": p,
            "recall": r,
            "f1": ratio(2 * len(hits), len(given) + len(asked)),
            "exact": ratio(sum(g.start == f.start and g.end == f.end for g, f in hits), len(hits)),
            "missed": [g for g in asked if g not in matched_gold],
            "false": [f for f in given if f not in matched_found],
        }
    return result


def shown(entity, row, with_all):
    return with_all or entity in SCORED or row["found"] > 0


def cell(share):
    return "    -" if share is None else f"{share:5.3f}"


def print_table(name, texts, result, with_all):
    print(f"{name}: {len(texts)} texts")
    print(f"  {'entity':<20} {'gold':>5} {'found':>5}     P     R    F1 exact")
    for entity, row in result.items():
        if shown(entity, row, with_all):
            shares = " ".join(cell(row[k]) for k in ("precision", "recall", "f1", "exact"))
            print(f"  {entity:<20} {row['gold']:>5} {row['found']:>5} {shares}")
    for entity, row in result.items():
        if row["excused"]:
            print(f"  {entity}: {row['excused']} gold spans that are a bare year or weekday are left out")
    hidden = [entity for entity, row in result.items() if not shown(entity, row, with_all)]
    if hidden:
        print(f"  not scored, nothing found: {', '.join(hidden)}")


def print_mistakes(entity, texts, result, reveal):
    row = result.get(entity)
    if not row:
        print(f"  the dataset has no {entity}")
        return
    for kind, spans in (("missed", row["missed"]), ("false alarm", row["false"])):
        for span in spans:
            text = texts[span.record - 1]
            print(f"  {entity} {kind}: record {span.record}, {span.start}..{span.end}" + (f": {text[span.start:span.end]!r}" if reveal else ""))
            if reveal:
                print(f"    in {text[max(0, span.start - 40):span.end + 20]!r}")


def below_floor(floor, name, result):
    """One sentence for each share that is under its floor. A floor for an entity that a dataset lacks asks nothing of it."""
    lines = []
    for entity, least in floor.items():
        row = result.get(entity)
        if not row or row["gold"] == 0:
            continue
        for key in ("precision", "recall"):
            share = row[key] if row[key] is not None else 0.0
            if key in least and share < least[key]:
                lines.append(f"{name}: {entity}: {key} {share:.3f} is below {least[key]:.3f}")
    return lines


def read_floor(path):
    try:
        with open(path, encoding="utf-8") as file:
            floor = json.load(file)["floors"]
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None
    except (json.JSONDecodeError, KeyError, TypeError):
        raise Failure(f"{path}: not a floor file: expected {{\"floors\": {{\"ENTITY\": {{\"precision\": …}}}}}}") from None
    return floor


def as_json(texts, result):
    rows = {}
    for entity, row in result.items():
        rows[entity] = {k: round(v, 6) if isinstance(v, float) else v for k, v in row.items() if k not in ("missed", "false")}
    return {"texts": len(texts), "entities": rows}


def arguments(argv):
    parser = argparse.ArgumentParser(prog="quality", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("datasets", nargs="*", metavar="DATASET", help="default: the synthetic set of presidio-research")
    parser.add_argument("--assay", metavar="BIN", help="program to run (default: build/release/assay, then assay on the path)")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON as well")
    parser.add_argument("--floor", metavar="FILE", help="exit 1 when a share is below this file's floor")
    parser.add_argument("--show", metavar="ENTITY", action="append", default=[], help="list misses and false alarms by record and offset")
    parser.add_argument("--reveal", action="store_true", help="with --show: print the values, too")
    parser.add_argument("--all", action="store_true", help="table rows for every label of the dataset")
    return parser.parse_args(argv)


def find_assay(given):
    built = [os.path.join(ROOT, "build", preset, "assay") for preset in ("release", "dev", "asan", "")]
    found = next((path for path in built if os.access(path, os.X_OK) and os.path.isfile(path)), "assay")
    return os.path.abspath(given) if given and os.sep in given else given or found


def main(argv):
    options = arguments(argv)
    sys.stdout.reconfigure(errors="backslashreplace")
    floor = read_floor(options.floor) if options.floor else {}
    report, low = {}, []
    for path in options.datasets or [DEFAULT_DATASET]:
        name = os.path.basename(path)
        if not os.path.exists(path):
            if options.datasets:
                raise Failure(f"{path}: no such file")
            print(f"{name}: skipped, not present at {os.path.normpath(path)}")
            continue
        texts, gold, is_complete = read_dataset(path)
        with tempfile.TemporaryDirectory(prefix="assay-quality-") as folder:
            found = read_spans(scan(find_assay(options.assay), texts, folder), texts)
        result = score(texts, gold, found)
        print_table(name, texts, result, options.all)
        if not is_complete:
            print("  labels are incomplete: precision is a lower bound")
        for entity in options.show:
            print_mistakes(entity, texts, result, options.reveal)
        low += below_floor(floor, name, result)
        report[name] = as_json(texts, result)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"v": 1, "datasets": report}, file, indent=1, sort_keys=True)
            file.write("\n")
    for line in low:
        print(line, file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"quality: {failure}", file=sys.stderr)
        sys.exit(3)
