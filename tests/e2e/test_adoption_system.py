"""An umbrella install is taken over together with the release of Dagster itself, whose values come from git from then on: on
a real API server with real helm, and simulated pods."""

import json

import pytest
from harness.adoption import MAP, always_published, always_served, deployments, install_umbrella, published, uids
from harness.audit import refused, right_of
from harness.helm import CODE, NEWEST, SYSTEM
from harness.installed import with_rights_of_the_role
from harness.kubernetes import READINESS, REGISTRY, write
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

NAMES = ("sales", "forecast")
PARTS = ("dagster-dagster-webserver", "dagster-daemon")  # Deployments of Dagster itself
OURS = {f"{name}-{CODE}-{name}" for name in NAMES}  # those of the locations' own releases
SYSTEM_YAML = f"""\
dagsterWebserver:
  workspace: {{enabled: true, servers: [], externalConfigmap: {MAP}}}
dagster-user-deployments: {{enabled: true, enableSubchart: false}}
"""


@pytest.fixture
def umbrella(simulated, charts):
    """dagitops for a namespace that has one release for everything, and git has what becomes of it: not started yet, and
    nothing is installed."""
    chart = {"path": str(charts(NEWEST) / SYSTEM)}
    simulated.settings = {"kubernetes": {"adopt": [SYSTEM], "workspaceConfigMap": MAP, "system": {"chart": chart}}}
    simulated.dagster = {"webserver": {"selector": "component=none"}}  # simulated ones have nobody to answer
    simulated.repository.write("dagitops.yaml", READINESS)
    simulated.repository.write("environments/production/system.yaml", SYSTEM_YAML)
    write(simulated, *NAMES)
    simulated.repository.push("Begin")
    return simulated


def install(serve, *names: str, **more: object) -> None:
    install_umbrella(serve.cluster, serve.settings["kubernetes"]["system"]["chart"]["path"], *names, **more)


def revisions(serve) -> dict[str, int]:
    return {name: int(one["revision"]) for name, one in serve.releases().items()}


def identities(cluster) -> dict[str, str]:
    """Of what must not be deleted at any moment, not even to be made anew."""
    return {**uids(cluster, "service", *NAMES), **uids(cluster, "deployment", *PARTS), **uids(cluster, "configmap", MAP)}


def rollouts(cluster) -> dict[str, str]:
    """The number of times that each part of Dagster itself had new pods, its first ones counted."""
    found = {one["metadata"]["name"]: one["metadata"]["annotations"] for one in cluster.get("deployments")}
    return {name: found[name]["deployment.kubernetes.io/revision"] for name in PARTS}


def subchart(serve) -> dict:
    """What the release of Dagster itself says of its code servers."""
    return json.loads(serve.cluster.in_namespace("get", "values", SYSTEM, "--output", "json"))[CODE]


def wait_taken_over(serve, *left: str) -> None:
    """Releases are as git has it, and nothing is under way any more; `left` are Deployments of code servers that git has not."""
    for name in NAMES:
        serve.wait_location(name, "loaded", seconds=90)
    wait_until("the old servers are gone", lambda: deployments(serve.cluster, "component=user-deployments") == {*OURS, *left}, 60)
    wait_until("git's values are Dagster's", lambda: subchart(serve) == {"enabled": True, "enableSubchart": False}, 60)
    wait_until("it has settled", lambda: serve.conditions()["Reconciling"] == "False", 60)
    assert set(serve.releases()) == {SYSTEM, "dagitops-base", *NAMES}


def test_dagster_itself_is_taken_over_with_its_code_servers(umbrella):
    cluster = umbrella.cluster
    install(umbrella, *NAMES)
    before = identities(cluster)
    with always_served(cluster, *NAMES), always_published(cluster, *NAMES):
        umbrella.start()
        wait_taken_over(umbrella)
    assert identities(cluster) == before
    assert rollouts(cluster) == dict.fromkeys(PARTS, "2"), "once each, since their workspace.yaml is not the chart's any more"
    assert umbrella.conditions()["Ready"] == "True" and not umbrella.status()["notes"], umbrella.status()

    # From here on it is as any other environment, and `adopt` has nothing to do.
    before = revisions(umbrella)
    for adopt in ([SYSTEM], []):
        umbrella.stop()
        umbrella.settings["kubernetes"]["adopt"] = adopt
        umbrella.start()
        wait_until("it has begun", umbrella.holds_lock)
        wait_taken_over(umbrella)
        stays_so("a restart changes nothing", lambda: revisions(umbrella) == before, seconds=4, every=1)
    write(umbrella, "sales", tag="1.1.0")
    umbrella.repository.push("Go on")
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
    wait_taken_over(umbrella)
    assert revisions(umbrella) == {**before, "sales": before["sales"] + 1}
    assert rollouts(cluster) == dict.fromkeys(PARTS, "2")
    umbrella.repository.remove("locations/forecast.yaml")
    umbrella.repository.push("Remove one")
    wait_until("all of it is gone", lambda: not cluster.get("services,deployments", "deployment=forecast"), 60)
    assert revisions(umbrella)[SYSTEM] == before[SYSTEM]


