#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One packet, hop by hop: in a lab that is built for it, and in one that is up.
. "$VN_SRCDIR/tests/e2e/lib.sh"
XDG_RUNTIME_DIR=$work
export XDG_RUNTIME_DIR

code "through two NATs" 0 "$VNETLAB" trace nat vm1 internet tcp/80
says "from the sender's device" '^ +1 → vm1:eth0 '
says "the engine's translation" '→ pc-nat-vm1:up .*source 10\.0\.2\.15:[0-9]+ →'
says "the router's" 'router put its own address in place of the sender'
says "and back" 'vm1:eth0 +[0-9]+ µs +unchanged'
says "with the prediction" 'That had to happen:'
code "where it dies" 0 "$VNETLAB" trace internal vm1 pc icmp
says "why" 'It died: vm1 has no route'
code "over a tunnel" 0 "$VNETLAB" trace self-service client1 web2 tcp/80
says "into it" 'compute1 put it into VXLAN 42 towards 10\.0\.0\.102'
says "out of it" 'compute2 took it out of the tunnel'
"$VNETLAB" trace nat vm1 internet tcp/80 --json >"$work/log" 2>&1
"$python" -c '
import json, sys
t = json.load(open(sys.argv[1]))
assert t["cell"] == "vm1>internet tcp/80" and t["verdict"] == "pass"
places = [h["where"] for h in t["forward"]]
assert places[0] == "vm1:eth0" and places[-1] == "internet:eth0" and "pc:en0" in places, places
assert [h["where"] for h in t["back"]] == places[::-1]
assert sum(bool(h["change"]) for h in t["forward"]) == 3
' "$work/log" 2>>"$work/log"
point "as JSON" $?
code "an end that is not there" 2 "$VNETLAB" trace nat vm9 internet icmp
says "gets a suggestion" 'did you mean "vm1"'
code "words that are missing" 2 "$VNETLAB" trace nat vm1 internet

code "a lab that is up" 0 "$VNETLAB" up nat --name traced
code "is traced in" 0 "$VNETLAB" trace --running traced vm1 internet icmp
code "a translation less" 0 "$VNETLAB" exec traced router -- iptables-nft -t nat -F
code "is seen" 1 "$VNETLAB" trace --running traced vm1 internet tcp/80
says "and said" 'nobody put 203\.0\.113\.2 in its place'
code "down" 0 "$VNETLAB" down traced
code "and then not" 2 "$VNETLAB" trace --running traced vm1 internet icmp
finish
