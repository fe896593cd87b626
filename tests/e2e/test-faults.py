#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each fault that can be built into a lab turns exactly the named checks red, and leaves no check undecided."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(os.environ["VN_SRCDIR"], "topologies")

# Fault, lab, the checks that it turns red. A guest without a lease is not probed: only the lease tells.
FAULTS = [
    ("ip-forward-off", "nat", {"NAT-OUTBOUND", "DNS-NAME"}),
    ("ip-forward-off", "bridged", {"NAT-OUTBOUND"}),
    ("ip-forward-off", "routed", {"NAT-OUTBOUND", "NET-ROUTED"}),
    ("no-masquerade", "nat", {"NAT-OUTBOUND", "DNS-NAME"}),
    ("no-masquerade", "bridged", {"NAT-OUTBOUND"}),
    ("no-port-forward", "port-forward", {"NAT-FORWARD"}),
    ("no-uplink", "bridged", {"DHCP-LEASE"}),
    ("dhcp-off", "nat", {"DHCP-LEASE"}),
    ("dhcp-off", "bridged", {"DHCP-LEASE"}),
    ("wrong-gateway", "nat", {"DHCP-LEASE", "NAT-OUTBOUND", "NET-ROUTED"}),
    ("wrong-gateway", "bridged", {"DHCP-LEASE", "NAT-OUTBOUND", "NET-ROUTED"}),
    ("no-dns", "nat", {"DNS-NAME"}),
]

# Words, exit code, what stderr says.
REFUSED = [
    (["--fault", "no-masqerade", TOP / "nat"], 2, 'there is no fault "no-masqerade"; did you mean "no-masquerade"?'),
    (["--fault", "no-uplink", TOP / "nat"], 2, 'nothing in lab nat can have the fault "no-uplink"'),
]


def run(*words):
    return subprocess.run([os.environ["VNETLAB"], "test", *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=120)


def check_fault(fault, lab, wanted):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "run")
        done = run("--fault", fault, "-o", out, TOP / lab)
        assert done.returncode == 1, done.stdout + done.stderr
        report = json.loads((out / "report.json").read_text())
    items = [(cell["check_id"], cell["verdict"]) for cell in report["cells"]]
    items += [(check["id"], check["verdict"]) for check in report["checks"]]
    red = {name for name, verdict in items if verdict == "fail"}
    assert red == wanted, f"red: {sorted(red)}"
    assert all(verdict in ("pass", "fail") for _, verdict in items), "undecided"
    assert any(fault in warning for warning in report["warnings"]), "the report does not say that it has a fault"


def check_refusal(words, code, text):
    done = run(*words)
    assert (done.returncode, text in done.stderr) == (code, True), f"{done.returncode}: {done.stderr}"


def check_list():
    listed = {line.split()[0] for line in run("--list-faults").stdout.splitlines()}
    untested = listed - {fault for fault, _, _ in FAULTS}
    assert not untested, f"no test has the faults {sorted(untested)}"


def points():
    for fault, lab, wanted in FAULTS:
        yield f"{fault} in {lab}", lambda f=fault, l=lab, w=wanted: check_fault(f, l, w)
    for words, code, text in REFUSED:
        yield text, lambda w=words, c=code, t=text: check_refusal(w, c, t)
    yield "every fault is tested", check_list


def main():
    failed, tests = False, list(points())
    print(f"1..{len(tests)}")
    for i, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {i} - {name}")
        except AssertionError as problem:
            failed = True
            print(f"not ok {i} - {name}")
            print("\n".join("# " + line for line in str(problem).splitlines()[:60]))
        sys.stdout.flush()
    return 1 if failed else 0


sys.exit(main())
