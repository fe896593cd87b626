#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sizes of files and functions, headers of files, words that stand where something is missing, formatting."""
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

top = pathlib.Path(sys.argv[1])
FILE_MOST, FUNCTION_MOST = 700, 90
MISSING = re.compile(r"\b(TODO|FIXME|XXX|not implemented|unimplemented)\b|\b(sleep|usleep|nanosleep|g_usleep) *\(")


def functions(lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start:
            yield start, number - start - 1
            start = None


def check(path, problems, sizes):
    text = path.read_text()
    lines = text.splitlines()
    where = path.relative_to(top)
    if not lines or "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
        problems.append(f"{where}:1: the first line is not the licence")
    if len(lines) > FILE_MOST:
        problems.append(f"{where}: {len(lines)} lines, at most {FILE_MOST}")
    for number, line in enumerate(lines, 1):
        if len(line) > 120:
            problems.append(f"{where}:{number}: over 120 columns")
        if MISSING.search(line):
            problems.append(f"{where}:{number}: {line.strip()}")
    for start, size in functions(lines):
        sizes.append(size)
        if size > FUNCTION_MOST:
            problems.append(f"{where}:{start}: a function of {size} lines, at most {FUNCTION_MOST}")


def main():
    problems, sizes = [], []
    files = sorted(p for folder in ("sim", "captures", "analysis", "tests") for p in (top / folder).rglob("*.[ch]"))
    for path in files:
        check(path, problems, sizes)
    formatter = shutil.which("clang-format")
    if formatter:
        result = subprocess.run([formatter, "--dry-run", "-Werror", "--style=file", *map(str, files)],
                                capture_output=True, text=True, cwd=top, check=False)
        problems += sorted({line for line in result.stderr.splitlines() if "error:" in line})
    print("\n".join(problems[:60]) or f"{len(files)} files; median function {statistics.median(sizes):.0f} lines")
    return 1 if problems else 0


sys.exit(main())
