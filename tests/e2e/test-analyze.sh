#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vnetlab analyze: equal to tshark on captures of many kinds, the findings that captures were made for, bad files, options.
# Environment besides lib.sh's: VN_PRINT_FIELDS (the decoder's fields as tshark prints them).
. "$(dirname "$0")/lib.sh"
flows="$VN_SRCDIR/tests/e2e/flows"
made="$work/set/made"
traffic="$work/set/traffic"

# lines NAME COMMAND…: passes a TAP stream on as points of this one.
lines() {
  lines_name=$1
  shift
  "$@" >"$work/tap" 2>"$work/log"
  while read -r line; do
    case $line in
      "ok "*) : >"$work/log"; point "$lines_name: ${line#ok * }" 0 ;;
      "not ok "*) point "$lines_name: ${line#not ok * }" 1; : >"$work/log" ;;
      "# "*) echo "$line" >>"$work/log" ;;
    esac
  done <"$work/tap"
  grep -q '^ok' "$work/tap"
  point "$lines_name: was run" $?
}

if ! $python -c 'import scapy' 2>/dev/null; then
  skip "captures made by scapy" "scapy"
  finish
fi
$python "$flows/make-captures.py" "$made" >"$work/log" 2>&1
point "captures are made" $?
lines "as tshark" $python "$flows/compare-tshark.py" "$VNETLAB" "$VN_PRINT_FIELDS" "$made"
lines "found" $python "$flows/check-findings.py" "$VNETLAB" "$VN_SRCDIR/docs/analysis-report.schema.json" "$made"
if "$flows/make-traffic.sh" "$traffic" >"$work/log" 2>&1; then
  lines "as tshark, other programs" $python "$flows/compare-tshark.py" "$VNETLAB" "$VN_PRINT_FIELDS" "$traffic"
else
  skip "captures of other programs" "dumpcap in a user namespace"
fi

# ---- files that are none, or not whole ----
says() { # NAME TEXT: what the last command said
  grep -qF "$2" "$work/log"
  point "$1" $?
}
: >"$work/nothing"
echo "not a capture at all, only text" >"$work/text"
head -c 1000 "$made/tcp.pcap" >"$work/cut.pcap"
head -c 1000 "$made/mixed.pcapng" >"$work/cut.pcapng"
head -c 5000 "$made/packed.pcap.gz" >"$work/cut.gz"
head -c 400 "$made/packed.pcap.zst" >"$work/cut.zst"
code "an empty file" 2 "$VNETLAB" analyze "$work/nothing"
says "an empty file is named so" "it is empty"
code "no capture" 2 "$VNETLAB" analyze "$work/text"
says "no capture is named so" "not a capture"
code "no such file" 2 "$VNETLAB" analyze "$work/absent.pcap"
code "a folder" 2 "$VNETLAB" analyze "$work"
code "no packet" 5 "$VNETLAB" analyze "$made/empty.pcap"
code "no packet passes" 5 "$VNETLAB" analyze --filter "port 9999" "$made/tcp.pcap"
for cut in cut.pcap cut.pcapng; do
  code "$cut" 0 "$VNETLAB" analyze "$work/$cut"
  says "$cut: what was readable" "10.0."
  says "$cut: the place" "at byte "
  says "$cut: the finding" "FILE-CUT"
