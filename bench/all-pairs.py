#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judged cells a second: `vnetlab test` on N machines of one segment, every ordered pair by each protocol, beside
Mininet's pingall on as many hosts on one Linux bridge. Prints JSON. As root, with Debian's mininet and bridge-utils.

The figure is that of the phase that probes, captures both ends of each cell and judges; building and removing aside.
usage: bench/all-pairs.py VNETLAB FOLDER [MACHINES] [ROUNDS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time


def lab(n):
    machines = "".join(f"    m{i}: {{interfaces: {{eth0: {{segment: lan, address: 10.0.0.{i}/24}}}}}}\n" for i in range(1, n + 1))
    return f"vnetlab: 1\nname: pairs\nscene:\n  segments:\n    lan: {{cidr: 10.0.0.0/24}}\n  machines:\n{machines}"


def vnetlab_round(vnetlab, folder):
    run = subprocess.run([vnetlab, "test", "--format", "json", "-o", str(folder / "run"), str(folder / "pairs.vlab.yml")],
                         stdout=subprocess.PIPE, check=True)
    report = json.loads(run.stdout)
    phases = {phase["name"]: phase["duration_usec"] / 1e6 for phase in report["phases"]}
    assert all(cell["verdict"] == "pass" for cell in report["cells"]), "a cell failed"
    return len(report["cells"]), phases["probe"], report["n_frames_captured"]


def mininet_round(n):
    """In a namespace of its own, by the distribution's Python. Prints pings and seconds as JSON."""
    # pylint: disable=import-error,import-outside-toplevel
    from mininet.net import Mininet
    from mininet.nodelib import LinuxBridge
    net = Mininet(switch=LinuxBridge, controller=None, build=False)
    switch = net.addSwitch("s1")
    for i in range(1, n + 1):
        net.addLink(net.addHost(f"h{i}", ip=f"10.0.0.{i}/24"), switch)
    net.start()
    start = time.monotonic()
    lost = net.pingAll(timeout="1")
    print(json.dumps({"pings": n * (n - 1), "seconds": time.monotonic() - start, "lost_percent": lost}))
    net.stop()


def time_mininet(n):
    script = f"mount -t sysfs sysfs /sys && exec /usr/bin/python3 {__file__} --mininet {n}"
    result = subprocess.run(["unshare", "-nm", "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            check=True, text=True)
    return json.loads(next(line for line in result.stdout.splitlines() if line.startswith("{")))


def main():
    if sys.argv[1] == "--mininet":
        mininet_round(int(sys.argv[2]))
        return
    vnetlab, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    n = int(sys.argv[3]) if len(sys.argv) > 3 else 30
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pairs.vlab.yml").write_text(lab(n))
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(vnetlab_round(vnetlab, folder))
        theirs.append(time_mininet(n))
    rate = statistics.median(cells / seconds for cells, seconds, _ in ours)
    peer = statistics.median(t["pings"] / t["seconds"] for t in theirs)
    print(json.dumps({"machines": n, "rounds": rounds, "cores": os.cpu_count(), "load": os.getloadavg()[0],
                      "kernel": os.uname().release, "cells": ours[0][0], "frames_captured": ours[0][2],
                      "judged_cells_per_second": round(rate), "mininet_pings_per_second": round(peer),
                      "vnetlab_to_mininet": round(rate / peer, 1)}, indent=2))


if __name__ == "__main__":
    main()
