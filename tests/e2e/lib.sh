# SPDX-License-Identifier: Apache-2.0
# Sourced by the end-to-end tests: TAP points, a folder of their own, the command under test.
# Environment: VNETLAB (the command), VN_SRCDIR (the sources).
set -u
tap_number=0
tap_failed=0
python=/usr/bin/python3 # of the distribution: it has the packages that quickstart installs
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state" VNETLAB_TOPOLOGIES="$VN_SRCDIR/topologies"
unset NO_COLOR 2>/dev/null || true

# point NAME STATUS: a test point; what stands in $work/log is shown if it failed.
point() {
  tap_number=$((tap_number + 1))
  if [ "$2" -eq 0 ]; then
    echo "ok $tap_number - $1"
  else
    echo "not ok $tap_number - $1"
    tap_failed=1
    [ ! -s "$work/log" ] || head -c 6000 "$work/log" | sed 's/^/# /'
  fi
}

# skip NAME WHY: a point that can't be tested here; WHY names the capability.
skip() {
  tap_number=$((tap_number + 1))
  echo "ok $tap_number - $1 # SKIP $2"
}

finish() {
  echo "1..$tap_number"
  exit $tap_failed
}

# code NAME EXPECTED COMMAND…: runs the command with its output in $work/log and compares the exit code.
code() {
  code_name=$1 code_wanted=$2
  shift 2
  "$@" >"$work/log" 2>&1
  code_got=$?
  [ $code_got -eq "$code_wanted" ] || echo "exit code $code_got, expected $code_wanted: $*" >>"$work/log"
  [ $code_got -eq "$code_wanted" ]
  point "$code_name" $?
}

# says NAME PATTERN: the last command's output has a line that matches.
says() {
  grep -Eq -- "$2" "$work/log"
  point "$1" $?
}

# as_user COMMAND…: runs as nobody where the test runs as root, else as it is.
as_user() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/nonexistent "$@"
  else
    "$@"
  fi
}
