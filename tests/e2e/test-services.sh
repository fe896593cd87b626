#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real DHCP, DNS and web servers in labs: leases decide and are shown, who got none is named, a program that is missing
# is named with its package, and the DHCP exchange is in the capture.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# field EXPRESSION: true if it holds for the report of the last run.
field() {
  $python - "$work/run/report.json" "$1" <<'END' >"$work/log" 2>&1
import json, sys
run = json.load(open(sys.argv[1]))
leases = {lease["machine"]: lease for lease in run["leases"]}
failed = {check["id"] for check in run["checks"] if check["verdict"] == "fail"}
passed = {check["id"] for check in run["checks"]} - failed
if not eval(sys.argv[2]):
    print(sys.argv[2], json.dumps(run["leases"], indent=1), sorted(failed))
    sys.exit(1)
END
}

# ---- leases of the product's own server and of the router ----

code "host-only" 0 "$VNETLAB" test host-only -o "$work/run"
says "shows who leased what from whom" '^ *vm1 +eth0 +192\.168\.56\.[0-9]+/24 from 192\.168\.56\.100, '
says "and what the PC has from the router" '^ *pc +en0 +192\.168\.0\.[0-9]+/24 from 192\.168\.0\.1, '
field 'leases["vm1"]["server"] == "192.168.56.100" and "router" not in leases["vm1"]'
point "JSON: a host-only server names no gateway" $?
field 'leases["pc"]["router"] == leases["pc"]["dns"] == "192.168.0.1" and leases["pc"]["duration_sec"] > 0'
point "JSON: the router names itself" $?
field '{"DHCP-LEASE", "DHCP-POOL"} <= passed'
point "leases are checked" $?
for message in Discover Offer Request ACK; do
  tshark -r "$work/run/capture.pcapng" -Y dhcp 2>/dev/null >"$work/log"
  says "the capture has the $message" "DHCP $message"
done
code "as an ordinary user" 0 as_user env -u XDG_STATE_HOME "$VNETLAB" test bridged

# ---- a pool that is too small, two servers, none ----

rm -rf "$work/run"
code "a pool of two for three guests" 1 "$VNETLAB" test "$VN_SRCDIR/topologies/bad/lint-pool-small" -o "$work/run"
says "names a guest without a lease" '^ *vm[123] +eth0 +no lease$'
field 'sum("address" not in lease for lease in run["leases"]) == 1 and failed == {"DHCP-LEASE"}'
point "and turns DHCP-LEASE red, and nothing else" $?

rm -rf "$work/run"
code "two servers on one Ethernet" 0 "$VNETLAB" test "$VN_SRCDIR/topologies/bad/lint-two-dhcp" -o "$work/run"
says "are warned of" 'CFG-LINT-TWO-DHCP'
field 'leases["pc"]["server"] in ("192.168.0.1", "192.168.0.2")'
point "and the lease says who won" $?

rm -rf "$work/run"
code "no server is what the lab file says" 0 "$VNETLAB" test "$VN_SRCDIR/topologies/bad/lint-no-dhcp" -o "$work/run"
says "and is warned of" 'CFG-LINT-NO-DHCP'
says "with the guest that is left without an address" '^ *vm1 +eth0 +no lease$'

# ---- programs that are missing ----

# without PROGRAM-PATH COMMAND…: where it can't be executed, by whatever name it is called.
without() {
  hidden=$1
  shift
  unshare --user --mount --map-root-user sh -c 'mount --bind /dev/null "$0" && exec "$@"' "$hidden" "$@"
}

missing() {
  path=$(PATH=$PATH:/usr/sbin:/sbin command -v "$1")
  if ! without "$path" true 2>"$work/log"; then
    skip "without $1" "user namespaces"
    return
  fi
  code "without $1" 3 without "$path" "$VNETLAB" test host-only
  says "names the package to install" "$1 is not installed; cure: sudo apt install $2\$"
  code "the doctor, without $1" 3 without "$path" "$VNETLAB" doctor
  says "says so too" "needs package $2: sudo apt install $2\$"
}
missing dnsmasq dnsmasq-base
missing busybox busybox

finish
