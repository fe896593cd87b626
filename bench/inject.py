#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frames a second into a veth by the way that probes leave (inject.c), beside trafgen's on the same pair in the same run,
in turn. Prints JSON. As root, with Debian's netsniff-ng; in a network namespace of its own.

usage: bench/inject.py BUILD-FOLDER FOLDER [ROUNDS] [SECONDS]
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FRAME = ("{ 2,0,0,0,0,2, 2,0,0,0,0,1, 0x08,0x00, 0x45,0, c16(60), c16(1), c16(0), 64, 1, c16(0), 10,0,0,1, 10,0,0,2, "
         "8,0,c16(0),c16(1),c16(1), fill(0x41,32) }\n")


def trafgen(config, number):
    run = subprocess.run(["trafgen", "--dev", "v0", "--conf", config, "--num", str(number), "-P1"], capture_output=True,
                         text=True, check=True)
    seconds, micro = re.search(r"(\d+) sec, (\d+) usec on CPU", run.stdout + run.stderr).groups()
    return number / (int(seconds) + int(micro) / 1e6)


def build(folder, target):
    flags = lambda what: subprocess.run(["pkg-config", what, "glib-2.0"], capture_output=True, text=True,  # noqa: E731
                                        check=True).stdout.split()
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", f"-I{HERE.parent}", *flags("--cflags"), "-o", target, str(HERE / "inject.c"),
                    str(folder / "sim/packet/libvn-packet.a"), str(folder / "sim/base/libvn-base.a"), *flags("--libs"), "-lnet"],
                   check=True)


def main():
    if sys.argv[1] != "--inside":
        os.execvp("unshare", ["unshare", "-n", sys.executable, __file__, "--inside", *sys.argv[1:]])
    source, folder = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    rounds, seconds = (int(sys.argv[i]) if len(sys.argv) > i else default for i, default in ((4, 5), (5, 3)))
    folder.mkdir(parents=True, exist_ok=True)
    target, config = str(folder / "inject"), str(folder / "trafgen.conf")
    build(source, target)
    pathlib.Path(config).write_text(FRAME)
    subprocess.run("ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up", shell=True, check=True)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(float(subprocess.run([target, "v0", str(seconds)], capture_output=True, check=True).stdout))
        theirs.append(trafgen(config, 400_000 * seconds))
    rate, peer = statistics.median(ours), statistics.median(theirs)
    print(json.dumps({"rounds": rounds, "cores": os.cpu_count(), "load": os.getloadavg()[0], "kernel": os.uname().release,
                      "frames_per_second": round(rate), "trafgen_frames_per_second": round(peer),
                      "vnetlab_to_trafgen": round(statistics.median(a / b for a, b in zip(ours, theirs)), 2)}, indent=2))


if __name__ == "__main__":
    main()
