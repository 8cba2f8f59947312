#!/usr/bin/env python3
"""Nothing but cli prints, reads the environment, looks at the clock or exits: no object file of another layer refers to such functions."""
import glob
import os
import subprocess
import sys

build = sys.argv[3]
FORBIDDEN = {"getenv", "secure_getenv", "setenv", "exit", "_exit", "abort", "printf", "puts", "putchar", "fprintf", "vprintf", "perror", "stdout", "stderr",
             "__printf_chk", "__fprintf_chk", "time", "clock_gettime", "gettimeofday", "getrandom", "rand", "random", "system", "popen"}
# who may all the same, and why
ALLOWED = {
    ("base", "env.c", "clock_gettime"): "the default environment object",
    ("base", "env.c", "getrandom"): "the default environment object",
    ("app", "run.c", "_exit"): "the child between fork and exec",
}
seen = 0
faults = []
for path in glob.glob(os.path.join(build, "CMakeFiles/assay_*.dir/src/*/*.c.o")):
    layer, name = path.split("/")[-2], path.split("/")[-1][:-2]
    if layer == "cli":
        continue
    seen += 1
    for line in subprocess.run(["nm", "-u", path], capture_output=True, text=True, check=True).stdout.split("\n"):
        symbol = line.strip().split(" ")[-1].split("@")[0]
        if symbol in FORBIDDEN and (layer, name, symbol) not in ALLOWED:
            faults.append(f"src/{layer}/{name} refers to {symbol}()")
if seen < 50:
    sys.exit(f"symbols: only {seen} object files found under {build}")
if faults:
    sys.exit("\n".join(sorted(faults)))
print(f"{seen} object files keep to themselves")
