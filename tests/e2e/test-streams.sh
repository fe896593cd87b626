#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Standard streams that are closed, full or read by nobody: results are whole or the exit code says that they aren't.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# full NAME VERB…: standard output on a full disk.
full() {
  full_name=$1
  shift
  "$VNETLAB" "$@" >/dev/full 2>"$work/log"
  [ $? -eq 4 ]
  point "$full_name on a full disk" $?
  says "says so" 'cannot write to the standard output'
}

if [ -w /dev/full ]; then
  full "a list of checks" test --list
  full "a plan" plan self-service --format json
  full "a prediction" predict host-only vm1 vm2 icmp
  full "a report" test host-only -o "$work/full"
  $python -m json.tool "$work/full/report.json" >"$work/log" 2>&1
  point "the saved run is whole" $?
else
  skip "results on a full disk" "no /dev/full"
fi

# With all three closed, the first files that a run opens would get their numbers.
"$VNETLAB" test host-only -o "$work/closed" <&- >&- 2>&-
[ $? -eq 4 ]
point "a run without standard streams ends with an error" $?
$python -m json.tool "$work/closed/report.json" >"$work/log" 2>&1
point "its report is whole" $?
tshark -r "$work/closed/capture.pcapng" >"$work/packets" 2>"$work/log" && [ -s "$work/packets" ]
point "its capture is whole" $?

# The reader is gone before the report is printed.
("$VNETLAB" test host-only 2>"$work/log"; echo $? >"$work/code") | true
[ "$(cat "$work/code")" -eq 141 ]
point "nobody reads: ended as SIGPIPE ends" $?
[ ! -s "$work/log" ]
point "quietly" $?
[ -e "$XDG_STATE_HOME/vnetlab/latest/report.json" ]
point "the run is saved and the latest one" $?
finish
