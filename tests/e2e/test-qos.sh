#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# QoS policies as a user sees them: marks found on packets, limits measured, and what is said where they don't hold.
. "$VN_SRCDIR/tests/e2e/lib.sh"

code "qos: marks and the limit hold" 0 "$VNETLAB" test qos
says "marks were looked for" 'QOS-DSCP'
says "the limit was measured" 'QOS-INGRESS-LIMIT'

code "a limit without a burst" 1 "$VNETLAB" test qos-default-burst
says "no frame of full size passes" '^ *NOT +QOS-FULL-FRAME +0/1'
says "the rule's line is named" 'qos-default-burst\.vlab\.yml:9'

code "an agent without the extension" 1 "$VNETLAB" test qos --set compute1:agent.extensions=
says "marks are missing" 'QOS-DSCP'
says "more than the limit arrives" 'QOS-INGRESS-LIMIT'
says "the policy's line is named" 'qos\.vlab\.yml:[0-9]+'

# Where the kernel can't police, the agent fails as the real one does, and that is what the lab says.
"$VNETLAB" doctor >"$work/doctor" 2>&1
if grep -Eq '^ok +police' "$work/doctor"; then
  code "qos-egress: what an instance sends is limited" 0 "$VNETLAB" test qos-egress
else
  code "qos-egress: this kernel can't" 1 "$VNETLAB" test qos-egress
  says "and the check says why" 'CONFIG_NET_ACT_POLICE'
fi
says "the limit from the instance was measured" 'QOS-EGRESS-LIMIT'

"$VNETLAB" plan --format sh qos >"$work/log" 2>&1
says "the plan has the token bucket" 'tc (-n [^ ]+ )?qdisc .*tbf rate'
finish
