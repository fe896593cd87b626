#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What goes wrong if one thing is set wrong: exactly the listed checks turn red, with host, cause and line to blame.
#
# tests/e2e/variants/NAME.txt lists what red-rows.py prints for topologies/self-service-NAME, checked by hand against
# what the real agents do. By --set instead of the variant's own files all is the same but the place.
. "$VN_SRCDIR/tests/e2e/lib.sh"

topologies=$VN_SRCDIR/topologies

# compare NAME EXIT-CODE LAB [OPTION…]: runs the lab and compares what is red with the rows of $work/expected.
compare() {
  compare_name=$1 compare_code=$2
  shift 2
  code "$compare_name: exit code $compare_code" "$compare_code" "$VNETLAB" test "$@" -o "$work/run-$tap_number"
  $python "$VN_SRCDIR/tests/e2e/red-rows.py" "$work/run-$((tap_number - 1))/report.json" "$work/base/report.json" \
    "$topologies" >"$work/rows" 2>&1
  diff -u "$work/expected" "$work/rows" >"$work/log" 2>&1
  point "$compare_name: check, host, cause and line of all that is red" $?
}

# rows_of NAME: the expected rows, without what is said about them.
rows_of() {
  grep -v '^#' "$VN_SRCDIR/tests/e2e/variants/$1.txt" >"$work/expected"
}

# variant NAME [OPTION…]: the lab, and, if options are given, the same by --set.
variant() {
  variant_lab=self-service-$1
  rows_of "$1"
  compare "$1" 1 "$variant_lab"
  variant_name=$1
  shift
  [ $# -gt 0 ] || return 0
  sed "s#	$variant_lab/[^	]*	.*#	--set	-#" "$work/expected" >"$work/rows"
  mv "$work/rows" "$work/expected"
  compare "$variant_name by --set" 1 self-service "$@"
}

code "self-service: nothing is red" 0 "$VNETLAB" test self-service -o "$work/base"

variant l2population-off-on-compute2 --set compute2:vxlan.l2_population=false
variant udp-port-differs --set compute2:vxlan.udp_dstport=4789
variant no-firewall-driver --set compute1:securitygroup.firewall_driver=
variant server-without-l2population --set controller:ml2.mechanism_drivers=linuxbridge
variant no-br-netfilter
variant rule-removed
variant flood-entries-deleted

rows_of noop-everywhere
compare "noop on all hosts" 1 self-service --set '*:securitygroup.firewall_driver=noop'
rows_of group-not-joined
compare "a multicast group that others do not join" 1 self-service --set compute2:vxlan.l2_population=false \
  --set '*:vxlan.vxlan_group=239.1.1.1'

: >"$work/expected"
compare "arp_responder on all hosts" 0 self-service --set '*:vxlan.arp_responder=true'
$python - "$work/base/report.json" "$work/run-$((tap_number - 2))/report.json" >"$work/log" 2>&1 <<'PYTHON'
import json, sys
runs = [json.load(open(name)) for name in sys.argv[1:]]
on_hosts = [{c["host"] for c in run["checks"] if c["id"] == "L2P-ARP-RESPONDER"} for run in runs]
assert on_hosts == [set(), {"compute1", "compute2"}], on_hosts
PYTHON
point "arp_responder: the wire is looked at on both hosts" $?
finish
