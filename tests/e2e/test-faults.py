#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each fault that can be built into a lab turns exactly its checks red, and leaves no check undecided.

tests/e2e/faults/expected.txt says which: a line with the fault, the lab and options ("needs:NAME": what the kernel has to
have, as `vnetlab doctor` names it), below it indented the check and a
pattern of what is red of it: keys of cells, hosts and subjects of other checks. What a pattern matches must be red, and
what is red must be matched. VN_REGENERATE=1 writes the patterns of what is red now, to be checked by hand, and
docs/faults.md."""
import collections
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SRC = pathlib.Path(os.environ["VN_SRCDIR"])
FOLDERS = [SRC / "tests/e2e/faults", SRC / "tests/e2e/labs"]
EXPECTED = SRC / "tests/e2e/faults/expected.txt"
PAGE = SRC / "docs/faults.md"
MARK = "<!-- The rest of this file is made by tests/e2e/test-faults.py. -->\n\n"
REGENERATE = bool(os.environ.get("VN_REGENERATE"))
NEEDS = "needs:"

Case = collections.namedtuple("Case", "fault words needs patterns")

# Words, exit code, what stderr says.
REFUSED = [
    (["--fault", "no-masqerade", "nat"], 2, 'there is no fault "no-masqerade"; did you mean "no-masquerade"?'),
    (["--fault", "no-uplink", "nat"], 2, 'nothing in lab nat can have the fault "no-uplink"'),
    (["--fault", "rules-left", "nat"], 2, 'nothing in lab nat can have the fault "rules-left"'),
]


def run(*words):
    return subprocess.run([os.environ["VNETLAB"], "test", *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=120, env={**os.environ, "VNETLAB_TOPOLOGIES": str(SRC / "topologies")})


def read_cases():
    cases = []
    for line in EXPECTED.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            cases[-1].patterns.append(tuple(line.split(None, 1)))
        elif line and not line.startswith("#"):
            fault, *words = line.split()
            needs = [word[len(NEEDS):] for word in words if word.startswith(NEEDS)]
            cases.append(Case(fault, [word for word in words if not word.startswith(NEEDS)], needs, []))
    return cases


def read_faults():
    """Group, name, title and what it breaks of each fault that is listed."""
    group = None
    for line in run("--list-faults").stdout.splitlines():
        row = re.fullmatch(r"  (\S+) +(.*) \(([^()]*)\)", line)
        if row:
            yield group, *row.groups()
        else:
            group = line or group


def lab_of(words):
    """A lab of the tests by its name, else one that ships."""
    paths = [folder / f"{words[0]}.vlab.yml" for folder in FOLDERS]
    return [next((path for path in paths if path.exists()), words[0]), *words[1:]]


def items_of(report):
    """Check, what it is about, verdict."""
    for cell in report["cells"]:
        yield cell["check_id"], cell["key"], cell["verdict"]
    for check in report["checks"]:
        about = " ".join(check[key] for key in ("host", "subject") if check.get(key))
        yield check["id"], about or "-", check["verdict"]


def missing(case):
    """What this kernel lacks for it, or None."""
    if not case.needs:
        return None
    doctor = subprocess.run([os.environ["VNETLAB"], "doctor"], capture_output=True, text=True, check=False).stdout
    return next((name for name in case.needs if not re.search(rf"^ *ok *{re.escape(name)}", doctor, re.M)), None)


def run_case(case):
    """Returns: the report; None = this machine can't."""
    if missing(case):
        return None
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "run")
        done = run("--fault", case.fault, "-o", out, *lab_of(case.words))
        assert done.returncode in ((0, 1, 6) if REGENERATE else (1,)), \
            f"exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr}"
        return json.loads((out / "report.json").read_text())


def matches(pattern, item):
    return pattern[0] == item[0] and fnmatch.fnmatchcase(item[1], pattern[1])


def check_case(case, report):
    """Returns: why it was skipped, or None."""
    if not report:
        return missing(case)
    items = list(items_of(report))
    undecided = [item for item in items if item[2] not in ("pass", "fail")]
    assert not undecided, f"undecided: {undecided}"
    red = {item for item in items if item[2] == "fail"}
    meant = {item for item in items if any(matches(pattern, item) for pattern in case.patterns)}
    idle = [pattern for pattern in case.patterns if not any(matches(pattern, item) for item in items)]
    assert red == meant and not idle, "\n".join(
        [f"red, not expected: {' '.join(item[:2])}" for item in sorted(red - meant)]
        + [f"expected, not red: {' '.join(item[:2])}" for item in sorted(meant - red)]
        + [f"matches nothing: {' '.join(pattern)}" for pattern in idle])
    assert any(case.fault in warning for warning in report["warnings"]), "the report does not say that it has a fault"
    return None


