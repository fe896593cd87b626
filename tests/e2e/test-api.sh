#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Requests of the Networking API: about a lab's file, and to a lab that is up.
. "$VN_SRCDIR/tests/e2e/lib.sh"

lab=api-$$

# ask REQUEST…: of the lab that is up; its answer in $work/log.
ask() {
  "$VNETLAB" api "$lab" "$@" >"$work/log" 2>&1
}

# attribute NAME: of the last answer, the first one of that name.
attribute() {
  "$python" -c '
import json, sys
def find(x):
    if isinstance(x, dict):
        return x[sys.argv[2]] if sys.argv[2] in x else next((y for y in map(find, x.values()) if y is not None), None)
    return next((y for y in map(find, x) if y is not None), None) if isinstance(x, list) else None
print(find(json.load(open(sys.argv[1]))["body"]))
' "$work/log" "$1"
}

# rules WORDS: whether compute1 has a rule with them.
rules() {
  "$VNETLAB" exec "$lab" compute1 iptables-save 2>/dev/null | grep -q -- "$1"
}

# ---- about a file ----

code "a list" 0 "$VNETLAB" api --file self-service GET 'networks?name=research&fields=name'
says "with its status" '"status" : 200'
says "of what the file says" '"name" : "research"'
code "a refusal" 1 "$VNETLAB" api --file self-service POST networks '{"network": {"mtu": 9000}}'
says "has the server's error type" '"type" : "InvalidInput"'
code "an object is made" 0 "$VNETLAB" api --file self-service post networks '{"network": {"name": "new"}}'
code "and not kept" 0 "$VNETLAB" api --file self-service GET 'networks?name=new'
! grep -q '"new"' "$work/log"
point "nothing of it is left" $?
echo '{"network": {"name": "from-file"}}' >"$work/body.json"
code "a body from a file" 0 "$VNETLAB" api --file self-service POST networks "@$work/body.json"
says "is read" '"from-file"'
code "a body that is not JSON" 2 "$VNETLAB" api --file self-service POST networks '{"network":'
says "is refused with the place" 'the body is not JSON: .*1:'
code "a body file that is not there" 2 "$VNETLAB" api --file self-service POST networks "@$work/none.json"
code "too few words" 2 "$VNETLAB" api --file self-service GET
says "and says what is expected" 'expected a lab, a method, a path'
code "a lab that is not up" 2 "$VNETLAB" api "$lab" GET networks

# ---- to a lab that is up ----

code "a lab comes up" 0 "$VNETLAB" up self-service --name "$lab"
ask GET 'security-groups?name=web&fields=id'
web=$(attribute id)
! rules '--dport 8081'
point "no rule for the port yet" $?
rule='"direction": "ingress", "protocol": "tcp", "port_range_min": 8081, "port_range_max": 8081'
ask POST security-group-rules "{\"security_group_rule\": {\"security_group_id\": \"$web\", $rule}}"
point "a rule is added" $?
made=$(attribute id)
rules '--dport 8081'
point "the agent has it in the kernel" $?
ask POST security-group-rules "{\"security_group_rule\": {\"security_group_id\": \"$web\", $rule}}"
says "a second one is refused" 'SecurityGroupRuleExists'
ask GET "security-group-rules/$made"
point "another command knows it" $?
ask DELETE "security-group-rules/$made"
point "it is deleted" $?
! rules '--dport 8081'
point "and gone from the kernel" $?
ask GET "security-group-rules/$made"
says "and from the server" '"status" : 404'
code "the lab goes down" 0 "$VNETLAB" down "$lab"

finish
