#!/usr/bin/env python3
"""Every public header compiles alone, as strict C11 and as C++17; every internal header compiles alone."""
import glob
import os
import subprocess
import sys

source, compiler = os.path.abspath(sys.argv[1]), sys.argv[2]
public = sorted(glob.glob(os.path.join(source, "include/assay/*.h")))
internal = sorted(glob.glob(os.path.join(source, "src/*/*.h")))
flags = subprocess.run(["pkg-config", "--cflags", "libpcre2-8", "sqlite3", "libxml-2.0", "jansson"], capture_output=True, text=True, check=True).stdout.split()
faults = []


def check(path, arguments):
    done = subprocess.run([compiler, *arguments, "-fsyntax-only", "-I", os.path.join(source, "include"), *flags, "-include", path, "-x", arguments[-1], "-"],
                          input="extern int not_empty;\n", capture_output=True, text=True)
    if done.returncode:
        faults.append(f"{os.path.relpath(path, source)} ({arguments[0]}):\n{done.stderr[:500]}")


for path in public:
    check(path, ["-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-x", "c"])
    if subprocess.run(["which", "c++"], capture_output=True).returncode == 0:
        done = subprocess.run(["c++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", os.path.join(source, "include"), "-x", "c++", path],
                              capture_output=True, text=True)
        if done.returncode:
            faults.append(f"{os.path.relpath(path, source)} (c++20):\n{done.stderr[:500]}")
for path in internal:
    if os.path.basename(path) != "banned.h":
        check(path, ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Werror", "-I", os.path.join(source, "src"), "-x", "c"])
if len(public) < 2 or len(internal) < 20:
    sys.exit("headers: fewer headers found than there are")
if faults:
    sys.exit("\n".join(faults))
print(f"{len(public)} public and {len(internal)} internal headers stand alone")
