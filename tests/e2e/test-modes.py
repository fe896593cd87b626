#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each product's modes on the real kernel: pool, gateway, DHCP server, DNS server, and who reaches whom.

The labs are those of tests/golden/modes; what is expected stands here by hand, from the products' documentation, and
knows nothing of vnetlab's own prediction. Environment: VNETLAB, VN_SRCDIR. Prints TAP.
"""
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Whom a VM reaches, and who reaches it. What is not named here must not be answered.
ALONE = ({"vm"}, {"vm"})
HOST_ONLY = ({"vm", "pc"}, {"vm", "pc"})
ENGINE = ({"router", "pc", "pc2", "internet"}, set())
NAT_NETWORK = ({"vm", "router", "pc", "pc2", "internet"}, {"vm"})
NAT_WITH_PC = ({"vm", "router", "pc", "pc2", "internet"}, {"vm", "pc"})
ON_LAN = ({"vm", "router", "pc", "pc2", "internet"}, {"vm", "router", "pc", "pc2"})

# product and mode: DHCP server, first and last address of the pool, router, DNS server; who reaches whom.
LAN = ("192.168.0.1", "192.168.0.100", "192.168.0.199", "192.168.0.1", "192.168.0.1")
MODES = {
    "virtualbox-host-only": (("192.168.56.100", "192.168.56.101", "192.168.56.254", None, None), HOST_ONLY),
    "virtualbox-nat": (("10.0.2.2", "10.0.2.15", "10.0.2.15", "10.0.2.2", "10.0.2.3"), ENGINE),
    "virtualbox-nat-network": (("10.0.2.3", "10.0.2.4", "10.0.2.254", "10.0.2.1", "10.0.2.1"), NAT_NETWORK),
    "virtualbox-internal": (None, ALONE),
    "virtualbox-bridged": (LAN, ON_LAN),
    "vmware-host-only": (("192.168.106.254", "192.168.106.128", "192.168.106.253", None, None), HOST_ONLY),
    "vmware-nat": (
        ("192.168.108.254", "192.168.108.128", "192.168.108.253", "192.168.108.2", "192.168.108.2"), NAT_WITH_PC),
    "vmware-internal": (None, ALONE),
    "vmware-bridged": (LAN, ON_LAN),
    "libvirt-host-only": (
        ("192.168.152.1", "192.168.152.2", "192.168.152.254", None, "192.168.152.1"), HOST_ONLY),
    "libvirt-nat": (
        ("192.168.122.1", "192.168.122.2", "192.168.122.254", "192.168.122.1", "192.168.122.1"), NAT_WITH_PC),
    "libvirt-internal": (None, ALONE),
    "libvirt-bridged": (LAN, ON_LAN),
    "libvirt-routed": (
        ("192.168.100.1", "192.168.100.2", "192.168.100.254", "192.168.100.1", "192.168.100.1"), ON_LAN),
    "libvirt-open": (
        ("192.168.101.1", "192.168.101.2", "192.168.101.254", "192.168.101.1", "192.168.101.1"), ON_LAN),
}
OTHERS = ["router", "pc", "pc2", "internet"]
VMS = ["vm1", "vm2"]


class Tap:
    number = 0
    failed = False

    def point(self, name, problems):
        self.number += 1
        self.failed |= bool(problems)
        print(f"{'not ok' if problems else 'ok'} {self.number} - {name}", flush=True)
        for problem in problems:
            print(f"# {problem}", flush=True)


def run(lab, folder):
    result = subprocess.run([os.environ["VNETLAB"], "test", lab, "-o", folder], capture_output=True, text=True)
    report = folder / "report.json"
    problems = [] if result.returncode == 0 else [f"exit code {result.returncode}"] + result.stdout.splitlines()
    return problems, json.loads(report.read_text()) if report.exists() else None


def lease_problems(report, wanted):
    """Every VM has a lease as the product gives it; without a DHCP server none has."""
    leases = {lease["machine"]: lease for lease in report["leases"]}
    problems = []
    for vm in VMS:
        lease = leases.get(vm)
        if wanted is None or lease is None:
            problems += [f"{vm}: a lease: {lease}"] if (lease is None) != (wanted is None) else []
            continue
        server, first, last, router, dns = wanted
        address = ipaddress.ip_interface(lease["address"]).ip
        if not ipaddress.ip_address(first) <= address <= ipaddress.ip_address(last):
            problems.append(f"{vm}: {address} is not in {first} to {last}")
        for key, value in (("server", server), ("router", router), ("dns", dns)):
            if lease.get(key) != value:
                problems.append(f"{vm}: {key} {lease.get(key)}, expected {value}")
    return problems


def reached(report, sender, receiver):
    """Which of ping, TCP and UDP were answered between any ends of two machines."""
    answered = set()
    for cell in report["cells"]:
        ends = cell["from"].split(":")[0], cell["to"].split(":")[0]
        if cell["kind"] == "reach" and ends == (sender, receiver) and cell["observed"]["answered"] == "yes":
            answered.add(cell["what"].split("/")[0])
    return answered & {"icmp", "tcp", "udp"}


def table_problems(report, reaches, reached_by):
    """All three protocols where there is a way, none where there is none; in both directions of each pair."""
    problems = []
    pairs = [(vm, other, other in reaches) for vm in VMS for other in OTHERS]
    pairs += [(other, vm, other in reached_by) for vm in VMS for other in OTHERS]
    pairs += [("vm1", "vm2", "vm" in reaches), ("vm2", "vm1", "vm" in reached_by)]
    for sender, receiver, wanted in pairs:
        have = reached(report, sender, receiver)
        if have != ({"icmp", "tcp", "udp"} if wanted else set()):
            problems.append(f"{sender} to {receiver}: answered {sorted(have)}, expected {'all' if wanted else 'none'}")
    return problems


def main():
    tap = Tap()
    source = pathlib.Path(os.environ["VN_SRCDIR"]) / "tests/golden/modes"
    with tempfile.TemporaryDirectory() as work:
        for name, (lease, (reaches, reached_by)) in MODES.items():
            problems, report = run(source / f"{name}.vlab.yml", pathlib.Path(work) / name)
            tap.point(f"{name}: all as predicted", problems)
            if report is None:
                continue
            tap.point(f"{name}: pool, DHCP server, gateway and DNS server are the product's", lease_problems(report, lease))
            tap.point(f"{name}: who reaches whom", table_problems(report, reaches, reached_by))
    print(f"1..{tap.number}")
    return tap.failed


if __name__ == "__main__":
    sys.exit(main())
