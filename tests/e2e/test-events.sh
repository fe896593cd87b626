#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Labs to which something happens: followed by every verb, watched by test (SG-CHANGE), kept by up.
. "$VN_SRCDIR/tests/e2e/lib.sh"

for lab in migration rules-change; do
  code "$lab: all as predicted" 0 "$VNETLAB" test "$lab" -o "$work/$lab"
  entries=$(grep -c '^  - ' "$VN_SRCDIR/topologies/$lab/$lab.vlab.yml")
  checks=$(grep -c '^  - {id' "$VN_SRCDIR/topologies/$lab/$lab.vlab.yml")
  watched=$(grep -c '"id" : "SG-CHANGE"' "$work/$lab/report.json")
  [ "$watched" -eq $((entries - checks)) ]
  point "$lab: each event is a check" $?
done
grep -q '"message" : "took [0-9.]* ms, .*what stays open was shut for [0-9.]* ms' "$work/migration/report.json"
point "migration: says how long the server was away" $?
grep -q '"message" : "took [0-9.]* ms, what it shuts was open for [0-9.]* ms, what stays open was never shut' \
  "$work/rules-change/report.json"
point "rules-change: says how long what is shut was open" $?

"$VNETLAB" trace migration web2 web1 icmp >"$work/log" 2>&1
! grep -q ens33 "$work/log" && grep -q compute2:tap "$work/log"
point "trace goes to where the server is now" $?
"$VNETLAB" plan migration --host compute2 --format iptables-save >"$work/log" 2>&1
"$VNETLAB" plan self-service --host compute2 --format iptables-save >"$work/before" 2>&1
! cmp -s "$work/log" "$work/before"
point "plan has the rules behind the events" $?
code "predict asks about what an event made" 0 "$VNETLAB" predict rules-change app1 db1 tcp/5432
"$VNETLAB" predict rules-change app1 db1 tcp/5432 >"$work/log" 2>&1
grep -q 'delivered yes' "$work/log"
point "predict knows the group that came late" $?

code "up follows the events" 0 "$VNETLAB" up migration --name "events-$$"
code "the lab that is up is as predicted" 0 "$VNETLAB" test --running "events-$$" -o "$work/running"
code "down" 0 "$VNETLAB" down "events-$$"
finish
