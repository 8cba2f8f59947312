#!/usr/bin/env python3
"""What the gate admits and refuses, and that one audit gives one result: for any threads and windows, in every format, and again when rendered again.

usage: gate.py ASSAY SOURCE
"""
import datetime
import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import random
import re
import shutil
import string
import sys
import xml.etree.ElementTree as ElementTree
import zlib

from world import World, contents

MANIFEST = """assay: 1
dataset: {id: colours, version: "1", owner: team, declared_by: m.rossi, declared_on: 2026-11-20}
data: [{path: "data/**", split: train}]
columns: {subject_id: email}
jurisdictions: [eu, us-ca]
subjects: {who: [customers], count: 30, min_age: 18}
categories: [contact]
purposes: [{id: tune, text: Tune our own model, basis: legitimate-interest, lia: docs/lia.md, art9: none}]
source: {kind: direct, period: 2026-01-01/2026-06-30, notice: {ref: docs/notice.md, date: 2025-12-01, categories: [contact], sensitive: []}}
retention: {keep: P99Y, delete_by: 2099-12-31}
storage: {country: DE, at_rest: file, environment: non-production}
rights: {applied_on: 2026-11-19, erased: lists/erased.hmac, objected: lists/objected.hmac, opted_out: lists/opted_out.hmac, limited: lists/limited.hmac}
claims: {deidentification: none}
ai: {use: fine-tune, generative: false, automated_decisions: false}
"""
ACCESS = "assay_access: 1\nroles:\n  reader: {can: [read], data: [\"**\"], for: [audit]}\ngrants:\n  - {who: someone, role: reader, by: m.rossi, ticket: T-1}\n"
WAIVER = """assay_waivers: 1
waivers:
  - {id: W1, scope: column, control: gdpr-a5.1c-1, resource: data/users.csv, column: address, entity: IP_ADDRESS, max_count: 40,
     reason: kept for the week, owner: m.rossi, approver: a.kim, until: %s}
"""
AUDIT_PASS, AUDIT_FAIL = 0, 1
FORMATS = ("html", "xml", "json", "text")
NS = "{urn:assay:report:1}"


def write_users(world, name, columns=""):
    """30 customers; with a second column of addresses where one is asked for."""
    head = "id,email,colour%s\n" % (",address" if columns else "")
    world.write(name + "/data/users.csv", head + "".join("%d,person%d@example.com,red%s\n" % (i, i, ",192.0.2.%d" % i if columns else "") for i in range(1, 31)))


def write_lists(world, name):
    """Rights lists under the project's fingerprint key: nobody on them is in the data."""
    with open(world.path(name, ".assay/keys/fingerprint"), encoding="ascii") as file:
        key = bytes.fromhex(file.read().strip())
    key_id = hashlib.sha256(b"assay-fpk/v1\0" + key).hexdigest()[:16]
    check = hmac.new(key, b"assay-list/v1", "sha256").hexdigest()[:32]
    entry = hmac.new(key, b"assay-fp/v1\0EMAIL_ADDRESS\0gone@example.com", "sha256").hexdigest()[:32]
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    for right in ("erased", "objected", "opted_out", "limited"):
        world.write("%s/lists/%s.hmac" % (name, right), "assay-list: 1\nentity: EMAIL_ADDRESS\ncolumn: email\nnormalisation: assay-fp/v1\nkey: %s\n"
            "check: %s\nmade: %s\n---\n%s\n" % (key_id, check, today, entry))


def make_project(world, name):
    write_users(world, name)
    for document in ("lia", "notice"):
        world.write("%s/docs/%s.md" % (name, document), document + "\n")
    world.expect(world.run("log", "note", "start", cwd=world.path(name)), 0, what="a project to gate")
    write_lists(world, name)
    world.write(name + "/assay.yaml", MANIFEST)
    return world.path(name)


