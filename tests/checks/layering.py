#!/usr/bin/env python3
"""Each file of a layer compiles when it can see only the headers of the layers that it may include (DESIGN section 2)."""
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

source, compiler = os.path.abspath(sys.argv[1]), sys.argv[2]
text = open(os.path.join(source, "CMakeLists.txt")).read()
layers = {}
for name, sees in re.findall(r'assay_layer\((\w+)\s+SEES\s+("[^"]*"|[\w ]+?)\s*(?:LIBS[^)]*)?\)', text):
    layers[name] = sees.strip('"').split()
if len(layers) < 10:
    sys.exit("layering: fewer layers found in CMakeLists.txt than there are")
layers["cli"] = ["base", "app"]
flags = subprocess.run(["pkg-config", "--cflags", "libpcre2-8", "libfyaml", "jansson", "sqlite3", "libcrypto", "libxml-2.0", "zlib", "libzstd"],
                       capture_output=True, text=True, check=True).stdout.split()


def compile_file(job):
    layer, path, folder = job
    command = [compiler, "-std=gnu17", "-fsyntax-only", "-D_GNU_SOURCE", "-DASSAY_HAVE_VECTORSCAN", "-include", os.path.join(source, "src/base/banned.h"),
               "-I", folder, "-I", os.path.join(source, "include")] + flags + [path]
    done = subprocess.run(command, capture_output=True, text=True)
    return None if done.returncode == 0 else f"{layer}: {os.path.relpath(path, source)}\n{done.stderr[:600]}"


with tempfile.TemporaryDirectory() as temp:
    jobs = []
    for layer, sees in layers.items():
        folder = os.path.join(temp, layer)
        os.mkdir(folder)
        for seen in set(sees) | {layer}:
            if os.path.isdir(os.path.join(source, "src", seen)):
                os.symlink(os.path.join(source, "src", seen), os.path.join(folder, seen))
        home = os.path.join(source, "src", layer)
        for name in sorted(os.listdir(home)) if os.path.isdir(home) else []:
            if name.endswith(".c"):
                # reached through the narrow folder, so that a quoted include beside the file cannot look further either
                jobs.append((layer, os.path.join(folder, layer, name), folder))
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        failures = [f for f in pool.map(compile_file, jobs) if f]
if failures:
    sys.exit("\n".join(failures))
print(f"{len(jobs)} files of {len(layers)} layers see only what they may")
