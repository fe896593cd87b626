#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Clouds that are easily got wrong, in tests/e2e/labs: what turns red, and nothing else.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# red REPORT: the ids of checks that something did not pass, sorted, in one line.
red() {
  $python - "$1" <<'PYTHON'
import json, sys
run = json.load(open(sys.argv[1]))
items = [(cell["check_id"], cell["verdict"]) for cell in run["cells"]]
items += [(check["id"], check["verdict"]) for check in run["checks"]]
print(*sorted({id for id, verdict in items if verdict != "pass"}))
PYTHON
}

# lab NAME EXIT-CODE "RED CHECKS, SORTED" [OPTION…]
lab() {
  lab_name=$1 lab_code=$2 lab_red=$3
  shift 3
  "$VNETLAB" test "$VN_SRCDIR/tests/e2e/labs/$lab_name.vlab.yml" -o "$work/run-$tap_number" "$@" >"$work/log" 2>&1
  lab_got=$?
  lab_seen=$(red "$work/run-$tap_number/report.json")
  [ $lab_got -eq "$lab_code" ] && [ "$lab_seen" = "$lab_red" ]
  lab_same=$?
  [ $lab_same -eq 0 ] || echo "exit code $lab_got, expected $lab_code; red: $lab_seen, expected: $lab_red" >>"$work/log"
  point "$lab_name $*" $lab_same
}

# in_multicast NAME EXIT-CODE RED [OPTION…]: the same without L2 population anywhere.
in_multicast() {
  multicast_name=$1 multicast_code=$2 multicast_red=$3
  shift 3
  lab "$multicast_name" "$multicast_code" "$multicast_red" --set '*:vxlan.l2_population=false' \
    --set controller:ml2.mechanism_drivers=linuxbridge "$@"
}

# on_ipv6 NAME EXIT-CODE RED [OPTION…]: the same with IPv6 tunnels.
on_ipv6() {
  ipv6_name=$1 ipv6_code=$2 ipv6_red=$3
  shift 3
  lab "$ipv6_name" "$ipv6_code" "$ipv6_red" --set controller:vxlan.local_ip=fd00::11 \
    --set compute1:vxlan.local_ip=fd00::101 --set compute2:vxlan.local_ip=fd00::102 \
    --set compute3:vxlan.local_ip=fd00::103 --set '*:vxlan.vxlan_group=ff05::100' \
    --set controller:ml2.overlay_ip_version=6 "$@"
}

lab three-hosts 0 ""
lab ports-on-one-network 0 ""
lab flat-network 0 ""
if "$VNETLAB" doctor | grep -q '^ *ok *802.1Q'; then
  lab vlan-network 0 ""
else
  lab vlan-network 1 "SG-REACH"
  grep -q 'CONFIG_VLAN_8021Q' "$work/log"
  point "vlan-network: the cause names the kernel option" $?
  skip "two VLANs over two hosts" "802.1Q"
fi
lab legs-in-two-networks 0 ""
lab instance-on-controller 0 ""
lab port-security-off 0 ""
lab no-groups 0 ""
lab ipv6-groups 0 ""
lab address-pairs 0 ""
lab same-mac 0 ""
lab same-mac-one-host 0 ""
lab no-address 0 ""
lab no-address-alone 0 ""
lab no-agent 0 ""
lab ipv6-only 0 ""
lab dual-stack 0 ""
lab service-port 0 ""
lab local-network 0 ""
lab remote-groups 0 ""
lab remote-groups 0 "" --set '*:securitygroup.enable_ipset=false'
lab stateless 1 "SG-REACH"
lab small-underlay 1 "L2P-ARP-RESPONDER L2P-ARP-UNKNOWN L2P-BROADCAST L2P-FDB-COMPLETE L2P-FLOOD-LIST L2P-KNOWN-UNICAST L2P-UNKNOWN-UNICAST SG-REACH"
lab small-underlay 0 "" --set controller:DEFAULT.global_physnet_mtu=1400

lab three-hosts 0 "" --set compute3:vxlan.enable_vxlan=false
lab three-hosts 0 "" --set '*:vxlan.arp_responder=true'
lab three-hosts 1 "L2P-ARP-RESPONDER SG-REACH" --set compute1:vxlan.arp_responder=true
lab ipv6-only 1 "L2P-FDB-COMPLETE SG-REACH" --set '*:vxlan.arp_responder=true'
lab three-hosts 0 "" --set '*:vxlan.udp_srcport_min=40000' --set '*:vxlan.udp_srcport_max=40010' --set '*:vxlan.ttl=3'

in_multicast three-hosts 0 ""
in_multicast three-hosts 0 "" --set '*:vxlan.vxlan_group=239.1.0.0/16'
in_multicast three-hosts 1 "NET-BROADCAST" --set compute3:vxlan.vxlan_group=239.9.9.9
in_multicast three-hosts 1 "NET-BROADCAST" --set compute1:vxlan.multicast_ranges=239.7.0.1:50:150
in_multicast three-hosts 1 "NET-BROADCAST SG-REACH" --set compute3:vxlan.udp_dstport=4789
on_ipv6 ipv6-underlay 1 "L2P-BROADCAST L2P-FLOOD-LIST L2P-NO-MULTICAST L2P-UNKNOWN-UNICAST"
on_ipv6 ipv6-underlay 0 "" --set '*:vxlan.l2_population=false' --set controller:ml2.mechanism_drivers=linuxbridge
finish
