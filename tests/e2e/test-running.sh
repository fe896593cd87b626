#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A lab that stays: up, ls, exec, inspect, capture, test on it, down; what goes wrong; and that nothing is left. As root
# and as an ordinary user, with and without a run-time folder.
. "$VN_SRCDIR/tests/e2e/lib.sh"

HOST_ONLY=$VN_SRCDIR/topologies/host-only
chmod 1777 "$work"

runtime=$work/runtime # of this pass

# run COMMAND…: as the user of this pass.
run() { $as env XDG_RUNTIME_DIR="$runtime" HOME="$work/home" "$@"; }

# holder NAME: the id of the process that keeps the lab.
holder() {
  run "$VNETLAB" ls --format json | $python -c '
import json, sys
print(*[lab["holder"] for lab in json.load(sys.stdin) if lab["name"] == sys.argv[1]])' "$1"
}

# gone PID NAME: the process ends within ten seconds.
gone() {
  $python -c '
import os, select, sys
try:
    fd = os.pidfd_open(int(sys.argv[1]))
except ProcessLookupError:
    sys.exit(0)
sys.exit(not select.select([fd], [], [], 10)[0])' "$1"
  point "$2" $?
}

# session USER: everything that a person does with a lab, in the order of a day.
session() {
  code "$1: nothing is up" 0 run "$VNETLAB" ls
  says "$1: ls says so" '^no lab is up$'
  code "$1: up" 0 run "$VNETLAB" up "$HOST_ONLY"
  code "$1: up twice under one name" 2 run "$VNETLAB" up "$HOST_ONLY"
  says "$1: suggests another name" 'is up already.*--name host-only-2'
  code "$1: the same file under another name" 0 run "$VNETLAB" up --name second "$HOST_ONLY"
  code "$1: ls" 0 run "$VNETLAB" ls
  says "$1: ls has the first" '^host-only +[0-9]+ '
  says "$1: ls has the second" '^second +[0-9]+ '

  (cd "$VN_SRCDIR" && run "$VNETLAB" up --name third topologies/host-only) >"$work/log" 2>&1
  point "$1: up from a path that starts here" $?
  code "$1: ls" 0 run "$VNETLAB" ls
  says "$1: ls has the whole path" "^third .* $HOST_ONLY/"
  code "$1: down" 0 run "$VNETLAB" down third

  code "$1: exec, by name" 0 run "$VNETLAB" exec host-only vm1 -- ping -c 1 -W 2 vm2
  code "$1: exit status" 42 run "$VNETLAB" exec host-only vm1 sh -c 'exit 42'
  code "$1: ended by a signal" 137 run "$VNETLAB" exec host-only vm1 sh -c 'kill -9 $$'
  echo hello | run "$VNETLAB" exec host-only vm1 cat >"$work/log"
  says "$1: input and output" '^hello$'
  code "$1: ip netns" 0 run "$VNETLAB" exec host-only pc ip netns exec vm1 ip -br address show eth0
  says "$1: ip netns shows the node" '^eth0'
  code "$1: /sys is the node's" 0 run "$VNETLAB" exec host-only vm1 ls /sys/class/net
  says "$1: /sys has its device" '^eth0$'
  code "$1: tcpdump" 124 timeout 1 $as env XDG_RUNTIME_DIR="$runtime" "$VNETLAB" exec host-only vm1 tcpdump -i eth0
  says "$1: tcpdump listens" 'listening on eth0'
  code "$1: no such node" 2 run "$VNETLAB" exec host-only vm11 true
  says "$1: suggests a node" 'did you mean "vm1"'
  code "$1: no such program" 2 run "$VNETLAB" exec host-only vm1 no-such-program
  code "$1: no such lab" 2 run "$VNETLAB" exec host-onli vm1 true
  says "$1: suggests a lab" 'did you mean "host-only"'
  echo 'echo "prompt <$PS1>"; exit 5' | run "$VNETLAB" shell host-only vm1 >"$work/log" 2>&1
  [ $? -eq 5 ]
  point "$1: the exit status of a shell" $?
  says "$1: the prompt says where one is" 'vm1@host-only|VNETLAB_NODE@'

  code "$1: inspect" 0 run "$VNETLAB" inspect host-only
  says "$1: inspect has the address" 'vm1 +eth0 .* up +192\.168\.56\.'
  run "$VNETLAB" inspect --format json host-only | $python -c 'import json, sys; json.load(sys.stdin)' >"$work/log" 2>&1
  point "$1: inspect as JSON" $?

  code "$1: test on the running lab" 0 run "$VNETLAB" test --running host-only -o "$work/run-$1"
  code "$1: an address is taken away by hand" 0 run "$VNETLAB" exec host-only vm1 ip -4 address flush dev eth0
  code "$1: test sees it" 1 run "$VNETLAB" test --running host-only -o "$work/run-$1"
  code "$1: and the other lab is untouched" 0 run "$VNETLAB" test --running second -o "$work/run-$1"
}

