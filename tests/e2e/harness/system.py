"""Dagster on the real node: webserver, daemon and database of one namespace, and what they say of their locations."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from harness.cluster import Cluster, is_ready
from harness.dagster import Webserver
from harness.helm import CODE, SYSTEM
from harness.images import POSTGRES, Dagster
from harness.waiting import wait_until

WORKSPACE = "dagitops-workspace"
PORT = 80
PARTS = ("dagster-webserver", "dagster-daemon")

# By the name that the chart expects when it is told no host. A new pod is a new, empty database.
DATABASE = """\
apiVersion: v1
kind: Service
metadata: {name: dagster-postgresql}
spec: {selector: {app: database}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: database}
spec:
  selector: {matchLabels: {app: database}}
  template:
    metadata: {labels: {app: database}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: postgres
          image: %s
          imagePullPolicy: IfNotPresent
          readinessProbe: {tcpSocket: {port: 5432}, periodSeconds: 1}
"""


def restarts(pod: dict) -> int:
    return sum(one["restartCount"] for one in pod["status"].get("containerStatuses", []))


@dataclass(frozen=True)
class System:
    cluster: Cluster  # in the namespace of this system
    dagster: Dagster
    charts: Path

    def values(self, webservers: int) -> dict:
        readiness = {"httpGet": {"path": "/server_info", "port": PORT}, "periodSeconds": 1, "timeoutSeconds": 10}
        return {
            "dagsterWebserver": {
                "replicaCount": webservers, "image": self.dagster.system, "readinessProbe": readiness,
                "workspace": {"enabled": True, "servers": [], "externalConfigmap": WORKSPACE}},
            "dagsterDaemon": {"image": self.dagster.system},
            CODE: {"enabled": True, "enableSubchart": False},
            "runLauncher": {"config": {"k8sRunLauncher": {"imagePullPolicy": "IfNotPresent"}}},
            "postgresql": {"image": POSTGRES, "postgresqlDatabase": "postgres"},
            "telemetry": {"enabled": False}}

    def install(self, webservers: int = 1) -> None:
        """With an empty workspace; returns when all its pods are ready."""
        image = f"{POSTGRES['registry']}/{POSTGRES['repository']}:{POSTGRES['tag']}"
        self.cluster.kubectl("apply", "--filename", "-", stdin=DATABASE % image)
        self.write_workspace([])
        self.cluster.in_namespace("upgrade", "--install", "dagster", self.charts / SYSTEM,
                                  *self.cluster.helm.values_flags([self.values(webservers)]))
        self.wait_ready(webservers)

    def wait_ready(self, webservers: int, seconds: float = 180) -> None:
        def ask() -> bool:
            return [sum(is_ready(pod) for pod in self.pods(part)) for part in PARTS] == [webservers, 1]

        wait_until(f"{webservers} webservers and a daemon are ready", ask, seconds, every=0.2)

    def pods(self, part: str) -> list[dict]:
        return [pod for pod in self.cluster.get("pods", f"component={part}") if "deletionTimestamp" not in pod["metadata"]]

    def deployments(self) -> list[str]:
        return [one["metadata"]["name"] for one in self.cluster.get("deployments", "app.kubernetes.io/name=dagster")]

    def lives(self) -> dict[str, tuple[str, int]]:
        """Uid and number of restarts of each pod of webserver and daemon, by name: equal where nothing was restarted."""
        return {pod["metadata"]["name"]: (pod["metadata"]["uid"], restarts(pod)) for part in PARTS for pod in self.pods(part)}

    def wait_rolled_out(self, seconds: int = 180) -> None:
        """What is left of a rolling restart of the webservers, if there was one, is over."""
        for name in self.deployments():
            self.cluster.kubectl("rollout", "status", f"deployment/{name}", f"--timeout={seconds}s", seconds=seconds + 20)

    def webservers(self, proxy: bool = False) -> list[Webserver]:
        """One for each ready pod: straight to its address, or by way of the API server as from outside of a cluster."""
        ready = [pod for pod in self.pods(PARTS[0]) if is_ready(pod)]
        if not proxy:
            return [Webserver(f"http://{pod['status']['podIP']}:{PORT}") for pod in ready]
        server, context = self.cluster.api()
        place = f"{server}/api/v1/namespaces/{self.cluster.namespace}/pods"
        return [Webserver(f"{place}/{pod['metadata']['name']}:{PORT}/proxy", context) for pod in ready]

    def wait_webservers(self, what: str, holds: Callable[[Webserver], object], seconds: float = 60) -> None:
        """It holds for each webserver that there is at that moment: a rolling restart brings others."""
        def ask() -> bool:
            found = self.webservers()
            return bool(found) and all(holds(one) for one in found)

        wait_until(what, ask, seconds, every=0.2)

    def clear(self) -> None:
        """Takes all locations away; what the webservers last read is theirs until they are reloaded."""
        self.write_workspace([])
        others = [name for name in self.cluster.in_namespace("list", "--short").split() if name != "dagster"]
        if others:
            self.cluster.in_namespace("uninstall", *others)

    def write_workspace(self, names: list[str]) -> None:
        """The ConfigMap with workspace.yaml: these locations, each at the service of its name."""
        servers = [{"grpc_server": {"host": name, "port": 3030, "location_name": name}} for name in names]
        given = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": WORKSPACE},
                 "data": {"workspace.yaml": json.dumps({"load_from": servers})}}  # JSON is YAML
        self.cluster.kubectl("apply", "--filename", "-", stdin=json.dumps(given))
