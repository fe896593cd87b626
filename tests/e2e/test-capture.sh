#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# vnetlab capture into files that follow each other and into a file for each interface; vnetlab extcap as Wireshark asks
# it; what contradicts itself.
. "$VN_SRCDIR/tests/e2e/lib.sh"

export XDG_RUNTIME_DIR="$work/runtime" HOME="$work/home" XDG_CONFIG_HOME=
mkdir -m 700 "$work/runtime"
mkdir "$work/home" "$work/ring" "$work/timed"
NAME=host-only
mkfifo "$work/pipe"

if ! "$VNETLAB" doctor >/dev/null 2>&1; then
  skip "captures" "namespaces"
  finish
fi
code "up" 0 "$VNETLAB" up "$VN_SRCDIR/topologies/host-only"

# begin ARGUMENT…: a capture in the background that says when it is ready; its process in $capture.
begin() {
  "$VNETLAB" capture $NAME "$@" 2>"$work/pipe" &
  capture=$!
  read -r ready <"$work/pipe"
}
pings() { "$VNETLAB" exec $NAME vm1 -- ping -q -c "$1" -i "$2" -W 2 vm2 >/dev/null; }
# counted FILE…: the packets of them all, as capinfos counts them
counted() { capinfos -Mc "$@" 2>/dev/null | awk '/^Number of packets:/ { n += $NF } END { print n + 0 }'; }

