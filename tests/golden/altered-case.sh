#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A case with one line altered by hand fails, at that line and at no other case.
# usage: altered-case.sh NEUTRON-GOLDEN CASES_DIR
set -u

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
n_failed=0

# alter CASE FILE SED-SCRIPT
alter() {
  rm -rf "$folder/cases"
  mkdir "$folder/cases"
  cp -r "$cases/$1" "$cases/01-default-group-single" "$folder/cases"
  sed -i "$3" "$folder/cases/$1/$2"
  cmp -s "$cases/$1/$2" "$folder/cases/$1/$2" && { echo "not ok: $1/$2: nothing altered"; n_failed=$((n_failed + 1)); }
  "$runner" "$folder/cases" >"$folder/out"
  status=$?
  if [ $status -eq 1 ] && grep -q "^FAIL $1: .*$(basename "$2")" "$folder/out" && grep -q '^1 passed, 1 failed$' "$folder/out"
  then echo "ok $1/$2"
  else echo "not ok $1/$2: exit code $status"; cat "$folder/out"; n_failed=$((n_failed + 1))
  fi
}

runner=$1
cases=$2
[ -x "$runner" ] && [ -d "$cases" ] || exit 2
"$runner" "$cases" >"$folder/out" 2>&1
[ $? -eq 77 ] && exit 77
alter 07-tcp-single-port iptables-save.txt '/--dport 80 /s//--dport 81 /;/--dport 22 /s//--dport 23 /'
alter 08-tcp-range ip6tables-save.txt '/icmpv6-type 136/d'
alter 21-remote-group-ipset ipset-save.txt '/^add/d'
alter 33-aap-any ebtables-save.txt '/among-src/d'
alter 52-rule-delete step-2/conntrack.txt '1d'
alter 62-port-group-change step-2/iptables-save.txt '/-p udp -j RETURN/d'
[ $n_failed -eq 0 ]
