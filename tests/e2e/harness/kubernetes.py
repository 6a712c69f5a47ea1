"""`dagitops serve` for an environment in a cluster."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.by_hand import Location, entry
from harness.cluster import Cluster
from harness.program import Serve
from harness.system import System

REGISTRY = "registry.example.com/acme"

READINESS = """\
schemaVersion: 1
defaultEnvironment: production
environments: {production: {verify: readiness}}
"""


@dataclass
class KubernetesServe(Serve):
    cluster: Cluster | None = None
    chart: Path | None = None
    dagster: dict | None = None  # settings of the Dagster that serves the locations

    def environment(self) -> dict:
        own = {"kubeconfig": str(self.cluster.kubeconfig), "namespace": self.cluster.namespace, "retireAfter": "0s",
               "helm": str(self.cluster.helm.binary), "chart": {"path": str(self.chart)}, **self.settings.get("kubernetes", {})}
        return {"target": "kubernetes", "kubernetes": own, "dagster": self.dagster or {}}

    def workspace(self) -> str:
        """workspace.yaml as published."""
        return json.loads(self.cluster.kubectl("get", "configmap", "dagitops-workspace", "--output", "json"))["data"]["workspace.yaml"]

    def lose(self) -> None:
        """The machine and the namespace: nothing is left but the repository."""
        assert self.stop() == 0
        shutil.rmtree(self.state)
        self.cluster.kubectl("delete", "pods", "--all", "--grace-period=1", "--wait=false")
        self.cluster.kubectl("delete", "namespace", self.cluster.namespace, "--timeout=120s", seconds=130)

    def releases(self) -> dict[str, dict]:
        return self.cluster.releases()


def fragment(name: str, tag: str = "1.0.0", extra: str = "") -> str:
    return (f'image: {{repository: {REGISTRY}/{name}, tag: "{tag}"}}\n'
            f"dagitops: {{codeSource: {{moduleName: {name}.definitions}}}}\n{extra}")


def write(serve: KubernetesServe, *names: str, **more: str) -> None:
    for name in names:
        serve.repository.write(f"locations/{name}.yaml", fragment(name, **more))


def real_fragment(location: Location, system: System, **more: object) -> str:
    """A file of a location that runs one of the sample modules."""
    whole = {key: value for key, value in {**entry(location, system), **more}.items() if key != "name"}
    return json.dumps(whole, indent=1)  # JSON is YAML