class Gate:
    """One project; each question must be answered with one line."""

    def __init__(self, world, folder):
        self.world, self.folder = world, folder

    def audit(self, status, *options, what):
        return self.world.expect(self.world.run("audit", "--quiet", *options, cwd=self.folder), status, what=what)

    def ask(self, status, reason, *options, what):
        before = contents(self.folder)
        done = self.world.expect(self.world.run("gate", *options, cwd=self.folder, key=False), status, reason, what=what)
        lines = done.out.decode().splitlines()
        self.world.check(len(lines) == 1 and lines[0].startswith("admitted: " if status == 0 else "refused: "), "%s: not one line with one verdict: %r" % (what, lines))
        self.world.check(contents(self.folder) == before, "%s: the gate changed a file" % what)

    def change(self, name, text):
        """Writes another text; returns what undoes it."""
        path = os.path.join(self.folder, name)
        old = open(path, "rb").read() if os.path.exists(path) else None
        self.world.write(path, text)
        return lambda: self.world.write(path, old) if old is not None else os.unlink(path)


def check_gate(world):
    folder = make_project(world, "p")
    gate = Gate(world, folder)
    gate.ask(4, "nothing was audited here yet", what="before any audit")
    gate.audit(AUDIT_PASS, what="a passing audit")
    gate.ask(0, "admitted: ", what="after a passing audit")
    gate.ask(0, "admitted: ", os.path.join(folder, "data"), what="the same bytes, named as a folder")

    with open(os.path.join(folder, "data/users.csv"), "rb") as file:
        data = file.read()
    undo = gate.change("data/users.csv", data.replace(b"red", b"rad", 1))
    gate.ask(4, "no audit covers exactly these bytes", what="one changed byte")
    undo()
    undo = gate.change("data/more.csv", "id\n1\n")
    gate.ask(4, "no audit covers exactly these bytes", what="one more file")
    undo()
    os.rename(os.path.join(folder, "data/users.csv"), os.path.join(folder, "data/people.csv"))
    gate.ask(4, "no audit covers exactly these bytes", what="a renamed file")
    os.rename(os.path.join(folder, "data/people.csv"), os.path.join(folder, "data/users.csv"))
    gate.ask(0, "admitted: ", what="all put back")

    for file, text, reason in (("assay.yaml", MANIFEST + "# a comment\n", "manifest is not the one"), ("access.yaml", ACCESS, "access policy is not the one"),
                               ("assay.waivers.yaml", WAIVER % "2999-12-31", "waivers are not those")):
        undo = gate.change(file, text)
        gate.ask(4, reason, what="a changed " + file)
        undo()
    with open(os.path.join(folder, "lists/erased.hmac"), encoding="ascii") as file:
        erased = file.read()
    undo = gate.change("lists/erased.hmac", erased + "0" * 32 + "\n")
    gate.ask(4, "used a right", what="one more erased person")
    undo()
    gate.ask(4, "another profile", "--profile", "other", what="another profile")
    gate.ask(0, "admitted: ", what="all put back again")

    options = (("--policy", "secrets"), ("--fail-on", "critical"), ("--entity", "EMAIL_ADDRESS"), ("--country", "us"))
    for option in options:
        gate.audit(AUDIT_PASS, *option, what="an audit with %s" % " ".join(option))
        gate.ask(4, "narrowed by " + option[0], what="an audit with %s" % " ".join(option))
    day = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2)).date().isoformat()
    gate.audit(AUDIT_PASS, "--as-of", day, what="an audit as of another day")
    gate.ask(4, "simulated", what="an audit as of another day")
    gate.audit(AUDIT_PASS, what="a passing audit again")
    gate.ask(0, "admitted: ", what="a passing audit again")
    gate.audit(AUDIT_PASS, "--unsigned", what="an unsigned audit")
    gate.ask(0, "admitted: ", what="after an unsigned audit the signed one counts")
    world.tell("the gate: before and after audits, changed bytes, names, manifest, access policy, waivers, profile, narrowed and simulated audits")
    return gate


