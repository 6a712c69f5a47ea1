"""A real API server with its controllers, real helm, and pods that are ready without running."""

import os
import subprocess
from pathlib import Path

import pytest
from harness.cluster import is_ready
from harness.helm import CHARTS, CODE, NEWEST, SYSTEM
from harness.repository import ROOT
from harness.waiting import wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

REGISTRY = "registry.example.com/acme"


CLIENT_TEST = Path(os.environ.get("DAGITOPS_KUBE_TEST", ROOT / "build/debug/kube_real_api_test"))


def test_our_client_of_the_api_server_works_on_a_real_one(kwok_cluster):
    """Its other tests speak to servers that hurt in every way; this one tells whether the shapes are right."""
    done = subprocess.run([CLIENT_TEST], env={**os.environ, "DAGITOPS_KUBECONFIG": str(kwok_cluster.kubeconfig)},
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[  PASSED  ] 5 tests." in done.stdout, done.stdout


def values(**tags: str) -> dict:
    """Code servers by name, each with the tag of its image."""
    return {"deployments": [
        {"name": name, "image": {"repository": f"{REGISTRY}/{name}", "tag": tag, "pullPolicy": "IfNotPresent"},
         "dagsterApiGrpcArgs": ["--module-name", f"{name}.definitions"], "port": 3030} for name, tag in tags.items()]}


def test_a_new_image_of_one_location_is_a_new_pod_of_that_one_alone(kwok_cluster, charts):
    def release(verb: str, **tags: str) -> None:
        kwok_cluster.in_namespace(verb, "code", charts(NEWEST) / CODE, *kwok_cluster.helm.values_flags([values(**tags)]))

    release("install", sales="1.0.0", forecast="1.0.0")
    sales = kwok_cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    forecast = kwok_cluster.wait_ready("forecast", f"{REGISTRY}/forecast:1.0.0")
    release("upgrade", sales="1.1.0", forecast="1.0.0")
    assert kwok_cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0") != sales
    assert [pod["metadata"]["uid"] for pod in kwok_cluster.pods("forecast")] == [forecast]
    assert {one["metadata"]["name"] for one in kwok_cluster.get("services")} == {"sales", "forecast"}


@pytest.mark.parametrize(("case", "chart"), [("servers", CODE), ("system-outside-workspace", SYSTEM), ("umbrella", SYSTEM)])
def test_the_api_server_takes_every_object_of_the_charts(case, chart, kwok_cluster, charts):
    """Unknown and misspelt fields are refused here, which rendering alone does not see."""
    file = CHARTS / "golden" / case / "values.yaml"
    objects = kwok_cluster.helm.template("dagster", charts(NEWEST) / chart, kwok_cluster.namespace, values=[file])
    kwok_cluster.kubectl("apply", "--dry-run=server", "--validate=strict", "--filename", "-", stdin=objects)


def test_locations_come_and_go_beside_a_system_release_that_keeps_its_pods(kwok_cluster, charts):
    """The common layout: two releases, and a ConfigMap of neither that tells the webserver of the locations."""
    outside = {"dagsterWebserver": {"workspace": {"enabled": True, "servers": [], "externalConfigmap": "locations"}},
               CODE: {"enabled": True, "enableSubchart": False}}
    kwok_cluster.kubectl("create", "configmap", "locations", "--from-literal=workspace.yaml=load_from: []")

    def release(verb: str, name: str, chart: str, given: dict) -> None:
        kwok_cluster.in_namespace(verb, name, charts(NEWEST) / chart, *kwok_cluster.helm.values_flags([given]))

    def system() -> dict[str, str]:
        return {pod["metadata"]["labels"]["component"]: pod["metadata"]["uid"]
                for pod in kwok_cluster.get("pods", "app.kubernetes.io/name=dagster") if is_ready(pod)}

    release("install", "dagster", SYSTEM, outside)
    release("install", "code", CODE, values(sales="1.0.0"))
    kwok_cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    before = wait_until("webserver and daemon are ready", lambda: system() if len(system()) == 2 else None)
    release("upgrade", "code", CODE, values(forecast="1.0.0"))
    kwok_cluster.wait_ready("forecast", f"{REGISTRY}/forecast:1.0.0")
    wait_until("sales is gone", lambda: not kwok_cluster.get("pods", "deployment=sales"))
    release("upgrade", "dagster", SYSTEM, outside)
    assert system() == before