def test_dagster_itself_is_not_touched_unless_adopt_names_it(umbrella):
    umbrella.settings["kubernetes"]["adopt"] = ["another"]
    install(umbrella, *NAMES)
    umbrella.start()
    wait_until("it is told", lambda: "helm release dagster: there is a release of that name" in umbrella.log.read_text())
    stays_so("it is left alone", lambda: revisions(umbrella)[SYSTEM] == 1, seconds=3, every=1)


def test_what_git_does_not_have_outlives_the_release_that_it_was_in(umbrella):
    cluster = umbrella.cluster
    install(umbrella, *NAMES, "legacy")
    service, (pod,) = uids(cluster, "service", "legacy"), cluster.pods("legacy")
    with always_served(cluster, *NAMES, "legacy"), always_published(cluster, *NAMES, "legacy"):
        umbrella.start()
        wait_taken_over(umbrella, f"{SYSTEM}-{CODE}-legacy")
        umbrella.wait_location("legacy", "removal-waiting")
    assert uids(cluster, "service", "legacy") == service
    assert [one["metadata"]["uid"] for one in cluster.pods("legacy")] == [pod["metadata"]["uid"]]


def test_workspace_yaml_is_not_lost_while_git_lacks_one_of_its_servers(umbrella):
    """The chart's own ConfigMap is not in the values of git any more, so Helm would delete it. What stands in it is
    nowhere else."""
    cluster = umbrella.cluster
    servers = [{"host": name, "port": 3030, "name": name} for name in (*NAMES, "elsewhere")]
    install(umbrella, *NAMES, dagsterWebserver={"workspace": {"enabled": True, "servers": servers}})
    with always_served(cluster, *NAMES), always_published(cluster, *NAMES, "elsewhere"):
        umbrella.start()
        wait_until("it is told", lambda: "git does not have: elsewhere" in umbrella.run("status").stdout)
        stays_so("it is not touched", lambda: "elsewhere" in published(cluster), seconds=6, every=0.5)
        umbrella.repository.write("locations/elsewhere.yaml", "dagitops: {external: {host: elsewhere, port: 3030}}\n")
        umbrella.repository.push("Bring what is missing")
        wait_taken_over(umbrella)
    assert umbrella.location("elsewhere")["phase"] == "loaded"


def test_dagitops_killed_on_the_way_takes_over_all_the_same(umbrella):
    cluster = umbrella.cluster
    install(umbrella, *NAMES)
    before = identities(cluster)
    moments = {
        "helm is at Dagster itself": lambda: cluster.releases()[SYSTEM]["status"] != "deployed" or revisions(umbrella)[SYSTEM] > 1,
        "new servers stand beside": lambda: OURS & deployments(cluster),
        "a location has its release": lambda: set(NAMES) & set(cluster.releases()),
        "an old server is gone": lambda: len({f"{SYSTEM}-{CODE}-{name}" for name in NAMES} & deployments(cluster)) < len(NAMES),
    }
    with always_served(cluster, *NAMES), always_published(cluster, *NAMES):
        for moment, has_come in moments.items():
            umbrella.start()
            wait_until(moment, has_come, 60)
            umbrella.kill()
        umbrella.start()
        wait_taken_over(umbrella)
    assert identities(cluster) == before
    assert rollouts(cluster) == dict.fromkeys(PARTS, "2")


def test_the_rights_that_deploy_gives_are_enough(umbrella):
    calls = with_rights_of_the_role(umbrella)
    install(umbrella, *NAMES)
    with always_served(umbrella.cluster, *NAMES):
        umbrella.start()
        wait_taken_over(umbrella)
    umbrella.stop()
    made = calls()
    assert not refused(made)
    assert ("apps", "deployments", "patch") in set(map(right_of, made)), "it was this account that did it"