# ---- what is red, in few patterns ----

def wider(key):
    """Patterns that match a key, the widest first."""
    ends, _, what = key.rpartition(" ")
    if not ends:
        return ["*", key]
    left, arrow, right = ends.partition(">")
    protocol, slash, _ = what.partition("/")
    whats = ["*", *([protocol + "/*"] if slash else []), what]
    froms = [f"{a}{arrow}{b}" for a in ("*", left) for b in (("*", right) if arrow else ("",))]
    return ["*"] + [f"{ends} {what}" for ends in froms for what in whats]


def patterns_of(report):
    items = list(items_of(report))
    left = {item for item in items if item[2] != "pass"}
    while left:
        tried = {(check, pattern) for check, key, _ in left for pattern in wider(key)}
        fits = {pattern: {item for item in items if matches(pattern, item)} for pattern in tried}
        good = [pattern for pattern, found in fits.items() if all(item[2] != "pass" for item in found)]
        best = max(good, key=lambda pattern: (len(fits[pattern] & left), pattern))
        left -= fits[best]
        yield best


def write_expected(cases, reports):
    comments = [line for line in EXPECTED.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines = list(comments)
    for case, report in zip(cases, reports):
        patterns = sorted(patterns_of(report)) if report else case.patterns
        needs = [NEEDS + name for name in case.needs]
        lines += ["", " ".join([case.fault, *case.words, *needs]), *(f"  {check:18} {key}" for check, key in patterns)]
        case.patterns[:] = patterns
    EXPECTED.write_text("\n".join(lines) + "\n", encoding="utf-8")


# ---- the page ----

def page(faults, cases):
    rows, last = [], None
    for group, name, title, breaks in faults:
        if group != last:
            rows += ["", f"## {group}", "", "| fault | what is wrong | breaks | turns red |", "|---|---|---|---|"]
            last = group
        shown = [f"{', '.join(f'`{c}`' for c in sorted({check for check, _ in case.patterns}))} in {case.words[0]}"
                 for case in cases if case.fault == name]
        rows.append(f"| `{name}` | {title} | {breaks} | {'; '.join(shown)} |")
    return "\n".join(rows[1:]) + "\n"


def check_page(faults, cases):
    text = PAGE.read_text(encoding="utf-8")
    head = text[:text.index(MARK)] + MARK
    if REGENERATE:
        PAGE.write_text(head + page(faults, cases), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == head + page(faults, cases), "docs/faults.md is not up to date"


# ---- all of it ----

def check_refusal(words, code, text):
    done = run(*words)
    assert (done.returncode, text in done.stderr) == (code, True), f"{done.returncode}: {done.stderr}"


def check_list(faults, cases):
    untested = {name for _, name, _, _ in faults} - {case.fault for case in cases}
    assert not untested, f"no test has the faults {sorted(untested)}"


def points(cases, reports, faults):
    for case, report in zip(cases, reports):
        yield " ".join([case.fault, "in", *case.words]), lambda c=case, r=report: check_case(c, r.result())
    for words, code, text in REFUSED:
        yield text, lambda w=words, c=code, t=text: check_refusal(w, c, t)
    yield "every fault is tested", lambda: check_list(faults, cases)
    yield "docs/faults.md lists them", lambda: check_page(faults, cases)


def test(number, name, check):
    """Returns: whether it failed."""
    try:
        why_not = check()
        print(f"ok {number} - {name}" + (f" # SKIP {why_not}" if why_not else ""))
    except AssertionError as problem:
        print(f"not ok {number} - {name}")
        print("\n".join("# " + line for line in str(problem).splitlines()[:60]))
        return True
    finally:
        sys.stdout.flush()
    return False


def main():
    cases, faults = read_cases(), list(read_faults())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        reports = [pool.submit(run_case, case) for case in cases]
        if REGENERATE:
            write_expected(cases, [report.result() for report in reports])
        tests = list(points(cases, reports, faults))
        print(f"1..{len(tests)}")
        failed = [test(i, name, check) for i, (name, check) in enumerate(tests, 1)]
    return 1 if any(failed) else 0


sys.exit(main())
