"""The pages that dagitops serves: probes and metrics."""

import re
import urllib.error
import urllib.request
from dataclasses import dataclass

from harness.repository import ROOT

SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)


@dataclass(frozen=True)
class Pages:
    base: str  # "http://127.0.0.1:8585"

    def get(self, path: str) -> tuple[int, str]:
        """Status and text, whatever the status is."""
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self) -> dict[str, float]:
        """By series as it is written: `dagitops_fetch_total{result="success"}`."""
        status, text = self.get("/metrics")
        assert status == 200, text
        return {name + (f"{{{labels}}}" if labels else ""): float(value) for name, labels, value in SERIES.findall(text)}

    def families(self) -> dict[str, str]:
        """The type of each metric that has a series."""
        return dict(re.findall(r"^# TYPE (\w+) (\w+)$", self.get("/metrics")[1], re.M))


def documented() -> dict[str, str]:
    """The type of each metric, by docs/metrics.md."""
    return dict(re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram) \|", (ROOT / "docs/metrics.md").read_text(), re.M))
