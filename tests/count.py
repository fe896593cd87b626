#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the test points of meson's JUnit logs and prints "N passed, N failed, N skipped" as the last line.

With CI set, what was skipped is compared with tests/skips.txt: a test that is skipped without being listed there is a
failure, since nobody would see it.
usage: tests/count.py LOG…
"""
import os
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def points(path):
    """(name, state) of each test case; state is passed, failed or skipped. A program that ended in the middle is one."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        n_failed = 0
        for case in suite.iter("testcase"):
            tags = {child.tag for child in case}
            state = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
            n_failed += state == "failed"
            yield f"{suite.get('name')}: {case.get('name')}", state
        if not n_failed and (int(suite.get("errors", 0)) or int(suite.get("failures", 0))):
            yield f"{suite.get('name')}: the program", "failed"


def main():
    found = [point for path in sys.argv[1:] for point in points(path)]
    counts = {state: sum(1 for _, s in found if s == state) for state in ("passed", "failed", "skipped")}
    for name, state in found:
        if state != "passed":
            print(f"{state}: {name}")
    if os.environ.get("CI"):
        listed = set((pathlib.Path(__file__).parent / "skips.txt").read_text().splitlines())
        for name in sorted({name for name, state in found if state == "skipped"} - listed):
            print(f"failed: {name} is skipped, and tests/skips.txt does not list it")
            counts["skipped"] -= 1
            counts["failed"] += 1
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


sys.exit(main())
