"""Real helm, and the charts of tests/charts in any version that they know."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness.repository import ROOT

CHARTS = ROOT / "tests/charts"
CODE, SYSTEM = "dagster-user-deployments", "dagster"
NEWEST = "1.12.19"


@dataclass(frozen=True)
class Helm:
    """`home` keeps helm's own files, so that nothing of the user's configuration plays a part."""

    binary: Path
    home: Path
    kubeconfig: Path | None = None
    environment: dict = field(default_factory=dict)

    def run(self, *words: object, seconds: float = 60) -> subprocess.CompletedProcess:
        """Runs one command to its end. The exit code is the caller's to judge."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("HELM_", "KUBE"))}
        own = {f"HELM_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
        own["KUBECONFIG"] = str(self.kubeconfig or self.home / "no-kubeconfig")
        return subprocess.run([str(self.binary), *map(str, words)], env={**clean, **own, **self.environment}, timeout=seconds,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def must(self, *words: object, seconds: float = 60) -> str:
        done = self.run(*words, seconds=seconds)
        assert done.returncode == 0, f"helm {' '.join(map(str, words))}: {done.stderr}"
        return done.stdout

    @cached_property
    def major(self) -> int:
        return int(self.must("version", "--template", "{{.Version}}").removeprefix("v").split(".")[0])

    def template(self, release: str, chart: Path, namespace: str, *flags: object, values: list = ()) -> str:
        """The rendered objects. Values are files or mappings, a later one over an earlier one."""
        return self.must("template", release, chart, "--namespace", namespace, *flags, *self.values_flags(values))

    def values_flags(self, values: list) -> list:
        return [word for one in values for word in ("--values", one if isinstance(one, Path) else self._file(one))]

    def _file(self, values: dict) -> Path:
        text = json.dumps(values, sort_keys=True)  # JSON is YAML
        file = self.home / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
        file.write_text(text)
        return file


def charts_of(version: str, folder: Path, helm: Helm) -> Path:
    """A folder with both charts in this version, the system chart's dependency in place."""
    target = folder / version
    for name in (CODE, SYSTEM):
        shutil.copytree(CHARTS / name, target / name)
        _set_version(target / name / "Chart.yaml", version)
    helm.must("dependency", "build", "--skip-refresh", target / SYSTEM)
    return target


def _set_version(file: Path, version: str) -> None:
    text, count = re.subn(r"^(version|appVersion): .*$", rf"\1: {version}", file.read_text(), flags=re.MULTILINE)
    assert count == 2, f"{file} has no line for version or appVersion"
    file.write_text(text)
