"""Pairs found spans with labelled ones and counts. Used by scripts/quality."""
import collections

from quality_labels import Span

IOU_MIN = 0.5
WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
# Dates alone point at nobody: they flag no column, and no table labels them.
NO_FLAG = {"DATE_TIME"}
# Entities that rules, not a model, are meant to find: what the table shows without --all, and the row "structured together".
STRUCTURED = (
    "CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "URL", "PHONE_NUMBER", "DATE_TIME", "ZIP_CODE",
    "US_DRIVER_LICENSE", "PASSWORD", "IN_PAN", "IN_AADHAAR", "IN_VOTER", "ABA_ROUTING_NUMBER",
)
# Labels of data sets for what has no structure: names, places and the like.
UNSTRUCTURED = {"PERSON", "LOCATION", "GPE", "ORGANIZATION", "NRP", "TITLE", "FAC", "NORP", "STREET_ADDRESS", "AGE", "USERNAME", "PASSWORD"}


def is_bare_date(entity, text):
    """A year or a weekday alone points at nobody: such gold spans are neither asked for nor held against who finds them."""
    word = text.strip().lower().rstrip("s")
    return entity == "DATE_TIME" and (word in WEEKDAYS or (word.isdigit() and len(word) == 4))


def overlap(a, b):
    """Intersection over union."""
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared / (max(a.end, b.end) - min(a.start, b.start)) if shared > 0 else 0.0


def pair(gold, found, least, is_exact):
    """Greedy, one to one, best first; ties by place, so the result does not depend on order."""
    by_key = collections.defaultdict(list)
    for span in found:
        by_key[span.record, span.column, span.entity].append(span)
    edges = [(-overlap(g, f), g, f) for g in gold for f in by_key[g.record, g.column, g.entity] if overlap(g, f) >= (1.0 if is_exact else least)]
    pairs, used_gold, used_found = [], set(), set()
    for _, g, f in sorted(edges):
        if g not in used_gold and f not in used_found:
            used_gold.add(g)
            used_found.add(f)
            pairs.append((g, f))
    return pairs


def ratio(part, whole):
    return part / whole if whole else None


def figures(asked, given, hits, excused=0):
    matched_gold, matched_found = {g for g, _ in hits}, {f for _, f in hits}
    return {
        "gold": len(asked),
        "excused": excused,
        "found": len(given),
        "hits": len(hits),
        "precision": ratio(len(hits), len(given)),
        "recall": ratio(len(hits), len(asked)),
        "f1": ratio(2 * len(hits), len(given) + len(asked)),
        "exact": ratio(sum(g.start == f.start and g.end == f.end for g, f in hits), len(hits)),
        "missed": [g for g in asked if g not in matched_gold],
        "false": [f for f in given if f not in matched_found],
    }


def score_texts(dataset, found, least=IOU_MIN, is_exact=False, is_strict=False):
    """Per entity the counts, the shares, and the spans that went wrong. Strict: entities without a label are false alarms."""
    gold = dataset.gold
    excused = {g for g in gold if is_bare_date(g.entity, dataset.texts[g.record, g.column][g.start:g.end])}
    pairs = pair(gold, found, least, is_exact)
    entities = {g.entity for g in gold} | ({f.entity for f in found} if is_strict else set())
    result = {}
    for entity in sorted(entities):
        asked = [g for g in gold if g.entity == entity and g not in excused]
        hits = [(g, f) for g, f in pairs if g.entity == entity and g not in excused]
        pardoned = {f for g, f in pairs if g in excused}
        given = [f for f in found if f.entity == entity and f not in pardoned]
        result[entity] = figures(asked, given, hits, sum(g.entity == entity for g in excused))
    return result


def score_cells(dataset, found):
    """A label says what a cell holds, not where it ends: any span of the label's entities in the cell is the answer to it."""
    by_cell = collections.defaultdict(list)
    for f in sorted(found):
        if dataset.columns[f.record[0], f.column] is not None:
            by_cell[f.record, f.column].append(f)
    asked, given, hits = collections.defaultdict(list), collections.defaultdict(list), collections.defaultdict(list)
    for g in dataset.gold:
        answers = [f for f in by_cell[g.record, g.column] if f.entity in g.entity.split("|")]
        label = answers[0].entity if answers else g.entity.split("|")[0]
        best = max(answers, key=lambda f: (overlap(g, f), -f.start), default=None)
        asked[label].append(g)
        if best:
            hits[label].append((g, best))
            given[label].append(best)
        by_cell[g.record, g.column] = [f for f in by_cell[g.record, g.column] if f not in answers]
    for cell in by_cell.values():
        for f in cell:
            if f.entity not in NO_FLAG:
                given[f.entity].append(f)
    return {entity: figures(asked[entity], given[entity], hits[entity]) for entity in sorted(set(asked) | set(given))}


def score_columns(dataset, found):
    """Per column: is the entity of most cells the right one, and is the column flagged at all."""
    counts = collections.defaultdict(collections.Counter)
    for f in sorted(found):
        counts[f.record[0], f.column][f.entity] += 1
    first, flagged = ({"right": 0, "wrong": 0, "missed": 0} for _ in range(2))
    wrong = []
    for column, wish in dataset.columns.items():
        if wish is None:
            continue
        best = counts[column].most_common(1)
        came = best[0][0] if best and best[0][0] not in NO_FLAG else None
        is_right = came in wish if wish else came is None
        first["right"] += is_right and came is not None
        first["wrong"] += not is_right and came is not None
        first["missed"] += not is_right and bool(wish)
        flagged["right"] += came is not None and bool(wish)
        flagged["wrong"] += came is not None and not wish
        flagged["missed"] += came is None and bool(wish)
        if not is_right:
            wrong.append((*column, "|".join(sorted(wish)) or "nothing", dict(counts[column])))
    return {name: {**c, "f1": ratio(2 * c["right"], 2 * c["right"] + c["wrong"] + c["missed"])} for name, c in (("first", first), ("flagged", flagged))}, wrong


def together(result, entities):
    """Micro average: all their spans in one row."""
    rows = [row for entity, row in result.items() if entity in entities]
    gold, found, hits = (sum(row[key] for row in rows) for key in ("gold", "found", "hits"))
    exact = sum(round(row["exact"] * row["hits"]) for row in rows if row["hits"])
    return {"gold": gold, "found": found, "hits": hits, "precision": ratio(hits, found), "recall": ratio(hits, gold),
        "f1": ratio(2 * hits, gold + found), "exact": ratio(exact, hits)}


def totals(result):
    structured = [entity for entity in result if entity in STRUCTURED or (entity not in UNSTRUCTURED and result[entity]["hits"])]
    return {"all": together(result, list(result)), "structured": together(result, structured)}


__all__ = ["Span", "score_texts", "score_cells", "score_columns", "totals", "together", "STRUCTURED", "ratio"]
