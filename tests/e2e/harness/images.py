"""The container images that scripts/lib/cluster/images.sh makes for the real node."""

import re
from dataclasses import dataclass

from harness.helm import NEWEST
from harness.repository import ROOT

REGISTRY = "registry.example.com"
POSTGRES = {"registry": REGISTRY, "repository": "dagster/postgres", "tag": "15", "pullPolicy": "IfNotPresent"}
FIRST, SECOND = "1.0.0", "1.1.0"  # tags of the sample code


@dataclass(frozen=True)
class Dagster:
    """One version of Dagster, as system and under the sample code."""

    minor: str
    chart: str  # the version of our charts that goes with it

    @property
    def version(self) -> str:
        text = (ROOT / f"tests/cluster/images/requirements-{self.minor}.txt").read_text()
        return re.search(r"^dagster==(\S+)$", text, re.MULTILINE)[1]

    @property
    def system(self) -> dict:
        return {"repository": f"{REGISTRY}/dagster/dagster", "tag": self.version, "pullPolicy": "IfNotPresent"}

    def code(self, tag: str = FIRST) -> dict:
        return {"repository": f"{REGISTRY}/acme/code-{self.minor}", "tag": tag, "pullPolicy": "IfNotPresent"}

    def __str__(self) -> str:
        return self.minor


OLD, NEW = Dagster("1.10", "1.10.5"), Dagster("1.13", NEWEST)
