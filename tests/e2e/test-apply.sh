#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A lab that is up is brought to its changed file: each kind of change, what is refused, and what is left of a change
# whose maker was killed.
. "$VN_SRCDIR/tests/e2e/lib.sh"

export XDG_RUNTIME_DIR="$work/runtime"
mkdir -m 700 "$work/runtime"

# lab NAME: a copy of a lab that ships, to be changed: $work/NAME, up under this name.
lab() {
  cp -r "$VN_SRCDIR/topologies/$1" "$work/$1"
  file=$work/$1/$1.vlab.yml
  name=$1
  code "$name comes up" 0 "$VNETLAB" up "$work/$1"
}

# edit WHAT SED-SCRIPT: the file of the lab.
edit() {
  cp "$file" "$work/before.yml"
  sed -i "$2" "$file"
  ! cmp -s "$file" "$work/before.yml"
  point "$1: the file is changed" $?
}

# same_as_fresh WHAT: the kernel's state is that of a lab that just came up from the file.
same_as_fresh() {
  "$VNETLAB" up --name fresh "$work/$name" >"$work/log" 2>&1
  "$python" "$VN_SRCDIR/tests/e2e/lab-state.py" "$VNETLAB" "$name" >"$work/state-applied"
  "$python" "$VN_SRCDIR/tests/e2e/lab-state.py" "$VNETLAB" fresh >"$work/state-fresh"
  "$VNETLAB" down fresh >>"$work/log" 2>&1
  [ -s "$work/state-fresh" ] && diff "$work/state-fresh" "$work/state-applied" >>"$work/log"
  point "$1: the same as built anew" $?
}

# change WHAT SED-SCRIPT PATTERN: one that --dry-run shows as PATTERN, that is applied, after which the lab does what its
# file says.
change() {
  edit "$1" "$2"
  code "$1: --dry-run" 0 "$VNETLAB" apply --dry-run "$work/$name"
  says "$1: shows it" "$3"
  code "$1: apply" 0 "$VNETLAB" apply "$work/$name"
  says "$1: verified" "^$name: [1-9][0-9]* operations? in [0-9.]+ s, verified$"
  code "$1: nothing is left to do" 0 "$VNETLAB" apply --dry-run "$work/$name"
  says "$1: and it says so" "^$name: 0 operations to do"
  code "$1: the lab does what the file says" 0 "$VNETLAB" test --running "$name" -o "$work/run"
}

# refused WHAT PATTERN [WORDS…]: apply is, with exit code 2, and what stands is as before.
refused() {
  refused_what=$1 refused_pattern=$2
  shift 2
  code "$refused_what: refused" 2 "$VNETLAB" apply "$@"
  says "$refused_what: says why" "$refused_pattern"
}

# ---- which lab ----

code "no lab is up" 2 "$VNETLAB" apply self-service
says "it says so" 'no lab is up from .*self-service'
lab self-service
code "a second one of the same file" 0 "$VNETLAB" up --name second "$work/self-service"
refused "two labs" 'several labs are up .*second, self-service' "$work/self-service"
code "--name says which" 0 "$VNETLAB" apply --name second --dry-run
says "nothing to do in it" '^second: 0 operations'
code "--name of none" 2 "$VNETLAB" apply --name secnd
says "a suggestion" 'did you mean "second"'
"$VNETLAB" down second >/dev/null
code "without a word: the only lab" 0 "$VNETLAB" apply --dry-run
refused "a format" 'there is no format "xml"' --format xml "$work/self-service"

# ---- a cloud ----

mkdir "$work/self-service/etc/compute3"
sed 's/10.0.0.102/10.0.0.103/' "$work/self-service/etc/compute2/linuxbridge_agent.ini" \
  >"$work/self-service/etc/compute3/linuxbridge_agent.ini"
printf '[vxlan]\nudp_dstport = 4789\n' >"$work/self-service/etc/port.ini"

change "a rule" 's|^ *- {direction: ingress, protocol: tcp, port_range_min: 443.*|&\n        - {direction: ingress, protocol: tcp, port_range_min: 8081, port_range_max: 8081}|' \
  'compute1: set rules iptables'
