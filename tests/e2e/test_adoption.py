"""Installs that others made are taken over while they serve: on a real API server with real helm, and simulated pods."""

import json
import re
import time

import pytest
from harness.adoption import MAP, OLD, always_served, deployments, install_by_pipeline, published, uid, uids, values
from harness.document import Shell, blocks_of
from harness.helm import CODE, NEWEST
from harness.kubernetes import READINESS, REGISTRY, write
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

def old_values(cluster) -> list[str]:
    taken = json.loads(cluster.in_namespace("get", "values", OLD, "--output", "json"))
    return [one["name"] for one in taken["deployments"]]


@pytest.fixture
def adopting(simulated):
    simulated.settings = {"kubernetes": {"adopt": [OLD], "workspaceConfigMap": MAP}}
    simulated.repository.write("dagitops.yaml", READINESS)
    return simulated


def external(name: str) -> str:
    return f"dagitops: {{external: {{host: {name}, port: 3030}}}}\n"


def test_a_release_for_all_becomes_one_for_each_without_a_gap(adopting):
    cluster = adopting.cluster
    install_by_pipeline(cluster, adopting.chart, "sales", "forecast", "legacy")
    services = uids(cluster, "service", "sales", "forecast", "legacy")
    (legacy,) = cluster.pods("legacy")
    write(adopting, "sales", "forecast")
    adopting.repository.write("locations/legacy.yaml", external("legacy"))
    adopting.repository.push("Begin")
    with always_served(cluster, "sales", "forecast", "legacy"):
        adopting.start()
        adopting.wait_location("sales", "loaded", seconds=90)
        adopting.wait_location("forecast", "loaded", seconds=90)
        wait_until("the old servers are gone", lambda: deployments(cluster) == {
            "sales-dagster-user-deployments-sales", "forecast-dagster-user-deployments-forecast", f"{OLD}-legacy"}, 60)
        wait_until("the release is trimmed", lambda: old_values(cluster) == ["legacy"], 60)
        assert "taken over from release dagster-user-deployments" in adopting.log.read_text()
    assert services == uids(cluster, "service", *services), "no Service was deleted"
    assert cluster.pods("legacy")[0]["metadata"]["uid"] == legacy["metadata"]["uid"]
    assert adopting.location("legacy")["phase"] == "loaded"
    assert {"sales", "forecast", "legacy"} == {line.split('"')[1] for line in published(cluster).splitlines() if "host" in line}

    # From here on it is as any other environment.
    write(adopting, "sales", tag="1.1.0")
    write(adopting, "orders")
    adopting.repository.push("Go on")
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
    adopting.wait_location("orders", "loaded")
    with always_served(cluster, "sales", "forecast"):
        cluster.in_namespace("uninstall", OLD)
        wait_until("what git does not deploy is gone with it", lambda: not cluster.get("services", "deployment=legacy"))
    assert uids(cluster, "service", "sales", "forecast").items() <= services.items()


def test_what_git_does_not_have_stays_until_somebody_says_so(adopting):
    """Also in workspace.yaml: a file that is missing may have been forgotten. Its server is never ended from here."""
    cluster = adopting.cluster
    install_by_pipeline(cluster, adopting.chart, "sales", "hr")
    (hr,) = cluster.pods("hr")
    write(adopting, "sales")
    adopting.repository.push("Begin without hr")
    adopting.start()
    adopting.wait_location("sales", "loaded", seconds=90)
    adopting.wait_location("hr", "removal-waiting")
    assert 'host: "hr"' in published(cluster)
    done = adopting.run("approve", "hr")
    assert done.returncode == 0, done.stderr
    wait_until("it is out of workspace.yaml", lambda: 'host: "hr"' not in published(cluster))
    wait_until("it is no question any more", lambda: [one["name"] for one in adopting.status()["locations"]] == ["sales"])
    wait_until("the other one is out of the release", lambda: old_values(cluster) == ["hr"], 60)
    assert [pod["metadata"]["uid"] for pod in cluster.pods("hr")] == [hr["metadata"]["uid"]]


def test_one_that_does_not_come_up_stays_with_the_old_release(adopting):
    cluster = adopting.cluster
    install_by_pipeline(cluster, adopting.chart, "sales", "forecast")
    write(adopting, "forecast")
    write(adopting, "sales", extra="annotations: {tests.dagitops.dev/fate: crash}\n")
    adopting.repository.push("Begin with one that crashes", author="Grace Hopper <grace@example.com>")
    (old,) = cluster.pods("sales")
    with always_served(cluster, "sales", "forecast"):
        adopting.start()
        adopting.wait_location("forecast", "loaded", seconds=90)
        failed = adopting.wait_location("sales", "failed", seconds=90)  # nothing of it was loaded from here yet
        assert "exit code 1" in failed["reason"], failed
        wait_until("its new pods are gone", lambda: [pod["metadata"]["uid"] for pod in cluster.pods("sales")] ==
                   [old["metadata"]["uid"]])
        assert deployments(cluster) == {"forecast-dagster-user-deployments-forecast", f"{OLD}-sales"}
        wait_until("the other one is out of the release", lambda: old_values(cluster) == ["sales"], 60)
        write(adopting, "sales")
        adopting.repository.push("Mend it")
        adopting.wait_location("sales", "loaded", seconds=90)
        wait_until("the release is empty", lambda: old_values(cluster) == [], 60)
    wait_until("what may go is told", lambda: any("`helm uninstall` it" in note for note in adopting.status()["notes"]))


