#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The script of `plan --format sh`, run under unshare without vnetlab, makes the kernel state that vnetlab makes.

Both are read by the same tools: links, addresses, routes, forwarding entries, neighbours, settings, rules and sets of
every node. Left out is what the kernel draws by itself: indices, timers, MAC addresses that nobody gave."""
import json
import os
import re
import subprocess
import sys
import tempfile

VNETLAB = os.environ["VNETLAB"]
TOPOLOGIES = os.path.join(os.environ["VN_SRCDIR"], "topologies")
LABS = ["host-only", "nat", "nat-network", "internal", "bridged", "routed", "port-forward", "self-service"]
UNSHARE = ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount", "--net", "--pid", "--fork",
           "--kill-child", "--mount-proc", "sh"]
# A line "== NODE WHAT" before each; KEYS is replaced.
DUMP = r"""
for node in $(ip netns list | cut -d' ' -f1 | sort); do
  echo "== $node link"; ip -n $node -d -j link
  echo "== $node addr"; ip -n $node -j addr
  echo "== $node route"; ip -n $node -j route
  echo "== $node fdb"; bridge -n $node -j fdb
  echo "== $node neigh"; ip -n $node -j neigh
  echo "== $node sysctl"; ip netns exec $node sysctl -e KEYS 2>/dev/null || true
  for tool in iptables-nft-save ip6tables-nft-save ebtables-nft-save "ipset save"; do
    echo "== $node $tool"; ip netns exec $node $tool || true
  done
done
"""


def run(*argv, text=None):
    done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv[:6])}: exit code {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def link(entry, given):
    data = entry.get("linkinfo", {}).get("info_data", {})
    kind = entry.get("linkinfo", {}).get("info_kind")
    keep = {"bridge": ("forward_delay", "stp_state", "mcast_snooping"),
            "vxlan": ("id", "group", "local", "link", "port", "port_range", "ttl", "tos", "learning", "proxy"),
            "vlan": ("id",)}.get(kind, ())
    return (entry["ifname"], kind, entry["mtu"], "UP" in entry["flags"], entry.get("master"),
            entry["address"] if entry["ifname"] in given else None, entry.get("inet6_addr_gen_mode"),
            tuple((key, str(data.get(key))) for key in keep))


def normal(what, text, given):
    if what == "link":
        return {link(e, given) for e in json.loads(text or "[]")}
    if what == "addr":
        return {(e["ifname"], a["local"], a["prefixlen"]) for e in json.loads(text or "[]") for a in e["addr_info"]}
    if what == "route":
        return {(e["dst"], e.get("gateway"), e.get("dev"), e.get("metric")) for e in json.loads(text or "[]")}
    if what == "fdb":
        return {(e["mac"], e.get("ifname"), e["dst"]) for e in json.loads(text or "[]")
                if e.get("state") == "permanent" and "dst" in e}
    if what == "neigh":
        return {(e["dst"], e["dev"], e.get("lladdr")) for e in json.loads(text or "[]") if "PERMANENT" in e["state"]}
    lines = [re.sub(r"\[\d+:\d+\]| initval 0x\w+", "", line).strip() for line in text.splitlines() if not line.startswith("#")]
    return set(lines) if what == "ipset save" else lines


def parse(dump, given):
    state = {}
    for block in dump.split("\n== ")[1:] if not dump.startswith("== ") else ("\n" + dump).split("\n== ")[1:]:
        head, _, text = block.partition("\n")
        node, what = head.split(" ", 1)
        state[node, what] = normal(what, text.strip(), given.get(node, set()))
    return state


def compare(lab, change=lambda script: script):
    script = run(VNETLAB, "plan", lab, "--format", "sh")
    given = {}
    for node, dev in re.findall(r"ip -n (\S+) link set dev (\S+) address", script):
        given.setdefault(node, set()).add(dev)
    keys = sorted(set(re.findall(r"^  (net\.[^= ]+)=", script, re.M)))
    dump = DUMP.replace("KEYS", " ".join(keys))
    by_hand = change(script).rsplit("\necho 'The lab stands:'", 1)[0] + "\nset +e\n" + dump
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(by_hand)
        file.flush()
        os.chmod(file.name, 0o644)
        theirs = parse(run(*UNSHARE, file.name), given)
    name = f"script-{os.getpid()}"
    run(VNETLAB, "up", lab, "--name", name)
    try:
        node = sorted(n for n, _ in theirs)[0]
        ours = parse(run(VNETLAB, "exec", name, node, "--", "sh", "-c", dump), given)
    finally:
        run(VNETLAB, "down", name)
    problems = [f"{key}: nodes differ" for key in ours.keys() ^ theirs.keys()]
    for key in ours.keys() & theirs.keys():
        if ours[key] != theirs[key]:
            problems.append(f"{' '.join(key)}:\n  vnetlab: {difference(ours[key], theirs[key])}"
                            f"\n  script:  {difference(theirs[key], ours[key])}")
    return problems


def difference(a, b):
    return [x for x in a if x not in b][:8]


def drop_one(script, pattern):
    changed, n = re.subn(pattern, "", script, count=1, flags=re.M)
    assert n == 1, f"the script has no {pattern}"
    return changed


# What the comparison must notice: lab, what is left out of its script.
ALTERED = [("bridged", r" master switch(?= addrgenmode)"), ("nat", r"^-A .*MASQUERADE.*\n"),
           ("self-service", r"^bridge -n compute1 fdb append .*$"), ("routed", r"^ip -n router route add .*$")]


def main():
    os.environ["VNETLAB_TOPOLOGIES"] = TOPOLOGIES
    failed = False
    with tempfile.TemporaryDirectory() as runtime:
        os.environ["XDG_RUNTIME_DIR"] = os.environ["XDG_STATE_HOME"] = runtime
        for number, lab in enumerate(LABS, 1):
            try:
                problems = compare(lab)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                problems = [str(error)]
            failed |= bool(problems)
            print(f"{'not ok' if problems else 'ok'} {number} - {lab}: the script builds the same")
            for problem in problems:
                print("# " + problem.replace("\n", "\n# "))
        for number, (lab, pattern) in enumerate(ALTERED, len(LABS) + 1):
            noticed = bool(compare(lab, lambda script: drop_one(script, pattern)))
            failed |= not noticed
            print(f"{'ok' if noticed else 'not ok'} {number} - {lab}: what is left out is noticed")
    print(f"1..{len(LABS) + len(ALTERED)}")
    return 1 if failed else 0


sys.exit(main())
