#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the kernel holds for a lab that is up, as sorted lines: two labs of one file give the same.

lab-state.py VNETLAB NAME

Left out is what the order of building decides (indices of devices, counters, the order of lines), what the kernel draws
(addresses of switches and tunnel devices, which nobody gives), and what a line of the lab file decides without being
state (comments in rules).
"""
import json
import re
import subprocess
import sys

COMMANDS = """
ip -4 route show
ip -6 route show | grep -v ' proto kernel '
bridge fdb show | grep permanent
ip neigh show nud permanent | grep -v ' dev lo '
iptables-save
ip6tables-save
ebtables-save
ipset save
"""
NOISE = [
    (re.compile(r' -m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)'), ""),
    (re.compile(r"\[\d+:\d+\]"), ""),
    (re.compile(r"^#.*"), ""),
    (re.compile(r" (?:hashsize|maxelem|bucketsize|initval) \S+"), ""),
    (re.compile(r" (?:offload|extern_learn|linkdown|dead)"), ""),
]

GIVEN = ("fa:16:3e", "fe:16:3e", "02:00:", "02:76:6e", "08:00:27", "00:0c:29", "00:50:56", "52:54:00", "0a:00:27")


def run(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout


def clean(line):
    for pattern, by in NOISE:
        line = pattern.sub(by, line)
    return line.strip()


def main():
    vnetlab, name = sys.argv[1:]
    links = json.loads(run(vnetlab, "inspect", "--format", "json", name))["links"]
    drawn = {link["mac"] for link in links if not link["mac"].startswith(GIVEN)}
    lines = set()
    for link in links:
        # a switch has the lowest address of its ports
        if link["mac"] in drawn or link["device"].startswith(("brq", "switch")):
            link["mac"] = "MAC"
        lines.add(" ".join(link.values()))
    for node in {link["node"] for link in links}:
        for line in run(vnetlab, "exec", name, node, "sh", "-c", COMMANDS).splitlines():
            if clean(line) and clean(line).split()[0] not in drawn:
                lines.add(f"{node}: {clean(line)}")
    print("\n".join(sorted(lines)))


main()
