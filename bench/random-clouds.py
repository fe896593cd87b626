#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random clouds with events against the real kernel: each cell as predicted, or the cloud that fails, made smaller.

usage: bench/random-clouds.py BUILD-FOLDER [CLOUDS [FIRST-SEED]]   (2000 clouds from seed 1)

Runs the test of the suite in parts, one a processor. Prints JSON: clouds, cells, seconds, and the output of each part
that failed. The exit code is 1 if one did."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

PART = 25  # clouds of one process


def run_part(program, first, n):
    done = subprocess.run([program, str(first), str(n)], capture_output=True, text=True)
    cells = re.search(r"^# (\d+) clouds, (\d+) cells$", done.stdout, re.MULTILINE)
    return {
        "first": first,
        "clouds": n,
        "cells": int(cells.group(2)) if cells else 0,
        "failure": None if done.returncode == 0 and cells else done.stdout[-20000:] + done.stderr[-2000:],
    }


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    program = os.path.join(sys.argv[1], "tests", "netns", "test-random-clouds")
    n_clouds = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    start = time.monotonic()
    parts = [(first + i, min(PART, n_clouds - i)) for i in range(0, n_clouds, PART)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda part: run_part(program, *part), parts))
    failures = [r for r in results if r["failure"]]
    print(json.dumps({
        "clouds": n_clouds,
        "first_seed": first,
        "cells": sum(r["cells"] for r in results),
        "seconds": round(time.monotonic() - start, 1),
        "failures": failures,
    }, indent=1))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
