#!/usr/bin/env python3
"""Counts tests out of the XML that runners write, and never takes a runner's crash for a pass.

usage: count_results.py ctest  EXIT_CODE CTEST_XML GTEST_FOLDER
       count_results.py pytest EXIT_CODE PYTEST_XML

Prints "PASSED FAILED SKIPPED" on standard output and the names of failed tests on standard error. A GoogleTest program counts as
its cases; one that ended badly without a failed case (crash, time limit, sanitizer) counts as one more failure, and
so does a runner that failed without naming a test or left no readable XML.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def read(path):
    """The root element, or None where the file is missing or cut off."""
    try:
        return ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return None


def cases(root):
    """(passed, skipped, [failed names]) of the <testcase> elements, in the form gtest and pytest share."""
    passed, skipped, failed = 0, 0, []
    for case in root.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(f"{case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, skipped, failed


def count_ctest(xml, folder):
    root = read(xml)
    if root is None:
        return 0, 0, []
    passed, skipped, failed = 0, 0, []
    for entry in root.iter("testcase"):
        name, ran_well = entry.get("name"), entry.get("status") == "run"
        report = read(Path(folder) / f"{name}_test.xml")
        if report is None:
            note = entry.find("skipped")
            if ran_well:
                passed += 1
            elif note is not None and (note.get("message") or "").startswith("SKIP_"):
                skipped += 1  # it said so itself; a program that could not be found is "notrun" as well
            else:
                failed.append(f"{name} (no report: crashed, timed out or could not start)")
            continue
        more_passed, more_skipped, more_failed = cases(report)
        passed, skipped, failed = passed + more_passed, skipped + more_skipped, failed + more_failed
        if not ran_well and not more_failed:
            failed.append(f"{name} (ended badly after its cases)")
    return passed, skipped, failed


def count_pytest(xml):
    root = read(xml)
    return (0, 0, []) if root is None else cases(root)


def main():
    runner, code, xml = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    passed, skipped, failed = count_ctest(xml, sys.argv[4]) if runner == "ctest" else count_pytest(xml)
    if code != 0 and not failed:
        failed.append(f"{runner} itself (exit code {code})")
    for name in failed:
        print(f"FAILED {name}", file=sys.stderr)
    print(passed, len(failed), skipped)


if __name__ == "__main__":
    main()
