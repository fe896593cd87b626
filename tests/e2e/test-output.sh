#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lab files and runs anywhere that the user can read and write; elsewhere exit code 2 before anything is built.
. "$VN_SRCDIR/tests/e2e/lib.sh"

# take_lab FOLDER: a lab of one's own there, as FOLDER/lab, with the one that it extends beside it.
take_lab() {
  cp -R "$VN_SRCDIR/topologies/host-only" "$1/lab"
  cp -R "$VN_SRCDIR/topologies/home" "$1/home"
}

files="capture.pcapng junit.xml report.html report.json report.md report.tap"

# whole NAME FOLDER: the folder holds a run's files and nothing else.
whole() {
  (cd "$2" && echo *) >"$work/log" 2>&1
  [ "$(cat "$work/log")" = "$files" ]
  point "$1" $?
}

# in_folder FOLDER COMMAND…: runs the command there.
in_folder() {
  (cd "$1" && shift && "$@")
}

# ---- a home that nobody else may look into, as an ordinary user ----

mkdir "$work/home"
take_lab "$work/home"
chmod -R go= "$work/home"
[ "$(id -u)" -ne 0 ] || chown -R nobody:nogroup "$work/home"
home="as_user env XDG_STATE_HOME=$work/home/state"
code "lab and run in a home with mode 0700" 0 in_folder "$work/home" $home "$VNETLAB" test \
  "$work/home/lab" -o "$work/home/run"
whole "all is written there" "$work/home/run"
[ "$(find "$work/home/run" -user "$(as_user id -un)" | wc -l)" -eq 7 ]
point "and belongs to the user" $?
code "the user's own state folder" 0 in_folder "$work/home" $home "$VNETLAB" test lab
whole "latest points to the run" "$work/home/state/vnetlab/latest"
[ "$(stat -c %a "$work/home/state/vnetlab")" = 700 ]
point "runs are private" $?
if [ "$(id -u)" -eq 0 ]; then
  chown nobody:nogroup "$work/home/lab"
  code "root, in somebody else's home" 0 "$VNETLAB" test "$work/home/lab" -o "$work/home/root"
  whole "all is written there" "$work/home/root"
fi

# ---- relative paths, folders that are not there yet, others' working folders ----

mkdir "$work/here"
take_lab "$work/here"
code "a lab by its folder, relative" 0 in_folder "$work/here" "$VNETLAB" test lab -o run
whole "into a relative folder" "$work/here/run"
code "a lab by its file, from below" 0 in_folder "$work/here/lab" "$VNETLAB" test ./host-only.vlab.yml -o ../a/b/c
whole "into folders that were not there" "$work/here/a/b/c"
code "into the current folder" 0 in_folder "$work/here/a" "$VNETLAB" test ../lab -o .
[ -e "$work/here/a/report.json" ]
point "beside what was there" $?
code "a second time into the same folder" 0 in_folder "$work/here" "$VNETLAB" test lab -o run
whole "takes the place of the first" "$work/here/run"
mkdir "$work/here/read-only" "$work/here/open"
chmod 555 "$work/here/read-only"
chmod 777 "$work/here/open"
code "from a folder that can't be written" 0 in_folder "$work/here/read-only" as_user "$VNETLAB" test ../lab \
  -o ../open/run
whole "is no hindrance" "$work/here/open/run"
mkdir "$work/here/gone"
code "from a folder that is gone" 0 in_folder "$work/here/gone" sh -c 'rmdir ../gone; exec "$@"' sh "$VNETLAB" \
  test host-only -o "$work/here/after"
whole "neither" "$work/here/after"
code "several labs" 0 "$VNETLAB" test host-only self-service -o "$work/several"
whole "have a folder each" "$work/several/host-only"
whole "of their names" "$work/several/self-service"

# ---- names ----

