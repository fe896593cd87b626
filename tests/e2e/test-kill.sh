#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Killed at any moment: no process, namespace or mount is left, and outputs are whole or end in .partial.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# Namespaces that processes of this machine are in, but for short-lived ones of other tests.
leftovers() {
  pgrep -f "vnetlab test self-service -o $work" || true
}

for moment in 0.02 0.08 0.15 0.25 0.4 0.6 0.9; do
  for signal in KILL TERM; do
    out=$work/$moment-$signal
    "$VNETLAB" test self-service -o "$out" >"$work/log" 2>&1 &
    pid=$!
    # The moment is the input of this test: a point in time, not a wait for anything.
    timeout "$moment" tail -f /dev/null 2>/dev/null
    kill -$signal $pid 2>/dev/null
    wait $pid 2>/dev/null
    tries=0
    while [ -n "$(leftovers)" ] && [ $tries -lt 300 ]; do
      tries=$((tries + 1))
      timeout 0.02 tail -f /dev/null 2>/dev/null
    done
    leftovers >"$work/log"
    [ ! -s "$work/log" ]
    point "$signal after $moment s leaves no process" $?
    grep -c vnetlab /proc/self/mountinfo >"$work/log"
    grep -q '^0$' "$work/log"
    point "$signal after $moment s leaves no mount" $?
    bad=0
    for file in "$out"/report.json; do
      [ ! -e "$file" ] || $python -m json.tool "$file" >/dev/null 2>&1 || bad=1
    done
    point "$signal after $moment s leaves no half report under its name" $bad
  done
done
finish