done
code "cut.gz" 0 "$VNETLAB" analyze "$work/cut.gz"
says "cut.gz: the packed data ends" "the packed data is cut off"
"$VNETLAB" analyze "$work/cut.zst" >"$work/log" 2>&1
[ $? -le 5 ]
point "cut.zst: no crash" $?
$python - "$made/tcp.pcap" "$work" <<'END'
import pathlib, struct, sys
good = bytearray(pathlib.Path(sys.argv[1]).read_bytes())
def write(name, data): pathlib.Path(sys.argv[2], name).write_bytes(data)
lying = bytearray(good); struct.pack_into("<I", lying, 24 + 8, 0x7fffffff); write("lying.pcap", lying)
huge = bytearray(good); struct.pack_into("<I", huge, 16, 0x80000000); write("snaplen.pcap", huge)
wifi = bytearray(good); struct.pack_into("<I", wifi, 20, 127); write("wifi.pcap", wifi)
section = struct.pack("<IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
face = struct.pack("<IIHHII", 1, 20, 1, 0, 0, 20)
write("block.pcapng", section + face + struct.pack("<II", 6, 0xfffffff0))
write("interface.pcapng", section + struct.pack("<IIIIIIII", 6, 32, 7, 0, 0, 0, 0, 32))
write("simple.pcapng", section + face + struct.pack("<III", 3, 16 + 60, 60) + good[40:100] + struct.pack("<I", 76))
big = struct.pack(">IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28) + struct.pack(">IIHHII", 1, 20, 1, 0, 0, 20)
packet = struct.pack(">IIIIIII", 6, 32 + 60, 0, 0x60000, 0, 60, 60) + good[40:100] + struct.pack(">I", 92)
write("two-orders.pcapng", section + face + big + packet)
END
code "a length that lies" 5 "$VNETLAB" analyze "$work/lying.pcap"
says "a length that lies is told" "at byte 24"
code "a snap length of 2^31" 0 "$VNETLAB" analyze "$work/snaplen.pcap"
code "an unknown link type" 2 "$VNETLAB" analyze "$work/wifi.pcap"
says "an unknown link type is named" "127 (IEEE802_11_RADIO)"
code "a block that lies" 5 "$VNETLAB" analyze "$work/block.pcapng"
says "a block that lies is told" "a length of 4294967280 bytes cannot be, in the block at byte 48"
code "an interface that is not there" 5 "$VNETLAB" analyze "$work/interface.pcapng"
says "it is told" "which is not described"
code "a simple packet block" 0 "$VNETLAB" analyze "$work/simple.pcapng"
says "its packet is read" "1 packet,"
code "sections of both byte orders" 0 "$VNETLAB" analyze "$work/two-orders.pcapng"
says "the packet of the second is read" "1 packet,"

$python - "$made/tcp.pcap" "$work" <<'END'
import pathlib, struct, sys
good = pathlib.Path(sys.argv[1]).read_bytes()
section = struct.pack("<IIIHHqI", 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
face = lambda link: struct.pack("<IIHHII", 1, 20, link, 0, 0, 20)
packet = lambda at: struct.pack("<IIIIIII", 6, 32 + 56, at, 0x60000, 0, 54, 54) + good[40:94] + b"\0\0" + struct.pack("<I", 88)
lost = struct.pack("<IIIIIHHQHHI", 5, 40, 0, 0, 0, 5, 8, 7, 0, 0, 40)
pathlib.Path(sys.argv[2], "lost.pcapng").write_bytes(section + face(1) + face(127) + packet(0) + packet(1) + lost)
END
code "a file with lost packets and a link of unknown type" 0 "$VNETLAB" analyze "$work/lost.pcapng"
says "the lost packets are told" "CAPTURE-LOSS"
says "the other link is told" "UNKNOWN-LINK"

# ---- against a lab ----
code "strange traffic" 0 "$VNETLAB" analyze --lab self-service "$made/lab/strange.pcap"
for id in LAB-UNKNOWN-END LAB-SPOOFED LAB-NOT-ANSWERED LAB-FLOOD; do
  says "strange traffic: $id" "$id"
done
held() { # NAME LAB PRESENT ABSENT: the capture of a run of LAB, held against self-service
  "$VNETLAB" test -o "$work/run-$2" "$2" >/dev/null 2>&1
  code "$1" 0 "$VNETLAB" analyze --lab self-service --format csv "$work/run-$2/capture.pcapng"
  "$VNETLAB" analyze -v --lab self-service "$work/run-$2/capture.pcapng" >"$work/log" 2>&1
  [ -z "$3" ] || grep -q "$3" "$work/log"
  point "$1: finds ${3:-nothing}" $?
  ! grep -qE "$4" "$work/log"
  point "$1: not $4" $?
}
if "$VNETLAB" doctor >/dev/null 2>&1; then
  held "the lab itself" self-service "" "LAB-"
  held "a lab without filter" self-service-no-firewall-driver LAB-NOT-ALLOWED "LAB-(FLOOD|UNKNOWN)"
  held "a lab without L2 population on a host" self-service-l2population-off-on-compute2 LAB-FLOOD "LAB-NOT-ALLOWED"
else
  skip "captures of labs" "namespaces"
fi

# ---- options ----
code "standard input" 0 sh -c "cat '$made/packed.pcap.zst' | '$VNETLAB' analyze -"
says "standard input is read" "standard input: "
code "a wrong filter" 2 "$VNETLAB" analyze --filter "prt 80" "$made/tcp.pcap"
code "a wrong expression" 2 "$VNETLAB" analyze --match "a(" "$made/tcp.pcap"
says "its place is told" "at character"
code "a wrong format" 2 "$VNETLAB" analyze --format jsn "$made/tcp.pcap"
says "the right one is suggested" "did you mean"
code "a match" 0 "$VNETLAB" analyze --match "GET / HTTP" --format csv "$made/mixed.pcap"
[ "$(grep -c '^tcp,' "$work/log")" -gt 5 ] && ! grep -q '^udp,' "$work/log"
point "a match chooses conversations" $?
code "a match across segments" 0 "$VNETLAB" analyze --match '\xe7\xe8\xe9\xea' --format csv "$made/tcp.pcap"
code "packets that match are named" 0 "$VNETLAB" analyze --match "GET / HTTP" "$made/tcp.pcap"
says "it is a finding" "MATCH"
says "their numbers stand there" "packet 4"
code "clocks that differ" 0 "$VNETLAB" analyze "$made/side-a.pcap" "$made/side-b.pcap"
says "they are corrected" "corrected in this report"
"$VNETLAB" analyze --format json "$made/side-a.pcap" "$made/side-b.pcap" >"$work/log" 2>&1
$python -c 'import json, sys; r = json.load(open(sys.argv[1])); sys.exit(r["last_ns"] - r["first_ns"] > 1500000000)' "$work/log"
point "and the two seconds between them are gone" $?
code "clocks that differ, read once" 0 sh -c "cat '$made/side-b.pcap' | '$VNETLAB' analyze '$made/side-a.pcap' -"
! grep -q "corrected in this report" "$work/log"
point "are not corrected" $?
code "no match" 0 "$VNETLAB" analyze --match "nowhere" --format json "$made/tcp.pcap"
says "no conversation is listed" '"n_flows": 0'
code "pseudonyms" 0 "$VNETLAB" analyze --anonymise --format json "$made/mixed.pcap" "$made/dns.pcap" "$made/arp.pcap"
! grep -qE '10\.0\.|fa:16|example|mixed' "$work/log"
point "no address and no name is left" $?
code "Markdown" 0 "$VNETLAB" analyze --format markdown "$made/arp.pcap"
says "Markdown has its table" "| error | one IP address"
code "to a file" 0 "$VNETLAB" analyze --format csv -o "$work/out.csv" "$made/mixed.pcap"
[ "$(wc -l <"$work/out.csv")" -eq 116 ]
point "the file has a line for each conversation" $?
finish
