#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Captures of what other programs send, made between two namespaces of their own: nothing leaves them.
# usage: make-traffic.sh FOLDER        (as any user; runs itself again in a user namespace)
set -eu
folder=$1
mkdir -p "$folder"
if [ "${VN_IN_NAMESPACE:-}" != yes ]; then
  VN_IN_NAMESPACE=yes exec unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc "$0" "$folder"
fi
PATH=$PATH:/usr/sbin:/sbin

# the other side: a namespace held by a process that waits for the end of a pipe
mkfifo "$folder/hold"
unshare --net sh -c "read line <'$folder/hold'" &
other=$!
exec 9>"$folder/hold"
tries=0
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do
  tries=$((tries + 1))
  [ $tries -lt 10000 ] || exit 1
done
there() { nsenter --net=/proc/$other/ns/net "$@"; }
ip link set lo up
there ip link set lo up
ip link add veth0 type veth peer name veth1 netns $other
ip addr add 10.7.0.1/24 dev veth0
ip -6 addr add fd07::1/64 dev veth0 nodad
ip link set veth0 up
there ip addr add 10.7.0.2/24 dev veth1
there ip -6 addr add fd07::2/64 dev veth1 nodad
there ip link set veth1 up

capture() { # NAME INTERFACE: until finish; ready when dumpcap has its file
  name=$1
  # tcpdump gives up root for a user that this namespace does not know
  dumpcap -P -q -i "$2" -w "$folder/$name.pcap" 2>"$folder/log" &
  dumper=$!
  tries=0
  until grep -q "^File:" "$folder/log"; do
    kill -0 $dumper 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
  done
}
# dumpcap writes by blocks, which the kernel gives it when they are full or old; what it has not got is lost at its end.
held() { stat -c %s "$folder/$name.pcap" 2>/dev/null || echo 0; }
finish() {
  size=$(held)
  tries=0
  until [ "$(held)" -gt "$size" ] || [ $tries -ge 10 ]; do
    ping -c 2 -i 0.2 -W 1 10.7.0.2 >/dev/null 2>&1 || true
    tries=$((tries + 1))
  done
  kill -INT $dumper
  wait $dumper || true
}
has() { command -v "$1" >/dev/null || { echo "no $1" >>"$folder/missing"; return 1; }; }
listening() { # PORT: waits until the other side listens there
  tries=0
  until there ss -Hln | grep -q ":$1 "; do
    tries=$((tries + 1))
    [ $tries -lt 2000 ] || return 1
  done
}

capture ping veth0; ping -c 3 -i 0.2 10.7.0.2 >/dev/null; ping -c 2 -i 0.2 fd07::2 >/dev/null; finish
capture ping-any any; ping -c 3 -i 0.2 10.7.0.2 >/dev/null; finish
capture big-ping veth0; ping -c 2 -i 0.2 -s 4000 10.7.0.2 >/dev/null; finish
there python3 -m http.server 8000 >/dev/null 2>&1 &
web=$!
if listening 8000; then
  capture http veth0
  python3 -c "import urllib.request as u; [u.urlopen('http://10.7.0.2:8000/').read() for _ in range(3)]"
  finish
  capture http-any any
  python3 -c "import urllib.request as u; u.urlopen('http://[fd07::2]:8000/').read()" 2>/dev/null || true
  finish
fi
kill $web
capture refused veth0
python3 - <<'END'
import socket
for port in (1, 2, 3):
    try:
        socket.create_connection(("10.7.0.2", port), 1)
    except OSError:
        pass
END
finish
if has nmap; then
  for scan in sS sT sU sX; do
    capture nmap-$scan veth0
    nmap -n -Pn -$scan -p 1-40 --max-retries 0 --host-timeout 5s 10.7.0.2 >/dev/null 2>&1 || true
    finish
  done
fi
if has dnsmasq && has dig; then
  there dnsmasq --no-daemon --conf-file=/dev/null --no-hosts --no-resolv --user= --pid-file= --listen-address=10.7.0.2 \
    --bind-interfaces --address=/lab.test/10.7.0.2 >/dev/null 2>&1 &
  server=$!
  if listening 53; then
    capture dnsmasq veth0
    for question in "lab.test A" "none.lab.test AAAA" "other.test A"; do
      dig @10.7.0.2 +tries=1 +time=1 $question >/dev/null 2>&1 || true
    done
    dig @10.7.0.2 +tcp +tries=1 +time=1 lab.test >/dev/null 2>&1 || true
    finish
  fi
  kill $server 2>/dev/null || true
fi
if has keepalived; then
  printf 'vrrp_instance lab {\n interface veth1\n virtual_router_id 51\n priority 100\n advert_int 1\n virtual_ipaddress { 10.7.0.100/24 }\n}\n' \
    >"$folder/keepalived.conf"
  capture keepalived veth0
  there timeout 6 keepalived -n -P -l -p "$folder/keepalived.pid" -r "$folder/vrrp.pid" -f "$folder/keepalived.conf" >/dev/null 2>&1 || true
  finish
  rm -f "$folder"/keepalived.conf "$folder"/*.pid
fi
if has hping3; then
  capture hping veth0
  hping3 -q -c 5 -i u10000 -S -p 80 10.7.0.2 >/dev/null 2>&1 || true
  hping3 -q -c 5 -i u10000 --udp -p 53 10.7.0.2 >/dev/null 2>&1 || true
  hping3 -q -c 3 -i u10000 --icmp -d 3000 10.7.0.2 >/dev/null 2>&1 || true
  finish
fi
if has iperf3; then
  there iperf3 -s -1 >/dev/null 2>&1 &
  if listening 5201; then capture iperf veth0; iperf3 -c 10.7.0.2 -n 200K >/dev/null 2>&1 || true; finish; fi
  there iperf3 -s -1 >/dev/null 2>&1 &
  if listening 5201; then capture iperf-udp veth0; iperf3 -u -c 10.7.0.2 -n 100K -l 1000 >/dev/null 2>&1 || true; finish; fi
fi
if has tcpreplay && [ -f "$folder/../made/mixed.pcap" ]; then
  capture replay veth0
  tcpreplay -q -t -i veth0 "$folder/../made/mixed.pcap" >/dev/null 2>&1 || true
  finish
fi
if ip link add vx type vxlan id 42 remote 10.7.0.2 dstport 4789 dev veth0 2>/dev/null; then
  there ip link add vx type vxlan id 42 remote 10.7.0.1 dstport 4789 dev veth1
  ip addr add 10.8.0.1/24 dev vx; ip link set vx up
  there ip addr add 10.8.0.2/24 dev vx; there ip link set vx up
  capture vxlan veth0; ping -c 2 -i 0.2 10.8.0.2 >/dev/null || true; finish
fi
if ip link add gr type gretap remote 10.7.0.2 local 10.7.0.1 2>/dev/null; then
  there ip link add gr type gretap remote 10.7.0.1 local 10.7.0.2
  exec 8>&2 2>/dev/null
  ip addr add 10.9.0.1/24 dev gr; ip link set gr up
  there ip addr add 10.9.0.2/24 dev gr; there ip link set gr up
  capture gretap veth0; ping -c 2 -i 0.2 10.9.0.2 >/dev/null || true; finish
  exec 2>&8
fi
capture arping veth0; { has arping && arping -q -c 2 -I veth0 10.7.0.99 >/dev/null 2>&1; } || true; finish
exec 9>&-
rm -f "$folder/hold" "$folder/log"
