#!/usr/bin/env python3
"""Runs command lines that are data.

usage: run.py ASSAY SOURCE CASE... [--update]

A case is a folder:
  cmd       shell lines; $ASSAY is the program, $SOURCE the project, the working folder a copy of the case
  stdout    expected standard output; absent: nothing
  stderr    expected standard error; absent: nothing
  exit      expected exit status; absent: 0
  others    input files

In an expectation a line '...' stands for any number of lines, '[..]' for anything within a line. The path of the working folder reads $HERE.
Nothing may be written outside of the working folder. --update writes what came out as the expectation: read it before you keep it.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

EXPECTATIONS = ("stdout", "stderr", "exit")
KEPT_VARIABLES = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")
TIMEOUT_S = 240


def line_matches(expected, line):
    pattern = ".*".join(re.escape(part) for part in expected.split("[..]"))
    return re.fullmatch(pattern, line, re.DOTALL) is not None


def matches(expected, text):
    """Lines against lines; '...' takes as few as possible, with backtracking done by a table."""
    want, have = expected.split("\n"), text.split("\n")
    reach = [True] + [False] * len(have)
    for line in want:
        if line == "...":
            first = reach.index(True) if True in reach else len(reach)
            reach = [i >= first for i in range(len(reach))]
        else:
            reach = [False] + [reach[i] and line_matches(line, have[i]) for i in range(len(have))]
    return reach[-1]


def read(path, default):
    try:
        with open(path, encoding="utf-8", errors="backslashreplace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return default


def run(assay, source, case):
    """Returns what came out, and what was left behind outside of the working folder."""
    with tempfile.TemporaryDirectory(prefix="assay-cli-") as outer:
        outer = os.path.realpath(outer)
        here, home = os.path.join(outer, "case"), os.path.join(outer, "home")
        shutil.copytree(case, here, symlinks=True, ignore=lambda path, names: [n for n in names if path == case and n in EXPECTATIONS + ("cmd",)])
        os.mkdir(home)
        env = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        env.update(ASSAY=assay, SOURCE=source, HOME=home, LC_ALL="C.UTF-8", TZ="UTC", TERM="xterm", TMPDIR=home,
                   XDG_CACHE_HOME=os.path.join(os.path.dirname(os.path.abspath(assay)), "test-cache"))
        # a session of its own: no terminal, so that nothing can be asked for
        done = subprocess.run(["bash", "--norc", "-c", 'A=$ASSAY S=$SOURCE; unset ASSAY SOURCE; ASSAY=$A SOURCE=$S\n' + read(os.path.join(case, "cmd"), "")],
                              cwd=here, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, start_new_session=True)
        left = sorted(set(os.listdir(outer)) - {"case", "home"}) + sorted(os.listdir(home))
        # so that even a case that takes rights away can be removed
        subprocess.run(["chmod", "-R", "u+rwX", outer], check=False, stderr=subprocess.DEVNULL)
        texts = [stream.decode("utf-8", "backslashreplace").replace(here, "$HERE") for stream in (done.stdout, done.stderr)]
        return {"stdout": texts[0], "stderr": texts[1], "exit": "%d\n" % done.returncode}, left


def update(case, came):
    for name, default in zip(EXPECTATIONS, ("", "", "0\n")):
        path = os.path.join(case, name)
        if came[name] != default:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(came[name])
        elif os.path.exists(path):
            os.remove(path)


def check(assay, source, case):
    came, left = run(assay, source, case)
    good = True
    for name, default in zip(EXPECTATIONS, ("", "", "0\n")):
        expected = read(os.path.join(case, name), default)
        if not matches(expected, came[name]):
            good = False
            print(f"{case}: {name} differs\n--- expected\n{expected}\n--- came\n{came[name]}", end="")
    if left:
        good = False
        print(f"{case}: left behind outside of the working folder: {left}")
    return good


def main(arguments):
    updating = "--update" in arguments
    assay, source, *cases = [a for a in arguments if a != "--update"]
    good = True
    for case in cases:
        case = os.path.abspath(case)
        if updating:
            update(case, run(os.path.abspath(assay), os.path.abspath(source), case)[0])
        else:
            good = check(os.path.abspath(assay), os.path.abspath(source), case) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
