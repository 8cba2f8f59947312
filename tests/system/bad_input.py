#!/usr/bin/env python3
"""Input that is broken or hostile: each kind ends with the documented status, a message that names file and cause, and nothing lost.

usage: bad_input.py ASSAY SOURCE

The kinds are the list "Bad input" of the project's first issue. After each run the input files, and where there is one the ledger, are compared
byte for byte with what they were. Memory is only measured on a build without sanitizers.
"""
import ctypes
import gzip
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys

from world import World, contents, shown

MIB = 1 << 20
LINE_MIB, RSS_MIB = 200, 300
FLIPS = 24
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
MANIFEST = "assay: 1\ndataset: {id: bad-input}\ncategories: [contact]\njurisdictions: [eu]\n"


def unchanged(world, folder, before, what, may_grow=()):
    """Nothing that was there is gone or different, and nothing new lies there."""
    now = contents(folder)
    for name, data in before.items():
        world.check(now.get(name) == data, "%s: the file %s was changed or lost" % (what, name))
    new = sorted(name for name in now if name not in before and not name.startswith(tuple(may_grow) or ("\0",)))
    world.check(not new, "%s: left new files: %s" % (what, new))


def issues_of(world, done):
    try:
        return {(i["resource"], i["code"]): i for i in json.loads(done.out)["issues"]}
    except ValueError as e:
        world.check(False, "%s: no JSON on standard output: %s\n%s" % (shown(done.arguments), e, done.text))
        return {}


# ---- data ----

