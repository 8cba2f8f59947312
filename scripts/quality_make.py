"""Writes the data sets of our own: texts with labelled spans, and tables with labelled columns. Used by scripts/quality --make.

All values are invented; the same seed gives the same bytes. Texts are letters, chats, tickets, logs, forms, records and code; a third of them
holds nothing to find, but numbers that look like it.
"""
import csv
import json
import os
import random

import quality_ids as ids
from quality_words import COLUMNS, CITIES, DECOYS, FIRST, FRAMES, LAST, NEGATIVE, PHRASES, STREETS

SEED = 1
ROWS = 40
TEXTS_PER_PHRASE = 8


def name(rng):
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def email(rng):
    first, last = rng.choice(FIRST).lower(), rng.choice(LAST).lower()
    return rng.choice((f"{first}.{last}@example.com", f"{first[0]}{last}@mail.example.org", f"{first}_{rng.randint(1, 99)}@example.net"))


def street(rng):
    return f"{rng.randint(1, 999)} {rng.choice(STREETS)}"


def date_iso(rng):
    return "{:04d}-{:02d}-{:02d}".format(*ids.birth(rng))


def date_slash(rng):
    year, month, day = ids.birth(rng)
    return f"{month:02d}/{day:02d}/{year}"


def date_dots(rng):
    year, month, day = ids.birth(rng)
    return f"{day:02d}.{month:02d}.{year}"


def date_words(rng):
    year, month, day = ids.birth(rng)
    return f"{('January', 'March', 'May', 'June', 'October', 'December')[month % 6]} {day}, {year}"


def url(rng):
    return f"https://www.example.{rng.choice(('com', 'org', 'net'))}/{rng.choice(('u', 'p', 'docs'))}/{rng.randint(1, 9999)}"


def zip_code(rng):
    return rng.choice(("02134", "10001", "60614", "73301", "94105", "98101")) + rng.choice(("", "", f"-{rng.randint(1, 9999):04d}"))


def de_phone(rng):
    return rng.choice(("+49 30 23125{}", "+49 (0)30 23125{}", "030 23125{}", "0049 30 23125{}")).format(ids.digits(rng, 3))


def uk_phone(rng):
    return rng.choice(("020 7946 0{}", "+44 20 7946 0{}", "+44 7700 900{}", "07700 900{}")).format(ids.digits(rng, 3))


def fr_phone(rng):
    n = ids.digits(rng, 4)
    return rng.choice(("01 99 00 {} {}", "+33 1 99 00 {} {}", "06.39.98.{}.{}")).format(n[:2], n[2:])


def hexes(n):
    return lambda rng: "".join(rng.choice("0123456789abcdef") for _ in range(n))


def dashless(make):
    return lambda rng: "".join(c for c in make(rng) if c not in " -./")


MAKERS = {
    "name": name, "first": lambda rng: rng.choice(FIRST), "last": lambda rng: rng.choice(LAST), "email": email, "street": street, "city": lambda rng: rng.choice(CITIES),
    "date_iso": date_iso, "date_slash": date_slash, "date_dots": date_dots, "date_words": date_words, "url": url, "zip": zip_code,
    "de_phone": de_phone, "uk_phone": uk_phone, "fr_phone": fr_phone, "hex8": hexes(8), "hex40": hexes(40), "hex64": hexes(64),
    "int3": lambda rng: str(rng.randint(1, 999)), "int5": lambda rng: ids.digits(rng, 5, "123456789"), "int7": lambda rng: ids.digits(rng, 7, "123456789"),
    "int9": lambda rng: ids.digits(rng, 9, "123456789"), "int10": lambda rng: ids.digits(rng, 10, "123456789"), "int16": lambda rng: ids.digits(rng, 16, "9"),
    "money": lambda rng: f"{rng.randint(1, 9999)}.{rng.randint(0, 99):02d}", "version": lambda rng: f"{rng.randint(0, 20)}.{rng.randint(0, 40)}.{rng.randint(0, 99)}",
    "stamp": lambda rng: f"202{rng.randint(0, 5)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}T{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}Z",
    "epoch": lambda rng: str(rng.randint(1500000000, 1799999999)), "ups": lambda rng: "1Z" + ids.shape(rng, "999AA99999999999"),
    "sku": lambda rng: ids.shape(rng, "AAA-9999-A9"), "isbn": lambda rng: "978-3-16-" + ids.shape(rng, "999999-9"), "share": lambda rng: f"0.{ids.digits(rng, 6)}",
    "card_sci": lambda rng: f"{float(ids.card(rng)):.2E}",
    "ssn_plain": dashless(ids.ssn), "nhs_plain": dashless(ids.uk_nhs), "ahv_plain": dashless(ids.ch_ahv), "be_plain": dashless(ids.be_national),
}


