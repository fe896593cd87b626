#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every diagnostic, operation, check and verdict must be named by a test or by a lab in topologies/bad."""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])


def names():
    codes = (top / "sim/base/vn-diag-codes.inc").read_text()
    for constant, ident in re.findall(r'^VN_DIAG_CODE \((\w+), "([^"]+)"', codes, re.M):
        yield f"diagnostic {ident}", (ident, f"VN_DIAG_{constant}")
    checks = (top / "analysis/judge/vn-checks.c").read_text()
    for ident in re.findall(r'\{ "([A-Z0-9]+-[A-Z0-9-]+)"', checks):
        yield f"check {ident}", (ident,)
    findings = (top / "analysis/flows/vn-findings.inc").read_text()
    for ident in re.findall(r'^VN_FINDING \(\w+, "([^"]+)"', findings, re.M):
        yield f"finding {ident}", (ident,)
    for header, prefix in (("sim/base/vn-kobj.h", "VN_VERB"), ("sim/base/vn-kobj.h", "VN_KOBJ"),
                           ("sim/base/vn-kobj.h", "VN_TOOL"), ("analysis/judge/vn-run.h", "VN_VERDICT"),
                           ("sim/model/vn-cell.h", "VN_CELL"), ("sim/model/vn-cell.h", "VN_CAUSE")):
        for constant in re.findall(rf"^  ({prefix}_\w+)", (top / header).read_text(), re.M):
            # Tables of tests shorten VN_CAUSE_X to C (X); expected reports have the printed word.
            bare = constant.split("_", 2)[2]
            word = bare.lower().replace("_", "-")
            spelt = {"VN_CAUSE": (bare, word), "VN_CELL": (word,)}.get(prefix, ())
            yield f"constant {constant}", (constant, *spelt)


def main():
    texts = [p.read_text(errors="replace") for folder in ("tests", "topologies") for p in (top / folder).rglob("*")
             if p.is_file() and p.suffix in (".c", ".h", ".yml", ".sh", ".py", ".txt", ".json", ".ini", ".conf")]
    heap = "\n".join(texts)
    words = set(re.findall(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*", heap))
    missing = [what for what, forms in names() if not any(form in words for form in forms)]
    print("\n".join(f"no test names {what}" for what in missing) or "all are named")
    return 1 if missing else 0


sys.exit(main())