# ---- files ----
begin -w "$work/ring/lab.pcapng" --rotate-size 2kB --ring 3 --count 100 --filter icmp vm1 vm2
pings 40 0.01
wait $capture
point "a ring ends" $?
ls "$work/ring" >"$work/log"
[ "$(grep -c '^lab_000[0-9][0-9]_20[0-9]*\.pcapng$' "$work/log")" -eq 3 ] && [ "$(wc -l <"$work/log")" -eq 3 ]
point "three files stay, with number and time" $?
for file in "$work"/ring/*; do
  capinfos "$file" 2>&1 | tee "$work/log" | grep -q 'Capture application: vnetlab' && ! grep -qi 'error' "$work/log"
  point "$(basename "$file" | cut -c1-9): capinfos reads it" $?
  tcpdump -nr "$file" >"$work/log" 2>&1
  point "$(basename "$file" | cut -c1-9): tcpdump reads it" $?
done

begin -w "$work/timed/lab.pcapng" --rotate-time 1s --duration 3s --split-interfaces "$work/split" vm1 vm2
pings 20 0.1
wait $capture
point "files by time end" $?
ls "$work/timed" >"$work/log"
[ "$(wc -l <"$work/log")" -ge 2 ]
point "there are several" $?
counted "$work"/timed/* >"$work/log"
counted "$work/split/vm1:eth0.pcap" "$work/split/vm2:eth0.pcap" >>"$work/log"
[ "$(sed -n 1p "$work/log")" -ge 80 ] && [ "$(sed -n 1p "$work/log")" -eq "$(sed -n 2p "$work/log")" ]
point "a pcap for each interface has the same packets" $?
capinfos -tE "$work/split/vm1:eth0.pcap" >"$work/log" 2>&1
says "it is a pcap" 'pcap|nanosecond'

begin --split-interfaces "$work/alone" --count 4 --filter icmp vm1
pings 3 0.1
wait $capture
ls "$work/alone" >"$work/log"
says "--split-interfaces alone" '^vm1:eth0.pcap$'

code "a run with --split-interfaces" 0 "$VNETLAB" test --split-interfaces -o "$work/run" "$VN_SRCDIR/topologies/host-only"
[ "$(counted "$work/run/capture.pcapng")" -eq "$(counted "$work"/run/interfaces/*.pcap)" ]
point "its pcaps have all its packets" $?

# ---- what contradicts itself ----
refuse() { # NAME SAYS ARGUMENT…
  refuse_name=$1 refuse_says=$2
  shift 2
  code "$refuse_name" 2 "$VNETLAB" capture $NAME "$@"
  says "$refuse_name: why" "$refuse_says"
}
refuse "a ring of one file" '--ring 3: expected --rotate-size or --rotate-time' --ring 3 -w "$work/x"
refuse "rotation of a stream" '--rotate-size: expected -w FILE' --rotate-size 1MB
refuse "a size without a known unit" '--rotate-size 3TB: expected bytes, or a number with kB' --rotate-size 3TB -w "$work/x"
refuse "no size" '--rotate-size 0: expected bytes' --rotate-size 0 -w "$work/x"
refuse "a time without a known unit" '--rotate-time 1d: expected seconds' --rotate-time 1d -w "$work/x"
refuse "a time that is too long" '--duration 99999h: expected seconds' --duration 99999h -w "$work/x"
refuse "too long a snap length" '--snaplen 3kB: .* to 2048' --snaplen 3kB -w "$work/x"
refuse "a folder that is not there" 'cannot write to the folder' --rotate-time 1s -w "$work/none/x"
refuse "a folder that can't be" 'cannot make the folder' --split-interfaces /proc/none

# ---- Wireshark ----
ext() { "$VNETLAB" extcap "$@"; }
code "extcap: interfaces" 0 ext --extcap-interfaces --extcap-version=4.0
says "extcap: the lab is one" '^interface \{value=vnetlab-host-only\}'
code "extcap: link types" 0 ext --extcap-interface vnetlab-host-only --extcap-dlts
says "extcap: Ethernet" '^dlt \{number=1\}\{name=EN10MB\}'
code "extcap: options" 0 ext --extcap-interface vnetlab-host-only --extcap-config
says "extcap: interfaces to choose from" '\{value=vm1:eth0\}.*\{parent=vm1\}'
[ "$(grep -c '{value=pc}' "$work/log")" -eq 1 ]
point "extcap: a node stands there once" $?
code "extcap: a filter" 0 ext --extcap-interface vnetlab-host-only --extcap-capture-filter icmp
[ ! -s "$work/log" ]
point "extcap: nothing is wrong with it" $?
code "extcap: no filter" 0 ext --extcap-interface vnetlab-host-only --extcap-capture-filter icmpp
says "extcap: what is wrong with it" 'is no capture filter'
code "extcap: no such interface" 2 ext --extcap-interface eth0 --extcap-dlts
code "extcap: no such lab" 2 ext --extcap-interface vnetlab-none --extcap-config
code "extcap: no question" 2 ext
code "extcap: nowhere to capture to" 2 ext --extcap-interface vnetlab-host-only --capture
code "extcap: --install" 0 ext --install
says "extcap: says where" '/home/.config/wireshark/extcap/vnetlab$'
tshark -D >"$work/log" 2>&1
if grep -q 'sshdump\|randpkt\|vnetlab' "$work/log"; then
  says "tshark lists the lab" 'vnetlab-host-only \(vnetlab: lab host-only\)'
  timeout 60 tshark -i vnetlab-host-only -f icmp -o extcap.vnetlab_host_only.points:vm1:eth0 -c 2 -w "$work/ext.pcapng" \
    >"$work/log" 2>&1 &
  capture=$!
  while kill -0 $capture 2>/dev/null; do
    pings 1 1
  done
  wait $capture
  point "tshark captures" $?
  ! grep -qi 'error' "$work/log"
  point "without a word of complaint" $?
  tshark -r "$work/ext.pcapng" -T fields -e frame.interface_name 2>/dev/null | sort -u >"$work/log"
  [ "$(cat "$work/log")" = vm1:eth0 ]
  point "what was chosen in it" $?
else
  skip "tshark lists the lab" "tshark with extcap"
fi
code "down" 0 "$VNETLAB" down $NAME
code "extcap: no lab, no interface" 0 ext --extcap-interfaces
! grep -q '^interface' "$work/log"
point "none is listed" $?
finish
