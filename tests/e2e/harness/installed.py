"""dagitops installed by its own chart, in the cluster that it works on."""

import base64
import contextlib
import copy
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

import yaml
from harness.audit import Audit, Right
from harness.cluster import Cluster, is_ready
from harness.doctor import account_kubeconfig
from harness.helm import CODE, Helm
from harness.kubernetes import KubernetesServe
from harness.pages import Pages
from harness.program import BINARY
from harness.repository import ROOT
from harness.waiting import wait_until

CHART = ROOT / "deploy/dagitops"
BRIDGE = "10.244.0.1"  # this machine, for pods
PORT = 8585
TOKEN = "a-token-of-the-test"


def own_image() -> dict:
    """The built program as an image of the real node."""
    done = subprocess.run([ROOT / "scripts/cluster", "own-image"], env={**os.environ, "DAGITOPS_BIN": str(BINARY)},
                          capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"scripts/cluster own-image: {done.stderr}"
    repository, _, tag = done.stdout.strip().rpartition(":")
    return {"repository": repository, "tag": tag}


@contextlib.contextmanager
def git_host(folder: Path) -> Iterator[str]:
    """Serves the bare repositories of a folder where pods reach it, to whoever has the token."""
    words = [sys.executable, ROOT / "tests/support/git_http_server.py", folder, "--address", BRIDGE, "--token", TOKEN]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield f"http://{BRIDGE}:{server.stdout.readline().strip()}"
        finally:
            server.stdin.close()
            server.wait(10)


def role_rules(helm: Helm, *, system: bool = False, **kubernetes: object) -> list[dict]:
    """Those of the Role that the chart makes for an environment with these settings."""
    environment = {"target": "kubernetes", "kubernetes": {"namespace": "n", "chart": {"path": "/c"}, "lease": "none", **kubernetes}}
    values = {"settings": {"source": {"url": "https://git.example.com/w"}, "environments": {"production": environment}},
              "rights": {"system": system}}
    objects = yaml.safe_load_all(helm.template("dagitops", CHART, "n", values=[values]))
    return next(one for one in objects if one and one["kind"] == "Role")["rules"]


def with_rights_of_the_role(serve: KubernetesServe) -> Callable[[], list[dict]]:
    """Has dagitops run as an account that has what the chart gives for these settings, and no more. What is answered says
    what the account has asked for since it was last called, as the API server wrote it down."""
    given = serve.settings["kubernetes"]
    given["lease"] = "dagitops-production"  # as in a pod
    rules = role_rules(serve.cluster.helm, system="system" in given, adopt=given.get("adopt", []), lease=given["lease"])
    given["kubeconfig"] = str(account_kubeconfig(serve.cluster, serve.folder, rules))
    account = f"system:serviceaccount:{serve.cluster.namespace}:least"
    audit = Audit(serve.cluster)
    return lambda: [call for call in audit.read() if "objectRef" in call and call["user"]["username"] == account]


@dataclass
class Installed:
    cluster: Cluster  # in the namespace of dagitops
    charts: Path
    image: dict
    url: str  # of the workspace repository
    folder: Path

    def install(self) -> None:
        """For the namespace that it is in."""
        self.cluster.kubectl("create", "secret", "generic", "workspace-git", f"--from-literal=token={TOKEN}")
        production = {"target": "kubernetes", "kubernetes": {"retireAfter": "0s"}}
        source = {"branch": "main", "interval": "1s", "tokenFile": "/run/secrets/git/token"}
        values = {"gitSecret": "workspace-git", "settings": {"source": source, "environments": {"production": production}}}
        values = self.here(values, self.cluster.namespace)
        self.cluster.in_namespace("upgrade", "--install", "dagitops", CHART, *self.cluster.helm.values_flags([values]))

    def here(self, values: dict, target: str) -> dict:
        """The same values with what is at hand: image and repository, and the chart of the code servers in a ConfigMap."""
        archive = self._lay_out_chart()
        settings = copy.deepcopy(values["settings"])
        settings["source"]["url"] = self.url
        settings["environments"]["production"]["kubernetes"] |= {"namespace": target, "chart": {"path": f"/charts/{archive}"}}
        return {**values, "image": self.image, "settings": settings,
                "extraVolumes": [{"name": "charts", "configMap": {"name": "charts"}}],
                "extraVolumeMounts": [{"name": "charts", "mountPath": "/charts", "readOnly": True}]}

    def _lay_out_chart(self) -> str:
        self.cluster.helm.must("package", self.charts / CODE, "--destination", self.folder)
        (archive,) = self.folder.glob("*.tgz")
        charts = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "charts"},
                  "binaryData": {archive.name: base64.b64encode(archive.read_bytes()).decode()}}
        self.cluster.kubectl("apply", "--filename", "-", stdin=json.dumps(charts))
        return archive.name

    def pods(self) -> list[dict]:
        return [pod for pod in self.cluster.get("pods", "app.kubernetes.io/name=dagitops") if "deletionTimestamp" not in pod["metadata"]]

    def wait_pod(self, seconds: float = 90) -> dict:
        """The one pod, once it is ready."""

        def ask() -> dict:
            pods = self.pods()
            return pods[0] if len(pods) == 1 and is_ready(pods[0]) else {}

        return wait_until("its pod is ready", ask, seconds, every=0.5)

    def pages(self) -> Pages:
        (pod,) = self.pods()
        return Pages(f"http://{pod['status']['podIP']}:{PORT}")

    def status(self) -> dict:
        return json.loads(self.cluster.kubectl("exec", "deployment/dagitops", "--", "dagitops", "status", "--config",
                                               "/etc/dagitops/settings.yaml", "--output", "json"))

    def wait_location(self, name: str, phase: str, seconds: float = 90) -> dict:
        def ask() -> dict:
            one = next((one for one in self.status()["locations"] if one["name"] == name), {})
            return one if one.get("phase") == phase else {}

        return wait_until(f"{name} is {phase}", ask, seconds, every=1)

    def log(self) -> str:
        return self.cluster.kubectl("logs", "--selector", "app.kubernetes.io/name=dagitops", "--tail", "2000")

    # What it may do, and what it did ----------------------------------------------------------------------------------
    def granted(self, role: str) -> set[Right]:
        rules = json.loads(self.cluster.kubectl("get", "role", role, "--output", "json"))["rules"]
        return {(group, resource, verb) for rule in rules for group in rule["apiGroups"] for resource in rule["resources"]
                for verb in rule["verbs"]}

    def allowed(self, verb: str, resource: str, namespace: str) -> bool:
        """Whether its account may, as the API server says."""
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                  "spec": {"user": self.account, "resourceAttributes": {"namespace": namespace, "verb": verb, "resource": resource}}}
        said = self.cluster.kubectl("create", "--filename", "-", "--output", "json", stdin=json.dumps(review))
        return json.loads(said)["status"]["allowed"]

    def asked(self) -> list[dict]:
        """The calls of its account, as the API server wrote them down."""
        lines = (self.cluster.kubeconfig.parent / "log/audit.jsonl").read_text().splitlines()
        calls = map(json.loads, (line for line in lines if self.account in line))
        return [call for call in calls if call["user"]["username"] == self.account]

    @property
    def account(self) -> str:
        return f"system:serviceaccount:{self.cluster.namespace}:dagitops"
