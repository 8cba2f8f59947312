#!/usr/bin/env python3
"""Measures Assay beside ripgrep.

    scripts/bench [engine|scan|memory|oracle|all] [--mb N] [--countries CC,…|all] [--large]

engine  the engine alone on one core (CPU time of its thread: confirm, checks, context, merging and counting included; reading and digest not), beside
        ripgrep searching the first MiB of the same files for the same rules joined, without look-around (its start-up taken off)
scan    `assay scan` as a user starts it, with one and two threads
memory  peak memory of `assay scan` on a small and a large input of the same kind
oracle  the engine beside every pattern tried at every start: on the corpora (the first --kb of each) and on identifiers of every rule of every country,
        adjacent, mutated, as cells; with and without Vectorscan and wide instructions, windows of 4 KiB to the whole; `assay scan` under each ASSAY_CPU.
        Then floods of doubling size, which must take time in proportion, and one long line (--large: of 1 GB). Exit 1 when something differs

Corpora are made anew from a fixed seed: logs (2 % of the lines hold an identifier), dense (each line does), csv (four per row), code (the C headers of
this machine and this project's sources). Lines do not repeat. The machines are shared: read the ratios, not the rates.
"""
import argparse
import base64
import glob
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

RG_BYTES = 1 << 20
WORDS = ("the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said "
         "there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write "
         "go see number no way could people my than first water been call who oil its now find long down day did get come made may part").split()
FIRST = "anna bob carl dora erik fatima george hana ivan julia ken lena mo nina otto paul quinn rosa sam tina".split()
LAST = "amber birch cedar dale elm fern grove heath ivory jasper knoll lark moss nettle oak pine quill reed sage thorn".split()


def luhn(number):
    total = 0
    for i, c in enumerate(reversed(number)):
        d = int(c)
        if i % 2 == 0:
            d = d * 2 - 9 if d > 4 else d * 2
        total += d
    return number + str((10 - total % 10) % 10)


def digits(rng, n):
    return "".join(rng.choice("0123456789") for _ in range(n))


def iban(rng):
    body = digits(rng, 18)
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def identifier(rng):
    return rng.choice((
        lambda: f"{rng.choice(FIRST)}.{rng.choice(LAST)}{rng.randrange(9999)}@example{rng.randrange(50)}.com",
        lambda: f"{rng.randrange(100, 665)}-{rng.randrange(1, 99):02d}-{rng.randrange(1, 9999):04d}",
        lambda: luhn("4" + digits(rng, 14)),
        lambda: f"+49 30 {rng.randrange(1000000, 9999999)}",
        lambda: iban(rng),
        lambda: ".".join(str(rng.randrange(1, 255)) for _ in range(4)),
        lambda: f"{rng.randrange(1940, 2010)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
        lambda: "AKIA" + "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16)),
    ))()


def log_line(rng, density):
    line = {"id": rng.randrange(10 ** 9), "ts": f"2026-0{rng.randrange(1, 9)}-1{rng.randrange(9)}T1{rng.randrange(9)}:{rng.randrange(10, 59)}:{rng.randrange(10, 59)}Z",
            "level": rng.choice(("info", "warn", "debug")), "msg": " ".join(rng.choice(WORDS) for _ in range(rng.randrange(20, 60)))}
    if rng.random() < density:
        line["v"] = identifier(rng)
    return json.dumps(line)


def csv_line(rng, i):
    return ",".join([str(i), f"{rng.choice(FIRST).title()} {rng.choice(LAST).title()}", identifier(rng), identifier(rng), identifier(rng), identifier(rng),
                     str(rng.randrange(99999)), f'"{rng.choice(WORDS)}, {rng.choice(WORDS)}"'])


def write_lines(path, size, make):
    with open(path, "w") as out:
        written = i = 0
        while written < size:
            line = make(i) + "\n"
            out.write(line)
            written += len(line)
            i += 1


def write_code(path, size, root):
    files = sorted(glob.glob("/usr/include/**/*.h", recursive=True)) + sorted(glob.glob(os.path.join(root, "src/**/*.[ch]"), recursive=True))
    with open(path, "wb") as out:
        written = 0
        for name in files:
            if written >= size:
                break
            try:
                text = open(name, "rb").read()
            except OSError:
                continue
            out.write(text)
            written += len(text)


