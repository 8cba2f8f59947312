"""What is read: labelled data sets in three formats, and spans as Assay or another tool writes them. Used by scripts/quality.

Every reader turns names and offsets into one form: Span(record, column, start, end, entity), record from 1, offsets in code points.
"""
import collections
import csv
import glob
import json
import os

Span = collections.namedtuple("Span", "record column start end entity")

TEXT_KEYS = ("full_text", "text", "source_text", "unmasked_text", "content", "sentence", "document", "input", "body")
LIST_KEYS = ("spans", "entities", "labels", "label", "annotations", "privacy_mask", "predictions", "results")
START_KEYS = ("start", "start_position", "start_offset", "start_char", "begin", "from")
END_KEYS = ("end", "end_position", "end_offset", "end_char", "stop", "to")
NAME_KEYS = ("entity", "entity_type", "label", "type", "entity_group", "label_name", "tag", "category", "name", "labels")
FILE_KEYS = ("file", "path", "filename", "document_id", "doc_id")
RECORD_KEYS = ("record", "line", "index", "row", "id")
COLUMN_KEYS = ("column", "field", "header")

# Labels of data sets -> entities of Assay. A label that is missing here is taken as it is.
GOLD_NAMES = {
    "DOMAIN_NAME": "URL",
    "US_ZIP_CODE": "ZIP_CODE",
    "UK_POSTCODE": "ZIP_CODE",
    "IE_EIRCODE": "ZIP_CODE",
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
# Entities of Assay that answer a label of coarser grain. In columns a date of birth is asked for by its own name.
FOUND_NAMES = {"DATE_OF_BIRTH": "DATE_TIME", "US_ZIP_CODE": "ZIP_CODE", "UK_POSTCODE": "ZIP_CODE", "IE_EIRCODE": "ZIP_CODE", "DOMAIN_NAME": "URL"}
COLUMN_NAMES = {"US_ZIP_CODE": "ZIP_CODE", "UK_POSTCODE": "ZIP_CODE", "IE_EIRCODE": "ZIP_CODE"}


class Failure(Exception):
    """A sentence for the user, and what to do about it."""

    def __init__(self, what, hint=None):
        super().__init__(what + (f"\nhint: {hint}" if hint else ""))


class Dataset:
    """texts: (record, column) -> text. Texts have the column ''. tables: paths that are scanned as they are."""

    def __init__(self, name, is_columns=False):
        self.name, self.is_columns = name, is_columns
        self.texts, self.gold, self.files = {}, [], {}
        self.columns = {}  # (file, header) -> the entities that may stand there; empty: none; None: not asked
        self.tables = []
        self.text_keys = set()
        self.is_complete = True

    def __len__(self):
        return len({record for record, _ in self.texts}) if not self.is_columns else len(self.tables)


def entity_of(name, own, rules):
    """A --map file goes before the names that are known anyway; None: leave out."""
    if name in own:
        return own[name]
    name = str(name).upper().replace("-", "_").replace(" ", "_") if name not in rules else name
    return own[name] if name in own else rules.get(name, name)


def read_map(path):
    data = read_json(path)
    if not isinstance(data, dict) or not all(isinstance(v, (str, type(None))) for v in data.values()):
        raise Failure(f"{path}: not a map of names", 'expected {"FOREIGN": "ENTITY" or null, …}')
    return data


def opened(path, **options):
    try:
        return open(path, encoding="utf-8", **options)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror.lower()}") from None


