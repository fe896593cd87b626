#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times `vnetlab test self-service` as a whole and measures the peak memory of its process tree.

Beside it, in the same run: the raw cost of as many namespaces and veth pairs by one `ip -batch`. Prints JSON.
usage: bench/self-service.py BUILD-FOLDER [RUNS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

RING_KIB = 512  # of each capture point, VN_STAGE_RING_BYTES


def tree(root):
    """Ids of a process and all that descend from it."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children.get(pid, [])
    return found


def pss_kib(pid):
    try:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def sample(process, peak):
    while process.poll() is None:
        peak[0] = max(peak[0], sum(pss_kib(pid) for pid in tree(process.pid)))
        time.sleep(0.005)


def measure(command, memory):
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        peak = [0]
        if memory:
            thread = threading.Thread(target=sample, args=(process, peak))
            thread.start()
            thread.join()
        process.wait()
    if process.returncode != 0:
        sys.exit(f"{command}: exit code {process.returncode}")
    return time.monotonic() - start, peak[0]


def raw_command(nodes):
    lines = [f"netns add n{i}" for i in range(nodes)]
    lines += ["link add br0 type bridge", "link set br0 up"]
    for i in range(nodes):
        lines += [f"link add v{i} type veth peer name eth0 netns n{i}", f"link set v{i} master br0 up"]
    script = "mount -t tmpfs t /run && ip -batch - <<'X'\n" + "\n".join(lines) + "\nX\n"
    return ["unshare", "-Urnmp", "--fork", "sh", "-c", script]


def main():
    os.environ["VNETLAB_TOPOLOGIES"] = str(pathlib.Path(__file__).resolve().parent.parent / "topologies")
    vnetlab, runs = str(pathlib.Path(sys.argv[1]) / "vnetlab"), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder:
        command = [vnetlab, "test", "self-service", "-o", folder]
        times = [measure(command, False)[0] for _ in range(runs)]
        peak = max(measure(command, True)[1] for _ in range(3))
        report = json.loads((pathlib.Path(folder) / "report.json").read_text())
        capture = (pathlib.Path(folder) / "capture.pcapng").stat().st_size
    raw = [measure(raw_command(len(report["ends"]) + 1), False)[0] for _ in range(runs)]
    points = len(report["points"])
    json.dump({
        "what": "vnetlab test self-service",
        "kernel": os.uname().release, "cores": os.cpu_count(), "runs": runs,
        "seconds": {"min": min(times), "median": statistics.median(times), "max": max(times)},
        "raw_namespaces_and_veths_seconds": statistics.median(raw),
        "ratio_to_raw": statistics.median(times) / statistics.median(raw),
        "frames_sent": report["n_frames_sent"], "frames_captured": report["n_frames_captured"],
        "frames_dropped": sum(p["dropped"] for p in report["points"]),
        "capture_points": points, "pcapng_bytes": capture,
        "phases_usec": {p["name"]: p["duration_usec"] for p in report["phases"]},
        "peak_memory_kib": {"process_tree_pss": peak, "capture_rings": points * RING_KIB,
                            "sum": peak + points * RING_KIB},
    }, sys.stdout, indent=2)
    print()


main()
