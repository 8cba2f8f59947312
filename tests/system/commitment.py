#!/usr/bin/env python3
"""Evidence can be checked with common tools, as docs/ledger.md says: commitments, leaves, roots, digests of datasets and entries.

usage: commitment.py ASSAY SOURCE

The recipe is taken out of docs/ledger.md and run as it stands there, for every entry; hashes are then computed once more by this script.
"""
import base64
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

from world import World

TOOLS = ("sqlite3", "xxd", "sha256sum", "sh", "find", "sort", "xargs")
ACCESS = """assay_access: 1
roles:
  reader: {can: [read, write], data: ["**"], for: [support]}
grants:
  - {who: "uid:%d", role: reader, by: board, ticket: T-1}
""" % os.getuid()


def recipe(world):
    """The fenced shell lines of docs/ledger.md: [commands], each for entry 3."""
    with open(os.path.join(world.source, "docs/ledger.md"), encoding="utf-8") as file:
        block = re.search(r"```sh\n(.*?)```", file.read(), re.DOTALL)
    text = block.group(1) if block else ""
    if not world.check("seq=3" in text and "sha256sum" in text, "docs/ledger.md holds no recipe for entry 3"):
        return None
    lines = re.sub(r"^  ", "", text, flags=re.MULTILINE).strip()
    first, rest = lines.split("\n", 1)
    return first, rest


