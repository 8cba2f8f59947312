#!/usr/bin/env python3
"""Plants unmistakable raw values wherever data and names can stand, runs every command, and looks for them in every byte that came out.

usage: canary.py ASSAY SOURCE

Each planted value is used in one place only, so a failure names the place that leaks. What is searched: standard output and error of every run, all
files that the program made (reports, spans, databases page by page, ledger, keys), their names, and the folder for temporary files. Planted files
themselves are not searched. Values are searched as they are, in other case, without and with other separators, escaped for URLs, HTML and JSON, in
hexadecimal, base64 and UTF-16, and in parts longer than a mask may show. Written while the tests run: nothing here looks like a live token.
"""
import base64
import gzip
import html
import json
import os
import random
import re
import sys
import urllib.parse

from world import World, every_file

REPORTS = ("text", "json", "html", "xml")
LETTERS = "ghjklmnpqrstvwxyz"     # none is a hexadecimal digit: a digest never spells them
PART_LETTERS, PART_TOKEN = 6, 8   # masks show at most four characters
NUMBERS = ("card", "iban", "ssn", "phone")
TABLES = ("resource", "field", "finding", "example", "issue", "access_event", "lineage_edge", "unexamined")
EXPLAINED, PROVEN = 10, 3         # how many of each: the databases are searched as a whole anyway

# Where a value may come back. Nothing of the data, of its names, and of who acts comes back anywhere (the default).
NOWHERE = r"(?!)"
# What the owner states in his own files about dataset, parties and rights is shown as he wrote it, to who asks: in reports, in the stored result that they
# are made from, and by 'access'. Never in the ledger, which forgets nothing, never on standard error, never beside findings.
DECLARED = r"standard output of 'assay (audit|report|policies query|access list|access explain)'|file (out/\w+\.(html|xml|json|txt)|[^ ]*/audits/[^/]+\.db)"
# An error names the argument, or the word of a configuration file, that it is about.
ECHOED = r"standard error of 'assay \w+'"
ASKED = r"standard output of 'assay access explain'"
# 'doctor' says where the project lies.
LOCATED = r"standard output of 'assay doctor'|" + ECHOED


def luhn_digit(digits):
    total = sum(int(d) if i % 2 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


class Canaries:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.planted, self.used, self.allowed = [], set(), {}

    def digits(self, n):
        return "".join(self.random.choice("123456789") for _ in range(n))

    def letters(self, n):
        return "".join(self.random.choice(LETTERS) for _ in range(n))

    def make(self, kind):
        r = self.random
        if kind == "email":
            return "%s.%s@%s.example.com" % (self.letters(7), self.letters(7), self.letters(8))
        if kind == "card":
            body = "400000" + self.digits(9)
            return re.sub("(....)(?=.)", r"\1 ", body + luhn_digit(body))
        if kind == "iban":
            bban = self.digits(18)
            return "DE%02d%s" % (98 - int(bban + "131400") % 97, bban)
        if kind == "ssn":
            return "%d%s-%02d-%s" % (r.randint(1, 5), self.digits(2), r.randint(11, 98), self.digits(4))
        if kind == "phone":
            return "+1 %s-555-01%02d" % (r.choice("212 213 312 415 512 617 702 713 808 907".split()), r.randint(0, 99))
        if kind == "token":
            return "gh" + "p_" + "".join(r.choice(LETTERS + LETTERS.upper() + "23456789") for _ in range(32)) + "9gQ" + self.letters(1)
        raise ValueError(kind)

    def plant(self, kind, place, allowed=NOWHERE):
        value = self.make(kind)
        while value in self.used:
            value = self.make(kind)
        self.used.add(value)
        self.planted.append((value, kind, place))
        self.allowed["%s planted as %s" % (kind, place)] = re.compile(allowed)
        return value


def spellings(value, kind):
    """As it stands, escaped, and with other separators."""
    plain = re.sub(r"[ .()+-]", "", value) if kind in NUMBERS else value
    yield from (value, plain, urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value), html.escape(value))
    yield from (value.replace("@", code).replace("+", code.replace("40", "2b")) for code in ("&#x40;", "\\u0040", "\\x40", "=40"))
    yield value.replace("@", "&#64;").replace("+", "&#43;")
    if kind in ("card", "iban"):
        yield from (separator.join(re.findall(".{1,4}", plain)) for separator in " -.")
    if kind in ("ssn", "phone"):
        yield from (re.sub("[ -]", separator, value) for separator in " -.")
    if kind == "phone":
        yield plain[1:]
    if kind == "email":
        local, domain = value.split("@")
        yield local
        for word in [*local.split("."), domain.split(".")[0]]:
            yield from (word[i:i + PART_LETTERS] for i in range(len(word) - PART_LETTERS + 1))
    if kind == "token":
        yield from (value[i:i + PART_TOKEN] for i in range(4, len(value) - PART_TOKEN + 1))


