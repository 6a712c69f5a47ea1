"""A cluster of scripts/cluster, for tests: kubectl and helm with its kubeconfig, and a namespace for each test."""

import contextlib
import fcntl
import json
import secrets
import shlex
import ssl
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterator

import yaml
from harness.helm import Helm
from harness.repository import ROOT
from harness.waiting import wait_until


@dataclass(frozen=True)
class Cluster:
    kubeconfig: Path
    programs: Path
    helm: Helm  # for this cluster
    namespace: str = "default"

    def kubectl(self, *words: object, stdin: str = "", seconds: float = 60) -> str:
        done = subprocess.run([str(self.programs / "kubectl"), "--kubeconfig", str(self.kubeconfig), "--namespace",
                               self.namespace, *map(str, words)], input=stdin, capture_output=True, text=True, timeout=seconds)
        assert done.returncode == 0, f"kubectl {' '.join(map(str, words))}: {done.stderr}"
        return done.stdout

    def get(self, kind: str, selector: str = "") -> list[dict]:
        return json.loads(self.kubectl("get", kind, "--selector", selector, "--output", "json"))["items"]

    def api(self) -> tuple[str, ssl.SSLContext]:
        """Address of the API server, and what makes it take us for the administrator."""
        config = yaml.safe_load(self.kubeconfig.read_text())
        server, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        context = ssl.create_default_context(cafile=server["certificate-authority"])
        context.load_cert_chain(user["client-certificate"], user["client-key"])
        return server["server"], context

    def pods(self, deployment: str) -> list[dict]:
        """Those of one code server that are not on their way out."""
        return [pod for pod in self.get("pods", f"deployment={deployment}") if "deletionTimestamp" not in pod["metadata"]]

    def wait_ready(self, deployment: str, image: str, seconds: float = 60) -> str:
        """Exactly one pod, with this image and ready; its uid."""

        def ask() -> str:
            pods = self.pods(deployment)
            ready = [pod["metadata"]["uid"] for pod in pods if is_ready(pod) and pod["spec"]["containers"][0]["image"] == image]
            return ready[0] if len(pods) == len(ready) == 1 else ""

        return wait_until(f"{deployment} is ready with {image}", ask, seconds, every=0.2)

    def in_namespace(self, *words: object, seconds: float = 60) -> str:
        """A helm command in the namespace."""
        return self.helm.must(*words, "--namespace", self.namespace, seconds=seconds)

    def releases(self) -> dict[str, dict]:
        """Those of the namespace by name, in whatever state, as helm lists them."""
        every = [] if self.helm.major >= 4 else ["--all"]
        listed = json.loads(self.in_namespace("list", *every, "--output", "json"))
        return {one["name"]: one for one in listed}

    @contextlib.contextmanager
    def fresh_namespace(self) -> Iterator["Cluster"]:
        own = replace(self, namespace=f"test-{secrets.token_hex(4)}")
        self.kubectl("create", "namespace", own.namespace)
        try:
            yield own
        finally:
            self.kubectl("delete", "namespace", own.namespace, "--wait=false")
            own.kubectl("delete", "pods", "--all", "--grace-period=1", "--wait=false", seconds=300)  # which else may take 30 s to end


def is_ready(pod: dict) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _script(*words: str, seconds: float) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / "scripts/cluster", *words], capture_output=True, text=True, timeout=seconds,
                          stdin=subprocess.DEVNULL)


def _kubeconfig_of_running(node: str) -> Path | None:
    done = _script("env", "--node", node, seconds=60)
    words = shlex.split(done.stdout) if done.returncode == 0 else []
    return next((Path(word.removeprefix("KUBECONFIG=")) for word in words if word.startswith("KUBECONFIG=")), None)


class _Users:
    """Test runs that use one cluster at the same time, by a lock on a file: shared while it is used, exclusive while it is
    started or ended."""

    def __init__(self, file: Path):
        self.file = open(file, "a")

    def alone(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def join(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self.file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
        return False


@contextlib.contextmanager
def running_cluster(node: str, programs: Path, helm: Helm) -> Iterator[Cluster]:
    """The cluster that is up already, which then stays up; else one for tests, which the last of them ends."""
    home = programs.parents[1]
    users, for_tests = _Users(home / f"{node}.users"), home / node / "for-tests"
    alone = wait_until(f"the {node} cluster is neither started nor ended by others",
                       lambda: "alone" if users.alone() else "joined" if users.join() else "", 600, every=0.5) == "alone"
    kubeconfig = _kubeconfig_of_running(node)
    if not kubeconfig:
        assert alone, f"other tests use the {node} cluster, which is not up; scripts/cluster down --node {node} ended it"
        done = _script("up", "--node", node, seconds=900)
        assert done.returncode == 0, f"scripts/cluster up --node {node}: {done.stderr}"
        kubeconfig = Path(done.stdout.split()[-1])
        for_tests.touch()
    users.join()
    try:
        yield Cluster(kubeconfig, programs, replace(helm, kubeconfig=kubeconfig))
    finally:
        if users.alone() and for_tests.exists():
            _script("down", "--node", node, "--force", seconds=180)
        users.file.close()