same_as_fresh "a rule"
change "a rule less" '/port_range_min: 8081/d' 'compute1: del conntrack .*-p 6'
same_as_fresh "a rule less"
change "a member" 's|security_groups: \[admin\]|security_groups: [admin, app]|' 'set rules ipset'
same_as_fresh "a member"
change "a migration" 's|web2: {host: compute2|web2: {host: compute1|' 'compute1: add link tap.* netns web2'
same_as_fresh "a migration"
change "a server less" '/^    kiosk1:/d; /kiosk-/d' 'kiosk1: del node'
same_as_fresh "a server less"
change "a server" 's|^    meter1:.*|&\n    meter2: {host: compute1, networks: [research], security_groups: [meter], fixed_ip: 172.16.1.99}|' \
  'meter2: add node'
same_as_fresh "a server"
change "a network" 's|^    research: {}|&\n    dmz: {}|; s|^    research-v4:.*|&\n    dmz-v4: {network: dmz, cidr: 10.9.0.0/24}\n    dmz-v6: {network: dmz, cidr: "2001:db8:9::/64"}|; s|^    meter1:.*|&\n    dmz1: {host: compute1, networks: [dmz]}\n    dmz2: {host: compute2, networks: [dmz]}|' \
  'compute1: add link vxlan-'
same_as_fresh "a network"
change "a network less" '/dmz/d' 'compute1: del link vxlan-'
same_as_fresh "a network less"
change "a network of another segment" 's|segmentation_id: 42|segmentation_id: 43|' 'compute1: add link vxlan-43'
same_as_fresh "a network of another segment"
change "a subnet" 's|^    research-v4:.*|&\n    selfservice-v6: {network: selfservice, cidr: "2001:db8:9::/64"}|' \
  'client1: add addr inet6'
same_as_fresh "a subnet"
change "a subnet less: its nodes are made anew" '/selfservice-v6/d' 'client1: add node'
same_as_fresh "a subnet less"
change "a host" 's|^    compute2:|    compute3:\n      interfaces: {ens33: {segment: management, address: 10.0.0.103/24}}\n      agents: {config: [etc/neutron.conf, etc/compute3/linuxbridge_agent.ini]}\n      sysctl: *bridge-filter\n&|; s|app1: {host: compute1|app1: {host: compute3|' \
  'compute3: add node'
same_as_fresh "a host"
change "agents' files" 's|linuxbridge_agent.ini\]|linuxbridge_agent.ini, etc/port.ini]|' 'compute3: add link vxlan-43'
same_as_fresh "agents' files"
change "a host less" '/^    compute3:/,/sysctl/d; s|host: compute3|host: compute1|' 'compute3: del node'
same_as_fresh "a host less"

# Streams of probes across a change: a rule's port opens, another shuts for new flows and lasting ones, the rest goes on.
edit "watched" 's|min: 7443, port_range_max: 7443|min: 7447, port_range_max: 7447|'
code "watched: apply" 0 "$VNETLAB" apply --watch "$work/self-service"
says "watched: what opens" '>web[12] udp/7447: open after [0-9.]+ ms, never shut since'
says "watched: what shuts" '>web[12] udp/7443: shut after [0-9.]+ ms'
says "watched: what was open" '>web[12] udp/7443, a lasting flow: shut after [0-9.]+ ms'
says "watched: what is not concerned" 'uninterrupted \([0-9]+ probes, none lost\)'
says "watched: what stays shut" 'never open \([0-9]+ probes\)'
edit "watched migration" 's|web2: {host: compute1|web2: {host: compute2|'
code "watched migration: apply" 0 "$VNETLAB" apply --watch --format json "$work/self-service"
says "watched migration: as JSON" '"gap_usec" : [1-9]'
edit "back again" 's|web2: {host: compute2|web2: {host: compute1|'
code "back again: apply" 0 "$VNETLAB" apply "$work/self-service"

# Objects keep what was drawn for them when others come; a request's objects that the file does not know go.
"$VNETLAB" inspect self-service | grep 'client1 *eth0' >"$work/address"
change "an address is drawn before others" 's|^    client1:|    client0: {host: compute1, networks: [selfservice]}\n&|' 'client0: add node'
"$VNETLAB" inspect self-service | grep 'client1 *eth0' | cmp -s - "$work/address"
point "the others keep theirs" $?
code "a request in between" 0 "$VNETLAB" api self-service POST networks '{"network": {"name": "by-request"}}'
code "is applied over" 0 "$VNETLAB" apply --format json "$work/self-service"
says "as JSON" '"done" : true'
code "it is gone" 0 "$VNETLAB" api self-service GET 'networks?name=by-request'
! grep -q by-request "$work/log"
point "the file is what counts" $?
code "a request behind it" 0 "$VNETLAB" api self-service POST networks '{"network": {"name": "by-request"}}'

# ---- what is refused, and what fails ----

