#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the test points of meson's JUnit logs and prints "N passed, N failed, N skipped" as the last line.

With CI set, what was skipped is compared with tests/skips.txt: a test that is skipped without being listed there is a
failure, since nobody would see it.
usage: tests/count.py LOG…
"""
import json
import os
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def points(path):
    """(name, state) of each test case; state is passed, failed or skipped."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            tags = {child.tag for child in case}
            state = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
            yield f"{suite.get('name')}: {case.get('name')}", state


def broken_programs(path, found):
    """Test programs that did not end well although none of their points failed: they ended in the middle."""
    failed = [name for name, state in found if state == "failed"]
    for line in pathlib.Path(path).with_name("testlog.json").read_text().splitlines():
        program = json.loads(line)
        name = program["name"].split(" / ")[-1]
        if program["result"] in ("ERROR", "FAIL", "TIMEOUT", "INTERRUPT") and not any(name in f for f in failed):
            yield f"{program['name']}: ended in the middle", "failed"


def main():
    found = []
    for path in sys.argv[1:]:
        some = list(points(path))
        found += some + list(broken_programs(path, some))
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
