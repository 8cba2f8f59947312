#!/usr/bin/env python3
"""The bundled example gives the verdicts that it should, and evidence that holds.

usage: example.py ASSAY SOURCE [--update]

customers.expected is the table of controls as the audit of examples/customers gives it on AS_OF: control, status, basis, disposition. --update writes
what came out: read the difference before you keep it. The audit of today, with all reports, must end with 1 as well.
"""
import difflib
import json
import os
import shutil
import subprocess
import sys

from world import World, contents

AS_OF = "2026-11-25"
EXPECTED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "customers.expected")
HEAD = """# The verdicts on examples/customers as of %s: control, status, basis, disposition. Made by example.py --update; read what changes.
""" % AS_OF


def table_of(report):
    controls = sorted(report["controls"], key=lambda c: c["control"])
    lines = ["%-18s %-8s %-9s %s" % (c["control"], c["status"], c["basis"], c["disposition"]) for c in controls]
    return HEAD + "\n".join(line.rstrip() for line in lines) + "\n"


def check_table(world):
    folder = world.example("table")
    done = world.expect(world.run("audit", "--as-of", AS_OF, "--format", "json", cwd=folder), 1, what="the example as of " + AS_OF)
    report = json.loads(done.out)
    table = table_of(report)
    if "--update" in world.options:
        with open(EXPECTED, "w", encoding="utf-8") as file:
            file.write(table)
        world.tell("wrote " + EXPECTED)
    with open(EXPECTED, encoding="utf-8") as file:
        wanted = file.read()
    difference = "".join(difflib.unified_diff(wanted.splitlines(True), table.splitlines(True), "expected", "came"))
    world.check(not difference, "the verdicts on the example differ:\n" + difference)
    rolled_up = {v["control"]: (v["status"], v["basis"], v["disposition"]) for v in report["verdicts"] if v["resource"] == ""}
    world.equal(rolled_up, {c["control"]: (c["status"], c["basis"], c["disposition"]) for c in report["controls"]}, "controls and their verdicts")
    # what the example is there to show
    seen = {c["status"] for c in report["controls"]}
    world.check({"pass", "fail", "review", "noteval", "na"} <= seen, "the example shows only %s" % sorted(seen))
    world.check("error" not in seen, "a control of the example ends in an error")
    world.check(any(c["disposition"] == "waived" and c["status"] == "fail" for c in report["controls"]), "the example shows no waiver")
    world.check(not report["waivers_idle"], "a waiver of the example does not count: %s" % report["waivers_idle"])
    world.check(any(c["blocker"] and c["status"] == "fail" for c in report["controls"]), "no failed control of the example blocks")
    world.tell("%d controls: the verdicts are those of customers.expected" % len(report["controls"]))


def check_evidence(world):
    folder = world.example("today")
    before = contents(folder)
    reports = [x for e in ("html", "xml", "json") for x in ("--output", "report." + e)]
    done = world.expect(world.run("audit", *reports, "--format", "text", cwd=folder), 1, "Blocked for", "Evidence, not legal advice.", what="the example today")
    world.check("UNSIGNED" not in done.text and "BROKEN" not in done.text, "the example today is not signed\n%s" % done.text)
    now = contents(folder)
    for name, data in before.items():
        world.check(now.get(name) == data, "the audit changed %s of the example" % name)
    if shutil.which("xmllint"):
        lint = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", os.path.join(world.source, "reports/assay-report-1.xsd"), os.path.join(folder, "report.xml")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        world.check(lint.returncode == 0, "report.xml is not valid: %s" % lint.stdout)
    else:
        world.skip("xmllint is not installed: report.xml was not validated")
    world.expect(world.run("log", "verify", cwd=folder, key=False), 0, "verified: ", "outside copy: ", what="the example's ledger")
    done = world.expect(world.run("log", "show", "--type", "audit", "--format", "json", cwd=folder, key=False), 0, what="the example's entry")
    body = json.loads(done.out.splitlines()[0])["entry"]["body"]
    with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
        report = json.load(file)
    world.equal((body["result"], body["exit"], body["profile"]), ("sha256:" + report["result_sha256"], report["exit"]["codes"], report["profile"]),
        "what the ledger says about the report")
    world.expect(world.run("gate", cwd=folder, key=False), 1, "refused: ", "found blocking violations", what="the example at the gate")
    # a second audit stands on the ledger of the first
    world.expect(world.run("audit", "--quiet", cwd=folder), 1, what="the example audited again")
    world.expect(world.run("log", "verify", cwd=folder, key=False), 0, "verified: ", what="the example's ledger after two audits")
    world.tell("today's audit: status 1, signed, valid XML, a ledger that verifies; the gate refuses it")


def main(argv):
    world = World(argv, "example")
    check_table(world)
    check_evidence(world)
    return world.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