code "the environment names the folder" 0 env VNETLAB_TEST_OUTPUT="$work/variable" "$VNETLAB" test host-only
whole "and it is there" "$work/variable"
code "a flag wins over it" 0 env VNETLAB_TEST_OUTPUT="$work/loser" "$VNETLAB" test host-only -o "$work/winner"
whole "its folder is there" "$work/winner"
[ ! -e "$work/loser" ]
point "the other is not" $?
odd="$work/with blank, ünïcödé and 'quotes'"
mkdir "$odd"
take_lab "$odd"
code "blanks and quotes in paths" 0 "$VNETLAB" test "$odd/lab" -o "$odd/run"
whole "are kept" "$odd/run"

# ---- the folder of runs ----

for run in 1 2 3 4 5 6 7 8 9 10 11; do
  [ "$run" -ne 2 ] || touch "$work/state/vnetlab/notes"
  "$VNETLAB" test host-only >"$work/log" 2>&1 || echo "run $run: exit code $?" >>"$work/log"
  [ "$run" -ne 1 ] || first=$(readlink "$work/state/vnetlab/latest")
done
[ "$(find "$work/state/vnetlab" -mindepth 1 -maxdepth 1 -type d | wc -l)" -eq 10 ]
point "the last ten runs are kept" $?
[ -n "$first" ] && [ ! -e "$work/state/vnetlab/$first" ]
point "the first of eleven is not" $?
[ -e "$work/state/vnetlab/notes" ]
point "what is no run is left alone" $?
newest=$(cd "$work/state/vnetlab" && echo host-only-* | tr ' ' '\n' | sort | tail -1)
[ "$(readlink "$work/state/vnetlab/latest")" = "$newest" ]
point "latest is the newest" $?
code "no home that can be written" 0 as_user env XDG_STATE_HOME=/proc/state TMPDIR="$work/here/open" "$VNETLAB" \
  test host-only
whole "the run is below the folder for temporary files" "$work/here/open/vnetlab-$(as_user id -u)/latest"

# ---- /run, which the sandbox covers ----

in_run() {
  unshare --user --mount --map-root-user sh -c '
    mount -t tmpfs none /run && cp -R "$1" /run/lab && cp -R "$2" /run/home && shift 2
    "$@" && { [ -e /run/runs/report.json ] || [ -e /run/state/vnetlab/latest/report.json ]; }' sh \
    "$VN_SRCDIR/topologies/host-only" "$VN_SRCDIR/topologies/home" "$@"
}

if unshare --user --mount --map-root-user mount -t tmpfs none /run 2>"$work/log"; then
  code "lab and run below /run" 0 in_run "$VNETLAB" test /run/lab -o /run/runs
  code "from a folder below /run, relative" 0 in_run sh -c 'cd /run/lab; exec "$@"' sh "$VNETLAB" test . -o ../runs
  code "the state folder below /run" 0 in_run env XDG_STATE_HOME=/run/state "$VNETLAB" test /run/lab
else
  skip "a /run of the user's own" "user namespaces"
fi

# ---- what can't be written ----

# refused NAME FOLDER WHY COMMAND…: exit code 2, the folder is named with the reason, before anything is sent.
refused() {
  refused_name=$1 refused_folder=$2 refused_why=$3
  shift 3
  code "$refused_name" 2 "$@" "$VNETLAB" test host-only -o "$refused_folder"
  says "is said with its reason" "^vnetlab: cannot save the run in \"$refused_folder\": $refused_why"
  ! grep -q 'frames sent' "$work/log"
  point "before anything is built" $?
}

touch "$work/file"
refused "a file as folder" "$work/file" "(File exists|Not a directory)"
refused "a folder below a file" "$work/file/run" "Not a directory"
refused "a folder in /proc" "/proc/run" "(No such file or directory|Permission denied)"
refused "a folder that others own" "$work/here/read-only" "Permission denied" as_user
refused "a folder in one that others own" "$work/here/read-only/run" "Permission denied" as_user

small="mount -t tmpfs -o size=8k none $work/small"
mkdir "$work/small"
code "a file system that is full" 4 unshare --user --mount --map-root-user sh -c "$small && exec \"\$@\"" sh \
  "$VNETLAB" test host-only -o "$work/small/run"
says "names the file" "capture\.pcapng.*No space left on device"
finish
