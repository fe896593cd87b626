#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times building and removing clouds of many instances with security groups and L2 population.

For each size: `vnetlab up` until the lab stands, the build alone (as the holder reports it), `vnetlab down`; beside it,
in the same run, the raw cost of as many namespaces and veth pairs on bridges by rtnetlink alone (raw-namespaces.c).
Prints JSON. usage: bench/instances.py BUILD-FOLDER [COMPUTES] [SIZE…]
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ETC = HERE.parent / "topologies" / "self-service" / "etc"
RUNS = 3


def write_lab(folder, n, m):
    for name in ("neutron.conf", "ml2_conf.ini"):
        (folder / name).write_text((ETC / name).read_text())
    agent = (ETC / "compute1" / "linuxbridge_agent.ini").read_text()
    lines = ["vnetlab: 1", "name: instances", "scene:", "  segments:", "    management: {cidr: 10.0.0.0/24}",
             "  machines:",
             "    controller:", "      interfaces: {ens33: {segment: management, address: 10.0.0.11/24}}",
             "      server: {config: [neutron.conf, ml2_conf.ini]}"]
    for i in range(1, m + 1):
        address = f"10.0.0.{100 + i}"
        (folder / f"agent{i}.ini").write_text(agent.replace("10.0.0.101", address))
        lines += [f"    compute{i}:",
                  f"      interfaces: {{ens33: {{segment: management, address: {address}/24}}}}",
                  f"      agents: {{config: [neutron.conf, agent{i}.ini]}}",
                  "      sysctl: {net.bridge.bridge-nf-call-iptables: 1, net.bridge.bridge-nf-call-ip6tables: 1}"]
    lines += ["cloud:", "  networks: {private: {}}", "  subnets:",
              "    private-v4: {network: private, cidr: 172.16.0.0/20}", "  security_groups:",
              "    web:", "      security_group_rules:",
              "        - {direction: ingress, protocol: tcp, port_range_min: 80, port_range_max: 80}",
              "        - {direction: ingress, protocol: icmp, remote_group_id: web}", "  servers:"]
    for i in range(n):
        lines.append(f"    vm{i}: {{host: compute{i % m + 1}, networks: [private], security_groups: [web]}}")
    path = folder / "instances.vlab.yml"
    path.write_text("\n".join(lines) + "\n")
    return path


def timed(*command, **options):
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}: {done.stderr}")
    return seconds, done.stdout


def raw(program, n, m):
    seconds, output = timed("unshare", "--user", "--map-root-user", program, str(n), str(m))
    built = json.loads(output)["build"]
    return built, seconds - built


def measure(vnetlab, program, n, m):
    figures = {"load": [], "up": [], "down": [], "raw_build": [], "raw_remove": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ["XDG_RUNTIME_DIR"] = name
        lab = write_lab(folder, n, m)
        for _ in range(RUNS):
            figures["load"].append(timed(vnetlab, "lint", lab)[0])
            built, removed = raw(program, n, m)
            figures["raw_build"].append(built)
            figures["raw_remove"].append(removed)
            figures["up"].append(timed(vnetlab, "up", lab)[0])
            figures["down"].append(timed(vnetlab, "down", "instances")[0])
    median = {key: statistics.median(values) for key, values in figures.items()}
    return {"instances": n, "computes": m, "seconds": median,
            "ratio_up_to_raw": median["up"] / median["raw_build"],
            "ratio_down_to_raw": median["down"] / median["raw_remove"]}


def main():
    build = pathlib.Path(sys.argv[1])
    m = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    sizes = [int(s) for s in sys.argv[3:]] or [100, 250, 500, 1000]
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/raw-namespaces"
        subprocess.run(["cc", "-O2", "-o", program, HERE / "raw-namespaces.c", "-lmnl"], check=True)
        os.chmod(folder, 0o755)
        results = [measure(str(build / "vnetlab"), program, n, m) for n in sizes]
    json.dump({"what": "vnetlab up and down of many instances", "kernel": os.uname().release,
               "cores": os.cpu_count(), "runs": RUNS, "results": results}, sys.stdout, indent=2)
    print()


main()