def make_corpora(folder, mb, root):
    size = mb << 20
    rng = random.Random(20261123)
    write_lines(os.path.join(folder, "logs.txt"), size, lambda i: log_line(rng, 0.02))
    shutil.copy(os.path.join(folder, "logs.txt"), os.path.join(folder, "logs.jsonl"))
    write_lines(os.path.join(folder, "dense.txt"), size, lambda i: log_line(rng, 1.0))
    write_lines(os.path.join(folder, "rows.csv"), size, lambda i: csv_line(rng, i))
    write_code(os.path.join(folder, "code.txt"), size, root)


def without_looks(pattern):
    """The pattern without look-around, which ripgrep's own engine does not have: what it still has to find is a superset."""
    out, i = "", 0
    while i < len(pattern):
        if re.match(r"\(\?<?[!=]", pattern[i:]):
            depth = 0
            while True:
                if pattern[i] == "\\":
                    i += 2
                    continue
                if pattern[i] == "[":
                    i = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]").match(pattern, i).end()
                    continue
                depth += (pattern[i] == "(") - (pattern[i] == ")")
                i += 1
                if depth == 0:
                    break
            continue
        step = 2 if pattern[i] == "\\" else 1
        out += pattern[i:i + step]
        i += step
    return re.sub(r"\(\?<value>", "(?:", re.sub(r"([?*+}])\+", r"\1", out)).replace("\\z", "$").replace("\\A", "^")


def joined_rules(program, countries):
    text = subprocess.run([program, "-l"] + (["-c", countries] if countries else []), capture_output=True, text=True, check=True).stdout
    return [without_looks(line) for line in text.split("\n") if line]


def rg_seconds(patterns, path):
    with tempfile.NamedTemporaryFile("w", suffix=".rules") as rules:
        rules.write("\n".join(f"(?-u:{p})" for p in patterns) + "\n")
        rules.flush()
        command = ["rg", "--no-config", "-a", "-U", "-j1", "--no-unicode", "--regex-size-limit", "4G", "--dfa-size-limit", "4G", "--count-matches", "-f", rules.name, path]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode > 1:
            return None, done.stderr.strip().split("\n")[-1][:200]
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.strip()


def run_engine(args, folder, assay):
    program = os.path.join(args.build, "tests/bench/bench-engine")
    patterns = joined_rules(program, args.countries)
    have_rg = shutil.which("rg") is not None
    print(f"engine, one core; {len(patterns)} patterns" + ("" if have_rg else "; ripgrep is not here: not compared"))
    print(f"{'corpus':10} {'MB':>6} {'spans':>9} {'Assay GB/s':>11} {'rg GB/s':>9} {'ratio':>7}")
    for name in ("logs.txt", "dense.txt", "rows.csv", "code.txt"):
        path = os.path.join(folder, name)
        command = [program, "-r", "2"] + (["-c", args.countries] if args.countries else []) + [path]
        row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        rate, rg_rate = row["gb_per_s"], None
        if have_rg:
            # a piece of the corpus: with this many rules ripgrep needs minutes for the whole
            piece = path + ".piece"
            with open(path, "rb") as whole, open(piece, "wb") as out:
                out.write(whole.read(RG_BYTES))
            seconds, note = rg_seconds(patterns, piece)
            empty, _ = rg_seconds(patterns, os.devnull)
            if seconds is None:
                print(f"ripgrep refused: {note}", file=sys.stderr)
            else:
                rg_rate = RG_BYTES / max(seconds - empty, 1e-3) / 1e9
        print(f"{name:10} {row['bytes'] / 1e6:6.0f} {row['spans']:9} {rate:11.3f} " + (f"{rg_rate:9.3f} {rate / rg_rate:6.1f}x" if rg_rate else f"{'-':>9} {'-':>7}"))


def measured(command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 4):
        sys.exit(f"bench: {' '.join(command)}: exit {code}: {errors.decode(errors='replace')}")
    return time.monotonic() - start, usage


def run_scan(args, folder, assay):
    print("assay scan as a user starts it")
    print(f"{'corpus':11} {'MB':>6} {'1 thread s':>11} {'2 threads s':>12} {'gain':>6} {'CPU MB/s':>9}")
    for name in ("logs.txt", "logs.jsonl", "dense.txt", "rows.csv", "code.txt"):
        path = os.path.join(folder, name)
        size = os.path.getsize(path) / 1e6
        command = [assay, "scan", "--no-progress", "--quiet"] + (["--country", args.countries] if args.countries else [])
        one, usage = measured(command + ["--threads", "1", path])
        two, _ = measured(command + ["--threads", "2", path])
        print(f"{name:11} {size:6.0f} {one:11.2f} {two:12.2f} {one / two:5.2f}x {size / (usage.ru_utime + usage.ru_stime):9.1f}")