def check_trust(world, gate):
    other = make_project(world, "other")
    gate.world.expect(world.run("audit", "--quiet", cwd=other), AUDIT_PASS, what="another project")
    stranger = contents(other)[".assay/keys/signing.vkey"].decode().strip()
    own = contents(gate.folder)[".assay/keys/signing.vkey"].decode().strip()
    gate.ask(0, "admitted: ", "--vkey", own, what="the own key, named")
    done = world.expect(world.run("gate", "--vkey", stranger, cwd=gate.folder), 5, what="a key that did not sign")
    world.check("admitted" not in done.text, "a key that did not sign: admitted")
    undo = gate.change("trust.yaml", contents(gate.folder)["trust.yaml"].decode().replace(own, stranger))
    world.expect(world.run("gate", cwd=gate.folder), 5, what="trust.yaml names another key")
    undo()
    os.rename(os.path.join(gate.folder, "trust.yaml"), world.path("trust.kept"))
    gate.ask(5, "not trusted", what="a key that is pinned nowhere")
    os.rename(world.path("trust.kept"), os.path.join(gate.folder, "trust.yaml"))
    os.rename(os.path.join(gate.folder, ".assay"), world.path("kept"))
    shutil.copytree(os.path.join(other, ".assay"), os.path.join(gate.folder, ".assay"))
    done = world.expect(world.run("gate", cwd=gate.folder), 5, what="the state of another project")
    world.check("admitted" not in done.text, "the state of another project: admitted")
    shutil.rmtree(os.path.join(gate.folder, ".assay"))
    done = world.expect(world.run("gate", cwd=gate.folder), 5, what="the state is gone, the outside copy is not")
    os.rename(world.path("kept"), os.path.join(gate.folder, ".assay"))
    gate.ask(0, "admitted: ", what="trust put back")
    world.tell("the gate: own, foreign and unpinned keys, a foreign and a missing ledger")


def check_waivers(world):
    """A finding that blocks, a waiver that lets it pass, and waivers that do not count."""
    gate = Gate(world, make_project(world, "w"))
    write_users(world, "w", columns="address")
    gate.audit(AUDIT_FAIL, what="a category that was not declared")
    gate.ask(1, "found blocking violations", what="a failing audit")
    undo = gate.change("assay.waivers.yaml", WAIVER % "2999-12-31")
    done = world.run("audit", "--format", "json", cwd=gate.folder)
    world.expect(done, AUDIT_PASS, what="a waiver")
    report = json.loads(done.out)
    world.equal([(v["status"], v["disposition"]) for v in report["verdicts"] if v["control"] == "gdpr-a5.1c-1" and v["resource"] == ""], [("fail", "waived")],
        "a waiver stops the gate, not the law")
    gate.ask(0, "admitted: ", what="a waiver")
    undo()
    gate.ask(4, "waivers are not those", what="a waiver that was taken away")
    yesterday = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).date().isoformat()
    for text, why in ((WAIVER % yesterday, "expired"), (WAIVER.replace("max_count: 40", "max_count: 3") % "2999-12-31", "ceiling"),
                      (WAIVER.replace("column: address", "column: other") % "2999-12-31", "nothing that it covers")):
        undo = gate.change("assay.waivers.yaml", text)
        done = world.run("audit", "--format", "json", cwd=gate.folder)
        world.expect(done, AUDIT_FAIL, what="a waiver that does not count (%s)" % why)
        idle = json.dumps(json.loads(done.out)["waivers_idle"])
        world.check("W1" in idle and why in idle, "a waiver that does not count: %r does not say %r" % (idle, why))
        gate.ask(1, "found blocking violations", what="a waiver that does not count (%s)" % why)
        undo()
    gate.change("assay.waivers.yaml", WAIVER % yesterday)
    gate.audit(AUDIT_PASS, "--as-of", yesterday, what="the last day of a waiver")
    gate.ask(4, "simulated", what="the last day of a waiver")
    world.tell("waivers: one that counts, expired, above its ceiling, for another column")


def make_token():
    """A token with a good checksum: a secret that is certain. Made here, so that none stands in a file."""
    noise = random.Random(3)
    body = "".join(noise.choice("ghjkmnpqrstGHJKMNPQRST23456789") for _ in range(30))
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    check, crc = "", zlib.crc32(body.encode())
    for _ in range(6):
        check, crc = digits[crc % 62] + check, crc // 62
    return "gh" + "p_" + body + check


