#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Labs side by side, and predictions before the report.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# Two labs that differ in one pair: in the second, vm2 is on another Ethernet.
mkdir "$work/near" "$work/far"
sed 's/^name:.*/name: near/' "$VN_SRCDIR/tests/e2e/labs/three-machines.vlab.yml" >"$work/near/near.vlab.yml"
sed 's/^name:.*/name: far/; /vm2/s/here, address: 192.0.2/there, address: 198.51.100/' "$VN_SRCDIR/tests/e2e/labs/three-machines.vlab.yml" >"$work/far/far.vlab.yml"

code "compare" 0 "$VNETLAB" compare "$work/near" "$work/far"
says "what differs is marked" '^  vm1 → vm2 +ptu +\. +≠'
says "what does not is not" '^  pc → vm1 +ptu +ptu$'
says "with a sentence" 'near: ping, TCP and UDP \(192\.0\.2\.12 is vm2'
code "as Markdown" 0 "$VNETLAB" compare "$work/near" "$work/far" --format markdown
says "a table" '^\| vm1 → vm2 \| `ptu` \| `\.` \| ≠ \|'
code "as HTML" 0 "$VNETLAB" compare "$work/near" "$work/far" --format html
says "one page" '^</html>'
! grep -Eq '<script|src=|https?://' "$work/log"
point "nothing from outside" $?
"$VNETLAB" compare "$work/near" "$work/far" --format json >"$work/log" 2>&1
"$python" -c '
import json, sys
c = json.load(open(sys.argv[1]))
rows = {(r["from"], r["to"]): r for r in c["rows"]}
assert c["labs"] == ["near", "far"]
assert [r for r in rows if rows[r]["differs"]] and not rows["pc", "vm1"]["differs"]
assert [f["answered"]["ping"] for f in rows["vm1", "vm2"]["labs"]] == [True, False]
' "$work/log" 2>>"$work/log"
point "as JSON" $?
code "one lab is not enough" 2 "$VNETLAB" compare "$work/near"
says "and says so" 'two labs or more'
code "a format that is not there" 2 "$VNETLAB" compare "$work/near" "$work/far" --format htm
says "gets a suggestion" 'html'

# ---- predict first ----

printf '# my guess\nno\nyes\nvm2 vm1 udp yes\n' >"$work/answers"
code "answers from a file" 0 "$VNETLAB" test "$work/near" --answers "$work/answers"
says "a wrong one" '^  ✗ it was otherwise: answered'
says "right ones" '^  ✓ right: answered'
says "the score" '^score: 2 of 18 right$'
says "and then the report" '^Lab near'
code "answers from a pipe" 0 sh -c 'yes | head -18 | "$1" test "$2" --predict-first' sh "$VNETLAB" "$work/near"
says "all right" '^score: 18 of 18 right$'
printf 'yes\nperhaps\nvm1 vm2 smoke yes\n' >"$work/answers"
code "answers that are none" 2 "$VNETLAB" test "$work/near" --answers "$work/answers"
says "all of them at once" 'answers:2, .*answers:3: expected "yes" or "no"'
code "no such file" 2 "$VNETLAB" test "$work/near" --answers "$work/none"
finish
