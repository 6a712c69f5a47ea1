#!/usr/bin/env python3
"""Prints figures that a test recorded (its `record_property`) as a Markdown table. Fails where the test failed, a figure
is missing or a promise is broken.

usage: figures.py MACHINE JUNIT_XML LABEL=FIGURE[<=PROMISE|>=PROMISE]...
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def read(path):
    """The figures, or None where the test failed or left no report."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return None
    if root.find(".//failure") is not None or root.find(".//error") is not None:
        return None
    return {one.get("name"): float(one.get("value")) for one in root.iter("property")}


def main():
    figures = read(sys.argv[2])
    if figures is None:
        sys.exit("figures.py: the test failed; see above")
    print(f"Machine: {sys.argv[1]}.\n\n| | measured | promised | |\n|---|---:|---:|---|")
    broken = False
    for row in sys.argv[3:]:
        label, name, sign, promise = re.fullmatch(r"([^=]*)=([a-z0-9_]+)(?:([<>]=)(.+))?", row).groups()
        kept = not promise or (figures[name] >= float(promise) if sign == ">=" else figures[name] <= float(promise))
        broken |= not kept
        verdict = ("kept" if kept else "**broken**") if promise else ""
        shown = ("at least " if sign == ">=" else "") + (promise or "")
        print(f"| {label} | {figures[name]:g} | {shown} | {verdict} |")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
