#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the includes and the meson dependencies of every folder with the table in sim/README.md."""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
EXTERNAL = {"libmnl/": {"sim/kernel"}, "pcap": {"captures/live", "captures/file"}, "libnet.h": {"sim/packet"},
            "yaml.h": {"sim/load"}, "pcre2.h": {"analysis/flows"}, "zlib.h": {"captures/file"},
            "zstd.h": {"captures/file"}}


def read_table():
    rows = {}
    for line in (top / "sim/README.md").read_text().splitlines():
        cells = [c.strip() for c in line.split("|")]
        match = re.fullmatch(r"`((?:sim|captures|analysis)/\w+)`", cells[1]) if len(cells) > 5 else None
        if match:
            rows[match[1]] = {w.strip() for w in cells[4].split(",") if w.strip()}
    return rows


def main():
    table = read_table()
    by_name = {folder.split("/")[1]: folder for folder in table}
    problems = []
    for folder, allowed in table.items():
        permitted = {by_name[name] for name in allowed} | {folder}
        for path in sorted((top / folder).glob("*.[ch]")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                where = f"{path.relative_to(top)}:{number}"
                inner = re.match(r'#include "((?:sim|captures|analysis)/\w+)/', line)
                if inner and inner[1] not in permitted:
                    problems.append(f"{where}: {folder} may not use {inner[1]}")
                if re.match(r'#include "(?!sim/|captures/|analysis/)', line):
                    problems.append(f"{where}: includes are written from the root")
                outer = re.match(r"#include <([^>]+)>", line)
                for prefix, users in EXTERNAL.items():
                    if outer and outer[1].startswith(prefix) and folder not in users:
                        problems.append(f"{where}: only {', '.join(sorted(users))} may use <{outer[1]}>")
        used = set(re.findall(r"\bvn_(\w+)_dep\b", (top / folder / "meson.build").read_text()))
        for name in sorted(used - allowed - {folder.split("/")[1]}):
            problems.append(f"{folder}/meson.build: may not link {name}")
    if len(table) < 15:
        problems.append("sim/README.md: the table of folders was not found")
    print("\n".join(problems) or f"{len(table)} folders keep to the table")
    return 1 if problems else 0


sys.exit(main())
