#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times `vnetlab analyze` on generated captures, beside a bare libpcap read and tshark's conversations in the same run.

Two captures of 1.2 GB and 2 million packets, half of them VXLAN: one of 20,000 conversations, one of a million. Prints
JSON. Needs 2.4 GB in FOLDER, and a C compiler.
usage: bench/analyze.py VNETLAB FOLDER [RUNS]
"""
import json
import os
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import time

PACKETS = 2_000_000
HERE = pathlib.Path(__file__).resolve().parent


def ethernet_ip_tcp(flow, back, seq, payload):
    """One TCP segment of conversation number @flow."""
    client = struct.pack(">BBH", 10, 1 + flow // 65536 % 200, flow % 65536)
    server = struct.pack(">BBBB", 10, 240, flow % 7, flow % 200)
    ports = (10000 + flow % 50000, 80 + flow % 5)
    src, dst = (server, client) if back else (client, server)
    sport, dport = (ports[1], ports[0]) if back else ports
    size = 40 + len(payload)
    return (b"\xfa\x16\x3e\x00\x00\x02\xfa\x16\x3e\x00\x00\x01\x08\x00" + struct.pack(
        ">BBHHHBBH", 0x45, 0, size, seq & 0xffff, 0x4000, 64, 6, 0) + src + dst + struct.pack(
            ">HHIIBBHHH", sport, dport, seq & 0xffffffff, 1, 0x50, 0x18, 8192, 0, 0) + payload)


def vxlan(inner, flow):
    udp = 8 + 8 + len(inner)
    return (b"\xfa\x16\x3e\x00\x01\x02\xfa\x16\x3e\x00\x01\x01\x08\x00" + struct.pack(
        ">BBHHHBBH", 0x45, 0, 20 + udp, 0, 0, 64, 17, 0) + bytes((192, 168, 0, 1 + flow % 4, 192, 168, 0, 10 + flow % 4))
            + struct.pack(">HHHH", 49152 + flow % 64, 4789, udp, 0) + struct.pack(">II", 0x08000000, (42 + flow % 8) << 8) + inner)


def generate(path, conversations):
    """Every second conversation is tunnelled; packets of all are interleaved at random."""
    rng = random.Random(conversations)
    payloads = [rng.randbytes(n) for n in (0, 200, 600, 1000, 560, 500)]
    sent = {}
    with open(path, "wb", buffering=1 << 22) as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for number in range(PACKETS):
            flow = number if number < conversations else rng.randrange(conversations)
            back = bool(number & 1)
            payload = payloads[rng.randrange(6)]
            seq = sent.get((flow, back), 1)
            sent[flow, back] = seq + len(payload)
            frame = ethernet_ip_tcp(flow, back, seq, payload)
            if flow % 2:
                frame = vxlan(frame, flow)
            out.write(struct.pack("<IIII", 1_700_000_000 + number // 100_000, number % 100_000 * 10, len(frame), len(frame)))
            out.write(frame)


def run(command):
    """Seconds and peak KiB."""
    start = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                       (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {status}")
    return time.monotonic() - start, usage.ru_maxrss


def median_of(command, runs):
    results = [run(command) for _ in range(runs)]
    return statistics.median(r[0] for r in results), max(r[1] for r in results)


def measure(vnetlab, reader, path, conversations, runs):
    run([reader, str(path)])
    bare, _ = median_of([reader, str(path)], runs)
    ours, memory = median_of([vnetlab, "analyze", str(path)], runs)
    tshark, tshark_memory = median_of(["/usr/bin/tshark", "-q", "-n", "-r", str(path), "-z", "conv,tcp"], 1)
    return {
        "conversations": conversations, "packets": PACKETS, "bytes": path.stat().st_size,
        "bare_libpcap_s": round(bare, 3), "analyze_s": round(ours, 3), "analyze_peak_mib": round(memory / 1024, 1),
        "tshark_conv_tcp_s": round(tshark, 2), "tshark_peak_mib": round(tshark_memory / 1024, 1),
        "analyze_to_bare": round(ours / bare, 2), "tshark_to_analyze": round(tshark / ours, 1),
    }


def main():
    vnetlab, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    folder.mkdir(parents=True, exist_ok=True)
    reader = str(folder / "bare-read")
    subprocess.run(["cc", "-O2", "-o", reader, str(HERE / "bare-read.c"), "-lpcap"], check=True)
    results = []
    for conversations in (20_000, 1_000_000):
        path = folder / f"{conversations}.pcap"
        if not path.exists():
            generate(path, conversations)
        results.append(measure(vnetlab, reader, path, conversations, runs))
    print(json.dumps({"runs": runs, "cores": os.cpu_count(), "kernel": os.uname().release, "captures": results}, indent=2))


if __name__ == "__main__":
    main()