def test_dagitops_killed_at_any_moment_takes_over_all_the_same(adopting):
    cluster = adopting.cluster
    names = ("sales", "forecast", "orders")
    install_by_pipeline(cluster, adopting.chart, *names)
    services = uids(cluster, "service", *names)
    write(adopting, *names)
    adopting.repository.push("Begin")
    with always_served(cluster, *names):
        for seconds in (0.5, 1.0, 1.5, 2.0, 2.5, 3.0):
            adopting.start()
            time.sleep(seconds)
            adopting.kill()
        adopting.start()
        for name in names:
            adopting.wait_location(name, "loaded", seconds=90)
        wait_until("the release is empty", lambda: old_values(cluster) == [], 90)
    assert deployments(cluster) == {f"{name}-dagster-user-deployments-{name}" for name in names}
    assert services == uids(cluster, "service", *names)


def test_a_pipeline_that_goes_on_is_told_and_healed(adopting):
    cluster = adopting.cluster
    install_by_pipeline(cluster, adopting.chart, "sales")
    write(adopting, "sales")
    adopting.repository.push("Begin")
    adopting.start()
    adopting.wait_location("sales", "loaded", seconds=90)
    wait_until("the release is empty", lambda: old_values(cluster) == [], 60)
    wait_until("nobody is at it", lambda: adopting.releases()[OLD]["status"] == "deployed")
    cluster.in_namespace("upgrade", "--install", OLD, adopting.chart, "--take-ownership",
                         *cluster.helm.values_flags([values("sales")]))
    wait_until("it is told", lambda: "its Service was taken back by release" in adopting.log.read_text())
    wait_until("it is healed", lambda: json.loads(cluster.kubectl("get", "service", "sales", "--output", "json"))
               ["spec"]["selector"]["app.kubernetes.io/instance"] == "sales")
    wait_until("the other one is gone", lambda: deployments(cluster) == {"sales-dagster-user-deployments-sales"}, 60)
    wait_until("the release is empty again", lambda: old_values(cluster) == [], 90)


def test_what_is_not_to_be_adopted_is_not_touched(simulated):
    cluster = simulated.cluster
    install_by_pipeline(cluster, simulated.chart, "sales")
    simulated.repository.write("dagitops.yaml", READINESS)
    write(simulated, "sales")
    simulated.repository.push("Begin")
    simulated.settings = {"kubernetes": {"adopt": ["another"]}}
    before = uid(cluster, "deployment", f"{OLD}-sales")
    simulated.start()
    wait_until("it is told", lambda: "Service/sales belongs to release dagster-user-deployments" in simulated.log.read_text())
    stays_so("it is left alone", lambda: set(simulated.releases()) <= {OLD, "dagitops-base"}, 3)
    assert uid(cluster, "deployment", f"{OLD}-sales") == before


def test_the_adoption_of_the_document(kwok_cluster, charts, folder):
    """docs/adoption.md, block by block. There is no webserver that would load anything, so the old servers stay."""
    install_by_pipeline(kwok_cluster, charts(NEWEST) / CODE, "sales", "hr")
    blocks = [re.sub(r"(namespace:? )dagster", rf"\1{kwok_cluster.namespace}", block) for block in blocks_of("docs/adoption.md", "adopt")]
    assert len(blocks) == 4, blocks
    shell = Shell(folder, kwok_cluster)
    shell.environment["CHARTS"] = str(charts(NEWEST))
    shell.run(blocks[0])
    told = shell.run(blocks[1])
    assert "sales: taken over from release dagster-user-deployments" in told, told
    assert {path.name for path in (folder / "workspace/locations").iterdir()} == {"hr.yaml", "sales.yaml"}
    services = uids(kwok_cluster, "service", "sales", "hr")
    try:
        with always_served(kwok_cluster, "sales", "hr"):
            shell.run(blocks[2] + "\necho $! > pid\n")
            listed = f"helm --namespace {kwok_cluster.namespace} list --short"
            wait_until("both have releases", lambda: {"sales", "hr"} <= set(shell.run(listed).split()), 90, every=0.5)
            assert "Adopt what runs" in shell.run(blocks[3])
        assert services == uids(kwok_cluster, "service", *services)
    finally:
        shell.end_serve()
