#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Verbs, options, their environment variables, exit codes, suggestions.
. "$VN_SRCDIR/tests/e2e/lib.sh"

code "no verb is a usage error" 2 "$VNETLAB"
code "--help" 0 "$VNETLAB" --help
says "lists the verbs" '^  test +LAB'
code "--version" 0 "$VNETLAB" --version
code "an unknown verb" 2 "$VNETLAB" tset
says "gets a suggestion" 'did you mean "test"'
code "an unknown option" 2 "$VNETLAB" test --outptu x self-service
says "gets a suggestion" 'did you mean --output'
code "an unknown lab" 2 "$VNETLAB" test self-servce
says "gets a suggestion" 'did you mean "self-service"'
code "test without a lab" 2 "$VNETLAB" test
code "two labs into one folder" 2 "$VNETLAB" test host-only "$VN_SRCDIR/topologies/host-only" -o "$work/same"
code "test --list" 0 "$VNETLAB" test --list
says "lists the checks" '^L2P-FLOOD-LIST'
code "a bad environment variable" 2 env VNETLAB_TEST_LIST=perhaps "$VNETLAB" test
code "an option from the environment" 0 env VNETLAB_TEST_LIST=1 "$VNETLAB" test
code "a bad --set" 2 "$VNETLAB" lint --set nonsense self-service
code "--set of an unknown host" 2 "$VNETLAB" lint --set compute9:vxlan.ttl=3 self-service
says "gets a suggestion" 'compute'
code "--set of an unknown option" 2 "$VNETLAB" lint --set 'compute1:vxlan.l2_poplation=true' self-service
says "gets a suggestion" 'l2_population'
code "--set with a bad value" 2 "$VNETLAB" lint --set 'compute1:vxlan.l2_population=maybe' self-service
code "a bad --seed" 2 "$VNETLAB" lint --seed -1 self-service
code "lint of a lab" 0 "$VNETLAB" lint self-service
code "lint of a folder" 0 "$VNETLAB" lint "$VN_SRCDIR/topologies/host-only"
code "options without effect are listed" 0 "$VNETLAB" lint --ignored self-service
says "with their place" '(ini|conf):[0-9]+:[0-9]+: note: '
code "predict" 0 "$VNETLAB" predict host-only vm1 vm2 icmp
says "gives outcome" 'delivered yes, answered yes'
code "predict of an unknown end" 2 "$VNETLAB" predict host-only vm1 vm22 icmp
says "gets a suggestion" 'did you mean "vm2"'
code "predict of an unknown protocol" 2 "$VNETLAB" predict host-only vm1 vm2 tcp
code "plan as text" 0 "$VNETLAB" plan host-only
says "names operation and line" 'add link .*vlab.yml:[0-9]+'
code "plan as JSON" 0 "$VNETLAB" plan self-service --format json
$python -m json.tool "$work/log" >/dev/null 2>&1
point "is JSON" $?
for format in iptables-save ip6tables-save ipset ebtables fdb neigh links; do
  code "plan --format $format" 0 "$VNETLAB" plan self-service --host compute1 --format $format
done
code "plan of an unknown host" 2 "$VNETLAB" plan self-service --host computer1 --format fdb
code "an unknown format" 2 "$VNETLAB" plan self-service --format jsno
code "doctor" 0 "$VNETLAB" doctor

sed 's/\\-/-/g' "$VN_SRCDIR/docs/vnetlab.1" >"$work/manual"
for verb in test plan predict lint doctor; do
  "$VNETLAB" $verb --help | grep -Eo -- '--[a-z0-9]+' | sort -u | while read -r option; do
    grep -q -- "$option\b" "$work/manual" || [ "$option" = --help ] || echo "$verb $option"
  done >"$work/log"
  [ ! -s "$work/log" ]
  point "$verb: the manual page has every option" $?
done
finish
