#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Large labs and small limits: what fits runs, what doesn't is refused before anything is built.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# limited N COMMAND…: with at most N open files.
limited() {
  (ulimit -n "$1" && shift && exec "$@")
}

code "too few open files" 3 limited 128 "$VNETLAB" test self-service -o "$work/few"
says "says how many it takes" 'takes [0-9]+ open files'
says "and the cure" 'cure: .*ulimit -Hn [0-9]+'
[ ! -e "$work/few" ]
point "nothing was written" $?
needed=$(sed -n 's/.*takes \([0-9]*\) open files.*/\1/p' "$work/log")
code "one less than it says" 3 limited $((needed - 1)) "$VNETLAB" test self-service -o "$work/few"
code "as many as it says" 0 limited "$needed" "$VNETLAB" test self-service -o "$work/enough"

# More instances on a host than one netlink message has room for rules, and more pairs than the kernel's table of
# neighbours has entries.
mkdir "$work/large" "$work/large/etc"
cp -r "$VN_SRCDIR/topologies/self-service/etc/." "$work/large/etc"
{
  cat <<'YAML'
vnetlab: 1
scene:
  segments: {management: {cidr: 10.0.0.0/24}}
  machines:
    controller:
      interfaces: {ens33: {segment: management, address: 10.0.0.11/24}}
      server: {config: [etc/neutron.conf, etc/ml2_conf.ini]}
    compute1:
      interfaces: {ens33: {segment: management, address: 10.0.0.101/24}}
      agents: {config: [etc/neutron.conf, etc/compute1/linuxbridge_agent.ini]}
      sysctl: {net.bridge.bridge-nf-call-iptables: 1, net.bridge.bridge-nf-call-ip6tables: 1}
cloud:
  networks: {net: {}}
  subnets: {v4: {network: net, cidr: 172.16.0.0/22}}
  servers:
YAML
  for i in $(seq 50); do
    echo "    s$i: {host: compute1, networks: [net]}"
  done
} >"$work/large/large.vlab.yml"
code "50 instances on one host" 0 "$VNETLAB" test "$work/large" -o "$work/large/run"
finish