def write_broken_data(world):
    """File name: (issue code, words of the message). Nothing personal is in them, so that the status is that of incompleteness."""
    line = b"nothing of interest stands here\n"
    noise = random.Random(1)
    world.write("data/garbage.dat", bytes(noise.randrange(256) for _ in range(5000)))
    packed = gzip.compress(b"".join(b"%d %d\n" % (i, noise.randrange(10 ** 9)) for i in range(9000)), mtime=0)
    world.write("data/cut.gz", packed[:len(packed) // 2])
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0x55
    world.write("data/damaged.gz", bytes(flipped))
    world.write("data/nothing.gz", b"\x1f\x8b\x08\0 no gzip at all")
    world.write("data/tail.gz", gzip.compress(line, mtime=0) + b"and more")
    zstd = subprocess.run(["zstd", "-q", "-c"], input=b"".join(b"%d\n" % noise.randrange(10 ** 9) for _ in range(9000)), stdout=subprocess.PIPE, check=True).stdout
    world.write("data/cut.zst", zstd[:len(zstd) // 2])
    world.write("data/quote.csv", "id,note\n1,\"this never closes\n2,x\n3,y\n")
    world.write("data/latin.txt", b"caf\xe9 \xff\xfe and \xc3( and \xf8\x88\x80\x80\x80\n")
    world.write("data/broken.json", '{"a": [1, 2')
    world.write("data/deep.json", "[" * 5000 + "]" * 5000)
    world.write("data/line.jsonl", '{"a": 1}\n{"a": }\n{"a": 2}\n')
    world.write("data/bomb.gz", gzip.compress(gzip.compress(b"\0" * (64 * MIB), mtime=0), mtime=0))
    world.write("data/lfs.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12\n" % ("0" * 64))
    os.mkdir(world.path("data/folder.csv"))
    os.symlink("nowhere", world.path("data/dangling.csv"))
    os.symlink("loop.csv", world.path("data/loop.csv"))
    os.mkfifo(world.path("data/pipe.csv"))
    return {
        "garbage.dat": ("unsupported", "binary"), "cut.gz": ("format", "gzip"), "damaged.gz": ("format", "gzip"), "nothing.gz": ("format", "gzip"),
        "tail.gz": ("format", "after the end"), "cut.zst": ("format", "zstd"), "quote.csv": ("format", "quote never closes"),
        "latin.txt": ("bad-utf8", "UTF-8"), "broken.json": ("format", ""), "deep.json": ("limit", ""), "line.jsonl": ("format", ""),
        "lfs.csv": ("pointer-without-data", "git lfs pull"), "dangling.csv": ("dangling-link", "leads nowhere"), "loop.csv": ("dangling-link", ""),
        "pipe.csv": ("unsupported", "pipe")}


def check_data(world):
    wanted = write_broken_data(world)
    before = contents(world.path("data"))
    done = world.expect(world.run("scan", "--format", "json", "data"), 4, what="broken files")
    found = issues_of(world, done)
    for name, (code, words) in wanted.items():
        issue = found.get(("data/" + name, code))
        if world.check(issue, "broken files: %s is not reported as '%s' but as %s" % (name, code, [k[1] for k in found if k[0] == "data/" + name])):
            world.check(words in issue["detail"], "broken files: %s: %r does not say %r" % (name, issue["detail"], words))
    for name in wanted:
        # each file alone, as an argument: not carried by the others
        if name in ("latin.txt",):
            continue
        world.expect(world.run("scan", "data/" + name), 4, name, wanted[name][1], what="alone")
    world.expect(world.run("scan", "data/latin.txt"), 0, "latin.txt", "bad-utf8", what="alone")
    world.expect(world.run("scan", "data/folder.csv"), 4, "folder.csv", "without files", what="a directory without files")
    world.expect(world.run("scan", world.folder("empty")), 4, "empty", what="a directory without files")
    world.expect(world.run("scan", "data/missing.csv"), 3, "data/missing.csv", "No such file", what="a missing file")
    world.expect(world.run("scan", "passphrase/inner"), 3, "passphrase/inner", "Not a directory", what="a file used as a directory")
    unchanged(world, world.path("data"), before, "broken files")
    world.tell("%d kinds of broken files: status 4, named with their cause" % len(wanted))


def give_up_rights():
    """Root without the capabilities that let it read everything."""
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            os._exit(77)


def check_unreadable(world):
    before = give_up_rights if os.geteuid() == 0 else None
    world.write("closed/secret.csv", "id\n1\n", mode=0)
    world.write("closed/open.csv", "id\n1\n")
    world.write("closed/room/inside.csv", "id\n1\n")
    os.chmod(world.path("closed/room"), 0)
    try:
        done = world.run("scan", "--format", "json", "closed", before=before)
    except subprocess.SubprocessError:
        os.chmod(world.path("closed/room"), 0o755)
        return world.skip("unreadable files: this process may not give up its rights")
    if done.status != 77:
        world.expect(done, 4, what="an unreadable file")
        found = issues_of(world, done)
        for name in ("closed/secret.csv", "closed/room"):
            issue = found.get((name, "unreadable"))
            if world.check(issue, "an unreadable file: %s is not reported but %s" % (name, sorted(found))):
                world.check("ermission denied" in issue["detail"], "an unreadable file: %r does not say why" % issue["detail"])
        states = {r["resource"]: r["state"] for r in json.loads(done.out)["resources"]}
        world.equal((states.get("closed/secret.csv"), states.get("closed/open.csv")), ("unread", "complete"), "an unreadable file: coverage")
        world.expect(world.run("scan", "closed/secret.csv", before=before), 4, "closed/secret.csv", "ermission denied", what="an unreadable file alone")
        world.tell("unreadable file and folder: status 4, named; the readable one beside it is read")
    else:
        world.skip("unreadable files: this process may not give up its rights")
    os.chmod(world.path("closed/room"), 0o755)


def check_names(world):
    names = [b"new\nline.txt", b"esc\x1b[2Jape.txt", b"quo\"te'.txt", b"-rf.txt", b"--output=x.txt", b"$(touch pwned).txt", b"`id`.txt", b"\xff\xfe.txt",
             "\u202egpj.txt".encode(), b" .txt", b"a|b;c&d.txt", b"<script>alert(1)</script>.csv".replace(b"/", b""), b"back\\slash.txt", b"%s%n.txt",
             b"c1\xc2\x9b31m.txt", b"cr\rreturn.txt", b"]]>.txt", b"=cmd.csv", b"x" * 250]
    for name in names:
        world.write(b"names/" + name, b"mail someone@example.com\n")
    before = contents(world.path("names"))
    controls = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xff")
    harmful = re.compile(controls.pattern + rb"|\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae\xa8\xa9]")    # also what only people are deceived by
    for form in ("text", "json", "html", "xml"):
        done = world.expect(world.run("scan", "--verbose", "--format", form, "names"), 1, what="hostile names")
        for stream in (done.out, done.err):
            bad = (harmful if form in ("text", "html") or stream is done.err else controls).search(stream)
            world.check(not bad, "hostile names: %s holds %r" % (form, bad and stream[max(0, bad.start() - 40):bad.end() + 20]))
        world.check(form != "html" or b"<script" not in done.out, "hostile names: the HTML report holds a script")
        if form == "json":
            world.equal(len(json.loads(done.out)["resources"]), len(names), "hostile names: resources")
    done = world.run("scan", "--spans", "-", "--quiet", "names")
    lines = done.out.splitlines()
    world.equal((len(lines), len({json.loads(line)["resource"] for line in lines})), (len(names), len(names)), "hostile names: spans and resources")
    world.expect(world.run("scan", "--", "-rf.txt", cwd=world.path("names")), 1, "-rf.txt", what="a name that begins with a dash")
    world.expect(world.run("scan", "-rf.txt", cwd=world.path("names")), 2, "-rf.txt", what="a name that begins with a dash")
    done = world.expect(world.run("scan", "names/no\nsuch\x1b[31m"), 3, "names/no", "No such file", what="a hostile name that is not there")
    world.check(not harmful.search(done.err), "a hostile name that is not there: the message holds it as it is: %r" % done.err)
    unchanged(world, world.path("names"), before, "hostile names")
    world.tell("%d hostile names: shown harmlessly in every format" % len(names))


def check_long_line(world):
    mib = {"text": LINE_MIB, "csv": 40 if world.is_sanitized else LINE_MIB, "json": 40 if world.is_sanitized else LINE_MIB}
    for kind, (name, first, last) in {"text": ("line.txt", b"start ", b" mail end@example.com"), "csv": ("line.csv", b"id,note\n1,\"", b" end@example.com\"\n"),
                                      "json": ("line.json", b"{\"a\": \"", b" end@example.com\"}")}.items():
        path = world.write("long/" + name, first)
        with open(path, "ab") as file:
            for _ in range(mib[kind]):
                file.write(b"word " * (MIB // 5) + b"x")
            file.write(last)
        done = world.expect(world.run("scan", "--format", "json", path), 1, what="a line of %d MiB (%s)" % (mib[kind], kind))
        findings = json.loads(done.out)["findings"]
        world.equal([(f["entity"], f["count"]) for f in findings], [("EMAIL_ADDRESS", 1)], "a line of %d MiB (%s): findings" % (mib[kind], kind))
        if not world.is_sanitized:
            world.check(done.rss_kib < RSS_MIB << 10, "a line of %d MiB (%s): %d MiB of memory, more than %d" % (mib[kind], kind, done.rss_kib >> 10, RSS_MIB))
            world.tell("one line of %d MiB (%s): found, with %d MiB of memory" % (mib[kind], kind, done.rss_kib >> 10))
        else:
            world.tell("one line of %d MiB (%s): found" % (mib[kind], kind))
        os.unlink(path)
    if world.is_sanitized:
        world.skip("memory of long lines: sanitizers take their own")


# ---- configuration ----

def check_manifests(world):
    world.write("m/data/a.csv", "id,email\n1,someone@example.com\n")
    world.write("m/assay.yaml", MANIFEST)
    world.write("m/report.html", "an older report")
    world.expect(world.run("audit", "--quiet", cwd=world.path("m")), 4, what="a project to spoil")
    for file, text, words in (
            ("assay.yaml", MANIFEST + "catgories: [contact]\n", ("assay.yaml:5:1", "'catgories'", "did you mean")),
            ("assay.yaml", MANIFEST + "categories: [contact]\n", ("assay.yaml:5:1", "categories")),
            ("assay.yaml", MANIFEST.replace("[contact]", "[contatc]"), ("assay.yaml:3:14", "'contatc'")),
            ("assay.yaml", MANIFEST + "retention: {delete_by: 2026-02-30}\n", ("assay.yaml:5:24", "'delete_by' must be a date")),
            ("assay.yaml", MANIFEST + "data: [\n", ("assay.yaml:",)),
            ("assay.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", ("assay.yaml:",)),
            ("assay.yaml", "\0\1\2", ("assay.yaml",)),
            ("assay.yaml", "", ("assay.yaml",)),
            ("assay.yaml", "[" * 200, ("assay.yaml",)),
            ("assay.yaml", "#" * (9 * MIB), ("assay.yaml",)),
            ("access.yaml", "assay_access: 1\nrolse: {}\n", ("access.yaml:2:1", "'rolse'", "did you mean")),
            ("assay.waivers.yaml", "assay_waivers: 1\nwaivers:\n  - {id: W, scope: column, untill: 2027-01-01}\n", ("assay.waivers.yaml:3:", "'untill'")),
            ("trust.yaml", "assay_trust: 1\nkeys: [{vkey: nonsense}]\n", ("trust.yaml",))):
        folder = world.path("m")
        kept = contents(folder)
        world.write("m/" + file, text)
        before = contents(folder)
        for command in (("audit", "--output", "report.html"), ("gate",), ("log", "note", "x"), ("run", "--role", "r", "--purpose", "p", "--", "true")):
            wanted = 112 if command[0] == "run" else 2
            world.expect(world.run(*command, cwd=folder), wanted, *words, what="%s with %r" % (file, text[-40:]))
        unchanged(world, folder, before, "%s with %r" % (file, text[-40:]))
        world.write("m/" + file, kept[file]) if file in kept else os.unlink(world.path("m", file))
    world.tell("mistakes in manifest, access policy, waivers and trust: status 2, with file, line and column")


RULES = """pack: evil
version: 1.0.0
title: A pack that wants to run for ever
country: any
rules:
  - id: slow
    entity: EMAIL_ADDRESS
    title: Backtracks
    patterns: ['%s']
    examples: {match: ['xaab', 'xab'], no_match: ['c', 'd']}
    jurisdictions: [any]
"""


def check_rules(world):
    world.write("r/a.txt", "x" + "a" * 3000 + "\nxy" + "c" * 3000 + "\n")
    before = contents(world.path("r"))
    for pattern, words in ((r"x(?:a+)+b", "unbounded repeat"), (r"x(a|aa)*b", "unbounded repeat"), (r"x(\w)\1b", "escape"), (r"x(?R)?b", ""),
                           (r"(?:x(?:a{1,9000}){1,9000}b)", ""), (r"x(?:", ""), (r"", ""),
                           (r"x(?:a|a|aa){1,400}b", "slower than its budget"), (r"x(?:(?:a{0,9}){0,9}){1,40}b", "too many ways")):
        pack = world.write("evil.yaml", RULES % pattern)
        world.expect(world.run("scan", "--rules", pack, "r"), 2, "evil.yaml:9", words, what="the pattern %r" % pattern)
        world.expect(world.run("rules", "lint", pack), 2, "evil.yaml:9", what="the pattern %r" % pattern)
    # slow where its examples do not lead
    for pattern in (r"x(?:a{1,2}|y(?:c|c|cc){1,400})b", r"x(?:a{1,2}|y(?:c|cc|ccc){1,400})b"):
        pack = world.write("evil.yaml", RULES % pattern)
        done = world.expect(world.run("scan", "--rules", pack, "--format", "json", "r"), 4, what="the pattern %r" % pattern)
        issue = issues_of(world, done).get(("r/a.txt", "regex-limit"))
        world.check(issue and issue["rule"] == "evil/slow" and "limit" in issue["detail"], "the pattern %r: its limit is not reported: %s" % (pattern, issue))
    for text in ("pack: [", "pack: x\nrulse: []\n", "\0", RULES.replace("no_match: ['c', 'd']",
            "no_match: ['xaab', 'd']") % r"xa{1,2}b", RULES.replace(", 'xab'", "") % r"xa{1,2}b"):
        pack = world.write("evil.yaml", text)
        done = world.run("scan", "--rules", pack, "r")
        world.expect(done, 2, "evil.yaml", what="the pack %r" % text[:30])
        if "no_match: ['xaab'" in text:
            world.expect(world.run("rules", "test", pack), 1, "slow", what="a pack that fails its own example")
    unchanged(world, world.path("r"), before, "evil packs")
    world.tell("packs that backtrack for ever: refused with file and line, or a limit that is reported")


SQL = {
    "writes": ("DELETE FROM finding", "writing"), "updates": ("UPDATE verdict SET status='pass'", "writing"),
    "inserts": ("INSERT INTO finding SELECT * FROM finding", "writing"), "creates": ("CREATE TABLE t(x)", "not allowed"),
    "attaches": ("ATTACH 'stolen.db' AS s", "attach"), "vacuums": ("VACUUM INTO 'copy.db'", "allowed"),
    "pragma": ("PRAGMA writable_schema=1", "pragma"), "two": ("SELECT '' AS resource, 'pass' AS status, 'x' AS reason; DROP TABLE finding", "one SELECT"),
    "schema": ("SELECT '' AS resource, 'pass' AS status, name AS reason FROM sqlite_schema", "not open"),
    "other": ("SELECT '' AS resource, 'pass' AS status, value AS reason FROM property", "'property' is not open"),
    "verdicts": ("SELECT '' AS resource, 'pass' AS status, reason FROM verdict", "'verdict' is not open"),
    "loops": ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT '' AS resource, 'pass' AS status, count(*) AS reason FROM n", "steps"),
    "rows": ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i AS resource, 'pass' AS status, 'x' AS reason FROM n", "rows"),
    "loads": ("SELECT '' AS resource, 'pass' AS status, load_extension('x') AS reason", "'load_extension' is not open"),
    "reads": ("SELECT '' AS resource, 'pass' AS status, readfile('/etc/hostname') AS reason", "readfile"),
    "memory": ("SELECT '' AS resource, 'pass' AS status, hex(zeroblob(900000000)) AS reason", "zeroblob"),
    "long": ("SELECT '' AS resource, 'pass' AS status, replace(printf('%99999d', 1), ' ', printf('%99999d', 1)) AS reason", ""),
    "status": ("SELECT '' AS resource, 'great' AS status, 'x' AS reason", "status"), "broken": ("SELEKT", "")}
CONTROL = """  - {id: evil-%s, title: t, law: evil, cite: [none], severity: critical, status: reviewed, scope: dataset, basis: data, needs: {required: []},
     sql: %s, remedy: r, waivable: false}
"""


def check_sql(world):
    world.write("s/assay.yaml", MANIFEST)
    world.write("s/data/a.csv", "id,email\n1,someone@example.com\n")
    pack = world.write("evil-controls.yaml", "policy: evil\nversion: 1.0.0\ntitle: t\ncontrols:\n" + "".join(
        CONTROL % (name, json.dumps(sql)) for name, (sql, _) in SQL.items()))
    world.expect(world.run("audit", "--quiet", cwd=world.path("s")), 4, what="a project for SQL")
    before = contents(world.path("s"))
    done = world.run("audit", "--controls", pack, "--format", "json", cwd=world.path("s"))
    world.expect(done, 4, what="SQL that tries things")
    report = json.loads(done.out)
    verdicts = {v["control"]: v for v in report["verdicts"] if v["resource"] == ""}
    for name, (sql, words) in SQL.items():
        v = verdicts.get("evil-" + name)
        if world.check(v, "SQL that %s: no verdict" % name):
            world.equal(v["status"], "error", "SQL that %s: %s" % (name, v["reason"]))
            world.check(words in v["reason"] and v["reason"], "SQL that %s: %r does not say %r" % (name, v["reason"], words))
    world.equal([(f["entity"], f["count"]) for f in report["findings"]], [("EMAIL_ADDRESS", 1)], "SQL that tries things: the findings after it")
    unchanged(world, world.path("s"), {k: v for k, v in before.items() if not k.startswith((".assay/ledger", ".assay/checkpoint", "assay.checkpoint",
        ".assay/audits/newest"))}, "SQL that tries things", may_grow=(".assay/", "assay.checkpoint"))
    world.check(not os.path.exists(world.path("stolen.db")) and not os.path.exists(world.path("copy.db")), "SQL wrote a file")
    world.expect(world.run("log", "verify", cwd=world.path("s")), 0, what="the ledger after SQL that tries things")
    before = contents(world.path("s"))
    for name in ("writes", "attaches", "schema", "two", "broken", "loops"):
        done = world.run("policies", "query", SQL[name][0], cwd=world.path("s"))
        world.check(done.status in (2, 4) and SQL[name][1] in done.text, "a query that %s: status %d\n%s" % (name, done.status, done.text))
    unchanged(world, world.path("s"), before, "queries")
    world.tell("%d controls that write, attach, loop or read elsewhere: verdict 'error', nothing changed" % len(SQL))


# ---- ledger and keys ----

def make_ledger(world, name):
    """A project with a ledger of several entries; also a copy of its state after the first audit."""
    world.write(name + "/assay.yaml", MANIFEST)
    world.write(name + "/data/a.csv", "id,name\n1,x\n")
    folder = world.path(name)
    world.expect(world.run("audit", "--quiet", cwd=folder), 4, what="a ledger to spoil")
    shutil.copytree(os.path.join(folder, ".assay"), world.path(name + ".older"))
    for i in range(3):
        world.expect(world.run("log", "note", "note %d" % i, cwd=folder), 0, what="a ledger to spoil")
    world.expect(world.run("log", "verify", cwd=folder), 0, "verified", what="a ledger to spoil")
    return folder


def restore(folder, good):
    for at, _, files in os.walk(folder):
        for file in files:
            if os.path.relpath(os.path.join(at, file), folder) not in good:
                os.unlink(os.path.join(at, file))
    for name, data in good.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


def check_tampered(world, folder, good, what, commands=(("log", "verify"),)):
    """Whatever is asked, the answer is 5, and what lies there is not touched: it is evidence."""
    before = contents(folder)
    for command in commands:
        done = world.expect(world.run(*command, cwd=folder), 5, what=what)
        world.check(re.search(r"ledger|checkpoint|entry|key", done.text), "%s: %s: no message says what does not verify\n%s" % (what, shown(command), done.text))
        # an audit that cannot be signed is stored all the same
        unchanged(world, folder, {n: d for n, d in before.items() if n != ".assay/audits/newest"}, "%s: %s" % (what, shown(command)),
            may_grow=(".assay/audits/",))
    restore(folder, good)


EVERYTHING = (("log", "verify"), ("gate",), ("log", "note", "x"), ("audit", "--quiet"))


def check_ledger(world):
    folder = make_ledger(world, "l")
    good = contents(folder)
    database = os.path.join(folder, ".assay/ledger.db")
    size, noise = len(good[".assay/ledger.db"]), random.Random(7)

    def spoil(change):
        with open(database, "r+b") as file:
            change(file)

    def flip(at, bit):
        def change(file):
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << bit]))
        spoil(change)

    note = good[".assay/ledger.db"].index(b"note 1")
    flip(note + 5, 0)
    check_tampered(world, folder, good, "one flipped bit in an entry", EVERYTHING)
    places = sorted(noise.sample(range(size), FLIPS)) + [0, 17, 100, size - 1]
    for at in places:
        flip(at, noise.randrange(8))
        check_tampered(world, folder, good, "one flipped bit at byte %d of %d" % (at, size))
    for length in (size - 1, size - 4096, size // 2 // 4096 * 4096, 4096, 100, 0):
        spoil(lambda file: file.truncate(length))
        check_tampered(world, folder, good, "a ledger truncated to %d bytes" % length, EVERYTHING if length == size // 2 // 4096 * 4096 else EVERYTHING[:2])
    os.unlink(database)
    check_tampered(world, folder, good, "a ledger that was removed", EVERYTHING[:2])
    with sqlite3.connect(database) as db:
        db.execute("DELETE FROM entry WHERE seq=(SELECT max(seq) FROM entry)")
    db.close()
    check_tampered(world, folder, good, "an entry that was removed")
    with sqlite3.connect(database) as db:
        db.execute("UPDATE entry SET nonce=NULL, json=NULL WHERE seq=1")
    db.close()
    check_tampered(world, folder, good, "an entry that was emptied without the program")
    shutil.rmtree(os.path.join(folder, ".assay"))
    shutil.copytree(folder + ".older", os.path.join(folder, ".assay"))
    check_tampered(world, folder, good, "an older copy of the whole state", EVERYTHING)
    shutil.copy(folder + ".older/ledger.db", database)
    check_tampered(world, folder, good, "an older copy of the ledger", EVERYTHING)
    for name in (".assay/checkpoint", "assay.checkpoint"):
        with open(os.path.join(folder, name), "r+b") as file:
            text = bytearray(file.read())
            text[text.index(b"\n") + 4] ^= 1
            file.seek(0)
            file.write(text)
        check_tampered(world, folder, good, "a changed outside copy " + name)
    restore(folder, good)
    world.expect(world.run("log", "verify", cwd=folder), 0, what="the ledger put back")
    world.tell("%d flipped bits, 6 truncations, removed, emptied and older ledgers: status 5, nothing touched" % (len(places) + 1))


def check_keys(world):
    folder, other = make_ledger(world, "k"), make_ledger(world, "other")
    good = contents(folder)
    wrong = world.write("wrong-passphrase", "something else\n", mode=0o600)
    for what, words, options, key in (
            ("a wrong passphrase", ("signing.pem", "passphrase"), ("--passphrase-file", wrong), False),
            ("no passphrase without a terminal", ("signing.pem", "passphrase", "hint: ", "--passphrase-file"), (), False),
            ("an empty passphrase", ("/dev/null", "empty"), ("--passphrase-file", "/dev/null"), False)):
        for command in (("audit", "--quiet"), ("log", "note", "x"), ("log", "checkpoint", "--sign")):
            world.expect(world.run(*command, *options, cwd=folder, key=key), 2, *words, what=what)
            unchanged(world, folder, good, "%s: %s" % (what, shown(command)))
    world.write("new/data/a.csv", "id,name\n1,x\n")
    world.write("new/assay.yaml", MANIFEST)
    fresh = contents(world.path("new"))
    for command in (("audit", "--quiet"), ("log", "note", "x"), ("init", "data")):
        if command[0] == "init":
            os.unlink(world.path("new/assay.yaml"))
            del fresh["assay.yaml"]
        world.expect(world.run(*command, cwd=world.path("new"), key=False), 2, "passphrase", "hint: ", what="a first run without passphrase")
        unchanged(world, world.path("new"), fresh, "a first run without passphrase: " + shown(command))
    shutil.copy(os.path.join(other, ".assay/keys/signing.pem"), os.path.join(folder, ".assay/keys/signing.pem"))
    before = contents(folder)
    world.expect(world.run("log", "note", "x", cwd=folder), 2, "signing.pem", "does not belong to this log", what="the signing key of another log")
    world.expect(world.run("audit", "--quiet", cwd=folder), 2, "signing.pem", what="the signing key of another log")
    unchanged(world, folder, before, "the signing key of another log")
    restore(folder, good)
    os.unlink(os.path.join(folder, ".assay/keys/signing.pem"))
    before = contents(folder)
    world.expect(world.run("log", "note", "x", cwd=folder), 2, "signing.pem", "hint: ", what="a signing key that is gone")
    unchanged(world, folder, before, "a signing key that is gone")
    restore(folder, good)
    vkey = contents(other)[".assay/keys/signing.vkey"].decode().strip()
    check_tampered(world, folder, good, "another verifier key", (("log", "verify", "--vkey", vkey), ("gate", "--vkey", vkey)))
    world.expect(world.run("log", "verify", "--vkey", "nonsense", cwd=folder), 2, what="a verifier key that is none")
    for name in (".assay/ledger.db", ".assay/ledger.sum", ".assay/checkpoint", ".assay/keys/signing.vkey", ".assay/keys/signing.pem", "assay.checkpoint"):
        shutil.copy(os.path.join(other, name), os.path.join(folder, name))
    check_tampered(world, folder, good, "a whole log under another key", EVERYTHING)
    os.chmod(os.path.join(folder, ".assay/keys/fingerprint"), 0o644)
    world.expect(world.run("audit", "--quiet", cwd=folder), 2, "fingerprint", "open to others", what="a key that others can read")
    world.expect(world.run("log", "note", "x" * 2000, cwd=folder), 2, what="a note that is too long")
    world.tell("wrong, missing, foreign keys and passphrases: status 2 or 5, the ledger untouched")


def main(argv):
    world = World(argv, "bad-input")
    for check in (check_data, check_unreadable, check_names, check_long_line, check_manifests, check_rules, check_sql, check_ledger, check_keys):
        check(world)
    return world.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
