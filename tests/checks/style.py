#!/usr/bin/env python3
"""Sizes of functions, files and headers, line width, layout (clang-format), and words that Assay's own voice never says."""
import glob
import os
import re
import shutil
import subprocess
import sys

source = os.path.abspath(sys.argv[1])
LINES_FUNCTION, LINES_FILE, LINES_HEADER, COLUMNS = 70, 600, 220, 160
# tables that are laid out by hand
BY_HAND = {"src/rules/check_secret.c", "src/report/sql.h"}
faults = []
files = sorted(glob.glob(os.path.join(source, "src/*/*.[ch]")) + glob.glob(os.path.join(source, "include/assay/*.h")) + glob.glob(os.path.join(source, "tests/unit/*/*.c")))
if len(files) < 100:
    sys.exit("style: fewer files found than there are")
for path in files:
    name = os.path.relpath(path, source)
    lines = open(path, encoding="utf-8").read().split("\n")
    limit = LINES_HEADER if path.endswith(".h") else LINES_FILE
    if len(lines) - 1 > limit:
        faults.append(f"{name}: {len(lines) - 1} lines, more than {limit}")
    start = None
    for i, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > COLUMNS and name not in BY_HAND and not re.match(r'^\s*(#define \w+\s+)?\(?"', line):
            faults.append(f"{name}:{i}: {len(line.expandtabs(8))} columns, more than {COLUMNS}")
        if line.startswith("{"):
            start = i
        elif line.startswith("}") and start:
            if i - start - 1 > LINES_FUNCTION and path.endswith(".c"):
                faults.append(f"{name}:{start}: a function of {i - start - 1} lines, more than {LINES_FUNCTION}")
            start = None

# DESIGN section 9: what Assay never claims in its own voice (strings of the program, packs, assets)
WORDS = re.compile(r"\b(compliant|certified|lawful|is safe|anonymous|no personal data)\b", re.I)
spoken = [f for f in glob.glob(os.path.join(source, "src/*/*.c"))] + glob.glob(os.path.join(source, "reports/*"))
for path in spoken:
    for i, line in enumerate(open(path, encoding="utf-8"), 1):
        text = " ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', line)) if path.endswith(".c") else line
        if WORDS.search(text):
            faults.append(f"{os.path.relpath(path, source)}:{i}: says '{WORDS.search(text).group(0)}'")
if shutil.which("clang-format"):
    formatted = [f for f in files if os.path.relpath(f, source) not in BY_HAND]
    for k in range(0, len(formatted), 40):
        done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--ferror-limit=3", *formatted[k:k + 40]], capture_output=True, text=True)
        if done.returncode:
            faults += [line for line in done.stderr.split("\n") if ": error:" in line][:20]
else:
    print("clang-format is not here: the layout was not checked")
if faults:
    sys.exit("\n".join(faults))
print(f"{len(files)} files keep the house style")