def value_of(maker, rng):
    """A name of MAKERS, a function of quality_ids, or a shape such as '#A99999999'."""
    if maker.startswith("#"):
        return ids.shape(rng, maker[1:])
    return MAKERS[maker](rng) if maker in MAKERS else getattr(ids, maker)(rng)


def fill(rng, template, value, entity):
    """Puts values into {kinds}; {!} is the labelled one. Returns the text and its spans."""
    text, spans = "", []
    while template:
        before, brace, rest = template.partition("{")
        text += before
        if not brace:
            break
        kind, _, template = rest.partition("}")
        label, kind = kind.split("=") if "=" in kind else (None, kind)
        new = value if kind == "!" else value_of(kind, rng)
        label = entity if kind == "!" else label
        if label:
            spans.append({"start": len(text), "end": len(text) + len(new), "label": label})
        text += new
    return text, spans


def framed(rng, phrase, spans):
    """Sets the sentence into one of the frames: a letter, a chat line, a ticket, a log line, a form, a record."""
    before, after = rng.choice(FRAMES).split("{}")
    before, _ = fill(rng, before, "", None)
    after, _ = fill(rng, after, "", None)
    moved = [dict(s, start=s["start"] + len(before), end=s["end"] + len(before)) for s in spans]
    return before + phrase + after, moved


def texts(rng):
    for entity, maker, phrases in PHRASES:
        for phrase in phrases:
            for _ in range(TEXTS_PER_PHRASE):
                for kind in maker.split("|"):
                    text, spans = fill(rng, phrase, value_of(kind, rng), entity)
                    yield framed(rng, text, spans)
    for template in NEGATIVE:
        for _ in range(TEXTS_PER_PHRASE):
            text, _ = fill(rng, template, "", None)
            yield framed(rng, text, [])


def write_texts(path, rng):
    rows = list(texts(rng))
    rng.shuffle(rows)
    with open(path, "w", encoding="utf-8") as file:
        for text, spans in rows:
            file.write(json.dumps({"text": text, "spans": spans}, ensure_ascii=False) + "\n")


def styled(header, style):
    words = header.split(" ")
    return {"snake": "_".join(words).lower(), "camel": words[0].lower() + "".join(w.capitalize() for w in words[1:]), "title": " ".join(w.capitalize() for w in words),
        "upper": "_".join(words).upper()}[style]


def write_table(folder, number, columns, style, rng):
    """Some labelled columns between columns with nothing in them; every tenth cell is empty."""
    decoys = rng.sample(DECOYS, 3)
    row = [(styled(header, style), entity, maker) for entity, maker, header in columns] + [(styled(header, style), None, maker) for maker, header in decoys]
    rng.shuffle(row)
    stem = os.path.join(folder, f"table-{number:02d}-{style}")
    with open(stem + ".csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=rng.choice(",;"), lineterminator="\n")
        out.writerow([header for header, _, _ in row])
        for _ in range(ROWS):
            out.writerow(["" if entity and rng.random() < 0.1 else value_of(maker, rng) for _, entity, maker in row])
    with open(stem + ".json", "w", encoding="utf-8") as file:
        json.dump({header: entity for header, entity, _ in row}, file, ensure_ascii=False, indent=1)
        file.write("\n")


def write_tables(folder, rng):
    """Every maker under every one of its headers, five labelled columns a table; header styles take turns."""
    columns = [(entity, maker, header) for entity, makers, headers in COLUMNS for header in headers.split("|") for maker in makers.split("|")]
    rng.shuffle(columns)
    tables, size = [], 5
    for column in columns:
        free = next((t for t in tables if len(t) < size and column[2] not in [c[2] for c in t]), None)
        if free is None:
            tables.append([column])
        else:
            free.append(column)
    for number, table in enumerate(tables, 1):
        write_table(folder, number, table, ("snake", "camel", "title", "upper")[number % 4], rng)


def make(folder, seed):
    os.makedirs(os.path.join(folder, "own-columns"), exist_ok=True)
    write_texts(os.path.join(folder, "own-texts.jsonl"), random.Random(f"texts {seed}"))
    write_tables(os.path.join(folder, "own-columns"), random.Random(f"columns {seed}"))