# captures USER: live captures of the lab "second".
captures() {
  mkfifo "$work/pipe" 2>/dev/null
  run "$VNETLAB" capture second vm1:eth0 --filter icmp --count 2 -w "$work/$1.pcapng" 2>"$work/pipe" &
  read -r ready <"$work/pipe"
  [ "$ready" = "capturing at 1 interface" ]
  point "$1: a capture says when it is ready" $?
  run "$VNETLAB" inspect second >"$work/log"
  says "$1: inspect says where it is" "$1.pcapng +1 interface"
  run "$VNETLAB" exec second vm1 ping -c 1 -W 2 vm2 >/dev/null
  wait $!
  point "$1: --count ends it" $?
  tshark -r "$work/$1.pcapng" -Y 'icmp.type == 0 || icmp.type == 8' 2>/dev/null | wc -l >"$work/log"
  says "$1: two packets" '^2$'
  # A reader sees a packet while the capture goes on: this one never ends by itself.
  run sh -c "'$VNETLAB' capture second vm1:eth0 2>/dev/null | (head -c 400 >/dev/null; echo seen >'$work/seen-$1')" &
  tries=0
  while [ ! -e "$work/seen-$1" ] && [ $tries -lt 20 ]; do
    run "$VNETLAB" exec second vm1 ping -c 1 -W 2 vm2 >/dev/null
    tries=$((tries + 1))
  done
  [ -e "$work/seen-$1" ]
  point "$1: packets are seen at once" $?
  run "$VNETLAB" exec second vm1 ping -c 2 -i 0.2 vm2 >/dev/null
  wait $!
  point "$1: ends with its reader" $?
  code "$1: no such interface" 2 run "$VNETLAB" capture second vm1:eth1 -w "$work/none"
  says "$1: suggests an interface" 'did you mean "vm1:eth0"'
  code "$1: no such filter" 2 run "$VNETLAB" capture second --filter 'no such' -w "$work/none"
}

# ends USER: how a lab ends.
ends() {
  : >"$work/stubborn"
  run "$VNETLAB" exec second vm1 sh -c 'trap "" TERM HUP INT; echo ready; while :; do sleep 1000; done' >"$work/stubborn" &
  stubborn=$!
  tries=0
  while ! grep -q ready "$work/stubborn" && [ $tries -lt 500 ]; do
    run "$VNETLAB" exec second vm1 true
    tries=$((tries + 1))
  done
  pid=$(holder second)
  code "$1: down ends a program that doesn't end" 0 run "$VNETLAB" down second
  wait $stubborn
  [ $? -eq 137 ]
  point "$1: its command knows" $?
  gone "$pid" "$1: the holder has ended"
  code "$1: down of a lab that isn't up" 2 run "$VNETLAB" down second
  says "$1: down suggests nothing wrong" 'lab "second" is not up \(up: host-only\)'
  pid=$(holder host-only)
  kill -9 "$pid"
  gone "$pid" "$1: a holder that was killed"
  code "$1: ls after that" 0 run "$VNETLAB" ls
  says "$1: ls says that it is gone" 'lab "host-only" is not up any more'
  code "$1: up again" 0 run "$VNETLAB" up "$HOST_ONLY"
  # The terminal goes away: its session gets SIGHUP.
  code "$1: a terminal that goes away" 0 run setsid --wait script -qec "$VNETLAB up --name hung $HOST_ONLY" /dev/null
  code "$1: the lab is still there" 0 run "$VNETLAB" exec hung vm1 true
  code "$1: down --all" 0 run "$VNETLAB" down --all
  [ -z "$(ls -A "${2:-$runtime/vnetlab}")" ]
  point "$1: no folder is left" $?
}

# pass USER RUNTIME-FOLDER [LABS-FOLDER]
pass() {
  runtime=$2
  session "$1"
  captures "$1"
  ends "$1" "${3:-}"
}

mkdir "$work/home" "$work/runtime"
chmod 777 "$work/home"
as=
pass self "$work/runtime"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
  as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
  install -d -o nobody -m 700 "$work/runtime-user"
  export XDG_STATE_HOME="$work/state-user"
  install -d -o nobody -m 700 "$XDG_STATE_HOME"
  pass user "$work/runtime-user"
  # no run-time folder: /tmp, which is everybody's
  pass user-tmp "" "/tmp/vnetlab-labs-$(id -u nobody)"
  rm -rf "/tmp/vnetlab-labs-$(id -u nobody)"
  install -d -o root -m 755 "/tmp/vnetlab-labs-$(id -u nobody)"
  runtime=
  code "somebody else's folder in /tmp is refused" 2 run "$VNETLAB" up "$HOST_ONLY"
  says "says why" 'is not a folder that is yours alone'
  rmdir "/tmp/vnetlab-labs-$(id -u nobody)"
else
  skip "as another user" "root"
fi
finish