def needles(value, kind):
    """Patterns of bytes to be found in lower case; digests are not mistaken for short numbers."""
    for text in sorted(set(text.lower() for text in spellings(value, kind)), key=len):
        pattern = re.escape(text.encode())
        yield rb"(?<![0-9a-f])" + pattern + rb"(?![0-9a-f])" if text.isdigit() else pattern
    yield re.escape(value.encode().hex().encode())
    yield re.escape(value.lower().encode("utf-16-le"))


def base64_needles(value):
    """The part of each of the three base64 forms that does not depend on the neighbours."""
    raw = value.encode()
    for lead in range(3):
        text = base64.b64encode(b"\0" * lead + raw)
        yield text[-(-lead * 4 // 3) + (1 if lead else 0):len(text) // 4 * 4 - 4]


class Search:
    """One pattern for all planted values: one pass over each piece of output."""

    def __init__(self, planted):
        self.places = ["%s planted as %s" % (kind, place) for _, kind, place in planted]
        parts = [b"|".join(needles(value, kind)) for value, kind, _ in planted]
        self.single = [re.compile(part) for part in parts]
        self.whole = re.compile(b"|".join(parts))
        self.base64 = [list(base64_needles(value)) for value, _, _ in planted]

    def leaks(self, data):
        small = data.lower()
        some = self.whole.search(small)
        return [place for place, pattern, coded in zip(self.places, self.single, self.base64)
                if (some and pattern.search(small)) or any(needle in data for needle in coded)]


def write_data(world, c):
    """Every place of the data where a value can stand."""
    kinds = ("email", "card", "iban", "ssn", "phone", "token")
    cell = {kind: c.plant(kind, "a CSV cell") for kind in kinds}
    world.write("p/data/cells.csv", "id,email,card_no,iban,ssn,phone,api_token\n" + "".join(
        "%d,%s\n" % (i, ",".join(cell[k] for k in kinds)) for i in range(3)))
    world.write("p/data/headers.csv", "id,%s,%s,ssn %s,%s\n1,a,b,c,d\n2,e,f,g,h\n" % tuple(
        c.plant(kind, "a CSV header") for kind in ("email", "card", "ssn", "token")))
    world.write("p/data/no-header.csv", "%s,x\n%s,y\n" % (c.plant("email", "a CSV without header"), c.plant("email", "a CSV without header")))
    world.write("p/data/open-quote.csv", "id,note\n1,\"never closed %s\n2,x\n" % c.plant("email", "a CSV whose quote stays open"))
    world.write("p/data/doc.json", json.dumps({c.plant("email", "a JSON key"): 1, "accounts": {c.plant("iban", "a nested JSON key"): {"x": 2}},
        "text": "mail " + c.plant("email", "a JSON string"), c.plant("token", "a JSON key"): [c.plant("email", "a JSON array")]}))
    world.write("p/data/broken.json", '{"a": "%s", "b": ' % c.plant("email", "a JSON document that ends early"))
    world.write("p/data/lines.jsonl", '{"m": "%s"}\n{"m": broken %s\n{"%s": "x"}\n' % (c.plant("email", "a JSON line"),
        c.plant("email", "a broken JSON line"), c.plant("email", "a key of a JSON line")))
    world.write("p/data/note.txt", "".join("please write to %s about %s\n" % (c.plant(kind, "plain text"), kind) for kind in kinds))
    world.write("p/data/latin.txt", b"\xff\xfe\xfa caf\xe9 " + c.plant("email", "text that is not UTF-8").encode() + b"\n")
    world.write("p/data/packed.csv.gz", gzip.compress(("id,email\n1,%s\n" % c.plant("email", "a gzip")).encode(), mtime=0))
    world.write("p/data/cut.gz", gzip.compress(("mail %s\n" % c.plant("email", "a broken gzip")).encode() * 2000, mtime=0)[:-9])
    world.write("p/data/wide.txt", c.plant("email", "UTF-16 text").encode("utf-16"))
    write_encoded(world, c)


def write_encoded(world, c):
    """Values that only show when they are decoded."""
    def plant(kind, place, encode):
        return encode(c.plant(kind, place))
    world.write("p/data/encoded.txt", "".join("mail to %s now\n" % plant("email", "text in " + what, encode) for what, encode in (
        ("HTML", lambda v: v.replace("@", "&#64;")), ("escapes of JSON", lambda v: v.replace("@", "\\u0040")),
        ("quoted-printable", lambda v: v.replace("@", "=40")), ("URLs", lambda v: v.replace("@", "%40")),
        ("full width", lambda v: v.replace("@", "\uff20")), ("pieces", lambda v: v[:4] + "\u00ad" + v[4:]),
        ("base64", lambda v: base64.b64encode(("to " + v).encode()).decode()))))
    world.write("p/data/encoded.csv", "id,card,ssn,note\n1,%s,%s,%s\n" % (
        plant("card", "digits of full width", lambda v: "".join(chr(0xfee0 + ord(x)) if x.isdigit() else x for x in v)),
        plant("ssn", "dashes that do not break", lambda v: v.replace("-", "\u2011")),
        plant("iban", "base64 in a cell", lambda v: base64.b64encode(("IBAN " + v).encode()).decode())))


def write_names(world, c):
    name = {place: c.plant(kind, place) for kind, place in (
        ("email", "a file name"), ("ssn", "a file name with SSN"), ("card", "a file name with card"), ("token", "a file name with token"),
        ("email", "a folder name"), ("email", "name of a dangling link"), ("email", "name of a binary file"), ("email", "name of a broken gzip"),
        ("email", "name of a pipe"), ("email", "name of an empty file"), ("email", "name of a skipped file"), ("email", "target of a link"),
        ("email", "name of a pointer"))}
    world.write("p/data/%s.txt" % name["a file name"], "mail a@example.com\n")
    world.write("p/data/%s.txt" % c.plant("email", "a file name with an encoded address").replace("@", "%40"), "nothing\n")
    world.write("p/data/ssn %s.csv" % name["a file name with SSN"], "id,ssn\n1,2\n")
    world.write("p/data/card %s.txt" % name["a file name with card"], "nothing\n")
    world.write("p/data/%s.txt" % name["a file name with token"], "nothing\n")
    world.write("p/data/%s/inner.csv" % name["a folder name"], "id,email\n1,a@example.com\n")
    os.symlink("missing", world.path("p/data/%s" % name["name of a dangling link"]))
    os.symlink(name["target of a link"], world.path("p/data/dangling"))
    world.write("p/data/%s.bin" % name["name of a binary file"], bytes(range(32)) * 64)
    world.write("p/data/%s.gz" % name["name of a broken gzip"], b"\x1f\x8b\x08\0garbage")
    os.mkfifo(world.path("p/data/%s" % name["name of a pipe"]))
    world.write("p/data/%s.csv" % name["name of an empty file"], "")
    world.write("p/media/%s.png" % name["name of a skipped file"], "x")
    world.write("p/data/%s.csv" % name["name of a pointer"], "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12\n" % ("0" * 64))
    return name


def write_project(world, c):
    owner, principal, ticket = c.plant("email", "the manifest's owner", DECLARED), c.plant("email", "a principal of access.yaml", DECLARED), c.plant("email", "a grant's ticket", DECLARED)
    world.write("p/assay.yaml", "\n".join((
        "assay: 1", "dataset: {id: canary, version: \"1\", owner: %s, declared_by: %s, declared_on: 2026-01-02}" % (
            json.dumps(owner), json.dumps(c.plant("email", "the manifest's declared_by", DECLARED))),
        "data: [{path: \"data/**\"}, {path: \"media/**\", skip: \"not used, ask %s\"}]" % c.plant("email", "a reason to skip", DECLARED), "jurisdictions: [eu, us-ca]",
        "categories: [contact]", "purposes: [{id: support, text: \"Help, ask %s\", basis: contract}, {id: tune}]" % c.plant("email", "a purpose's text", DECLARED),
        "transfers: [{country: US, recipient: %s}]" % json.dumps(c.plant("email", "a recipient of a transfer", DECLARED)), "")))
    world.write("p/access.yaml", "\n".join((
        "assay_access: 1", "roles:", "  reader: {can: [read, write], data: [\"**\"], for: [support]}",
        "deny: [{role: reader, can: [read], data: [\"keys/**\"], why: \"ask %s\"}]" % c.plant("email", "the reason of a deny", DECLARED), "grants:",
        "  - {who: %s, role: reader, by: %s, ticket: %s}" % (json.dumps(principal), json.dumps(c.plant("email", "who granted", DECLARED)), json.dumps(ticket)), "")))
    world.write("p/assay.waivers.yaml", "\n".join((
        "assay_waivers: 1", "waivers:",
        "  - {id: W1, scope: column, control: gdpr-a5.1c-1, resource: data/cells.csv, column: ssn, entity: US_SSN, max_count: 99, until: 2999-12-31,",
        "     reason: \"ask %s\", owner: %s, approver: %s}" % (c.plant("email", "the reason of a waiver", DECLARED),
            json.dumps(c.plant("email", "the owner of a waiver", DECLARED)), json.dumps(c.plant("email", "the approver of a waiver", DECLARED))), "")))
    return principal


class Runs:
    """Runs the program in the project and keeps all that comes out."""

    def __init__(self, world):
        self.world, self.done = world, []

    def __call__(self, *arguments, cwd="p", **options):
        done = self.world.run(*arguments, cwd=self.world.path(cwd), **options)
        self.done.append(done)
        return done


def run_scans(world, c, run):
    for form in REPORTS:
        world.check(run("scan", "--verbose", "--format", form, "data").status in (1, 4), "scan --format %s did not look" % form)
    run("scan", "--output", "../out/scan.html", "--output", "../out/scan.xml", "--output", "../out/scan.json", "--spans", "../out/scan.jsonl", "data")
    run("scan", "--spans", "-", "--quiet", "--country", "all", "data")
    run("scan", "-", "--format", "json", stdin=("call %s or %s\n" % (c.plant("phone", "standard input"), c.plant("email", "standard input"))).encode())


def run_audits(world, c, run, principal):
    actor = c.plant("email", "the actor of an audit")
    done = run("audit", "--verbose", "--actor", actor, "--spans", "../out/audit.jsonl", *(x for e in ("html", "xml", "json", "txt")
        for x in ("--output", "../out/audit." + e)))
    world.check(done.status == 1, "the audit of the planted data ends with %d, not 1\n%s" % (done.status, done.text))
    run("audit", "--reproducible", "--as-of", "2026-11-01", "--format", "json", "--actor", principal)
    run("audit", "--format", "html", "data/note.txt", env={"ASSAY_ACTOR": c.plant("ssn", "the actor of the environment")})
    run("gate")
    for form in REPORTS:
        run("report", "--format", form)
    with open(world.path("out/audit.json"), "rb") as file:
        return json.load(file)


def run_questions(world, c, run, report, principal):
    for finding in report["findings"][:EXPLAINED]:
        run("explain", finding["id"])
    for control in sorted({v["control"] for v in report["verdicts"] if v["status"] in ("fail", "review", "error")})[:EXPLAINED]:
        run("explain", control)
    for kind in ("email", "card", "iban", "ssn", "phone", "token"):
        run("explain", "my %s is %s" % (kind, c.plant(kind, "a text to explain")))
    for table in TABLES:
        world.expect(run("policies", "query", "SELECT * FROM %s" % table), 0)
    run("access", "list")
    run("access", "list", "--format", "json")
    for verb in ("check", "explain"):
        run("access", verb, "--who", principal, "--purpose", "support", "data/note.txt")
        run("access", verb, "--who", c.plant("email", "whom 'access' asks about", ASKED), "--purpose", "support", "data/note.txt")
    run("doctor")
    run("doctor", "--format", "json")


def run_commands(world, c, run, name, principal):
    tool, output = c.plant("email", "name of a command"), "made/%s.csv" % c.plant("email", "name of an output")
    world.write("p/bin/%s" % tool, "#!/bin/sh\nmkdir -p made && echo x > \"$OUT\"\n", mode=0o755)
    common = ("run", "--role", "reader", "--purpose", "support", "--verbose")
    file = "data/%s.txt" % name["a file name"]
    world.expect(run(*common, "--actor", principal, "--in", file, "--out", output, "--", "./bin/" + tool, c.plant("email", "an argument"),
        c.plant("token", "an argument"), env={"OUT": output}), 0)
    run(*common, "--actor", principal, "--in", file, "--out", "made/%s.txt" % c.plant("email", "name of a missing output"), "--", "true")
    world.expect(run(*common, "--actor", c.plant("email", "a refused actor"), "--in", file, "--", "true"), 111)
    world.expect(run(*common, "--actor", principal, "--as", c.plant("email", "a refused --as"), "--in", file, "--", "true"), 111)
    run(*common, "--actor", principal, "--in", "data/%s" % c.plant("email", "name of a missing input"), "--", "true")
    run(*common, "--actor", principal, "--in", file, "--", "./" + c.plant("email", "name of a missing command"))
    for form in ("text", "json"):
        run("lineage", "show", "--format", form)


def run_log(world, c, run):
    for kind in ("email", "card", "iban", "ssn", "phone", "token"):
        world.expect(run("log", "note", "ask %s today" % c.plant(kind, "a note"), "--actor", c.plant("email", "the actor of a note")), 0)
    world.expect(run("log", "verify"), 0)
    run("log", "verify", "--format", "json")
    size = len(run("log", "show", "--format", "json", "--first", "1").out.splitlines()) + 1
    run("log", "show")
    for seq in range(0, size, size // PROVEN):
        world.expect(run("log", "prove", str(seq)), 0)
    run("log", "checkpoint", "--sign")


def run_mistakes(world, c, run, name):
    """Errors name a file, and what is wrong with it."""
    for place in ("a file name", "name of a dangling link", "name of a binary file", "name of a broken gzip", "name of a pipe", "name of an empty file"):
        run("scan", *(os.path.join("data", entry) for entry in os.listdir(world.path("p/data")) if entry.startswith(name[place])))
    run("scan", "data/%s.txt" % c.plant("email", "name of a missing file", ECHOED))
    run("scan", "--rules", "%s.yaml" % c.plant("email", "name of a missing pack", ECHOED), "data")
    world.write("q/assay.yaml", "assay: 1\ndataset: {id: x, declared_on: %s}\n" % json.dumps(c.plant("email", "a value of the wrong type", ECHOED)))
    run("audit", cwd="q")
    world.write("q/assay.yaml", "assay: 1\n%s: x\n" % c.plant("email", "an unknown key", ECHOED))
    run("audit", cwd="q")
    world.write("q/assay.yaml", "assay: 1\ncategories: [%s]\n" % c.plant("email", "an unknown word", ECHOED))
    run("audit", cwd="q")


def run_init(world, c, run):
    folder = c.plant("email", "name of the project's folder", LOCATED)
    world.write("i/%s/data/a.csv" % folder, "id,email\n1,%s\n" % c.plant("email", "a cell that init looks at"))
    world.expect(run("init", "data", "--actor", c.plant("email", "the actor of init"), cwd="i/" + folder), 0)
    world.write("i/%s/%s.txt" % (folder, c.plant("email", "a file beside init")), "x")
    run("audit", cwd="i/" + folder)
    run("log", "verify", cwd="i/" + folder)
    run("doctor", cwd="i/" + folder)


def look(world, c, search, run, inputs):
    """One failure for each planted value that comes back, with the places where it does."""
    leaks, size = {}, 0

    def note(data, where):
        for name in search.leaks(data):
            if not c.allowed[name].fullmatch(where):
                leaks.setdefault(name, {}).setdefault(where, None)

    for done in run.done:
        verb = done.arguments[0] + (" " + done.arguments[1] if done.arguments[0] in ("access", "log", "policies", "lineage") else "")
        note(done.out, "standard output of 'assay %s'" % verb)
        note(done.err, "standard error of 'assay %s'" % verb)
    made = [path for path in every_file(world.dir) if path not in inputs]
    world.check(any(path.endswith("ledger.db") for path in made) and any("/audits/" in path for path in made), "no ledger or stored audit was searched")
    for path in made:
        with open(path, "rb") as file:
            data = file.read()
        size += len(data)
        note(data, "file " + re.sub("[a-z.]+@[a-z.]+", "(planted)", os.path.relpath(path, world.dir)))
        note(os.path.basename(path).encode(), "name of a file that was made")
    for planted in search.places:
        found = leaks.get(planted, {})
        world.check(not found, "%s comes back in:\n  %s" % (planted, "\n  ".join(found)))
    return len(made), size


def check_search(world, c):
    """The search itself finds what it should: otherwise silence would prove nothing."""
    other = Canaries(1)
    for kind in ("email", "card", "iban", "ssn", "phone", "token"):
        value = other.plant(kind, "the control of the search")
        search = Search([(value, kind, "control")])
        for data in (value, value.upper(), urllib.parse.quote(value), json.dumps({"k": value}), re.sub(r"[ .()+-]", "", value),
                     base64.b64encode(b"x" + value.encode() + b"yz").decode(), value.encode().hex()):
            world.check(search.leaks(b"...\n" + data.encode() + b"\n..."), "the search does not find %s as %r" % (kind, data))
        world.check(not search.leaks(b"a***@*** and 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), "the search finds what is not there")


def main(argv):
    world = World(argv, "canary")
    c = Canaries(20261124)
    check_search(world, c)
    write_data(world, c)
    name = write_names(world, c)
    principal = write_project(world, c)
    world.folder("out")
    run = Runs(world)
    run_scans(world, c, run)
    report = run_audits(world, c, run, principal)
    entities = {f["entity"] for f in report["findings"] if f["resource"] == "data/cells.csv"}
    wanted = {"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "PHONE_NUMBER", "GITHUB_TOKEN"}
    world.check(wanted <= entities, "not everything that was planted in cells is found: %s is missing" % sorted(wanted - entities))
    run_questions(world, c, run, report, principal)
    run_commands(world, c, run, name, principal)
    run_log(world, c, run)
    run("audit", "--format", "xml", "--output", "../out/second.html")
    run_mistakes(world, c, run, name)
    inputs = set(every_file(world.path("p/data"))) | set(every_file(world.path("p/media"))) | set(every_file(world.path("p/bin"))) | set(every_file(world.path("p/made"))) | {
        world.path(p) for p in ("p/assay.yaml", "p/access.yaml", "p/assay.waivers.yaml", "q/assay.yaml", "passphrase")}
    run_init(world, c, run)
    inputs |= {p for p in every_file(world.path("i")) if p.endswith(("data/a.csv", ".txt"))}
    files, size = look(world, c, Search(c.planted), run, inputs)
    world.tell("%d values planted, %d runs, %d files made with %d bytes searched" % (len(c.planted), len(run.done), files, size))
    return world.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