def shell(world, text, cwd):
    done = subprocess.run(["sh", "-ec", text], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    world.check(done.returncode == 0, "the shell lines\n%s\nfail: %s" % (text, done.stdout))
    return done.stdout.split()[0] if done.stdout.split() else ""


def make_log(world):
    folder = world.example("p")
    world.write("p/access.yaml", ACCESS)
    world.expect(world.run("audit", "--quiet", cwd=folder), 1, what="a ledger")
    world.expect(world.run("log", "note", "a note with 'quotes', \"double\", back\\slash, caf\u00e9, \u4e16\u754c \U0001F600 and <tags> & %s $HOME `id`", cwd=folder), 0)
    world.expect(world.run("log", "note", " two  blanks, a tab\tand a line\nfeed ", cwd=folder), 0)
    done = world.run("run", "--role", "reader", "--purpose", "support", "--in", "data/users.csv", "--out", "made.txt", "--", "sh", "-c", "wc -l data/users.csv > made.txt", cwd=folder)
    world.expect(done, 0, what="a run")
    return folder


def check_commitments(world, folder):
    commands = recipe(world)
    with sqlite3.connect("file:%s?mode=ro" % os.path.join(folder, ".assay/ledger.db"), uri=True) as db:
        rows = db.execute("SELECT seq, commitment, nonce, json FROM entry ORDER BY seq").fetchall()
    db.close()
    world.check(len(rows) >= 7, "only %d entries to check" % len(rows))
    for seq, commitment, nonce, text in rows:
        wanted = hashlib.sha256(b"assay-entry/v1\n" + nonce + text.encode()).hexdigest()
        world.equal(commitment.hex(), wanted, "the commitment of entry %d" % seq)
        canonical = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        world.equal(text, canonical, "the canonical form of entry %d" % seq)
        if commands:
            stored, computed = (shell(world, command.replace("seq=3", "seq=%d" % seq), folder) for command in commands)
            world.equal((stored, computed), (commitment.hex(), commitment.hex()), "the recipe of docs/ledger.md on entry %d" % seq)
    world.tell("the recipe of docs/ledger.md gives the commitment of each of %d entries" % len(rows))
    return [commitment for _, commitment, _, _ in rows]


def root_of(leaves):
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def check_root(world, folder, commitments):
    for path in (".assay/checkpoint", "assay.checkpoint"):
        with open(os.path.join(folder, path), encoding="utf-8") as file:
            origin, size, root = file.read().split("\n")[:3]
        world.equal((int(size), base64.b64decode(root)), (len(commitments), root_of(commitments)), "size and root of %s" % path)
        with open(os.path.join(folder, ".assay/keys/signing.vkey"), encoding="utf-8") as file:
            world.check(file.read().startswith(origin + "+"), "%s names another log than the key" % path)
    world.tell("the signed root is that of the %d commitments (RFC 6962)" % len(commitments))


def last(world, folder, kind):
    done = world.expect(world.run("log", "show", "--type", kind, "--format", "json", cwd=folder, key=False), 0)
    return json.loads(done.out.splitlines()[-1])["entry"]["body"]


def check_dataset(world, folder):
    """DATASET.sha256 is what `sha256sum` prints of the declared files, sorted by name."""
    stated = last(world, folder, "audit")["inputs"]
    listed = shell(world, "sha256sum data/notes.txt data/orders.csv.gz data/tickets.jsonl data/users.csv | sha256sum", folder)
    world.equal((stated["sha256"], stated["resources"]), ("sha256:" + listed, 4), "the digest of the example's data")
    # names that sha256sum escapes, and names that sort by bytes
    for name in (b"a b.csv", b"new\nline.csv", b"back\\slash.csv", b"\xc3\xa9.csv", b"Z.csv", b"a/z.csv", b"a.csv", b"cr\rx.csv", b"-dash.csv"):
        world.write(b"q/data/" + name, b"id\n" + name.hex().encode() + b"\n")
    world.write("q/assay.yaml", "assay: 1\ndataset: {id: q}\ndata: [{path: \"data/**\"}]\ncategories: [none]\njurisdictions: [eu]\n")
    folder = world.path("q")
    world.expect(world.run("audit", "--quiet", cwd=folder), 4, what="names that are escaped")
    stated = last(world, folder, "audit")["inputs"]
    # sha256sum of coreutils 9 escapes a carriage return, older ones do not: the rule of the newer one holds
    listed = shell(world, "export LC_ALL=C; find data -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum", folder)
    if b"\\r" not in subprocess.run(["sha256sum", b"data/cr\rx.csv"], cwd=folder, stdout=subprocess.PIPE, check=True).stdout:
        world.skip("this sha256sum does not escape carriage returns: names that need it are only compared with this script")
    else:
        world.equal(stated["sha256"], "sha256:" + listed, "the digest of names that sha256sum escapes")
    lines = []
    for at, _, files in os.walk(os.fsencode(os.path.join(folder, "data"))):
        for name in files:
            path = os.path.relpath(os.path.join(at, name), os.fsencode(folder))
            with open(os.path.join(at, name), "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest().encode()
            escaped = path.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
            lines.append((path, (b"\\" if escaped != path else b"") + digest + b"  " + escaped + b"\n"))
    wanted = hashlib.sha256(b"".join(line for _, line in sorted(lines))).hexdigest()
    world.equal((stated["sha256"], stated["resources"]), ("sha256:" + wanted, len(lines)), "the digest of names that are escaped")
    world.tell("the digest of a dataset is that of its sorted sha256sum list, escaped names included")


def check_entries(world, folder):
    """Other digests that an entry states."""
    audit, run, lineage = last(world, folder, "audit"), last(world, folder, "run"), last(world, folder, "lineage")
    for member, file in (("manifest", "assay.yaml"), ("access", "access.yaml"), ("waivers", "assay.waivers.yaml")):
        world.equal(audit[member], "sha256:" + shell(world, "sha256sum " + file, folder), "the digest of " + file)
    world.equal(run["argv"], "sha256:" + shell(world, r"printf 'sh\0-c\0wc -l data/users.csv > made.txt' | sha256sum", folder), "the digest of the arguments")
    for side, file in (("inputs", "data/users.csv"), ("outputs", "made.txt")):
        world.equal([(d["name"], d["sha256"]) for d in lineage[side]], [(file, shell(world, "sha256sum " + file, folder))], "lineage: " + side)
    world.tell("digests of manifest, access policy, waivers, arguments, inputs and outputs are those of sha256sum")


def main(argv):
    world = World(argv, "commitment")
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    world.check(not missing, "these tools are needed and missing: %s" % missing)
    if not missing:
        folder = make_log(world)
        check_root(world, folder, check_commitments(world, folder))
        check_dataset(world, folder)
        check_entries(world, folder)
    return world.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
