#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every diagnostic, operation, check and verdict must be named by a test or by a lab in topologies/bad; every kind of
rule, option with an effect and kind of event must have a fault (sim/run/vn-faults-*.c), or a reason to have none."""
import functools
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])


def names():
    codes = (top / "sim/base/vn-diag-codes.inc").read_text()
    for constant, ident in re.findall(r'^VN_DIAG_CODE \((\w+), "([^"]+)"', codes, re.M):
        yield f"diagnostic {ident}", (ident, f"VN_DIAG_{constant}")
    checks = (top / "analysis/judge/vn-checks.c").read_text()
    for ident in re.findall(r'\{ "([A-Z0-9]+-[A-Z0-9-]+)"', checks):
        yield f"check {ident}", (ident,)
    findings = (top / "analysis/flows/vn-findings.inc").read_text()
    for ident in re.findall(r'^VN_FINDING \(\w+, "([^"]+)"', findings, re.M):
        yield f"finding {ident}", (ident,)
    for header, prefix in (("sim/base/vn-kobj.h", "VN_VERB"), ("sim/base/vn-kobj.h", "VN_KOBJ"),
                           ("sim/base/vn-kobj.h", "VN_TOOL"), ("analysis/judge/vn-run.h", "VN_VERDICT"),
                           ("sim/model/vn-cell.h", "VN_CELL"), ("sim/model/vn-cell.h", "VN_CAUSE")):
        for constant in re.findall(rf"^  ({prefix}_\w+)", (top / header).read_text(), re.M):
            # Tables of tests shorten VN_CAUSE_X to C (X); expected reports have the printed word.
            bare = constant.split("_", 2)[2]
            word = bare.lower().replace("_", "-")
            spelt = {"VN_CAUSE": (bare, word), "VN_CELL": (word,)}.get(prefix, ())
            yield f"constant {constant}", (constant, *spelt)


# ---- faults ----

# Rules whose absence no packet can tell, by what is in the sources.
RULES_WITHOUT_FAULT = {
    "-p ipv6-icmp -m icmp6 --icmpv6-type 130 -j RETURN":
        "a multicast query would make the bridges on its way snoop, and so change what later probes meet",
    "-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type 131 -j RETURN":
        "bridges pass multicast reports to multicast routers only",
    "-s ::/128 -d ff02::/16 -p ipv6-icmp -m icmp6 --icmpv6-type 143 -j RETURN":
        "bridges pass multicast reports to multicast routers only",
    "-m state --state INVALID -j DROP": "it stands behind the groups' rules: what it drops, the default drop does, too",
    "-j ACCEPT": "at the end of sg-chain: what it accepts, FORWARD's policy does, too",
    "-j DROP": "at the end of MAC and ARP chains their policy drops, too; the others have faults",
    "-j neutron-linuxbri-OUTPUT": "it leads to a chain that holds nothing",
    "-j neutron-filter-top": "it leads to a chain that holds nothing",
    "-j neutron-linuxbri-local": "it leads to a chain that holds nothing",
    "-j neutron-linuxbri-INPUT": "bridged frames never come to INPUT (quirk SG-OWN-HOST)",
    "-m physdev --physdev-in %s --physdev-is-bridged -j neutron-linuxbri-o%s":
        "bridged frames never come to INPUT (quirk SG-OWN-HOST)",
    "-j neutron-linuxbri-mark": "it leads to a chain that holds nothing",
    "-m %s ": "iptables loads the extension by itself",
}
# Options whose effect ends in the server's model or in the agent's decision what to build at all: that is then right.
OPTIONS_WITHOUT_FAULT = {
    "bridge_mappings": "no lab file can make such a bridge",
    "comment_iptables_rules": "comments decide nothing",
    "host": "who is who; a wrong name is a mistake of the files",
    "core_plugin": "what does not start is an error",
    "base_mac": "which MAC addresses are drawn",
    "max_dns_nameservers": "what the API takes",
    "max_subnet_host_routes": "what the API takes",
    "linuxbridge": "what does not start is an error",
    "tenant_network_types": "what the API makes",
    "mechanism_drivers": "whether ports are bound and agents are told; shown by labs",
    "extension_drivers": "what the API takes",
    "flat_networks": "what the API takes",
    "tbf_latency": "how long a frame waits; what is measured is how many arrive",
    "max_allowed_address_pair": "what the API takes",
    "quota_network": "what the API takes",
    "quota_subnet": "what the API takes",
    "quota_port": "what the API takes",
    "quota_security_group": "what the API takes",
    "quota_security_group_rule": "what the API takes",
}
RULE_SOURCES = ("vn-firewall.c", "vn-firewall-port.c", "vn-firewall-groups.c", "vn-sg-rule.c", "vn-arp-protect.c",
                "vn-agent-qos.c")
STRING = r'"((?:[^"\\]|\\.)*)"'


def strings(text):
    """String literals, those that stand beside each other joined."""
    for run in re.findall(rf"{STRING[:1]}(?:[^\"\\]|\\.)*\"(?:\s*\"(?:[^\"\\]|\\.)*\")*", text):
        yield "".join(re.findall(STRING, run))


def tokens(glob):
    """Of fnmatch(3), with %s and the like for any text."""
    return tuple(re.findall(r"\[[^]]*\]|.", re.sub(r"%[a-z.*]*[sduc]", "*", glob)))


@functools.lru_cache(None)
def meet(a, b):
    """Whether two patterns have a text in common."""
    if not a or not b:
        return all(token == "*" for token in a + b)
    if a[0] == "*":
        return meet(a[1:], b) or meet(a, b[1:])
    if b[0] == "*":
        return meet(b, a)
    same = a[0] == b[0] or "?" in (a[0], b[0]) or "[" in (a[0][0], b[0][0])
    return same and meet(a[1:], b[1:])


def rule_texts():
    """What the sources make rules of: whole rules, and parts of them."""
    folder = top / "sim/neutron"
    headers = "".join(path.read_text() for path in folder.glob("*.h"))
    macros = re.findall(r"#define (VN_CHAIN_\w+) (.*)", headers)
    for name in RULE_SOURCES:
        text = (folder / name).read_text()
        for macro, value in reversed(macros):
            text = text.replace(macro, value)
        yield from (found for found in strings(text) if re.match(r"-\S", found))


def rules_without_fault():
    files = [(top / f"sim/run/vn-faults-{name}.c").read_text() for name in ("rules", "guards", "qos")]
    patterns = [found for text in files for found in strings(text)]
    for rule in sorted(set(rule_texts())):
        option = re.findall(r"--?[a-z][\w-]*", rule)[-1]
        known = (any("-j " in p and meet(tokens(p), ("*", *tokens(rule))) for p in patterns) if "-j " in rule
                 else any(option in p for p in patterns))
        if not known and rule not in RULES_WITHOUT_FAULT:
            yield f'no fault breaks the rule "{rule}" of sim/neutron'


def broken():
    """(kind, name) of all that faults say they break."""
    for path in (top / "sim/run").glob("vn-faults-*.c"):
        for text in re.findall(rf"\.breaks = {STRING}", path.read_text()):
            kind = None
            for part in text.split(", "):
                word = part.split(" ", 1)
                kind, name = word if word[0] in ("rule", "option", "event", "mode", "device") else (kind, part)
                yield kind, name


def options_without_fault(found):
    text = (top / "sim/model/vn-options.inc").read_text()
    for key in re.findall(r'^VN_OPTION \(\w+, "[^"]*", "(\w+)",[^"]*(?:"[^"]*"|NULL),[^"]*\bLAB\b', text, re.M):
        if ("option", key) not in found and key not in OPTIONS_WITHOUT_FAULT:
            yield f"no fault breaks the option {key}"


def events_without_fault(found):
    text = (top / "sim/model/vn-event.c").read_text()
    for name in re.findall(r'\[VN_EVENT_\w+\] = "([^"]+)"', text):
        if ("event", name) not in found:
            yield f"no fault breaks the event {name}"


def without_fault():
    found = set(broken())
    yield from rules_without_fault()
    yield from options_without_fault(found)
    yield from events_without_fault(found)


def main():
    texts = [p.read_text(errors="replace") for folder in ("tests", "topologies") for p in (top / folder).rglob("*")
             if p.is_file() and p.suffix in (".c", ".h", ".yml", ".sh", ".py", ".txt", ".json", ".ini", ".conf")]
    heap = "\n".join(texts)
    words = set(re.findall(r"[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*", heap))
    missing = [f"no test names {what}" for what, forms in names() if not any(form in words for form in forms)]
    missing += without_fault()
    print("\n".join(missing) or "all are named")
    return 1 if missing else 0


sys.exit(main())