def check_without_manifest(world):
    world.write("none/users.csv", "id,email\n1,someone@example.com\n")
    folder = world.path("none")
    done = world.run("audit", "users.csv", "--format", "json", cwd=folder)
    world.expect(done, 4, what="a folder without manifest")
    report = json.loads(done.out)
    world.equal([(f["entity"], f["count"]) for f in report["findings"]], [("EMAIL_ADDRESS", 1)], "a folder without manifest: findings")
    world.check(report["questions"], "a folder without manifest: no questions")
    text = world.run("report", cwd=folder).out.decode()
    world.check(re.search(r"[Nn]ot judged: no assay.yaml; \d+ of \d+ controls evaluated", text), "a folder without manifest: not said so\n%s" % text)
    world.expect(world.run("gate", "users.csv", cwd=folder), 4, "refused: ", what="a folder without manifest")
    world.write("none/app.env", "GITHUB_TOKEN=%s\n" % make_token())
    done = world.run("audit", "app.env", "--format", "json", cwd=folder)
    world.expect(done, 1, what="a secret in a folder without manifest")
    world.equal(json.loads(done.out)["exit"], {"code": 1, "codes": [1, 4]}, "a secret in a folder without manifest: exit")
    world.expect(world.run("gate", "app.env", cwd=folder), 1, "refused: ", what="a secret in a folder without manifest")
    world.tell("without manifest: findings and questions, status 4; with a validated secret 1")


def write_bulk(world, name):
    """Enough for many windows of 4096 bytes, with values across their edges."""
    noise = random.Random(5)
    words = "the of and to in is that for it as was with be by on not he his but at are this have from".split()
    lines = []
    for i in range(3000):
        line = [noise.choice(words) for _ in range(noise.randrange(4, 14))]
        if i % 9 == 0:
            line.insert(noise.randrange(len(line)), noise.choice(("mail user%d@example.com", "from 198.51.100.%d", "call 212-555-01%02d")) % (i % 100))
        lines.append(" ".join(line))
    world.write(name + "/data/prose.txt", "\n".join(lines) + "\n")
    world.write(name + "/data/table.csv", "id,email,address,note\n" + "".join(
        "%d,user%d@example.com,198.51.100.%d,\"%s\n%s\"\n" % (i, i, i % 250, lines[i], lines[i + 1]) for i in range(1500)))
    world.write(name + "/data/lines.jsonl", "".join(json.dumps({"id": i, "who": {"mail": "user%d@example.com" % i}, "text": lines[i]}) + "\n" for i in range(1500)))


def check_determinism(world):
    folder = make_project(world, "d")
    write_bulk(world, "d")
    results, findings = {}, {}
    for options in (("--threads", "1"), ("--threads", "2"), ("--threads", "8"), ("--window", "4096"), ("--window", "65536"), (), ("--window", "4096", "--threads", "8")):
        done = world.run("audit", "--unsigned", "--format", "json", *options, cwd=folder)
        report = json.loads(done.out)
        results[options] = report["result_sha256"]
        findings[options] = json.dumps([report["findings"], report["verdicts"], report["coverage"]])
    world.check(len(json.loads(findings[()])[0]) >= 7, "one result: too few findings to compare")
    world.equal(len(set(findings.values())), 1, "one result: kinds of findings and verdicts")
    world.equal(len(set(results.values())), 1, "one result: digests %s" % {" ".join(k): v[:12] for k, v in results.items()})
    key = os.path.join(folder, ".assay/keys/fingerprint")
    outputs = []
    for copy in ("d", "d", "e"):
        if copy == "e":
            shutil.copytree(folder, world.path("e"))
        target = world.folder("out" + str(len(outputs)))
        world.run("audit", "--reproducible", "--unsigned", "--as-of", "2026-11-25", "--quiet", *(x for e in ("html", "xml", "json", "txt")
            for x in ("--output", os.path.join(target, "r." + e))), "--spans", os.path.join(target, "spans.jsonl"), cwd=world.path(copy),
            env={"ASSAY_FINGERPRINT_KEY_FILE": key})
        outputs.append(contents(target))
        world.equal(sorted(outputs[-1]), ["r.html", "r.json", "r.txt", "r.xml", "spans.jsonl"], "--reproducible: files")
    for name in outputs[0]:
        world.check(outputs[0][name] == outputs[1][name], "--reproducible twice: %s differs" % name)
        world.check(outputs[0][name] == outputs[2][name], "--reproducible in a copy elsewhere: %s differs" % name)
    world.tell("one result for 1, 2 and 8 threads and windows of 4096, 65536 and default bytes; reproducible output is identical")


