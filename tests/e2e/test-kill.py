#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ended at any moment and in any way: no process, link or mount is left, and outputs are whole or end in .partial.

Environment: VNETLAB (the command), VN_SRCDIR (the sources). Prints TAP.
"""
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time

MARK = "VN_TEST_KILL_MARK"
MOMENTS = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5]
PATIENCE = 10  # seconds in which all must be gone


class Tap:
    number = 0
    failed = False

    def point(self, name, problem):
        self.number += 1
        self.failed |= bool(problem)
        print(f"{'not ok' if problem else 'ok'} {self.number} - {name}", flush=True)
        if problem:
            print(f"# {problem}", flush=True)


def marked(mark):
    """Ids of the processes that have the mark in their environment, in all namespaces below this one."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def surroundings():
    """What a lab must never change: links and mounts here."""
    return pathlib.Path("/proc/self/net/dev").read_text().count(":"), pathlib.Path("/proc/self/mountinfo").read_text()


def wait_until_gone(mark):
    end = time.monotonic() + PATIENCE
    while marked(mark) and time.monotonic() < end:
        time.sleep(0.01)
    return marked(mark)


def broken_outputs(folder):
    """A file that has its final name is whole."""
    problems = []
    for file in folder.iterdir() if folder.exists() else []:
        if file.suffix == ".json":
            try:
                json.loads(file.read_text())
            except ValueError as error:
                problems.append(f"{file.name}: {error}")
        elif file.suffix == ".pcapng":
            done = subprocess.run(["tshark", "-r", str(file)], capture_output=True, text=True)
            if done.returncode != 0:
                problems.append(f"{file.name}: {done.stderr.strip()}")
    return problems


def inner_id(pid):
    """Its id in the innermost pid namespace."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return int(next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[-1])


def kill_outer(signo):
    return lambda process, mark: process.send_signal(signo)


def kill_inner(wanted):
    """The one with that id in the sandbox, or the outer one if there is none yet."""
    def end(process, mark):
        inner = [pid for pid in marked(mark) if pid != process.pid and inner_id(pid) == wanted]
        os.kill(inner[0] if inner else process.pid, signal.SIGKILL)
    return end


def kill_group(signo):
    """As a terminal does for Ctrl-C."""
    return lambda process, mark: os.killpg(process.pid, signo)


ENDS = [
    ("kill -9 of the outer process", kill_outer(signal.SIGKILL), signal.SIGKILL),
    ("kill -9 of pid 1", kill_inner(1), signal.SIGKILL),
    ("kill -9 of the program", kill_inner(2), signal.SIGKILL),
    ("kill -9 of the group", kill_group(signal.SIGKILL), signal.SIGKILL),
    ("SIGTERM", kill_outer(signal.SIGTERM), signal.SIGTERM),
    ("SIGINT", kill_outer(signal.SIGINT), signal.SIGINT),
    ("SIGHUP", kill_outer(signal.SIGHUP), signal.SIGHUP),
    ("Ctrl-C", kill_group(signal.SIGINT), signal.SIGINT),
]


def was_ended_by(returncode, signo):
    """128 + n from a process that waited, -n from one that was hit itself; 0 if the run was faster."""
    return returncode in (0, 128 + signo, -signo)


def run_and_end(tap, folder, name, moment, end, signo):
    mark = f"{os.getpid()}-{tap.number}"
    out = folder / mark
    before = surroundings()
    with subprocess.Popen([os.environ["VNETLAB"], "test", "self-service", "-o", str(out)], env={**os.environ, MARK: mark},
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as process:
        time.sleep(moment)  # the moment is the input of this test, not a wait for anything
        if process.poll() is None:
            end(process, mark)
        talk = process.communicate()[1]
    left = wait_until_gone(mark)
    problems = [f"processes left: {left}"] if left else []
    problems += ["links or mounts changed"] if surroundings() != before else []
    problems += [f"exit status {process.returncode}"] if not was_ended_by(process.returncode, signo) else []
    problems += [f"it said {talk!r}"] if talk else []
    tap.point(f"{name} after {moment} s", "; ".join(problems + broken_outputs(out)))


def close_terminal(tap, folder, moment):
    """The command leads its session on a terminal of its own, which goes away."""
    mark = f"{os.getpid()}-{tap.number}"
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(os.environ["VNETLAB"], ["vnetlab", "test", "self-service", "-o", str(folder / mark)],
                  {**os.environ, MARK: mark})
    time.sleep(moment)
    os.close(terminal)
    status = os.waitpid(pid, 0)[1]
    problems = [f"processes left: {left}"] if (left := wait_until_gone(mark)) else []
    code = os.waitstatus_to_exitcode(status)
    problems += [f"exit status {code}"] if not was_ended_by(code, signal.SIGHUP) else []
    problems += ["the run went on"] if moment <= 0.1 and code == 0 else []
    tap.point(f"terminal closed after {moment} s", "; ".join(problems + broken_outputs(folder / mark)))


def main():
    tap = Tap()
    os.environ["VNETLAB_TOPOLOGIES"] = f"{os.environ['VN_SRCDIR']}/topologies"
    with tempfile.TemporaryDirectory() as name:
        for moment in MOMENTS:
            for what, end, signo in ENDS:
                run_and_end(tap, pathlib.Path(name), what, moment, end, signo)
            close_terminal(tap, pathlib.Path(name), moment)
    print(f"1..{tap.number}")
    sys.exit(tap.failed)


main()
