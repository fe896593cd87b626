#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the tables of `vnetlab analyze` with tshark's for each capture of a folder.

Conversations (`-z conv,…`) over Ethernet, IPv4, IPv6, TCP, UDP and SCTP: the same ends, packets and bytes of each
direction. tshark knows no networks inside of tunnels, so equal ends in different tunnels are summed up here. Then the
decoder, packet by packet (`-T fields`): addresses, tags, ports, sequence numbers, lengths, VNIs of all levels.
usage: compare-tshark.py VNETLAB PRINT-FIELDS FOLDER
"""
import collections
import json
import pathlib
import subprocess
import sys

VNETLAB, PRINT_FIELDS, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
# Pieces of packets are not put together here, and a frame that is cut off is read as far as it goes.
PREFERENCES = ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-n",
               "-d", "udp.port==8472,vxlan", "-o", "tcp.relative_sequence_numbers:FALSE"]
TABLES = ["eth", "ip", "ipv6", "tcp", "udp", "sctp"]
UNREADABLE = {"empty"}


def tshark_tables(path):
    command = ["tshark", "-q", *PREFERENCES, "-r", str(path)]
    for table in TABLES:
        command += ["-z", f"conv,{table}"]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    names = {"IPv4": "ip", "IPv6": "ipv6", "Ethernet": "eth", "TCP": "tcp", "UDP": "udp", "SCTP": "sctp"}
    tables = {name: collections.Counter() for name in TABLES}
    current = None
    for line in text.splitlines():
        words = line.split()
        if line.endswith(" Conversations"):
            current = tables[names[words[0]]]
        elif "<->" in words and current is not None and words[0] != "|":
            one, other = words[0], words[2]
            # packets and bytes of one direction, of the other, of both; a byte column has a number and a unit
            back, _, _, there = int(words[3]), words[4], words[5], int(words[6])
            current[(one, other)] += there
            current[(other, one)] += back
    return {name: +table for name, table in tables.items()}


def end(address, port):
    return f"{address}:{port}"


def our_tables(path):
    run = subprocess.run([VNETLAB, "analyze", "--format", "json", "--top", "0", str(path)], capture_output=True, text=True,
                         check=False)
    report = json.loads(run.stdout)
    tables = {name: collections.Counter() for name in TABLES}

    def add(table, flow, with_ports):
        one = end(flow["from"], flow["from_port"]) if with_ports else flow["from"]
        other = end(flow["to"], flow["to_port"]) if with_ports else flow["to"]
        tables[table][(one, other)] += flow["packets_from"]
        tables[table][(other, one)] += flow["packets_to"]

    for flow in report["mac_conversations"]:
        add("eth", flow, False)
    for flow in report["conversations"]:
        add("ipv6" if ":" in flow["from"] else "ip", flow, False)
    for flow in report["flows"]:
        if flow["protocol"] in ("tcp", "udp", "sctp") and (flow["from_port"] or flow["to_port"]):
            add(flow["protocol"], flow, True)
    return {name: +table for name, table in tables.items()}, report


FIELDS = ["frame.len", "eth.src", "eth.dst", "vlan.id", "ip.src", "ip.dst", "ip.ttl", "ipv6.src", "ipv6.dst", "tcp.srcport",
          "tcp.dstport", "tcp.seq", "tcp.len", "udp.srcport", "udp.dstport", "arp.opcode", "vxlan.vni"]
# Where tshark has another notion: it leaves later pieces of IPv6 packets out of conversations, calls the outer tag of two
# another protocol's, and reads the fields of a header that is cut off as far as they go.
EXEMPT = {"fragments6": {"ipv6"}, "qinq": {"vlan.id"}, "odd": {"ip.src", "ip.ttl", "tcp.srcport", "tcp.dstport"}}


def compare_fields(path):
    command = ["tshark", *PREFERENCES, "-r", str(path), "-T", "fields", "-E", "separator=;", "-E", "occurrence=a"]
    for field in FIELDS:
        command += ["-e", field]
    theirs = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    ours = subprocess.run([PRINT_FIELDS, str(path)], capture_output=True, text=True, check=False).stdout.splitlines()
    problems = [] if len(theirs) == len(ours) else [f"tshark reads {len(theirs)} packets, vnetlab {len(ours)}"]
    for number, (their, our) in enumerate(zip(theirs, ours), 1):
        for name, x, y in zip(FIELDS, their.split(";"), our.split(";")):
            if x != y and name not in EXEMPT.get(path.stem, ()):
                problems.append(f"packet {number}: {name} is \"{x}\" for tshark, \"{y}\" for vnetlab")
    return problems, sum(int(line.split(";")[0]) for line in theirs), len(theirs)


def compare(path):
    problems = []
    theirs = tshark_tables(path)
    ours, report = our_tables(path)
    for table in TABLES:
        for key in sorted(set(theirs[table]) | set(ours[table])):
            if theirs[table][key] != ours[table][key] and table not in EXEMPT.get(path.stem, ()):
                problems.append(f"{table} {key[0]} > {key[1]}: tshark {theirs[table][key]} packets, vnetlab {ours[table][key]}")
    differences, n_bytes, n_packets = compare_fields(path)
    problems += differences
    if (n_packets, n_bytes) != (report["n_packets"], report["n_bytes"]):
        problems.append(f"tshark {n_packets} packets of {n_bytes} bytes, vnetlab {report['n_packets']} of {report['n_bytes']}")
    return problems


def main():
    files = sorted(p for p in FOLDER.iterdir() if p.stem not in UNREADABLE and ".pcap" in p.name)
    print(f"1..{len(files)}")
    failed = 0
    for number, path in enumerate(files, 1):
        problems = compare(path)
        for problem in problems[:10]:
            print(f"# {problem}")
        print(f"{'not ok' if problems else 'ok'} {number} {path.name}")
        failed += bool(problems)
    return 1 if failed else 0


sys.exit(main())