def numbers_of_json(d):
    return {"exit": d["exit"]["codes"], "coverage": d["coverage"], "summary": d["summary"], "headline": d["headline"], "more": d["more"],
            "findings": sorted((f["id"], f["entity"], f["count"], f["records"], f["confidence"], f["state"]) for f in d["findings"]),
            "verdicts": sorted((v["control"], v["resource"], v["column"] or "", v["entity"] or "", v["status"], v["basis"], v["disposition"]) for v in d["verdicts"]),
            "resources": sorted((r["resource"], r["state"], r["bytes"], r["records"]) for r in d["resources"])}


def typed(text):
    return {"true": True, "false": False}.get(text, int(text) if re.fullmatch(r"\d+", text) else text)


def numbers_of_xml(data):
    root = ElementTree.fromstring(data)

    def attributes(node):
        return {name: typed(value) for name, value in node.attrib.items()}

    def rows(path, *names):
        return sorted(tuple(typed(node.get(name, "")) for name in names) for node in root.iterfind(path.replace("/", "/" + NS).replace("^", NS)))

    summary = attributes(root.find(NS + "summary"))
    for part in root.find(NS + "summary"):
        summary[part.tag[len(NS):]] = attributes(part) if len(part) == 0 else {b.tag[len(NS):]: attributes(b) for b in part}
    return {"exit": [int(n) for n in root.find(NS + "exit").get("codes").split()], "coverage": attributes(root.find(NS + "coverage")), "summary": summary,
            "headline": root.find(NS + "headline").text, "more": root.find(NS + "more").text,
            "findings": rows("^findings/finding", "id", "entity", "count", "records", "confidence", "state"),
            "verdicts": rows("^verdicts/verdict", "control", "resource", "column", "entity", "status", "basis", "disposition"),
            "resources": rows("^resources/resource", "resource", "state", "bytes", "records")}


def numbers_of_html(world, data, wanted):
    """HTML is well-formed: its numbers are read where people read them."""
    body = ElementTree.fromstring(re.sub(rb"<!DOCTYPE[^>]*>|&nbsp;", b"", data))
    for node in body.iter():
        node.tag = node.tag.split("}")[-1]
    text = " ".join(" ".join(body.itertext()).split())
    plain = re.sub(r"`([^`]*)`", r"\1", wanted["headline"])
    world.check(plain.replace(" ", "") in text.replace(" ", ""), "HTML does not say %r" % plain)
    world.check(wanted["more"] in text, "HTML does not say %r" % wanted["more"])
    for state, n in wanted["coverage"].items():
        world.check(re.search(r"\b%d %s\b" % (n, state), text), "HTML does not say '%d %s'" % (n, state))
    s = wanted["summary"]
    world.check("%d findings in %d columns of %d resources, %d validated" % (s["findings"], s["columns"], s["resources_with_findings"], s["validated"]) in text,
        "HTML does not say how many findings there are")
    rows = [["".join(cell.itertext()).split() for cell in row if cell.tag in ("td", "th")] for row in body.iter("tr")]
    for basis, counts in s["by_basis"].items():
        row = next((r for r in rows if r and r[0][:1] == [basis]), None)
        came = [int(cell[0]) for cell in row[1:]] if row else None
        world.equal(came, [counts[k] for k in ("fail", "review", "noteval", "error", "pass", "na")], "HTML: controls by basis '%s'" % basis)
    ids = {node.get("id"): node for node in body.iter("tr") if (node.get("id") or "").startswith("f-")}
    shown = {f[0]: f for f in wanted["findings"]}
    world.equal(sorted(ids), sorted(i for i, f in shown.items() if i in ids or f[5] == "reported"), "HTML: findings")
    for i, row in ids.items():
        cells = ["".join(cell.itertext()).strip() for cell in row]
        world.check(any(cell.replace(",", "").replace("\u202f", "") == str(shown[i][2]) for cell in cells), "HTML: %s has not %d in %s" % (i, shown[i][2], cells))


