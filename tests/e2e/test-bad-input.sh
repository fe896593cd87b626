#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every lab in topologies/bad: its diagnostic at its line, exit code 2 for errors, nothing built, nothing written.
. "$VN_SRCDIR/tests/e2e/lib.sh"

for file in "$VN_SRCDIR"/topologies/bad/*/*.vlab.yml; do
  name=$(basename "$(dirname "$file")")
  expect=$(sed -n 's/^# expect: //p' "$file" | head -1)
  wanted=${expect%% *}
  line=$(echo "$expect" | sed -n 's/.* line \([0-9]*\).*/\1/p')
  "$VNETLAB" lint "$file" >"$work/log" 2>&1
  status=$?
  grep -q -- "$wanted" "$work/log" && { [ -z "$line" ] || grep -- "$wanted" "$work/log" | grep -Eq "[^:]*:$line(:|$)"; }
  point "$name: $wanted at line ${line:-any}" $?
  if grep -q ': error: ' "$work/log"; then
    [ $status -eq 2 ]
    point "$name: exit code 2" $?
    "$VNETLAB" test "$file" -o "$work/out" >"$work/log" 2>&1
    [ $? -eq 2 ] && [ ! -e "$work/out" ]
    point "$name: nothing is built or written" $?
  fi
done
finish
