#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times labs that stay: `vnetlab up` and `down` of the nat lab, and `vnetlab exec`, beside Mininet. Prints JSON.

Mininet (Debian's package) makes as many hosts on two Linux bridges, with static addresses, in a network namespace of its
own, and executes by process id (mnexec); it has no DHCP, DNS, NAT or web server, so a lab of plain machines that does no more than Mininet's is timed, too.
Rounds of all alternate, so that what disturbs the machine disturbs all. To be run as root, which Mininet needs.
usage: bench/running.py BUILD-FOLDER [ROUNDS]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

EXECS = 20  # of each kind in a round

LAN = ["router", "pc", "pc2", "vm1", "vm2", "engine1", "engine2"]
UPLINK = ["router", "internet"]


def plain_lab():
    """The machines of LAN and UPLINK on two segments, all with static addresses."""
    interfaces = {}
    for net, names in enumerate([LAN, UPLINK]):
        for host, name in enumerate(names, 1):
            interfaces.setdefault(name, []).append(
                f"eth{net}: {{segment: s{net}, address: 10.0.{net}.{host}/24}}")
    machines = "".join(f"    {name}: {{interfaces: {{{', '.join(lines)}}}}}\n" for name, lines in interfaces.items())
    return ("vnetlab: 1\nname: plain\nscene:\n  segments:\n    s0: {cidr: 10.0.0.0/24}\n    s1: {cidr: 10.0.1.0/24}\n"
            "  machines:\n" + machines)


def seconds(command):
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


def time_vnetlab(vnetlab, lab, name, node):
    times = {"build": [seconds([vnetlab, "up", "--name", name, lab])]}
    try:
        times["exec"] = [seconds([vnetlab, "exec", name, node, "true"]) for _ in range(EXECS)]
    finally:
        times["remove"] = [seconds([vnetlab, "down", name])]
    return times


def mininet_round():
    """In a namespace of its own, by the distribution's Python: builds, executes, removes. Prints JSON."""
    # pylint: disable=import-error,import-outside-toplevel
    from mininet.net import Mininet
    from mininet.nodelib import LinuxBridge

    start = time.monotonic()
    net = Mininet(switch=LinuxBridge, controller=None, build=False)
    hosts = {name: net.addHost(name, ip=None) for name in dict.fromkeys(LAN + UPLINK)}
    for number, names in enumerate([LAN, UPLINK]):
        switch = net.addSwitch(f"s{number + 1}")
        for host, name in enumerate(names, 1):
            net.addLink(hosts[name], switch, params1={"ip": f"10.0.{number}.{host}/24"})
    net.start()
    times = {"build": [time.monotonic() - start]}
    pid = hosts["vm1"].pid
    times["exec"] = [seconds(["mnexec", "-a", str(pid), "true"]) for _ in range(EXECS)]
    start = time.monotonic()
    net.stop()
    times["remove"] = [time.monotonic() - start]
    json.dump(times, sys.stdout)


def time_mininet():
    script = f"mount -t sysfs sysfs /sys && exec /usr/bin/python3 {__file__} --mininet-round"
    result = subprocess.run(["unshare", "-nm", "sh", "-c", script], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(result.stdout)


def merge(into, times):
    for key, values in times.items():
        into.setdefault(key, []).extend(values)


def summary(times):
    return {key: {"min": min(v), "median": statistics.median(v), "max": max(v)} for key, v in times.items()}


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    os.environ["VNETLAB_TOPOLOGIES"] = str(root / "topologies")
    vnetlab, rounds = str(pathlib.Path(sys.argv[1]) / "vnetlab"), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    nat, plain, mininet = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        plain_path = str(pathlib.Path(folder) / "plain.vlab.yml")
        pathlib.Path(plain_path).write_text(plain_lab())
        for _ in range(rounds):
            merge(nat, time_vnetlab(vnetlab, "nat", "bench-nat", "vm1"))
            merge(plain, time_vnetlab(vnetlab, plain_path, "bench-plain", "vm1"))
            merge(mininet, time_mininet())
    nat, plain, mininet = summary(nat), summary(plain), summary(mininet)
    json.dump({
        "what": "labs that stay, beside Mininet with as many hosts on two Linux bridges; seconds",
        "kernel": os.uname().release, "cores": os.cpu_count(), "rounds": rounds, "execs_in_a_round": EXECS,
        "vnetlab_nat": nat, "vnetlab_plain": plain, "mininet": mininet,
        "ratios_of_medians_to_mininet": {
            "nat": {key: nat[key]["median"] / mininet[key]["median"] for key in ("build", "remove", "exec")},
            "plain": {key: plain[key]["median"] / mininet[key]["median"] for key in ("build", "remove", "exec")},
        },
    }, sys.stdout, indent=2)
    print()


if len(sys.argv) > 1 and sys.argv[1] == "--mininet-round":
    mininet_round()
else:
    main()