def check_numbers(world):
    folder = world.example("x")
    world.expect(world.run("audit", "--quiet", "--output", "../r.json", "--output", "../r.xml", "--output", "../r.html", "--output", "../r.txt", cwd=folder), 1,
        what="the example")
    files = {name: open(world.path(name), "rb").read() for name in ("r.json", "r.xml", "r.html", "r.txt")}
    wanted = numbers_of_json(json.loads(files["r.json"]))
    came = numbers_of_xml(files["r.xml"])
    for part, value in wanted.items():
        world.equal(came[part], value if not isinstance(value, list) else [tuple(v) if isinstance(v, (tuple, list)) else v for v in value], "XML and JSON: " + part)
    numbers_of_html(world, files["r.html"], wanted)
    text = " ".join(files["r.txt"].decode().split())
    for sentence in (wanted["headline"], wanted["more"]):
        world.check(sentence in text, "text does not say %r" % sentence)
    audit = json.loads(files["r.json"])["id"]
    world.expect(world.run("log", "note", "one more entry", cwd=folder), 0)
    for form, name in zip(FORMATS, ("r.html", "r.xml", "r.json", "r.txt")):
        again = world.expect(world.run("report", audit, "--format", form, cwd=folder, key=False), 0, what="rendered again")
        world.check(again.out == files[name], "the %s report rendered again differs from the first" % form)
    world.tell("JSON, XML, HTML and text of one audit say the same, and again when rendered again")


def check_entries_without_bytes(world, gate):
    """What is no file lies among the data after the audit: nothing of it was examined."""
    data = os.path.join(gate.folder, "data")

    def made(name, make):
        make(os.path.join(data, name))
        gate.ask(4, "cannot be read as data", what=name)
        os.unlink(os.path.join(data, name))

    made("more.csv.dvc", lambda path: world.write(path, "id,ssn\n1,212-34-5678\n"))
    made("lfs.csv", lambda path: world.write(path, "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12\n212-34-5678\n" % ("0" * 64)))
    made("pipe.csv", os.mkfifo)
    made("link.csv", lambda path: os.symlink("/nowhere/at/all", path))
    os.mkdir(os.path.join(data, "__pycache__"))
    world.write(os.path.join(data, "__pycache__/x.csv"), "id\n1\n")
    done = world.expect(world.run("gate", cwd=gate.folder, key=False), 0, "admitted: ", what="a folder that is never scanned")
    world.check(b"1 never scanned" in done.out, "the gate does not count what is never scanned: %r" % done.out)
    os.unlink(os.path.join(data, "__pycache__/x.csv"))
    os.rmdir(os.path.join(data, "__pycache__"))
    world.tell("the gate: pointers, pipes, dangling links and never-scanned names among the data")


GUARD = """pack: mine
version: 1.0.0
title: takes findings away
country: any
rules:
  - id: guard
    entity: IP_ADDRESS
    title: a guard of one's own
    guard: true
    priority: 100
    patterns: ['(?<![0-9.])[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}']
    examples: {match: [192.0.2.1, 192.0.2.2], no_match: [a, b]}
"""


def check_packs_and_outputs(world, gate):
    world.write(os.path.join(gate.folder, "guard.yaml"), GUARD)
    gate.audit(AUDIT_PASS, "--rules", "guard.yaml", what="an audit with a guard of one's own")
    gate.ask(4, "narrowed by --rules", what="a pack that can hide findings")
    gate.audit(AUDIT_PASS, what="a passing audit again")
    gate.ask(0, "admitted: ", what="a passing audit again")
    before = contents(gate.folder)
    for target in ("data/users.csv", "assay.yaml", "trust.yaml", "access.yaml", ".assay/ledger.db", ".assay/keys/signing.pem", "data/report.json"):
        world.expect(world.run("audit", "--quiet", "--format", "json", "--output", target, cwd=gate.folder), 2, "cannot be an output" if "data" not in target
            else "declared data", what="an output to " + target)
        world.check(contents(gate.folder) == before, "an output to %s changed a file" % target)
    world.write(world.path("flat/a.txt"), "write to jo@example.com\n")
    world.write(world.path("flat/b.txt"), "not a report\n")
    world.expect(world.run("scan", "--format", "json", "--output", "b.txt", ".", cwd=world.path("flat")), 2, "something else than a report", what="an output over data")
    world.expect(world.run("scan", "--spans", "a.txt", ".", cwd=world.path("flat")), 2, "something else than a report", what="spans over data")
    world.expect(world.run("scan", "--quiet", "--format", "json", "--output", "r.json", ".", cwd=world.path("flat")), 1, what="a report among the data")
    world.expect(world.run("scan", "--quiet", "--format", "json", "--output", "r.json", ".", cwd=world.path("flat")), 1, what="the same report again")
    world.check(open(world.path("flat/b.txt")).read() == "not a report\n", "data was overwritten")
    world.tell("packs that can hide findings are told to the gate; no output takes the place of data, keys or declarations")


