#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether `vnetlab capture` loses packets: 100,000 a second in all at 20 interfaces, written to a file. Prints JSON.

Ten pairs of machines; one of each sends 5,000 frames of 500 bytes a second (flood.c), and both interfaces are captured.
What was lost is what was sent twice and is not in the file; what the capture itself says of losses stands beside it.
usage: bench/live-capture.py VNETLAB FOLDER [FRAMES-A-SECOND] [SECONDS]
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

PAIRS = 10
HERE = pathlib.Path(__file__).resolve().parent


def lab():
    segments = "".join(f"    s{i}: {{cidr: 10.0.{i}.0/24}}\n" for i in range(PAIRS))
    machines = "".join(f"    m{i}x{end}: {{interfaces: {{eth0: {{segment: s{i}, address: 10.0.{i}.{end}/24}}}}}}\n"
                       for i in range(PAIRS) for end in (1, 2))
    return f"vnetlab: 1\nname: flood\nscene:\n  segments:\n{segments}  machines:\n{machines}"


def count(path):
    text = subprocess.run(["capinfos", "-Mcd", str(path)], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"^Number of packets: +(\d+)", text, re.M).group(1))


def measure(vnetlab, folder, rate, seconds):
    path, flood = folder / "flood.pcapng", str(folder / "flood")
    points = [f"m{i}x{end}:eth0" for i in range(PAIRS) for end in (1, 2)]
    with subprocess.Popen([vnetlab, "capture", "flood", *points, "-w", str(path), "--filter", "ether proto 0x88b5"],
                          stderr=subprocess.PIPE, text=True) as capture:
        capture.stderr.readline()
        start = time.monotonic()
        floods = [subprocess.Popen([vnetlab, "exec", "flood", f"m{i}x1", flood, "eth0", str(rate // PAIRS // 2), str(seconds)],
                                   stdout=subprocess.PIPE, text=True) for i in range(PAIRS)]
        sent = sum(int(process.communicate()[0]) for process in floods)
        lasted = time.monotonic() - start
        capture.terminate()
        said = capture.stderr.read()
        _, _, usage = os.wait4(capture.pid, 0)
    lost = re.search(r"(\d+) lost", said)
    return {"interfaces": len(points), "packets": 2 * sent, "packets_per_second": round(2 * sent / lasted),
            "captured": count(path), "lost_as_it_says": int(lost.group(1)) if lost else 0,
            "file_mib": round(path.stat().st_size / 2**20), "peak_mib": round(usage.ru_maxrss / 1024, 1)}


def main():
    vnetlab, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    rate = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    seconds = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", str(folder / "flood"), str(HERE / "flood.c")], check=True)
    (folder / "flood.vlab.yml").write_text(lab())
    subprocess.run([vnetlab, "up", str(folder / "flood.vlab.yml")], check=True, stdout=subprocess.DEVNULL)
    try:
        result = measure(vnetlab, folder, rate, seconds)
    finally:
        subprocess.run([vnetlab, "down", "flood"], check=True, stdout=subprocess.DEVNULL)
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0], "kernel": os.uname().release, **result}, indent=2))


if __name__ == "__main__":
    main()
