#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `vnetlab analyze` finds in captures made for it: exactly these kinds, and a report that fits the schema.

usage: check-findings.py VNETLAB SCHEMA FOLDER
"""
import json
import pathlib
import subprocess
import sys

import jsonschema

VNETLAB, SCHEMA, FOLDER = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text()), pathlib.Path(sys.argv[3])
# capture -> kinds of findings; captures that are not named have none
WANTED = {
    "arp.pcap": "ARP-CONFLICT ARP-GRATUITOUS ARP-UNANSWERED",
    "nd.pcap": "",
    "two-routers.pcap": "RA-SEVERAL",
    "dhcp.pcap": "DHCP-EXCHANGE DHCP-NAK",
    "dhcp-lost.pcap": "DHCP-UNANSWERED",
    "dhcp-two.pcap": "DHCP-EXCHANGE DHCP-SEVERAL",
    "dns.pcap": "DNS-UNANSWERED",
    "dns-failed.pcap": "DNS-FAILED",
    "icmp.pcap": "ICMP-UNREACHABLE PING-UNANSWERED",
    "icmp6.pcap": "ICMP-UNREACHABLE PING-UNANSWERED",
    "icmp-errors.pcap": "ICMP-PROHIBITED ICMP-REDIRECT ICMP-TOO-BIG ICMP-TTL",
    "ipv6.pcap": "TCP-UNANSWERED",
    "tcp-refused.pcap": "TCP-REFUSED TCP-UNANSWERED",
    "tcp-rst.pcap": "TCP-RESET",
    "tcp-again.pcap": "TCP-RETRANSMISSION",
    "tcp-gap.pcap": "TCP-GAP",
    "tcp-one-way.pcap": "TCP-ONE-WAY",
    "tcp-full.pcap": "TCP-ZERO-WINDOW",
    "fragments.pcap": "IP-FRAGMENTS",
    "fragments6.pcap": "IP-FRAGMENTS",
    "fragments-missing.pcap": "IP-FRAGMENTS IP-FRAGMENTS-MISSING",
    "fragments-overlap.pcap": "IP-FRAGMENTS IP-FRAGMENTS-OVERLAP",
    "dhcp-fine.pcap": "DHCP-EXCHANGE",
    "odd.pcap": "MALFORMED TCP-ONE-WAY",
    "cut-headers.pcap": "TRUNCATED",
    "twice.pcap": "DUPLICATE",
    "clock-back.pcap": "CLOCK-BACK",
    "trailer.pcap": "ARP-UNANSWERED",
    "vxlan-8472.pcap": "OVERLAY-ONE-WAY",
    "vxlan-in-vxlan.pcap": "OVERLAY-ONE-WAY",
    "vxlan-in-gre.pcap": "OVERLAY-ONE-WAY",
    "vxlan-flood.pcap": "ARP-UNANSWERED OVERLAY-FLOOD OVERLAY-ONE-WAY OVERLAY-UNKNOWN-UNICAST",
    "vxlan-multicast.pcap": "ARP-UNANSWERED OVERLAY-FLOOD OVERLAY-MULTICAST",
    "vxlan-moved.pcap": "OVERLAY-MAC-MOVED OVERLAY-ONE-WAY",
    "vxlan-ports.pcap": "OVERLAY-ONE-WAY OVERLAY-PORTS",
    "vxlan-fragments.pcap": "IP-FRAGMENTS OVERLAY-FRAGMENTED OVERLAY-ONE-WAY",
    "geneve.pcap": "OVERLAY-ONE-WAY",
    "gre.pcap": "OVERLAY-ONE-WAY",
    "gre-fields.pcap": "OVERLAY-ONE-WAY",
    "geneve-options.pcap": "OVERLAY-ONE-WAY",
    "ipip.pcap": "OVERLAY-ONE-WAY",
}
# several captures at once
TOGETHER = {
    ("side-a.pcap", "side-b.pcap"): "CLOCK-OFFSET NEVER-LEFT SAME-PACKET",
    ("nat-inside.pcap", "nat-outside.pcap"): "NAT-PAIR",
}
# not a matter of what is in them
UNCERTAIN = {"links.pcapng", "mixed.pcap", "mixed.pcapng", "big-endian.pcap", "nanoseconds.pcap", "big-nanoseconds.pcap",
             "snaplen.pcap", "packed.pcap.gz", "packed.pcap.zst", "empty.pcap"}


def analyze(paths):
    run = subprocess.run([VNETLAB, "analyze", "--format", "json", *map(str, paths)], capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    jsonschema.validate(report, SCHEMA)
    for finding in report["findings"]:
        for packet in finding["packets"]:
            assert 1 <= packet["number"] <= report["files"][packet["file"]]["n_packets"], finding
    return run.returncode, sorted({finding["id"] for finding in report["findings"]})


def main():
    cases = [((p.name,), WANTED.get(p.name, "")) for p in sorted(FOLDER.glob("*.pcap*"))
             if p.name not in UNCERTAIN and not any(p.name in names for names in TOGETHER)]
    cases += list(TOGETHER.items())
    print(f"1..{len(cases)}")
    failed = 0
    for number, (names, wanted) in enumerate(cases, 1):
        code, found = analyze([FOLDER / name for name in names])
        is_right = code == 0 and found == wanted.split()
        if not is_right:
            print(f"# exit code {code}, found {' '.join(found)}, wanted {wanted}")
        print(f"{'ok' if is_right else 'not ok'} {number} {' '.join(names)}")
        failed += not is_right
    return 1 if failed else 0


sys.exit(main())