def check_stored(world, gate):
    """A database that somebody edited is not what was signed."""
    newest = open(os.path.join(gate.folder, ".assay/audits/newest")).read().strip()
    path = os.path.join(gate.folder, ".assay/audits", newest + ".db")
    good = open(path, "rb").read()
    for sql in ("UPDATE verdict SET status='pass', blocks=0 WHERE status<>'pass'", "DELETE FROM finding", "UPDATE resource SET records=7"):
        with sqlite3.connect(path) as db:
            db.execute(sql)
        db.close()
        for command in (("report",), ("explain", "gdpr-a5.1c-1")):
            world.expect(world.run(*command, cwd=gate.folder, key=False), 5 if command[0] == "report" else 0, "was changed" if command[0] == "report" else "",
                what="%s after %s" % (command[0], sql))
        world.write(path, good)
    ledger = os.path.join(gate.folder, ".assay/ledger.db")
    good = open(ledger, "rb").read()
    total = os.path.join(gate.folder, ".assay/ledger.sum")
    kept = open(total, "rb").read()
    os.unlink(total)
    for sql, words in (("UPDATE entry SET json=NULL, nonce=NULL WHERE seq=(SELECT max(seq) FROM entry)", "is gone, and no later entry says"),
                       ("INSERT INTO key VALUES('example.com/other+00000000+AAAA', 0, NULL)", "a key that is not trusted"),
                       ("UPDATE checkpoint SET tst=x'00'", "a time stamp that nobody here made")):
        with sqlite3.connect(ledger) as db:
            db.execute(sql)
        db.close()
        world.expect(world.run("log", "verify", cwd=gate.folder, key=False), 5, words, what=sql)
        done = world.run("gate", cwd=gate.folder, key=False)
        world.check(done.status == 5, "the gate after %s: %d" % (sql, done.status))
        world.write(ledger, good)
    world.write(total, kept)
    gate.ask(0, "admitted: ", what="the ledger put back")
    world.tell("edited results are not rendered; text taken out of the ledger, foreign keys and stamps do not verify")


def check_interrupted(world, gate):
    """A journal that an interrupted writer left is rolled back by the next reader."""
    ledger = os.path.join(gate.folder, ".assay/ledger.db")
    script = ("import os, sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], isolation_level=None)\ndb.execute('PRAGMA cache_size=1')\n"
              "db.execute('BEGIN IMMEDIATE')\nfor i in range(400):\n db.execute(\"INSERT INTO entry VALUES(?, zeroblob(32), x'', zeroblob(32), ?)\", (1000 + i, 'x' * 900))\nos._exit(9)\n")
    subprocess.run([sys.executable, "-c", script, ledger])
    world.check(os.path.getsize(ledger + "-journal") > 0, "no journal was left")
    world.expect(world.run("log", "verify", cwd=gate.folder, key=False), 0, "verified", what="after an interrupted writer")
    gate.ask(0, "admitted: ", what="after an interrupted writer")
    gate.audit(AUDIT_PASS, what="an audit after an interrupted writer")
    world.tell("a writer that was cut off leaves a ledger that verifies, gates and goes on")


def main(argv):
    world = World(argv, "gate")
    gate = check_gate(world)
    check_entries_without_bytes(world, gate)
    check_packs_and_outputs(world, gate)
    check_stored(world, gate)
    check_interrupted(world, gate)
    check_trust(world, gate)
    for check in (check_waivers, check_without_manifest, check_determinism, check_numbers):
        check(world)
    return world.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