def read_json(path):
    with opened(path) as file:
        try:
            return json.load(file)
        except json.JSONDecodeError as error:
            raise Failure(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
        except UnicodeDecodeError as error:
            raise Failure(f"{path}: byte {error.start}: not UTF-8") from None


def read_items(path):
    """(place, item) of a JSON list or of JSON Lines."""
    with opened(path) as file:
        try:
            head = file.read(64).lstrip("\ufeff \t\r\n")[:1]
        except UnicodeDecodeError as error:
            raise Failure(f"{path}: byte {error.start}: not UTF-8") from None
    if head == "[":
        return [(f"{path}: record {n}", item) for n, item in enumerate(read_json(path), 1)]
    items = []
    with opened(path) as file:
        try:
            for n, line in enumerate(file, 1):
                if line.strip():
                    items.append((f"{path}:{n}", json.loads(line)))
        except json.JSONDecodeError as error:
            raise Failure(f"{path}:{n}:{error.colno}: not JSON: {error.msg}", "one JSON object a line, or one JSON list") from None
        except UnicodeDecodeError as error:
            raise Failure(f"{path}:{n + 1}: not UTF-8 ({error.reason})") from None
    return items


def first_of(item, keys):
    return next((key for key in keys if key in item), None)


def number_of(place, item, keys):
    key = first_of(item, keys)
    value = item[key] if key else None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Failure(f"{place}: no whole number under {' or '.join(keys[:3])}", "offsets count from 0, the end is the first place behind the span")
    return value


def name_of(place, item):
    key = first_of(item, NAME_KEYS)
    value = item[key] if key else None
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, str) or not value:
        raise Failure(f"{place}: a span without a name", f"the entity stands under {', '.join(NAME_KEYS[:4])}")
    return value


def one_span(place, item):
    """(start, end, name) of an object, or of a list [start, end, name]."""
    if isinstance(item, list) and len(item) == 3:
        item = dict(zip(("start", "end", "label"), item))
    if not isinstance(item, dict):
        raise Failure(f"{place}: a span is neither an object nor [start, end, name]")
    return number_of(place, item, START_KEYS), number_of(place, item, END_KEYS), name_of(place, item)


def span_list(item):
    """The key of the list of spans, which some sets keep as a string of JSON."""
    for key in LIST_KEYS:
        value = item.get(key)
        if isinstance(value, str) and value[:1] == "[":
            try:
                value = json.loads(value)
            except json.JSONDecodeError:
                continue
        if isinstance(value, list):
            return value
    return None


def nano_spans(item):
    """Every place where a labelled value stands in the text; the format has values only."""
    for row in item["NER"]:
        value = (row.get("entity") or "").strip("'\"")
        start = item["text"].find(value) if value else -1
        while start >= 0:
            yield start, start + len(value), row["label"]
            start = item["text"].find(value, start + len(value))


def item_spans(place, item, dataset):
    if not isinstance(item, dict):
        raise Failure(f"{place}: not an object", "a record is {\"text\": …, \"spans\": […]}")
    key = first_of(item, TEXT_KEYS)
    if key is None or not isinstance(item[key], str):
        raise Failure(f"{place}: none of the three known formats: no text", f"the text stands under {', '.join(TEXT_KEYS[:4])} …")
    dataset.text_keys.add(key)
    if isinstance(item.get("NER"), list):
        dataset.is_complete = False
        return item[key], list(nano_spans(item))
    spans = span_list(item)
    if spans is None:
        raise Failure(f"{place}: none of the three known formats: no list of spans", f"spans stand under {', '.join(LIST_KEYS[:4])} …")
    return item[key], [one_span(place, span) for span in spans]


def read_texts(path, own):
    dataset = Dataset(os.path.basename(path))
    gold = set()
    for number, (place, item) in enumerate(read_items(path), 1):
        text, spans = item_spans(place, item, dataset)
        dataset.texts[number, ""] = text
        key = first_of(item, FILE_KEYS)
        if key:
            dataset.files[str(item[key])] = number
        for start, end, label in spans:
            if not 0 <= start < end <= len(text):
                raise Failure(f"{place}: span {start}..{end} lies outside its text", "offsets are code points, not bytes")
            entity = entity_of(label, own, GOLD_NAMES)
            if entity:
                gold.add(Span(number, "", start, end, entity))
    if not dataset.texts:
        raise Failure(f"{path}: holds no record")
    dataset.gold = sorted(gold)
    return dataset


