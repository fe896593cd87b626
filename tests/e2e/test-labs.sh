#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The labs that ship: all as predicted, reports complete, pcapng readable by tshark; as this user and as nobody.
. "$VN_SRCDIR/tests/e2e/lib.sh"

for lab in host-only nat nat-network internal bridged routed port-forward self-service; do
  code "$lab: all as predicted" 0 "$VNETLAB" test "$lab" -o "$work/$lab"
  for file in capture.pcapng report.html report.json report.md junit.xml report.tap; do
    [ -s "$work/$lab/$file" ]
    point "$lab: writes $file" $?
  done
  [ -z "$(find "$work/$lab" -name '*.partial')" ]
  point "$lab: nothing partial is left" $?
  $python -m jsonschema -i "$work/$lab/report.json" "$VN_SRCDIR/docs/report.schema.json" >"$work/log" 2>&1
  point "$lab: report.json keeps to its schema" $?
  $python -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$work/$lab/junit.xml" >"$work/log" 2>&1
  point "$lab: junit.xml is XML" $?
done

mkdir "$work/user"
chmod 777 "$work/user"
code "self-service as an ordinary user" 0 as_user "$VNETLAB" test self-service -o "$work/user/run"

$python - "$work/self-service/report.json" >"$work/log" <<'PYTHON'
import json, sys
run = json.load(open(sys.argv[1]))
assert run["n_frames_sent"] >= 2000, run["n_frames_sent"]
assert not any(p["dropped"] for p in run["points"]), run["points"]
names = {p["name"].split(":")[0] for p in run["points"]}
assert {"controller", "compute1", "compute2"} <= names, names
ids = {c["check_id"] for c in run["cells"]} | {c["id"] for c in run["checks"]}
for wanted in ("SG-REACH", "SG-SPOOF-MAC", "SG-SPOOF-IP", "SG-SPOOF-ARP", "SG-DHCP-SERVER", "SG-ACTIVE",
               "L2P-FDB-COMPLETE", "L2P-FDB-STALE", "L2P-FLOOD-LIST", "L2P-KNOWN-UNICAST", "L2P-BROADCAST",
               "L2P-UNKNOWN-UNICAST", "L2P-NO-MULTICAST", "L2P-WIRE"):
    assert wanted in ids, wanted
PYTHON
point "at least 2,000 frames, every point captured, none dropped, every check made" $?

pcap=$work/self-service/capture.pcapng
capinfos "$pcap" >"$work/log" 2>&1
says "capinfos reads the pcapng" 'File encapsulation: *Ethernet'
says "and finds the interfaces by name" 'Name = compute1:ens33'
tshark -r "$pcap" -d udp.port==8472,vxlan -Y '_ws.malformed' >"$work/log" 2>/dev/null
[ ! -s "$work/log" ]
point "no malformed packet" $?
tshark -r "$pcap" -d udp.port==8472,vxlan -Y 'vxlan && frame.comment contains "tcp/"' -c 2000 -T fields \
  -e frame.interface_name -e vxlan.vni -e frame.comment >"$work/log" 2>/dev/null
says "tunnelled probes have interface, VNI and comment" '^compute[12]:ens33	[0-9]+	.*(probe|answer): arrived, pass'
tcpdump -r "$pcap" -c 5 >"$work/log" 2>&1
point "tcpdump reads it" $?

code "a second run draws the same names and ids" 0 "$VNETLAB" test self-service -o "$work/again"
for run in self-service again; do
  $python - "$work/$run/report.json" >"$work/$run.cells" <<'PYTHON'
import json, sys
for cell in json.load(open(sys.argv[1]))["cells"]:
    print(cell["key"], cell["predicted"], cell["observed"], cell["verdict"], cell.get("reasons"))
PYTHON
done
cmp "$work/self-service.cells" "$work/again.cells" >"$work/log" 2>&1
point "and has the same verdicts and reasons" $?
finish
