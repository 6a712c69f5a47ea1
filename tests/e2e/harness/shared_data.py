"""Real values files and manifests that are kept beside the project, not in it, as tests/support/shared_data.h."""

import os
from pathlib import Path

from harness.repository import ROOT

_PLACE = Path(os.environ.get("DAGITOPS_SHARED_DATA", ROOT / "../shared/data"))


def shared(path: str) -> Path | None:
    """None where they are not at hand: a test then goes by the project's own fixtures alone."""
    found = _PLACE / path
    return found.resolve() if found.exists() else None
