"""Golden files, as tests/support/golden.h has them for C++: DAGITOPS_ACCEPT=1 writes them instead of comparing."""

import difflib
import os
from pathlib import Path

from harness.repository import ROOT


def matches_golden(file: Path, actual: str) -> None:
    name = file.relative_to(ROOT)
    if os.environ.get("DAGITOPS_ACCEPT") == "1":
        file.write_text(actual)
        return
    assert file.exists(), f"there is no {name}; DAGITOPS_ACCEPT=1 writes it"
    lines = difflib.unified_diff(file.read_text().splitlines(), actual.splitlines(), str(name), "now", lineterm="")
    assert file.read_text() == actual, "\n".join([*lines, "DAGITOPS_ACCEPT=1 takes the new text over"])