def run_memory(args, folder, assay):
    print("peak memory of assay scan, two threads")
    print(f"{'input':11} {'small MB':>9} {'peak MiB':>9} {'large MB':>9} {'peak MiB':>9} {'growth':>7}")
    factor = 40 if args.large else 10
    for name in ("logs.txt", "logs.jsonl", "rows.csv"):
        path = os.path.join(folder, name)
        large = os.path.join(folder, "large-" + name)
        with open(large, "wb") as out:
            for _ in range(factor):
                with open(path, "rb") as part:
                    shutil.copyfileobj(part, out, 1 << 20)
        peaks = [measured([assay, "scan", "--no-progress", "--quiet", "--threads", "2", p])[1].ru_maxrss / 1024 for p in (path, large)]
        print(f"{name:11} {os.path.getsize(path) / 1e6:9.0f} {peaks[0]:9.1f} {os.path.getsize(large) / 1e6:9.0f} {peaks[1]:9.1f} {100 * (peaks[1] / peaks[0] - 1):+6.1f}%")
        os.unlink(large)


FLOODS = {
    "eyJeyJ…": lambda rng, n: b"eyJ" * (n // 3 + 1),
    "@@@@": lambda rng, n: b"@" * n,
    "one digit": lambda rng, n: b"1" * n,
    "digits": lambda rng, n: digits(rng, 1 << 16).encode() * (n // (1 << 16) + 1),
    "base64": lambda rng, n: base64.b64encode(rng.randbytes(n)),
    "A1A1…": lambda rng, n: b"A1" * (n // 2 + 1),
    "a@b.co,…": lambda rng, n: b"a@b.co," * (n // 7 + 1),
    "1.2.3.4.…": lambda rng, n: b"1.2.3.4." * (n // 8 + 1),
    "card numbers": lambda rng, n: b"4111 1111 1111 1111 " * (n // 20 + 1),
    "password=…": lambda rng, n: b"password=" * (n // 9 + 1),
}
# time per byte at eight times the size: more than this is no noise of a shared machine
LINEAR_MAX = 2.0


def piece_of(path, size):
    """The first lines of a corpus, of at most this size."""
    with open(path, "rb") as whole:
        data = whole.read(size)
    name = os.path.join(os.path.dirname(path), "piece-" + os.path.basename(path))
    with open(name, "wb") as out:
        out.write(data[:data.rfind(b"\n") + 1])
    return name


def rows_of(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def run_equality(args, folder):
    program = [os.path.join(args.build, "tests/bench/bench-oracle"), "-c", args.countries or "all"]
    pieces = [piece_of(os.path.join(folder, name), args.kb << 10) for name in ("logs.txt", "logs.jsonl", "dense.txt", "rows.csv", "code.txt")]
    rows = rows_of(program + ["-a", str(args.rounds)] + pieces)
    rules = next(row for row in rows if "rules" in row)
    groups = {}
    for row in rows:
        if "input" in row:
            name = re.sub(r"-\d+$", "", row["input"].removeprefix("piece-"))
            total = groups.setdefault((name, row["as"]), dict.fromkeys(("bytes", "readings", "spans", "oracle_s", "engine_s"), 0))
            for key in total:
                total[key] += row[key]
    print(f"engine and oracle give the same; {rules['tried']} of {rules['rules']} rules were tried on identifiers of their own")
    print(f"{'input':12} {'as':7} {'KB':>7} {'readings':>9} {'spans':>8} {'oracle s':>9} {'engine s':>9} {'ratio':>7}")
    for (name, kind), t in groups.items():
        print(f"{name:12} {kind:7} {t['bytes'] / 1e3:7.0f} {t['readings']:9} {t['spans']:8} {t['oracle_s']:9.2f} {t['engine_s']:9.3f} "
              f"{t['oracle_s'] / max(t['engine_s'], 1e-4):6.0f}x")


def run_levels(args, folder, assay):
    """What a user gets is the same on every machine, for any threads and windows."""
    names = ("logs.txt", "logs.jsonl", "dense.txt", "rows.csv", "code.txt")
    inputs = [piece_of(os.path.join(folder, name), 2 << 20) for name in names]
    first, readings = None, 0
    for level in ("best", "plain"):
        for options in (["--threads", "1"], ["--threads", "2", "--window", "4096"], ["--threads", "2", "--window", "8M"]):
            command = [assay, "scan", "--no-progress", "--quiet", "--state", os.path.join(folder, "state"), "--spans", "-", *options, *inputs]
            done = subprocess.run(command, capture_output=True, env={**os.environ, "ASSAY_CPU": level})
            if done.returncode not in (0, 1, 4):
                sys.exit(f"bench: {' '.join(command)}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
            first = first or done.stdout
            readings += 1
            if done.stdout != first:
                sys.exit(f"bench: ASSAY_CPU={level} {' '.join(options)}: other spans than before")
    lines = first.count(b"\n")
    print(f"assay scan --spans: {readings} readings of {sum(map(os.path.getsize, inputs)) / 1e6:.0f} MB under each ASSAY_CPU, by threads and windows: "
          f"the same {lines} lines")


def run_floods(args, folder):
    countries = ["-c", args.countries] if args.countries else []
    program = [os.path.join(args.build, "tests/bench/bench-engine"), "-r", "2", *countries]
    oracle = [os.path.join(args.build, "tests/bench/bench-oracle"), "-c", args.countries or "all"]
    rng, bad = random.Random(20261123), []
    path = os.path.join(folder, "flood.txt")
    print(f"{'flood':13} " + " ".join(f"{n:>5} MB s" for n in (1, 2, 4, 8)) + f" {'MB/s':>7} {'x per byte':>11} {'spans':>8} {'cuts':>6}  oracle on 64 KB")
    for name, make in FLOODS.items():
        seconds = []
        for mb in (1, 2, 4, 8):
            with open(path, "wb") as out:
                out.write(make(rng, mb << 20)[:mb << 20])
            row = rows_of(program + [path])[0]
            seconds.append(row["seconds"])
        with open(path, "wb") as out:
            out.write(make(rng, 1 << 16)[:1 << 16])
        spans = rows_of(oracle + [path])[0]["spans"]
        growth = seconds[3] / 8 / seconds[0]
        if growth > LINEAR_MAX:
            bad.append(name)
        print(f"{name:13} " + " ".join(f"{s:8.3f}" for s in seconds) + f" {8.39 / seconds[3]:7.1f} {growth:11.2f} {row['spans']:8} {row['issues']:6}  "
              f"same {spans} spans", flush=True)
    os.unlink(path)
    if bad:
        sys.exit(f"bench: no linear time: {', '.join(bad)}")


def run_long_line(args, folder, assay):
    """One line: identifiers between words and no line feed."""
    rng = random.Random(20261124)
    block = " ".join(log_line(rng, 0.2) for _ in range(6000)).encode()[:1 << 20]
    path = os.path.join(folder, "line.txt")
    print(f"{'one line, MB':13} {'seconds':>8} {'MB/s':>7} {'peak MiB':>9}")
    for mb in (256, 512, 1024) if args.large else (16, 32, 64):
        with open(path, "wb") as out:
            for _ in range(mb):
                out.write(block)
        _, usage = measured([assay, "scan", "--no-progress", "--quiet", "--threads", "1", path])
        seconds = usage.ru_utime + usage.ru_stime
        print(f"{mb * 1.048576:13.0f} {seconds:8.1f} {mb * 1.048576 / seconds:7.1f} {usage.ru_maxrss / 1024:9.1f}", flush=True)
    os.unlink(path)


def run_oracle(args, folder, assay):
    run_equality(args, folder)
    print()
    run_levels(args, folder, assay)
    print()
    run_floods(args, folder)
    print()
    run_long_line(args, folder, assay)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="all", choices=("engine", "scan", "memory", "oracle", "all"))
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--mb", type=int, default=32, help="size of each corpus (default 32)")
    parser.add_argument("--countries", help="as --country of assay scan: US,DE or all")
    parser.add_argument("--large", action="store_true", help="memory: 40 times the small input instead of 10; oracle: a line of 1 GB")
    parser.add_argument("--kb", type=int, default=128, help="oracle: how much of each corpus (default 128)")
    parser.add_argument("--rounds", type=int, default=16, help="oracle: identifiers of each rule (default 16)")
    args = parser.parse_args()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    assay = os.path.join(args.build, "assay")
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        make_corpora(folder, args.mb, root)
        for name, run in (("engine", run_engine), ("scan", run_scan), ("memory", run_memory), ("oracle", run_oracle)):
            if args.what in (name, "all"):
                run(args, folder, assay)
                print()


if __name__ == "__main__":
    main()
