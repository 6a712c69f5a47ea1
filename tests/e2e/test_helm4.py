"""What matters most of the target kubernetes, once more with Helm 4; all else is tested with Helm 3."""

from dataclasses import replace

import pytest
from harness.cluster import Cluster
from harness.kubernetes import REGISTRY, KubernetesServe, fragment
from harness.waiting import stays_so
from test_adoption import adopting, test_a_release_for_all_becomes_one_for_each_without_a_gap  # noqa: F401
from test_kubernetes import (  # noqa: F401
    start,
    test_a_rejected_location_costs_only_itself,
    test_locations_are_added_changed_and_removed,
    test_what_is_changed_by_hand_is_healed_and_told,
    uids,
)

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]


def with_helm4(cluster: Cluster) -> Cluster:
    program = cluster.programs / "helm4"
    if not program.exists():
        pytest.skip("no Helm 4: compiling it needs Go 1.26")
    return replace(cluster, helm=replace(cluster.helm, binary=program))


@pytest.fixture
def kwok_cluster(kwok_cluster) -> Cluster:
    return with_helm4(kwok_cluster)


@pytest.fixture
def after_helm3(simulated) -> KubernetesServe:
    """dagitops with Helm 3, which ran in a cluster before."""
    helm4 = simulated.cluster
    simulated.cluster = replace(helm4, helm=replace(helm4.helm, binary=helm4.programs / "helm"))
    start(simulated, "sales", "forecast")
    assert simulated.cluster.helm.major == 3
    assert simulated.stop() == 0
    simulated.cluster = helm4
    return simulated


def test_releases_of_helm_3_go_on_with_helm_4(after_helm3):
    serve = after_helm3
    before = uids(serve)
    serve.start()
    serve.wait_location("sales", "loaded")
    stays_so("nothing is restarted by it", lambda: uids(serve) == before, seconds=3, every=0.5)
    assert {one["revision"] for one in serve.releases().values()} == {"1"}
    serve.repository.write("locations/sales.yaml", fragment("sales", "1.1.0"))
    serve.repository.push("A new image")
    serve.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
    serve.wait_location("sales", "loaded")
    assert serve.releases()["sales"]["revision"] == "2"
    name = serve.cluster.get("deployments", "deployment=sales")[0]["metadata"]["name"]
    serve.cluster.kubectl("set", "image", f"deployment/{name}", "dagster-user-deployments=example.com/other:1")
    serve.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
