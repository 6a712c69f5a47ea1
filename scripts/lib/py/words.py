#!/usr/bin/env python3
"""Finds what must not stand in a file of the project: notes to self, paths of one machine, package registries' hosts.

usage: words.py [ROOT]
"""

import re
import sys
from pathlib import Path

from cpp_tree import project_files

# Written in pieces, so that this file does not find itself.
NOTES = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home/(?!\$|<)\w+|root|wor" r"k/(?:main|shared)|Users/\w+|tm" r"p/w)/\S*")
# Tests make up a home of somebody to see what becomes of it.
MADE_UP = re.compile(r"^tests/.*_test\.")
REGISTRIES = re.compile("|".join(re.escape(".".join(parts)) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("crates", "io"), ("rubygems", "org"),
    ("proxy", "golang", "org"), ("deb", "debian", "org"), ("snapshot", "debian", "org"), ("docker", "io"))))
RULES = [
    (NOTES, "a note to self", "do it, or write an issue"),
    (MACHINE_PATH, "a path of one machine", "make it relative, or take it from a setting"),
    (REGISTRIES, "a package registry's host", "leave it to the package manager's own configuration"),
]
# The policy on image registries has to know whose short image names are; the test charts have Dagster's default images.
IMAGE_NAMES = re.compile(r"(^|/)policy(_test)?\.(cc|h)$|^docs/lint\.md$|^tests/charts/[^/]+/values\.yaml$")
# Texts of others, kept byte for byte.
SKIPPED = re.compile(r"^LICENSE$|(^|/)(testdata|corpus|golden)/")


def findings(name, text):
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, what, todo in RULES:
            if pattern is REGISTRIES and IMAGE_NAMES.search(name) or pattern is MACHINE_PATH and MADE_UP.search(name):
                continue
            found = pattern.search(line)
            if found:
                yield f"{name}:{number}: {what}: {found[0]!r}; {todo}"


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[3]).resolve()
    bad = 0
    for name in project_files(root):
        if SKIPPED.search(name):
            continue
        data = (root / name).read_bytes()
        if b"\0" in data[:8000]:
            continue
        for finding in findings(name, data.decode("utf-8", errors="replace")):
            bad += 1
            print(finding)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
