"""Installs that others made, to be taken over: what a pipeline would have done, and what must hold at every moment meanwhile."""

import contextlib
import json
import threading
import time
import urllib.request
from pathlib import Path
from typing import Callable, Iterator

from harness.cluster import Cluster, is_ready
from harness.helm import CODE, SYSTEM
from harness.kubernetes import REGISTRY
from harness.system import PARTS
from harness.waiting import wait_until

OLD = CODE  # the release of all code servers, as the documentation of Dagster has it
MAP = "dagster-workspace-yaml"  # the name that the chart of Dagster itself gives it, too


def values(*names: str) -> dict:
    """The values of a pipeline, which has one release for all locations."""
    return {"deployments": [{"name": name, "image": {"repository": f"{REGISTRY}/{name}", "tag": "1.0.0", "pullPolicy": "Always"},
                             "dagsterApiGrpcArgs": ["-m", f"{name}.definitions"], "port": 3030} for name in names]}


def workspace(*names: str) -> str:
    servers = [{"grpc_server": {"host": name, "port": 3030, "location_name": name}} for name in names]
    return json.dumps({"load_from": servers})  # JSON is YAML


def install_by_pipeline(cluster: Cluster, chart: Path, *names: str) -> None:
    cluster.in_namespace("upgrade", "--install", OLD, chart, *cluster.helm.values_flags([values(*names)]))
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": MAP}, "data": {"workspace.yaml": workspace(*names)}}
    cluster.kubectl("apply", "--filename", "-", stdin=json.dumps(made))
    wait_served(cluster, *names)


def install_umbrella(cluster: Cluster, chart: Path, *names: str, **more: object) -> None:
    """Dagster itself, which brings the code servers as its subchart; `more` are values of the system chart."""
    whole = {CODE: {"enabled": True, "enableSubchart": True, **values(*names)}, **more}
    cluster.in_namespace("upgrade", "--install", SYSTEM, chart, *cluster.helm.values_flags([whole]))
    wait_served(cluster, *names)
    for part in PARTS:
        wait_until(f"{part} is ready", lambda part=part: any(map(is_ready, cluster.get("pods", f"component={part}"))))


def wait_served(cluster: Cluster, *names: str) -> None:
    for name in names:
        cluster.wait_ready(name, f"{REGISTRY}/{name}:1.0.0")


def published(cluster: Cluster) -> str:
    return json.loads(cluster.kubectl("get", "configmap", MAP, "--output", "json"))["data"]["workspace.yaml"]


def uid(cluster: Cluster, kind: str, name: str) -> str:
    return json.loads(cluster.kubectl("get", kind, name, "--output", "json"))["metadata"]["uid"]


def uids(cluster: Cluster, kind: str, *names: str) -> dict[str, str]:
    return {name: uid(cluster, kind, name) for name in names}


def deployments(cluster: Cluster, selector: str = "") -> set[str]:
    return {one["metadata"]["name"] for one in cluster.get("deployments", selector)}


@contextlib.contextmanager
def never_missing(look: Callable[[], list[str]]) -> Iterator[None]:
    """`look` says what is missing right now, and says nothing at any moment. What it cannot see is missing too."""
    gaps: list[str] = []
    over = threading.Event()

    def follow() -> None:
        while not over.is_set():
            try:
                missing = look()
            except Exception as error:  # noqa: BLE001 - else the thread would end, and nobody would look any more
                missing = [repr(error)]
            gaps.extend(f"{one} at {time.strftime('%H:%M:%S')}" for one in missing)
            over.wait(0.02)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not gaps, gaps


def always_served(cluster: Cluster, *names: str) -> contextlib.AbstractContextManager:
    """Each of these Services has an address that is ready, all the time."""
    read = reader(cluster, "apis/discovery.k8s.io/v1", "endpointslices")

    def look() -> list[str]:
        served = {part["metadata"]["labels"]["kubernetes.io/service-name"] for part in read()["items"]
                  if any(one["conditions"].get("ready") for one in part.get("endpoints") or [])}
        return [name for name in names if name not in served]

    return never_missing(look)


def always_published(cluster: Cluster, *names: str) -> contextlib.AbstractContextManager:
    """Each of these locations is in workspace.yaml, all the time: by its name, whoever wrote the file."""
    read = reader(cluster, "api/v1", f"configmaps/{MAP}")

    def look() -> list[str]:
        text = read()["data"]["workspace.yaml"]
        return [f"{name} in workspace.yaml" for name in names if name not in text]

    return never_missing(look)


def reader(cluster: Cluster, version: str, what: str) -> Callable[[], dict]:
    """Asks the API server without kubectl, whose start takes longer than a gap may last."""
    server, context = cluster.api()
    place = f"{server}/{version}/namespaces/{cluster.namespace}/{what}"

    def read() -> dict:
        with urllib.request.urlopen(place, timeout=30, context=context) as answer:
            return json.load(answer)

    return read
