#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Machines that refuse: exit code 3 with the reason and the exact cure, nothing written, and the doctor says the same
# beforehand. Each refusal is made for real, in an outer user namespace: its limits, mounts and filters bind what runs
# inside and nothing else.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# A build with AddressSanitizer looks for leaks through /proc, which is hidden here, and would fail in its place.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
mkdir "$work/run"
outer="unshare --user --mount --map-root-user"

# inside SETUP COMMAND…: runs the command in a namespace that the shell text SETUP has prepared.
inside() {
  setup=$1
  shift
  $outer sh -c "set -e; $setup
    exec \"\$@\"" sh "$@"
}

if ! inside : true 2>"$work/log"; then
  echo "1..0 # SKIP user namespaces: $(cat "$work/log")"
  exit 0
fi

# refused NAME REASON CURE SETUP: neither a lab nor the doctor's list comes through.
refused() {
  code "$1: a lab" 3 inside "$4" "$VNETLAB" test self-service -o "$work/run/out"
  says "$1: says why" "^vnetlab: .*$2"
  says "$1: says what to do" "; cure: $3"
  [ ! -e "$work/run/out" ]
  point "$1: nothing is written" $?
  code "$1: the doctor" 3 inside "$4" "$VNETLAB" doctor
  says "$1: the doctor says why" "^NO .*$2"
  says "$1: the doctor says what to do" "$3"
}

# ---- limits of the user namespace ----

limit() {
  refused "$3no $1 namespaces allowed" "user\\.max_$2_namespaces is 0" "sudo sysctl -w user\\.max_$2_namespaces=10000" \
    "echo 0 >/proc/sys/user/max_$2_namespaces"
}

limit user user ''
limit network net ''
limit pid pid ''
limit mount mnt ''

# As somebody who is not root inside either: the sandbox then maps one id alone.
outer="unshare --user --mount --map-user=1000 --map-group=1000 --keep-caps"
if inside : true 2>/dev/null; then
  limit user user 'as a user: '
  limit network net 'as a user: '
else
  skip "limits as a user" "unshare --map-user"
fi
outer="unshare --user --mount --map-root-user"

refused "one user namespace allowed, and it is in use" "too many user namespaces exist" \
  "end what made them, or sudo sysctl -w user\\.max_user_namespaces=10000" \
  "echo 1 >/proc/sys/user/max_user_namespaces; set -- unshare --user --map-root-user \"\$@\""

# ---- /proc as containers have it ----

masked="mount --bind /dev/null /proc/version"
read_only="mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys"
code "a masked /proc that can be written serves" 0 inside "$masked" "$VNETLAB" test host-only -o "$work/masked"
code "and the doctor agrees" 0 inside "$masked" "$VNETLAB" doctor
refused "a masked /proc, /proc/sys read-only" "/proc is masked and /proc/sys read-only" \
  "run it outside the container, or start the container with .*systempaths=unconfined" "$masked; $read_only"
refused "a /proc without /proc/sys" "/proc is masked or not mounted" "run it outside the container" \
  "mount -t tmpfs none /proc/sys"
if grep -q __asan_init "$VNETLAB"; then
  skip "no /proc" "a build without AddressSanitizer, which reads its options there"
else
  refused "no /proc" "/proc is not mounted" "sudo mount -t proc proc /proc" "mount -t tmpfs none /proc"
fi

# ---- what forbids namespaces altogether ----

# A filter as a container's: unshare() fails with EPERM.
cat >"$work/filter.py" <<'PYTHON'
import ctypes, os, platform, struct, sys
UNSHARE = {"x86_64": 272, "aarch64": 97}[platform.machine()]
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
EPERM, ALLOW = 0x00050001, 0x7fff0000
steps = [(LOAD, 0, 0, 0), (JUMP_IF_EQUAL, 0, 1, UNSHARE), (RETURN, 0, 0, EPERM), (RETURN, 0, 0, ALLOW)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
NO_NEW_PRIVS, SECCOMP, FILTER = 38, 22, 2
if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(SECCOMP, FILTER, program, 0, 0):
    sys.exit("no seccomp: " + os.strerror(ctypes.get_errno()))
os.execv(sys.argv[1], sys.argv[1:])
PYTHON
chmod 644 "$work/filter.py"
if $python "$work/filter.py" /bin/true 2>/dev/null; then
  refused "a seccomp filter" "a seccomp filter, most likely a container's, forbids it" \
    "run it outside the container, or start the container with --security-opt seccomp=unconfined" \
    "set -- $python $work/filter.py \"\$@\""
else
  skip "a seccomp filter" "seccomp"
fi

# ---- programs that are missing ----

# Text that leaves a program out of /usr/sbin, where it is found whatever PATH says.
without() {
  echo "mkdir -p $work/real $work/links; mount --bind /usr/sbin $work/real; mount -t tmpfs none $work/links
    ln -s $work/real/* $work/links; rm $work/links/$1; mount --bind $work/links /usr/sbin"
}

missing() {
  if [ -e "/usr/sbin/$1" ]; then
    refused "without $1" "$1 is not installed" "sudo apt install $2" "$(without "$1")"
  else
    skip "without $1" "$1 in /usr/sbin"
  fi
}

missing iptables-nft-restore iptables
missing ip6tables-nft-restore iptables
missing ebtables-nft-restore iptables
missing ipset ipset
code "a PATH without the sbin folders does" 0 env PATH=/usr/bin:/bin "$VNETLAB" test self-service -o "$work/path"
finish
