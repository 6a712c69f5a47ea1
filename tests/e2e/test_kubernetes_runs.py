"""Runs that live inside code servers, as where the run launcher is Dagster's own default: a change waits for them."""

import json

import pytest
from harness.by_hand import Location
from harness.helm import CODE
from harness.images import NEW, SECOND
from harness.kubernetes import KubernetesServe, real_fragment
from harness.repository import DAGITOPS_YAML
from harness.system import System
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.node, pytest.mark.timeout(400)]

INSIDE = {"type": "CustomRunLauncher",
          "config": {"customRunLauncher": {"module": "dagster._core.launcher", "class": "DefaultRunLauncher"}}}
NAP = {"ops": {"sleep": {"config": {"seconds": 20}}}}  # longer than a change takes otherwise
AT_ONCE = {"enabled": True, "type": "CustomRunCoordinator",
           "config": {"customRunCoordinator": {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"}}}


class RunsInside(System):
    def values(self, webservers: int) -> dict:
        made = {**super().values(webservers), "runLauncher": INSIDE}
        # Or the daemon starts runs, which reads the workspace every 60 s and would not know the location yet.
        made["dagsterDaemon"]["runCoordinator"] = AT_ONCE
        return made


@pytest.fixture
def inside(folder, repository, node_cluster, charts):
    """dagitops for a Dagster whose runs live in the code servers."""
    system = RunsInside(node_cluster, NEW, charts(NEW.chart))
    system.install()
    serve = KubernetesServe(folder, repository, folder, cluster=node_cluster, chart=system.charts / CODE)
    repository.write("dagitops.yaml", DAGITOPS_YAML)
    yield serve, system
    if serve.alive():
        serve.stop()


def write(serve, system, tag: str, runs: str = "wait 5m") -> None:
    location = Location("sales", "acme.sales", tag=tag)
    serve.repository.write("locations/sales.yaml", real_fragment(location, system, dagitops={"runs": runs}))


def start(serve, system, runs: str) -> str:
    """A location with a run in it; the run's id."""
    write(serve, system, "1.0.0", runs)
    serve.repository.push("Begin")
    serve.start()
    serve.wait_location("sales", "loaded", seconds=120)
    return begin(system)


def begin(system) -> str:
    """Starts a run; its id."""
    (webserver,) = system.webservers()
    # Just after its server was replaced, Dagster may still speak to the old one, and answers with status 500.
    run = wait_until("the webserver takes the run", lambda: webserver.launch("sales", "nap", NAP), 30, every=1)
    seen: list[str] = []

    def started() -> bool:
        seen.append(webserver.run_status(run))
        assert seen[-1] != "FAILURE"
        return seen[-1] == "STARTED"

    wait_until("the run has begun", started, 60, every=0.5)
    return run


def pods(system) -> list[str]:
    return [pod["metadata"]["uid"] for pod in system.cluster.pods("sales")]


def test_a_change_and_a_removal_wait_for_runs_inside_the_server(inside):
    serve, system = inside
    run = start(serve, system, "wait 5m")
    (webserver,) = system.webservers()
    old = pods(system)
    write(serve, system, SECOND)
    serve.repository.push("Another image")
    told = wait_until("it is told", lambda: [one for one in [serve.location("sales")] if "1 run is still in it" in one["reason"]])
    assert told[0]["phase"] == "progressing"
    stays_so("the server is left alone while its run goes on",
             lambda: pods(system) == old or webserver.run_status(run) == "SUCCESS", 10, every=0.5)
    wait_until("the run has ended by itself", lambda: webserver.run_status(run) == "SUCCESS", 60)
    system.wait_webservers("the new image is shown", lambda one: one.metadata("sales").get("code_version") == SECOND)
    serve.wait_location("sales", "loaded", seconds=60)

    run = begin(system)
    serve.repository.remove("locations/sales.yaml")
    serve.repository.push("Remove it\n\nDagitops-Allow-Removals: 1")
    wait_until("it is out of the workspace", lambda: webserver.locations() == {}, 60)
    assert pods(system) and webserver.run_status(run) == "STARTED"
    wait_until("the run has ended by itself", lambda: webserver.run_status(run) == "SUCCESS", 60)
    wait_until("then its server goes", lambda: not pods(system), 60)


def test_a_location_that_says_so_does_not_wait(inside):
    serve, system = inside
    run = start(serve, system, "now")
    (webserver,) = system.webservers()
    write(serve, system, SECOND, "now")
    serve.repository.push("Another image")
    wait_until("the new image is shown", lambda: webserver.metadata("sales").get("code_version") == SECOND, 60)
    assert webserver.run_status(run) != "SUCCESS"
    applied = [json.loads(line) if line.startswith("{") else line for line in serve.log.read_text().splitlines() if "applying" in line]
    assert any("1 run is still in it" in str(line) for line in applied), "what is cut is told"
