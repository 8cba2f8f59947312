#!/usr/bin/env python3
"""Reads spans from standard input: one line per span: record, column, entity, state and the text itself. The data are invented."""
import json
import sys

with open(sys.argv[1], "rb") as file:
    raw = file.read()
for line in sys.stdin:
    span = json.loads(line)
    text = raw[span["raw_start"]:span["raw_end"]].decode()
    print(span["record"], span["column"], span["entity"], span["state"], text)