cp "$file" "$work/good.yml"
sed -i 's|segmentation_id: 43|segmentation_id: forty|' "$file"
refused "a file with errors" "$file:[0-9]+:[0-9]+: error" "$work/self-service"
cp "$work/good.yml" "$file"
printf 'by_hand:\n  - {host: compute1, fdb_delete: {network: research, mac: "fa:16:3e:00:00:01"}}\n' >>"$file"
refused "by_hand" "$file:[0-9]+:[0-9]+: error: by_hand: .*can.t be added while the lab is up" "$work/self-service"
cp "$work/good.yml" "$file"
sed -i 's|^    meter2:.*||; s|^      sysctl: &bridge-filter|&\n        net.ipv4.tcp_syncookies: nonsense|' "$file"
code "an operation fails" 4 "$VNETLAB" apply "$work/self-service"
says "it is named" 'tcp_syncookies'
[ ! -e "$XDG_RUNTIME_DIR/vnetlab/self-service/pending" ]
point "nothing is pending" $?
cp "$work/good.yml" "$file"
code "all before it was undone" 0 "$VNETLAB" test --running self-service -o "$work/run"

# ---- killed in the middle ----

sed -i 's|web2: {host: compute1|web2: {host: compute2|; /^    meter2:/d; s|min: 443, port_range_max: 443|min: 444, port_range_max: 444|; s|^    research: {}|&\n    dmz: {}|; s|^    research-v4:.*|&\n    dmz-v4: {network: dmz, cidr: 10.9.0.0/24}|; s|^    meter1:.*|&\n    dmz1: {host: compute1, networks: [dmz]}|; /web-open-across/d' \
  "$file"
n_cut=0
for seconds in 0.03 0.04 0.05 0.06 0.07 0.08 0.10 0.12 0.15 0.18 0.22 0.30 0.40 0.50 0.75 1.0 2.0 5.0; do
  timeout -s KILL $seconds "$VNETLAB" apply "$work/self-service" >"$work/log" 2>&1 && break
  [ -e "$XDG_RUNTIME_DIR/vnetlab/self-service/pending" ] || continue
  n_cut=$((n_cut + 1))
  [ $n_cut -le 4 ] || break
  code "killed after $seconds s: the lab is as it was" 0 "$VNETLAB" test --running self-service -o "$work/run"
  [ ! -e "$XDG_RUNTIME_DIR/vnetlab/self-service/pending" ]
  point "killed after $seconds s: nothing is pending" $?
done
[ $n_cut -gt 0 ]
point "a change was cut off" $?
code "then it is applied" 0 "$VNETLAB" apply "$work/self-service"
code "the lab does what the file says" 0 "$VNETLAB" test --running self-service -o "$work/run"
code "the lab goes down" 0 "$VNETLAB" down self-service

# ---- a lab that came up with events ----

cp "$file" "$work/good.yml"
printf 'events:\n  - migrate: {server: web2, to: compute1}\n  - agent_stop: {host: compute2}\n' >>"$file"
code "a lab with events" 0 "$VNETLAB" up "$work/self-service"
code "its file as it is" 0 "$VNETLAB" apply "$work/self-service"
says "nothing is left to do" '^self-service: 0 operations .*verified$'
cp "$work/good.yml" "$file"
code "the file without" 0 "$VNETLAB" apply "$work/self-service"
says "it is done" '^self-service: [1-9][0-9]* operations .*verified$'
code "its agents run again" 0 "$VNETLAB" test --running self-service -o "$work/run"
code "this one goes down too" 0 "$VNETLAB" down self-service

# ---- a PC and its VMs ----

cp -r "$VN_SRCDIR/topologies/home" "$work/home"
lab nat
change "a VM" '$a\    vm3:\n      on: pc\n      interfaces: {eth0: {mode: nat, address: dhcp}}' 'vm3: add service .*udhcpc'
same_as_fresh "a VM"
change "another mode" '/vm2:/,/eth0/s/mode: nat/mode: host-only/' 'vm2: set service .*udhcpc'
change "a VM less" '/vm1:/,/eth0/d' 'vm1: del node'
change "another product" 's/virtualbox/libvirt/; s/host-only/nat/' 'pc: add link virbr0'
change "given addresses" 's|mode: nat, address: dhcp|mode: nat, address: 192.168.122.77/24|; $s|77|78|' \
  'vm2: del service .*udhcpc'
same_as_fresh "given addresses"
code "the PC goes down" 0 "$VNETLAB" down nat

finish
