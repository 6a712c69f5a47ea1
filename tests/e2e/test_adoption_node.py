"""An umbrella install with real Dagster is taken over while it serves."""

import json
import subprocess

import pytest
from harness.by_hand import Location, entry
from harness.helm import CODE, SYSTEM
from harness.images import NEW, POSTGRES
from harness.kubernetes import KubernetesServe, real_fragment
from harness.program import BINARY, Serve
from harness.system import DATABASE, System
from harness.waiting import wait_until

pytestmark = [pytest.mark.node, pytest.mark.timeout(600)]

MAP = "dagster-workspace-yaml"


class Umbrella:
    """Release `dagster` with code servers as its subchart, and a workspace repository that is empty yet."""

    def __init__(self, cluster, charts, folder, repository):
        self.system = System(cluster, NEW, charts)
        self.cluster = cluster
        self.repository = repository
        self.serve = KubernetesServe(folder, repository, folder, cluster=cluster, chart=charts / CODE, settings={
            "kubernetes": {"adopt": [SYSTEM], "workspaceConfigMap": MAP}})

    def upgrade(self, values: dict) -> None:
        self.cluster.in_namespace("upgrade", "--install", SYSTEM, self.system.charts / SYSTEM,
                                  *self.cluster.helm.values_flags([values]))

    def install(self, *locations: Location) -> dict:
        image = f"{POSTGRES['registry']}/{POSTGRES['repository']}:{POSTGRES['tag']}"
        self.cluster.kubectl("apply", "--filename", "-", stdin=DATABASE % image)
        values = self.system.values(1)
        del values["dagsterWebserver"]["workspace"]
        values[CODE] = {"enabled": True, "enableSubchart": True, "deployments": [entry(one, self.system) for one in locations]}
        self.upgrade(values)
        self.system.wait_ready(1)
        return values

    def adopt(self) -> str:
        """What init --adopt tells; the repository is pushed."""
        self.serve.write_settings()
        done = subprocess.run([str(BINARY), "init", "--adopt", str(self.repository.work), "--config", str(self.serve.config)],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        self.repository.push("Adopt what runs")
        return done.stdout

    def loaded(self, *names: str, seconds: float = 120) -> None:
        for name in names:
            self.serve.wait_location(name, "loaded", seconds=seconds)
        self.system.wait_webservers(f"{names} are loaded", lambda one: set(one.loaded()) == set(names))

    def services(self, *names: str) -> dict[str, str]:
        found = self.cluster.get("services", "component=user-deployments")
        return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found if one["metadata"]["name"] in names}


@pytest.fixture
def umbrella(folder, repository, node_cluster, charts):
    made = Umbrella(node_cluster, charts(NEW.chart), folder, repository)
    yield made
    if made.serve.alive():
        Serve.stop(made.serve)
    if made.serve.log.exists():
        print("\n".join(made.serve.log.read_text(errors="replace").splitlines()[-60:]))


def test_an_umbrella_install_is_taken_over_while_dagster_serves(umbrella):
    values = umbrella.install(Location("sales", "acme.sales"), Location("forecast", "acme.forecast", env={"ACME_GREETING": "one"}))
    umbrella.system.wait_webservers("both are loaded", lambda one: set(one.loaded()) == {"sales", "forecast"}, 120)
    before, services = umbrella.system.lives(), umbrella.services("sales", "forecast")
    told = umbrella.adopt()
    assert "sales: taken over from release dagster" in told and "enableSubchart: false" in told, told

    umbrella.serve.start()
    umbrella.loaded("sales", "forecast", seconds=180)
    wait_until("the old servers are gone", lambda: {one["metadata"]["labels"]["app.kubernetes.io/instance"] for one in
               umbrella.cluster.get("deployments", "component=user-deployments")} == {"sales", "forecast"}, 60)
    umbrella.repository.write("locations/prices.yaml", real_fragment(Location("prices", "acme.sales"), umbrella.system))
    umbrella.repository.push("Add prices")
    umbrella.loaded("sales", "forecast", "prices")
    assert umbrella.system.lives() == before, "webserver and daemon were not restarted"
    assert umbrella.services("sales", "forecast") == services, "no Service was deleted"
    wait_until("what its values want is told", lambda: any("enableSubchart: false" in note for note in umbrella.serve.status()["notes"]),
               30)

    # Whoever has the release of Dagster itself does what was asked for.
    values[CODE] = {"enabled": True, "enableSubchart": False}
    values["dagsterWebserver"]["workspace"] = {"enabled": True, "servers": [], "externalConfigmap": MAP}
    umbrella.upgrade(values)
    wait_until("webserver and daemon are new ones", lambda: not umbrella.system.lives().keys() & before.keys(), 120, every=0.5)
    umbrella.system.wait_ready(1)
    umbrella.loaded("sales", "forecast", "prices")
    assert umbrella.services("sales", "forecast") == services
    wait_until("nothing is asked for any more", lambda: not umbrella.serve.status()["notes"], 60)
    assert "workspace.yaml" in json.loads(umbrella.cluster.kubectl("get", "configmap", MAP, "--output", "json"))["data"]