def labels_beside(path, given):
    stem = os.path.splitext(path)[0]
    for candidate in (given,) if given else (stem + ".json", stem + ".labels.json", stem + ".tsv"):
        if os.path.exists(candidate):
            return candidate
    raise Failure(f"{path}: no labels beside it", f"write {os.path.basename(stem)}.json with {{\"COLUMN\": \"ENTITY\" or null or \"?\"}}, or name it with --labels")


def read_labels(path):
    if path.endswith(".tsv"):
        with opened(path) as file:
            rows = [line.rstrip("\n").split("\t") for line in file if line.strip()]
        for n, row in enumerate(rows, 1):
            if len(row) != 2:
                raise Failure(f"{path}:{n}: expected a header, a tab and an entity")
        return dict(rows)
    data = read_json(path)
    if not isinstance(data, dict):
        raise Failure(f"{path}: not a map of columns", '{"COLUMN": "ENTITY" or ["ENTITY", …] or null (nothing) or "?" (not asked)}')
    return data


def wanted(label, own):
    """The entities that answer a column's label: an empty set for nothing, None for not asked."""
    if label == "?":
        return None
    names = [] if label in (None, "-", "") else [label] if isinstance(label, str) else label
    return {entity for entity in (entity_of(name, own, COLUMN_NAMES) for name in names) if entity}


def read_table(dataset, path, labels, own, label_path):
    name = os.path.basename(path)
    with opened(path, newline="") as file:
        line = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=";" if line.count(";") > line.count(",") else ",")
        header = next(rows, None)
        if not header:
            raise Failure(f"{path}: no header line")
        strange = [column for column in labels if column not in header]
        if strange:
            raise Failure(f"{label_path}: column '{strange[0]}' is not in {path}", "columns are named exactly as in the header line")
        for column in header:
            dataset.columns[name, column] = wanted(labels.get(column, "?"), own)
        for number, row in enumerate(rows, 1):
            for column, cell in zip(header, row):
                dataset.texts[(name, number), column] = cell
                if dataset.columns[name, column] and cell.strip():
                    dataset.gold.append(Span((name, number), column, 0, len(cell), "|".join(sorted(dataset.columns[name, column]))))
    dataset.tables.append(path)


def read_columns(path, given, own):
    is_folder = os.path.isdir(path)
    dataset = Dataset(os.path.basename(os.path.normpath(path)), is_columns=True)
    paths = sorted(glob.glob(os.path.join(path, "*.csv"))) if is_folder else [path]
    if not paths:
        raise Failure(f"{path}: holds no table", "a folder of NAME.csv with NAME.json or NAME.tsv beside")
    for table in paths:
        label_path = labels_beside(table, None if is_folder else given)
        read_table(dataset, table, read_labels(label_path), own, label_path)
    return dataset


def read_dataset(path, labels, own):
    if not os.path.exists(path):
        raise Failure(f"{path}: no such file")
    if os.path.isdir(path) or path.endswith(".csv"):
        return read_columns(path, labels, own)
    return read_texts(path, own)


def code_points(text):
    """Maps each byte offset of the UTF-8 form that starts a character, and its end, to a code point offset."""
    offsets, at = {}, 0
    for i, char in enumerate(text):
        offsets[at] = i
        at += len(char.encode("utf-8"))
    offsets[at] = len(text)
    return offsets


