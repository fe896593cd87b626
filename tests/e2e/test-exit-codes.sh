#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a run amounts to, as exit code. 2 and 3 have tests of their own; for 6 the kernel would have to lose frames.
. "$VN_SRCDIR/tests/e2e/lib.sh"

base=$VN_SRCDIR/tests/e2e/quirks/base.vlab.yml
printf 'vnetlab: 1\nname: empty\n' >"$work/empty.vlab.yml"
printf 'vnetlab: 1\nextends: %s\ncloud: {networks: {net: {mtu: 68}}}\n' "$base" >"$work/narrow.vlab.yml"
printf 'vnetlab: 1\nextends: %s\nchecks: [{id: open, from: a, to: b, protocol: icmp, expect: allowed}]\n' "$base" \
  >"$work/failed.vlab.yml"

code "0: all as expected" 0 "$VNETLAB" test "$base" -o "$work/passed"
code "1: a check failed" 1 "$VNETLAB" test "$work/failed.vlab.yml" -o "$work/failed"
code "4: a probe could not be sent, since no DHCP offer fits into the MTU" 4 "$VNETLAB" test "$work/narrow.vlab.yml" \
  -o "$work/narrow"
says "with the kernel's words" 'sending failed: Message too long'
says "at the check that asked" 'error SG-DHCP-SERVER'
code "5: nothing was checked" 5 "$VNETLAB" test "$work/empty.vlab.yml" -o "$work/empty"
says "says so" '^nothing was checked$'

# of several labs, the gravest
code "nothing checked after passed" 5 "$VNETLAB" test "$base" "$work/empty.vlab.yml" -o "$work/a"
code "failed before nothing checked" 1 "$VNETLAB" test "$work/empty.vlab.yml" "$work/failed.vlab.yml" -o "$work/b"
code "an error before failed" 4 "$VNETLAB" test "$work/failed.vlab.yml" "$work/narrow.vlab.yml" -o "$work/c"
finish
