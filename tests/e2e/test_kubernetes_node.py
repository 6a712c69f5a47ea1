"""dagitops, real containers and real Dagster of two versions, with two webservers: what the webservers have loaded is what
counts, and nothing restarts that did not change."""

import json

import pytest
import yaml
from harness.by_hand import Location
from harness.helm import CODE, SYSTEM
from harness.history import History
from harness.images import NEW, POSTGRES, SECOND
from harness.kubernetes import KubernetesServe, real_fragment
from harness.program import Serve
from harness.system import DATABASE, System
from harness.waiting import wait_until

pytestmark = [pytest.mark.node, pytest.mark.timeout(600)]

DAGITOPS_YAML = """\
schemaVersion: 1
defaultEnvironment: production
environments: {production: {}}
"""


class Story:
    """A workspace repository, the Dagster that it is for, and what must stay as it is."""

    def __init__(self, real, system):
        self.serve, self.system = real, system
        self.repository = real.repository
        self.repository.write("dagitops.yaml", DAGITOPS_YAML)

    def write(self, name: str, module: str, code_server: bool = False, tag: str = "1.0.0", env: dict | None = None,
              **more: object) -> None:
        location = Location(name, module, tag=tag, env=env or {}, code_server=code_server)
        self.repository.write(f"locations/{name}.yaml", real_fragment(location, self.system, **more))

    def push(self, message: str) -> str:
        return self.repository.push(message, author="Grace Hopper <grace@example.com>")

    def shown(self, name: str, **wanted: str) -> None:
        """Every webserver shows these of the location's assets."""
        self.system.wait_webservers(f"{name} shows {wanted}", lambda one: wanted.items() <= one.metadata(name).items())

    def loaded(self, *names: str, seconds: float = 90) -> None:
        for name in names:
            self.serve.wait_location(name, "loaded", seconds=seconds)

        def all_list_them() -> bool:
            for webserver in self.system.webservers():
                loaded = webserver.loaded()  # one that a rolling restart takes away just now is no answer
                assert set(names) <= loaded.keys(), "told as loaded, and it is not"
            return True

        wait_until("the webservers answer", all_list_them, 60)

    def lives(self, *names: str) -> dict[str, str]:
        """The pods of these locations, and of webservers and daemon."""
        own = {pod["metadata"]["name"]: pod["metadata"]["uid"] for name in names for pod in self.system.cluster.pods(name)}
        return {**own, **{name: str(life) for name, life in self.system.lives().items()}}


@pytest.fixture
def story(real, system) -> Story:
    return Story(real, system)


def test_locations_come_change_break_and_go_without_a_restart(story):
    story.write("sales", "acme.sales")
    story.write("forecast", "acme.forecast", env={"ACME_GREETING": "one"})
    story.push("Begin")
    story.serve.start()
    story.loaded("sales", "forecast")
    before = story.lives("sales")

    story.write("prices", "acme.sales")
    story.push("Add prices")
    story.loaded("prices")
    story.write("prices", "acme.sales", tag=SECOND)
    story.push("Another image")
    story.shown("prices", code_version=SECOND)
    story.loaded("prices")
    story.write("forecast", "acme.forecast", env={"ACME_GREETING": "two"})
    story.push("Another variable")
    story.shown("forecast", greeting="two")
    story.loaded("forecast")

    story.write("forecast", "acme.forecast", env={"ACME_GREETING": "three", "ACME_BREAK": "yes"})
    story.push("Break forecast")
    held = story.serve.wait_location("forecast", "held", seconds=90)
    assert "ACME_BREAK is set" in held["reason"] and "exit code 1" in held["reason"], held
    story.shown("forecast", greeting="two")
    story.write("forecast", "acme.forecast", env={"ACME_GREETING": "four"})
    story.push("Mend forecast")
    story.shown("forecast", greeting="four")
    story.loaded("forecast")

    story.repository.remove("locations/prices.yaml")
    story.push("Remove prices")
    story.system.wait_webservers("prices is listed no more", lambda one: set(one.locations()) == {"sales", "forecast"})
    wait_until("its pod is gone", lambda: not story.system.cluster.get("pods", "deployment=prices"), 90)
    assert story.lives("sales") == before


def test_a_code_server_that_is_always_ready_is_checked_first(story):
    """And a webserver's reload would import its code anew, so a new location is shown by new webserver pods."""
    story.write("forecast", "acme.forecast", code_server=True, env={"ACME_GREETING": "one"})
    story.push("Begin")
    story.serve.start()
    story.loaded("forecast", seconds=180)
    story.system.wait_rolled_out()
    before = story.lives("forecast")
    story.write("forecast", "acme.forecast", code_server=True, env={"ACME_BREAK": "yes"})
    story.push("Break forecast")
    held = story.serve.wait_location("forecast", "held", seconds=120)
    assert "its code does not load" in held["reason"] and "ACME_BREAK is set" in held["reason"], held
    assert story.lives("forecast") == before
    story.shown("forecast", greeting="one")
    story.write("forecast", "acme.forecast", code_server=True, env={"ACME_GREETING": "two"})
    story.push("Mend forecast")
    story.shown("forecast", greeting="two")
    story.loaded("forecast")