class SpanReader:
    """Lines of Assay's spans files, of {file|record, start, end, entity}, of {spans: […]} per record, and {column, entity} for whole columns."""

    def __init__(self, dataset, own, offsets="auto", first_record=1):
        self.dataset, self.own, self.offsets, self.first = dataset, own, offsets, first_record
        self.names = COLUMN_NAMES if dataset.is_columns else FOUND_NAMES
        self.maps = {}
        self.in_header = 0
        self.found = set()

    def record_of(self, place, row, number):
        key = first_of(row, FILE_KEYS)
        if key and self.dataset.files:
            if str(row[key]) not in self.dataset.files:
                raise Failure(f"{place}: the data set has no record '{row[key]}'")
            return self.dataset.files[str(row[key])]
        key = first_of(row, RECORD_KEYS)
        if key is None:
            if span_list(row) is None:
                raise Failure(f"{place}: names no record", f"a span has {', '.join(RECORD_KEYS[:3])} or {FILE_KEYS[0]}")
            return number
        if isinstance(row[key], bool) or not isinstance(row[key], int):
            raise Failure(f"{place}: '{key}' is not a whole number", "records count from 1, unless --first-record says otherwise")
        return row[key] - self.first + 1

    def unit_of(self, place, row, record):
        """The text a span lies in, or None where the data set does not look."""
        if self.dataset.is_columns:
            key = first_of(row, COLUMN_KEYS)
            column = row[key] if key else None
            table = os.path.basename(str(row.get("resource", row.get("file", os.path.basename(self.dataset.tables[0])))))
            if (table, column) not in self.dataset.columns:
                raise Failure(f"{place}: no column '{column}' in '{table}'", "spans of columns name the column as the header does")
            return (table, record), column
        column = row.get("column", "")
        return (record, "") if not column or column.split("/")[-1] in self.dataset.text_keys | {"text"} else None

    def place_of(self, place, unit, start, end, is_bytes):
        text = self.dataset.texts[unit]
        if is_bytes:
            if unit not in self.maps:
                self.maps[unit] = code_points(text)
            offsets = self.maps[unit]
            if start not in offsets or end not in offsets:
                raise Failure(f"{place}: record {unit[0]}: span {start}..{end} cuts a character or lies outside its text",
                    "the spans belong to another text, or --offsets chars is wanted")
            return offsets[start], offsets[end]
        if not 0 <= start < end <= len(text):
            raise Failure(f"{place}: record {unit[0]}: span {start}..{end} lies outside its text", "for offsets in bytes of UTF-8 say --offsets bytes")
        return start, end

    def add(self, place, row, unit, span):
        start, end, name = span
        if unit not in self.dataset.texts:
            raise Failure(f"{place}: a span names record {unit[0]} of {len(self.dataset)}", "records count from 1, unless --first-record says otherwise")
        is_bytes = self.offsets == "bytes" or (self.offsets == "auto" and "v" in row and "column" in row)
        start, end = self.place_of(place, unit, start, end, is_bytes)
        entity = entity_of(name, self.own, self.names)
        if entity:
            self.found.add(Span(unit[0], unit[1], start, end, entity))

    def add_column(self, place, row):
        """A verdict about a column as a whole stands for each of its cells that holds something."""
        (table, _), column = self.unit_of(place, row, 0)
        for (record, name), cell in self.dataset.texts.items():
            if record[0] == table and name == column and cell.strip():
                self.add(place, {}, (record, name), (0, len(cell), name_of(place, row)))

    def take(self, place, row, number):
        if not isinstance(row, dict):
            raise Failure(f"{place}: not an object")
        if row.get("state", "reported") != "reported":
            return
        if self.dataset.is_columns and first_of(row, RECORD_KEYS) is None:
            self.add_column(place, row)
            return
        record = self.record_of(place, row, number)
        unit = self.unit_of(place, row, record)
        if self.dataset.is_columns and record == 0:
            self.in_header += 1
            return
        if unit is None:
            return
        if first_of(row, START_KEYS) is None and span_list(row) is not None:
            for span in span_list(row):
                self.add(place, row, unit, one_span(place, span))
        elif self.dataset.is_columns and first_of(row, START_KEYS) is None:
            self.add(place, row, unit, (0, len(self.dataset.texts.get(unit, "")), name_of(place, row)))
        else:
            self.add(place, row, unit, one_span(place, row))

    def read(self, path):
        for number, (place, row) in enumerate(read_items(path), 1):
            self.take(place, row, number)
