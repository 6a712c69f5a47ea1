#!/usr/bin/env python3
"""Runs clang-tidy-16 over the .cc files below src/, a few at a time; files that passed before are not read again.

usage: tidy.py BUILD_FOLDER [--jobs N] [FILE...]

A pass is remembered by the content of the file, of every project header below it, of .clang-tidy and of the compile
command, in the cache folder. BUILD_FOLDER holds compile_commands.json.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from cpp_tree import Passed, Tree

TIDY = "clang-tidy-16"
LIMIT_S = 300  # for one file; the slowest seen took a tenth of it
# clang reads what g++ is given, apart from these.
NOT_FOR_CLANG = re.compile(r"^-(fsanitize.*|fno-sanitize.*|Werror)$")


def compile_commands(build, root):
    """{file below root: compiler arguments} of the sources that are to be checked."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(root / "src"):
            words = [word for word in entry["command"].split() if not NOT_FOR_CLANG.match(word)]
            while words and not re.search(r"(\+\+|cc)(-\d+)?$", words[0]):
                words.pop(0)  # the launcher
            commands[str(path.relative_to(root))] = words
    return commands


def run_one(root, name, words):
    """(name, seconds, findings): findings is empty where the file passed."""
    started = time.monotonic()
    # The arguments after "--" replace the compilation database: one file, its own flags, nothing looked up.
    flags = [word for word in words[1:] if word not in ("-c",) and not word.endswith(".cc")]
    if "-o" in flags:
        del flags[flags.index("-o"):flags.index("-o") + 2]
    command = [TIDY, "--quiet", "--warnings-as-errors=*", name, "--", *flags]
    try:
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        findings = "" if run.returncode == 0 else run.stdout.strip() or run.stderr.strip() or "clang-tidy failed"
    except subprocess.TimeoutExpired:
        findings = f"{name}: clang-tidy took more than {LIMIT_S} s; split the file"
    return name, time.monotonic() - started, findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    tree = Tree(Path(__file__).resolve().parents[3])
    commands = compile_commands(arguments.build, tree.root)
    files = arguments.files or [name for name in tree.files if name.startswith("src/") and name.endswith(".cc")]
    unknown = [name for name in files if name not in commands]
    if unknown:
        print(f"no compile command for {' '.join(unknown)}: is it listed in a CMakeLists.txt?", file=sys.stderr)
        return 1

    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    config = (tree.root / ".clang-tidy").read_text(encoding="utf-8")
    passed = Passed("tidy")
    passed.forget_older_than(30, time.time())
    digests = {name: tree.digest(name, version, config, " ".join(commands[name]).replace(str(tree.root), ".")) for name in files}
    waiting = [name for name in files if not passed.has(digests[name])]
    print(f"clang-tidy: {len(waiting)} of {len(files)} files changed since they last passed", file=sys.stderr)

    bad = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, seconds, findings in pool.map(lambda n: run_one(tree.root, n, commands[n]), waiting):
            if findings:
                bad += 1
                print(findings)
            else:
                passed.add(digests[name])
            if seconds > 30:
                print(f"clang-tidy: {name} took {seconds:.0f} s", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