def test_an_image_that_is_not_there_costs_only_its_location(story):
    story.write("sales", "acme.sales")
    story.push("Begin")
    story.serve.start()
    story.loaded("sales")
    before = story.lives("sales")
    story.write("sales", "acme.sales", tag="9.9.9")
    story.write("forecast", "acme.forecast")
    story.push("An image that is not there")
    story.loaded("forecast")
    held = story.serve.wait_location("sales", "held", seconds=120)
    assert "9.9.9 cannot be pulled" in held["reason"], held
    assert before.items() <= story.lives("sales", "forecast").items()
    story.write("sales", "acme.sales", tag=SECOND)
    story.push("One that is")
    story.shown("sales", code_version=SECOND)


def test_what_is_changed_by_hand_is_healed(story):
    story.write("sales", "acme.sales", env={"ACME_GREETING": "git"})
    story.push("Begin")
    story.serve.start()
    story.loaded("sales")
    cluster = story.system.cluster
    name = cluster.get("deployments", "deployment=sales")[0]["metadata"]["name"]
    cluster.kubectl("set", "env", f"deployment/{name}", "ACME_GREETING=hand")
    wait_until("it is told", lambda: "its Deployment was changed by hand" in story.serve.log.read_text())
    wait_until("it is healed", lambda: [one["value"] for one in cluster.get("deployments", "deployment=sales")[0]["spec"]["template"]
               ["spec"]["containers"][0]["env"] if one["name"] == "ACME_GREETING"] == ["git"])
    story.shown("sales", greeting="git")
    good = story.serve.workspace()
    cluster.kubectl("patch", "configmap", "dagitops-workspace", "--type", "merge", "--patch",
                    json.dumps({"data": {"workspace.yaml": "load_from: []\n"}}))
    wait_until("workspace.yaml is healed", lambda: story.serve.workspace() == good)
    story.loaded("sales")


@pytest.fixture
def empty(folder, repository, node_cluster, charts) -> Story:
    """The same for a namespace with nothing in it, where Dagster itself comes from git too."""
    made = charts(NEW.chart)
    serve = KubernetesServe(folder, repository, folder, cluster=node_cluster, chart=made / CODE,
                            settings={"kubernetes": {"system": {"chart": {"path": str(made / SYSTEM)}}}})
    yield Story(serve, System(node_cluster, NEW, made))
    if serve.alive():
        Serve.stop(serve)
    print("\n".join(serve.log.read_text(errors="replace").splitlines()[-60:]))


ALL = {"dagitops-base", "dagster", "forecast", "prices", "sales"}


def test_a_whole_dagster_comes_out_of_git_and_comes_back(empty):
    image = f"{POSTGRES['registry']}/{POSTGRES['repository']}:{POSTGRES['tag']}"
    values = {**empty.system.values(1), "extraManifests": list(yaml.safe_load_all(DATABASE % image))}
    empty.repository.write("environments/production/system.yaml", json.dumps(values))
    empty.write("sales", "acme.sales")
    empty.write("forecast", "acme.forecast", env={"ACME_GREETING": "git"})
    empty.write("prices", "acme.sales", tag=SECOND)
    empty.push("Begin")
    empty.serve.start()
    empty.loaded("sales", "forecast", "prices", seconds=180)
    before, lives = empty.serve.workspace(), empty.lives()

    empty.write("prices", "acme.sales")
    empty.push("Change a location")
    empty.shown("prices", code_version="1.0.0")
    assert empty.lives() == lives, "a change of a location does not touch Dagster itself"

    cluster = empty.system.cluster
    cluster.kubectl("delete", "namespace", cluster.namespace, "--timeout=120s", seconds=130)
    cluster.kubectl("create", "namespace", cluster.namespace)
    wait_until("all is there again", lambda: set(empty.serve.releases()) == ALL, 120, every=0.5)
    wait_until("workspace.yaml has the same bytes", lambda: empty.serve.workspace() == before, 180, every=0.5)
    empty.system.wait_ready(1)
    empty.shown("forecast", greeting="git")
    empty.shown("prices", code_version="1.0.0")
    is_rebuilt_from_a_record(empty, before)


def is_rebuilt_from_a_record(story, before: str) -> None:
    """Where dagitops' own state is lost as well, a record of the history has all of it, whatever git says since."""
    history, serve = History(story.serve), story.serve
    record = history.newest()
    assert history.file("workspace.yaml", record["commit"]) + "\n" == before
    story.write("forecast", "acme.forecast", env={"ACME_GREETING": "later"})
    story.write("more", "acme.sales")
    later = story.push("What comes later")
    story.shown("forecast", greeting="later")
    history.wait_record(later)
    serve.lose()
    story.system.cluster.kubectl("create", "namespace", story.system.cluster.namespace)
    rebuilt = serve.run("rebuild", "--at", record["commit"])
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    serve.start()
    wait_until("all is there again", lambda: set(serve.releases()) == ALL, 120, every=0.5)
    wait_until("workspace.yaml has the same bytes", lambda: serve.workspace() == before, 180, every=0.5)
    story.system.wait_ready(1)
    story.shown("forecast", greeting="git")
    story.shown("prices", code_version="1.0.0")
    story.system.wait_webservers("the webserver lists what it listed", lambda one: set(one.loaded()) == {
        "forecast", "prices", "sales"}, 120)
    assert history.rendered() == history.rendered(record["commit"])
