#!/usr/bin/env python3
"""Checks that every relative link in our *.md files leads to a file of the project, and its #anchor to a heading.

usage: doc_links.py [ROOT]

Links to other sites are left alone: a check must not need the network.
"""

import os
import re
import sys
from pathlib import Path

from cpp_tree import project_files

LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^)]*)?\)")
REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
ANCHOR = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")


def lines_outside_code(text):
    """(number, line) of the lines that are not in a fenced block; `code` inside a line is blanked."""
    fence = None
    for number, line in enumerate(text.split("\n"), 1):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and (fence is None or mark[1].startswith(fence)):
            fence = mark[1] if fence is None else None
        elif fence is None:
            yield number, re.sub(r"``.+?``|`[^`]*`", lambda code: "`" * len(code[0]), line)


def slug(heading):
    """The anchor that GitHub and GitLab give to a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def anchors(text):
    found, fence = set(ANCHOR.findall(text)), False
    for line in text.split("\n"):
        if re.match(r"\s*(```|~~~)", line):
            fence = not fence
        heading = None if fence else HEADING.match(line)
        if heading:
            name, count = slug(heading[2]), 0
            while (name if not count else f"{name}-{count}") in found:
                count += 1
            found.add(name if not count else f"{name}-{count}")
    return found


def check_link(root, files, name, target):
    """What is wrong with one link, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
        return None
    path, _, anchor = target.partition("#")
    where = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
    if path.startswith("/"):
        return "is absolute: write it relative to this file"
    if where not in files and not any(file.startswith(where + "/") for file in files) and where != ".":
        return "leads to no file of the project"
    if anchor and where.endswith(".md") and anchor not in anchors((root / where).read_text(encoding="utf-8")):
        return f"no heading of {where} has the anchor #{anchor}"
    return None


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[3]).resolve()
    files = set(project_files(root))
    bad = 0
    for name in sorted(name for name in files if name.endswith(".md")):
        for number, line in lines_outside_code((root / name).read_text(encoding="utf-8")):
            reference = REFERENCE.match(line)
            for target in LINK.findall(line) + ([reference[1]] if reference else []):
                wrong = check_link(root, files, name, target)
                if wrong:
                    bad += 1
                    print(f"{name}:{number}: link {target} {wrong}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
