#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes captures of many kinds into a folder, with scapy: the same each time.

usage: make-captures.py FOLDER
"""
import gzip
import logging
import pathlib
import random
import struct
import subprocess
import sys

logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.all import (ARP, BOOTP, DHCP, DNS, DNSQR, DNSRR, GRE, ICMP, IP, SCTP, TCP, UDP, CookedLinux, Dot1AD,  # noqa: E402
                       Dot1Q, Ether, ICMPv6DestUnreach, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA,
                       ICMPv6NDOptDstLLAddr, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, LLC, Loopback,
                       Raw, SCTPChunkData, SCTPChunkInit, SCTPChunkInitAck, SCTPChunkSACK, SNAP, fragment, raw)
from scapy.contrib.geneve import GENEVE, GeneveOptions  # noqa: E402
from scapy.contrib.mpls import MPLS  # noqa: E402
from scapy.layers.vrrp import VRRP  # noqa: E402
from scapy.layers.vxlan import VXLAN  # noqa: E402

random.seed(5)
A, B, C = "fa:16:3e:00:00:01", "fa:16:3e:00:00:02", "fa:16:3e:00:00:03"
LINK_ETHERNET, LINK_RAW, LINK_SLL, LINK_SLL2, LINK_NULL, LINK_LOOP = 1, 101, 113, 276, 0, 108


def eth(src=A, dst=B):
    return Ether(src=src, dst=dst)


def tcp_session(client="10.0.0.1", server="10.0.0.2", sport=40000, dport=80, size=3000, seed=1000, base=None, end="fin"):
    """A whole connection with @size bytes from the server."""
    there = lambda **kw: (base or eth()) / IP(src=client, dst=server, id=random.randrange(1, 65535)) / TCP(  # noqa: E731
        sport=sport, dport=dport, **kw)
    back = lambda **kw: (base or eth(B, A)) / IP(src=server, dst=client, id=random.randrange(1, 65535)) / TCP(  # noqa: E731
        sport=dport, dport=sport, **kw)
    c, s = seed, seed + 7777
    packets = [there(flags="S", seq=c), back(flags="SA", seq=s, ack=c + 1), there(flags="A", seq=c + 1, ack=s + 1),
               there(flags="PA", seq=c + 1, ack=s + 1) / Raw(b"GET / HTTP/1.0\r\n\r\n")]
    c, s = c + 19, s + 1
    for at in range(0, size, 1000):
        data = bytes((at + i) & 0xff for i in range(min(1000, size - at)))
        packets.append(back(flags="PA", seq=s, ack=c) / Raw(data))
        s += len(data)
        packets.append(there(flags="A", seq=c, ack=s))
    if end == "fin":
        packets += [back(flags="FA", seq=s, ack=c), there(flags="FA", seq=c, ack=s + 1), back(flags="A", seq=s + 1, ack=c + 1)]
    elif end == "rst":
        packets.append(there(flags="RA", seq=c, ack=s))
    return packets


def udp(src="10.0.0.1", dst="10.0.0.2", sport=5000, dport=6000, size=100, base=None):
    return (base or eth()) / IP(src=src, dst=dst, id=random.randrange(1, 65535)) / UDP(sport=sport, dport=dport) / Raw(
        b"x" * size)


def overlapping():
    """A datagram whose second piece begins within the first."""
    pieces = fragment(udp(size=2000), 1400)
    pieces[1][IP].frag -= 2
    return pieces


def vxlan(inner, vni=42, src="192.168.1.1", dst="192.168.1.2", dport=4789):
    return eth(C, B) / IP(src=src, dst=dst) / UDP(sport=50000 + vni % 100, dport=dport) / VXLAN(vni=vni, flags=8) / inner


def mixed(n=60):
    """Many small conversations, interleaved."""
    packets = []
    for i in range(n):
        packets += tcp_session(f"10.0.{i % 7}.1", "10.0.9.9", 40000 + i, 80 + i % 3, 500 * (i % 4), 1000 * i)[: 3 + i % 9]
        packets.append(udp(f"10.0.{i % 5}.2", "10.0.9.8", 5000 + i % 11, 53000, i))
    random.shuffle(packets)
    return packets


def captures():
    """name -> (packets, link type)."""
    ra = eth(A, "33:33:00:00:00:01") / IPv6(src="fe80::1", dst="ff02::1") / ICMPv6ND_RA()
    ns = eth(A, "33:33:ff:00:00:02") / IPv6(src="fd00::1", dst="ff02::1:ff00:2") / ICMPv6ND_NS(tgt="fd00::2")
    na = eth(B, A) / IPv6(src="fd00::2", dst="fd00::1") / ICMPv6ND_NA(tgt="fd00::2", S=1) / ICMPv6NDOptDstLLAddr(lladdr=B)
    dhcp = lambda kind, op, src, dst, sport, dport: eth() / IP(src=src, dst=dst) / UDP(sport=sport, dport=dport) / BOOTP(  # noqa: E731
        op=op, xid=7, chaddr=bytes.fromhex("fa163e000001"), yiaddr="10.0.0.5" if op == 2 else "0.0.0.0") / DHCP(
            options=[("message-type", kind), ("server_id", "10.0.0.2"), "end"])
    v6 = IPv6(src="fd00::1", dst="fd00::2")
    refused = [eth() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=40001, dport=81, flags="S", seq=5),
               eth(B, A) / IP(src="10.0.0.2", dst="10.0.0.1") / TCP(sport=81, dport=40001, flags="RA", seq=0, ack=6)]
    unanswered = [eth() / IP(src="10.0.0.1", dst="10.0.0.3") / TCP(sport=40002, dport=82, flags="S", seq=9)] * 3
    lost = udp("10.0.0.1", "10.9.9.9", 1234, 53)
    unreachable = eth(B, A) / IP(src="10.0.0.254", dst="10.0.0.1") / ICMP(type=3, code=1) / raw(lost[IP])[:28]
    arp = [eth(dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc="10.0.0.1", pdst="10.0.0.2"),
           eth(B, A) / ARP(op=2, hwsrc=B, psrc="10.0.0.2", hwdst=A, pdst="10.0.0.1"),
           eth(C, A) / ARP(op=2, hwsrc=C, psrc="10.0.0.2", hwdst=A, pdst="10.0.0.1"),
           eth(dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc="10.0.0.1", pdst="10.0.0.99"),
           eth(dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=A, psrc="10.0.0.1", pdst="10.0.0.1")]
    dns = [udp(sport=5353 + 1, dport=53, size=0)[Ether] / DNS(id=1, rd=1, qd=DNSQR(qname="web.example.org")),
           eth(B, A) / IP(src="10.0.0.2", dst="10.0.0.1") / UDP(sport=53, dport=5354) / DNS(
               id=1, qr=1, qd=DNSQR(qname="web.example.org"), an=DNSRR(rrname="web.example.org", rdata="10.1.1.1")),
           eth() / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=5355, dport=53) / DNS(id=2, qd=DNSQR(qname="lost.example.org"))]
    reuse = tcp_session(seed=1) + tcp_session(seed=90000)
    inner_web = [vxlan(p, src="192.168.1.1" if p[IP].src == "10.0.0.1" else "192.168.1.2",
                       dst="192.168.1.2" if p[IP].src == "10.0.0.1" else "192.168.1.1") for p in tcp_session()]
    same = udp()
    quoted = lambda packet, **kw: eth(B, A) / IP(src="10.0.0.254", dst="10.0.0.1") / ICMP(**kw) / raw(packet[IP])[:28]  # noqa: E731
    errors = [udp(dport=7000 + i) for i in range(4)]
    full = tcp_session()
    full[8][TCP].window = 0
    one_way = [p for p in tcp_session()[3:] if p[IP].src == "10.0.0.2"]
    return {
        "two-routers": ([ra, eth(B, "33:33:00:00:00:01") / IPv6(src="fe80::2", dst="ff02::1") / ICMPv6ND_RA()], LINK_ETHERNET),
        "dhcp-lost": ([dhcp("discover", 1, "0.0.0.0", "255.255.255.255", 68, 67)] * 2, LINK_ETHERNET),
        "dhcp-two": ([dhcp("discover", 1, "0.0.0.0", "255.255.255.255", 68, 67), dhcp("offer", 2, "10.0.0.2", "10.0.0.5", 67, 68),
                      eth(C, A) / IP(src="10.0.0.3", dst="10.0.0.5") / UDP(sport=67, dport=68) / BOOTP(
                          op=2, xid=7, chaddr=bytes.fromhex("fa163e000001")) / DHCP(
                              options=[("message-type", "offer"), ("server_id", "10.0.0.3"), "end"])], LINK_ETHERNET),
        "dns-failed": ([dns[2], eth(B, A) / IP(src="10.0.0.2", dst="10.0.0.1") / UDP(sport=53, dport=5355) / DNS(
            id=2, qr=1, rcode=3, qd=DNSQR(qname="lost.example.org"))], LINK_ETHERNET),
        "icmp-errors": (errors + [quoted(errors[0], type=3, code=13), quoted(errors[1], type=3, code=4, nexthopmtu=1400),
                                  quoted(errors[2], type=11), quoted(errors[3], type=5, code=1)], LINK_ETHERNET),
        "tcp-gap": ([p for i, p in enumerate(tcp_session()) if i not in (6,)], LINK_ETHERNET),
        "tcp-one-way": (one_way[:3], LINK_ETHERNET),
        "tcp-full": (full, LINK_ETHERNET),
        "vxlan-multicast": ([vxlan(arp[0], dst="239.1.1.1")], LINK_ETHERNET),
        "vxlan-moved": ([vxlan(udp(), src="192.168.1.1"), vxlan(udp(), src="192.168.1.3")], LINK_ETHERNET),
        "vxlan-ports": ([vxlan(udp()), vxlan(udp(), dport=8472)], LINK_ETHERNET),
        "vxlan-fragments": ([f for f in fragment(vxlan(udp(size=1400)), 1000)], LINK_ETHERNET),
        "tcp": (tcp_session(), LINK_ETHERNET),
        "tcp-rst": (tcp_session(end="rst"), LINK_ETHERNET),
        "tcp-reuse": (reuse, LINK_ETHERNET),
        "tcp-refused": (refused + unanswered, LINK_ETHERNET),
        "tcp-again": (tcp_session()[:6] + tcp_session()[4:6] * 4, LINK_ETHERNET),
        "udp": ([udp(size=i) for i in range(50)], LINK_ETHERNET),
        "mixed": (mixed(), LINK_ETHERNET),
        "icmp": ([eth() / IP(src="10.0.0.1", dst="10.0.0.2") / ICMP(id=3, seq=i) for i in range(4)]
                 + [eth(B, A) / IP(src="10.0.0.2", dst="10.0.0.1") / ICMP(type=0, id=3, seq=0), lost, unreachable],
                 LINK_ETHERNET),
        "icmp6": ([eth() / v6 / ICMPv6EchoRequest(id=1, seq=i) for i in range(3)]
                  + [eth(B, A) / IPv6(src="fd00::2", dst="fd00::1") / ICMPv6DestUnreach(code=4) / (v6 / UDP(dport=99))],
                  LINK_ETHERNET),
        "nd": ([ra, ns, na], LINK_ETHERNET),
        "arp": (arp, LINK_ETHERNET),
        "dhcp": ([dhcp("discover", 1, "0.0.0.0", "255.255.255.255", 68, 67), dhcp("offer", 2, "10.0.0.2", "10.0.0.5", 67, 68),
                  dhcp("request", 1, "0.0.0.0", "255.255.255.255", 68, 67), dhcp("nak", 2, "10.0.0.2", "10.0.0.5", 67, 68)],
                 LINK_ETHERNET),
        "dns": (dns, LINK_ETHERNET),
        "ipv6": ([eth() / v6 / TCP(sport=1, dport=2, flags="S"), eth() / v6 / UDP(sport=3, dport=4) / Raw(b"abc"),
                  eth() / v6 / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / UDP(sport=3, dport=5)], LINK_ETHERNET),
        "vlan": ([eth() / Dot1Q(vlan=7) / p[IP] for p in tcp_session()], LINK_ETHERNET),
        "qinq": ([eth() / Dot1AD(vlan=100) / Dot1Q(vlan=7) / p[IP] for p in tcp_session()], LINK_ETHERNET),
        "mpls": ([eth() / MPLS(label=16, s=0) / MPLS(label=17, s=1) / p[IP] for p in tcp_session()], LINK_ETHERNET),
        "snap": ([Ether(src=A, dst=B, type=8 + len(p[IP])) / LLC(dsap=0xaa, ssap=0xaa, ctrl=3) / SNAP(OUI=0, code=0x800)
                  / p[IP] for p in [udp(), udp(size=50)]], LINK_ETHERNET),
        "fragments": ([f for p in [udp(size=4000), udp(size=3000, sport=7)] for f in fragment(p, 1400)], LINK_ETHERNET),
        "fragments-missing": (fragment(udp(size=4000), 1400)[:2] + fragment(udp(size=3000, sport=7), 1400), LINK_ETHERNET),
        "fragments-overlap": (overlapping(), LINK_ETHERNET),
        "dhcp-fine": ([dhcp("discover", 1, "0.0.0.0", "255.255.255.255", 68, 67), dhcp("offer", 2, "10.0.0.2", "10.0.0.5", 67, 68),
                       dhcp("request", 1, "0.0.0.0", "255.255.255.255", 68, 67), dhcp("ack", 2, "10.0.0.2", "10.0.0.5", 67, 68)],
                      LINK_ETHERNET),
        "fragments6": ([eth() / v6 / IPv6ExtHdrFragment(offset=0, m=1, id=9, nh=17) / UDP(sport=1, dport=2, len=108) / (
            b"y" * 56), eth() / v6 / IPv6ExtHdrFragment(offset=8, m=0, id=9, nh=17) / (b"y" * 44)], LINK_ETHERNET),
        "sctp": ([eth() / IP(src="10.0.0.1", dst="10.0.0.2") / SCTP(sport=9, dport=10) / SCTPChunkInit()], LINK_ETHERNET),
        "vxlan": (inner_web, LINK_ETHERNET),
        "vxlan-8472": ([vxlan(p, 7, dport=8472) for p in tcp_session()], LINK_ETHERNET),
        "vxlan-flood": ([vxlan(arp[0], dst=f"192.168.1.{i}") for i in range(2, 6)]
                        + [vxlan(same, dst=f"192.168.1.{i}") for i in range(2, 6)], LINK_ETHERNET),
        "sctp-data": ([eth() / IP(src=src, dst=dst) / SCTP(sport=sport, dport=dport) / chunk for src, dst, sport, dport, chunk in [
            ("10.0.0.1", "10.0.0.2", 9, 10, SCTPChunkInit()), ("10.0.0.2", "10.0.0.1", 10, 9, SCTPChunkInitAck()),
            ("10.0.0.1", "10.0.0.2", 9, 10, SCTPChunkData(data=b"x" * 100)), ("10.0.0.2", "10.0.0.1", 10, 9, SCTPChunkSACK())]],
                      LINK_ETHERNET),
        "vrrp": ([Ether(src=f"00:00:5e:00:01:0{i}", dst="01:00:5e:00:00:12") / IP(src=f"10.0.0.{i}", dst="224.0.0.18", ttl=255)
                  / VRRP(vrid=i, priority=100 + i, addrlist=["10.0.0.254"]) for i in (1, 2, 1)], LINK_ETHERNET),
        "gre-fields": ([eth() / IP(src="192.168.1.1", dst="192.168.1.2") / GRE(proto=0x800, **fields) / udp()[IP] for fields in [
            {"key_present": 1, "key": 77}, {"seqnum_present": 1, "sequence_number": 9}, {"chksum_present": 1},
            {"key_present": 1, "key": 78, "seqnum_present": 1, "sequence_number": 1, "chksum_present": 1}]], LINK_ETHERNET),
        "geneve-options": ([eth() / IP(src="192.168.1.1", dst="192.168.1.2") / UDP(sport=1, dport=6081)
                            / GENEVE(vni=6, proto=0x6558, optionlen=n, options=[GeneveOptions(data=b"\0" * (4 * n - 4))])
                            / udp() for n in (1, 3)], LINK_ETHERNET),
        "geneve": ([eth() / IP(src="192.168.1.1", dst="192.168.1.2") / UDP(sport=1, dport=6081) / GENEVE(vni=5, proto=0x6558)
                    / p for p in tcp_session()], LINK_ETHERNET),
        "gre": ([eth() / IP(src="192.168.1.1", dst="192.168.1.2") / GRE(proto=0x800) / p[IP] for p in tcp_session()]
                + [eth() / IP(src="192.168.1.1", dst="192.168.1.2") / GRE(proto=0x6558, key_present=1, key=9) / p
                   for p in [udp()]], LINK_ETHERNET),
        "ipip": ([eth() / IP(src="192.168.1.1", dst="192.168.1.2") / p[IP] for p in tcp_session()]
                 + [eth() / IP(src="192.168.1.1", dst="192.168.1.2", proto=41) / v6 / UDP(sport=1, dport=2)], LINK_ETHERNET),
        "vxlan-in-vxlan": ([vxlan(vxlan(p, 1), 2) for p in tcp_session()], LINK_ETHERNET),
        "vxlan-in-gre": ([eth() / IP(src="172.16.0.1", dst="172.16.0.2") / GRE(proto=0x800) / vxlan(udp())[IP]], LINK_ETHERNET),
        "ip-options": ([eth() / IP(src="10.0.0.1", dst="10.0.0.2", options=b"\x94\x04\x00\x00") / UDP(sport=1, dport=2)],
                       LINK_ETHERNET),
        "trailer": ([raw(udp(size=1)) + b"\0" * 17, raw(arp[0]) + b"\0" * 18], LINK_ETHERNET),
        "odd": ([b"", b"\0" * 5, raw(eth() / Raw(b"\x45")), raw(udp())[:30], raw(tcp_session()[0])[:40],
                 raw(eth()) + b"\x65" + b"\0" * 40], LINK_ETHERNET),
        "raw": ([p[IP] for p in tcp_session()] + [v6 / UDP(sport=1, dport=2)], LINK_RAW),
        "sll": ([CookedLinux(pkttype=0, lladdrtype=1, lladdrlen=6, src=bytes.fromhex("fa163e0000010000"), proto=0x800) / p[IP]
                 for p in tcp_session()], LINK_SLL),
        "sll2": ([struct.pack(">HHIHBB", 0x800, 0, 2 + i % 2, 1, 0, 6) + bytes.fromhex("fa163e0000010000") + raw(p[IP])
                  for i, p in enumerate(tcp_session())], LINK_SLL2),
        "null": ([Loopback(type=2) / p[IP] for p in tcp_session()], LINK_NULL),
        "loop": ([struct.pack(">I", 2) + raw(p[IP]) for p in tcp_session()], LINK_LOOP),
        "empty": ([], LINK_ETHERNET),
    }


def pcap(packets, link, order="<", magic=0xa1b2c3d4, snaplen=262144, cut=None, step=10000):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)
    unit = 1000 if magic == 0xa1b23c4d else 1
    for i, packet in enumerate(packets):
        data = raw(packet)
        held = data[:cut] if cut else data
        out += struct.pack(order + "IIII", 1700000000 + i // 100, (i % 100) * step * unit, len(held), len(data)) + held
    return out


def sides(folder):
    """One connection seen by two capture machines: the clock of the second is ahead, and one packet is lost between."""
    packets = tcp_session(size=9000)
    other = [raw(p) for i, p in enumerate(packets) if i != 9]
    (folder / "side-a.pcap").write_bytes(pcap(packets, LINK_ETHERNET))
    data = bytearray(pcap(packets, LINK_ETHERNET))
    out, at = data[:24], 24
    for i, packet in enumerate(packets):
        size = 16 + len(raw(packet))
        seconds, micro = struct.unpack_from("<II", data, at)
        struct.pack_into("<II", data, at, seconds + 2, micro + 500)
        out += data[at:at + size] if i != 9 else b""
        at += size
    (folder / "side-b.pcap").write_bytes(out)
    assert len(other) == len(packets) - 1


def nat(folder):
    """The same connection with a private source on the inside and a public one on the outside."""
    inside = tcp_session("192.168.0.5", "8.8.8.8", size=1000)
    outside = []
    for packet in inside:
        moved = packet.copy()
        if moved[IP].src == "192.168.0.5":
            moved[IP].src, moved[TCP].sport = "203.0.113.9", 61000
        else:
            moved[IP].dst, moved[TCP].dport = "203.0.113.9", 61000
        moved[IP].ttl -= 1
        outside.append(moved)
    (folder / "nat-inside.pcap").write_bytes(pcap(inside, LINK_ETHERNET))
    (folder / "nat-outside.pcap").write_bytes(pcap(outside, LINK_ETHERNET))


def lab():
    """Traffic that the lab self-service does not know or must not see: the addresses are that lab's."""
    stranger = "02:00:00:00:00:99"
    ends = {"src": "10.0.0.101", "dst": "10.0.0.102"}
    packets = [vxlan(eth(stranger, "ff:ff:ff:ff:ff:ff") / ARP(op=2, hwsrc=stranger, psrc="172.16.1.11", pdst="172.16.1.11"),
                     42, **ends),
               vxlan(eth(stranger, "ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=stranger, psrc="172.16.1.99", pdst="172.16.1.98"), 42,
                     src="10.0.0.101", dst="10.0.0.199"),
               vxlan(eth() / IP(src="172.16.1.250", dst="172.16.1.11") / TCP(sport=41000, dport=443, flags="S"), 42, **ends)]
    return packets


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = captures()
    for name, (packets, link) in made.items():
        (folder / f"{name}.pcap").write_bytes(pcap(packets, link))
    mixed_packets = made["mixed"][0]
    (folder / "big-endian.pcap").write_bytes(pcap(mixed_packets, LINK_ETHERNET, ">"))
    (folder / "nanoseconds.pcap").write_bytes(pcap(mixed_packets, LINK_ETHERNET, "<", 0xa1b23c4d))
    (folder / "big-nanoseconds.pcap").write_bytes(pcap(mixed_packets, LINK_ETHERNET, ">", 0xa1b23c4d))
    (folder / "snaplen.pcap").write_bytes(pcap(mixed_packets, LINK_ETHERNET, "<", snaplen=60, cut=60))
    (folder / "cut-headers.pcap").write_bytes(pcap(made["udp"][0][:3], LINK_ETHERNET, "<", cut=36))
    backwards = bytearray(pcap(made["udp"][0][:3], LINK_ETHERNET))
    struct.pack_into("<I", backwards, 24, 1800000000)
    (folder / "clock-back.pcap").write_bytes(backwards)
    twice = [p for p in tcp_session() for _ in range(2)]
    (folder / "twice.pcap").write_bytes(pcap(twice, LINK_ETHERNET, step=10))
    (folder / "lab").mkdir(exist_ok=True)
    (folder / "lab" / "strange.pcap").write_bytes(pcap(lab(), LINK_ETHERNET))
    sides(folder)
    nat(folder)
    (folder / "packed.pcap.gz").write_bytes(gzip.compress(pcap(mixed_packets, LINK_ETHERNET), mtime=0))
    subprocess.run(["zstd", "-q", "-f", folder / "mixed.pcap", "-o", folder / "packed.pcap.zst"], check=True)
    for name in ("mixed", "raw", "sll", "vxlan"):
        subprocess.run(["editcap", "-F", "pcapng", folder / f"{name}.pcap", folder / f"{name}.pcapng"], check=True)
    subprocess.run(["mergecap", "-F", "pcapng", "-w", folder / "links.pcapng", folder / "mixed.pcap", folder / "raw.pcap",
                    folder / "sll.pcap"], check=True)


main()
