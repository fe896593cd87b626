# SPDX-License-Identifier: Apache-2.0
"""What is red in a report, one row a line, sorted: check, host to blame, cause, line to blame, what stands there.

Rows are the same from run to run: names and places, no counts and no addresses. A cell that failed by the user's own
`checks:` line has a row more, with that line. Another verdict than "fail" stands behind the check's id, and so does
"absent" where the run lacks a check that the other report has. To be called where the run was started: its report may
name files relative to that folder.

Usage: red-rows.py REPORT OTHER-REPORT FOLDER    (places are printed relative to FOLDER)"""
import json
import os
import sys


def items(run):
    """Id, verdict, cause and the user's line of each cell and check."""
    for cell in run["cells"]:
        expects = cell["expectation_origin"] if cell["has_expectation"] else None
        yield cell["check_id"], cell["verdict"], cell["observed_cause"], expects
    for check in run["checks"]:
        yield check["id"], check["verdict"], check["cause"], None


def place(origin, folder):
    """Where a thing stands, and what stands there."""
    file, line = origin.get("file"), origin["line"]
    if not file:
        return "-", "-"
    if line == 0:
        return file if file == "--set" else os.path.relpath(file, folder), "-"
    with open(file, encoding="utf-8") as text:
        return f"{os.path.relpath(file, folder)}:{line}", text.read().splitlines()[line - 1].strip()


def rows(run, other, folder):
    for name, verdict, cause, expects in items(run):
        if verdict == "pass":
            continue
        shown = name if verdict == "fail" else f"{name} {verdict}"
        yield (shown, cause.get("host", "-"), cause["code"], *place(cause["origin"], folder))
        if expects:
            yield (shown, "-", "expects", *place(expects, folder))
    missing = {item[0] for item in items(other)} - {item[0] for item in items(run)}
    yield from ((f"{name} absent", "-", "-", "-", "-") for name in missing)


def main():
    report, other, folder = sys.argv[1:]
    with open(report, encoding="utf-8") as a, open(other, encoding="utf-8") as b:
        found = set(rows(json.load(a), json.load(b), folder))
    for row in sorted(found):
        print(*row, sep="\t")


main()
