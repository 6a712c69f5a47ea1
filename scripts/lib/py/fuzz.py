#!/usr/bin/env python3
"""Runs every libFuzzer program of a build folder for a bounded time, a few at once.

usage: fuzz.py BUILD_FOLDER SECONDS [--jobs N]

Starts from tests/fuzz/corpus/<name>/; what it finds goes below BUILD_FOLDER, never into the project. Prints
"PASSED FAILED" on standard output, one program counting as one; the output of a failed one on standard error.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
INPUT_LIMIT_S = 10
MEMORY_LIMIT_MB = 2048


def run(program, seconds):
    """(name, what went wrong or "")."""
    name = program.name.removesuffix("_fuzz")
    found, artifacts = program.parent / "corpus" / name, program.parent / "artifacts"
    for folder in (found, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    kept = ROOT / "tests/fuzz/corpus" / name
    command = [program, f"-max_total_time={seconds}", f"-timeout={INPUT_LIMIT_S}", f"-rss_limit_mb={MEMORY_LIMIT_MB}",
               f"-artifact_prefix={artifacts}/{name}-", "-print_final_stats=1", found, *([kept] if kept.is_dir() else [])]
    environment = {"ASAN_SYMBOLIZER_PATH": "/usr/bin/llvm-symbolizer-16", **os.environ}
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False,
                              stdin=subprocess.DEVNULL, timeout=2 * seconds + 120)
    except subprocess.TimeoutExpired:
        return name, f"did not end within {2 * seconds + 120} s"
    if done.returncode:
        return name, done.stderr[-6000:] + f"\n{name}: put the input named above into {kept.relative_to(ROOT)}/ with its fix"
    runs = next((line.split()[-1] for line in done.stderr.split("\n") if "number_of_executed_units" in line), "0")
    print(f"fuzz {name}: {runs} inputs in {seconds} s", file=sys.stderr)
    return name, "" if int(runs) > 0 else "ran no input at all"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("seconds", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    programs = sorted(arguments.build.resolve().glob("*_fuzz"))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, wrong in pool.map(lambda program: run(program, arguments.seconds), programs):
            if wrong:
                failed += 1
                print(f"FAILED fuzz {name}: {wrong}", file=sys.stderr)
    print(len(programs) - failed, failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
