"""The target kubernetes on a real API server with real helm; the pods are simulated, so readiness is what is verified."""

import json
import re

import pytest
from harness.document import Shell, blocks_of
from harness.helm import NEWEST, SYSTEM
from harness.history import History
from harness.kubernetes import READINESS, REGISTRY, fragment
from harness.repository import Repository
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]


def start(serve, *names: str) -> None:
    serve.repository.write("dagitops.yaml", READINESS)
    for name in names:
        serve.repository.write(f"locations/{name}.yaml", fragment(name))
    serve.repository.push("Begin")
    serve.start()
    for name in names:
        serve.wait_location(name, "loaded")


def uids(serve) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in serve.cluster.get("pods")}


def deployment(serve, name: str) -> dict:
    return serve.cluster.get("deployments", f"deployment={name}")[0]


def names_in(workspace: str) -> list[str]:
    return [line.split('"')[1] for line in workspace.splitlines() if "location_name" in line]


def test_locations_are_added_changed_and_removed(simulated):
    start(simulated, "sales", "forecast")
    assert names_in(simulated.workspace()) == ["forecast", "sales"]
    before = uids(simulated)
    repository = simulated.repository
    repository.write("locations/orders.yaml", fragment("orders"))
    repository.push("Add orders")
    simulated.wait_location("orders", "loaded")
    assert before.items() <= uids(simulated).items(), "nothing else restarted"
    assert names_in(simulated.workspace()) == ["forecast", "orders", "sales"]

    repository.write("locations/orders.yaml", fragment("orders", "1.1.0"))
    repository.push("A new image")
    simulated.cluster.wait_ready("orders", f"{REGISTRY}/orders:1.1.0")
    assert before.items() <= uids(simulated).items()

    repository.remove("locations/sales.yaml")
    repository.push("Remove sales")
    wait_until("sales is out of the file", lambda: names_in(simulated.workspace()) == ["forecast", "orders"])
    wait_until("its release is gone", lambda: set(simulated.releases()) == {"dagitops-base", "forecast", "orders"})
    wait_until("its pods are gone", lambda: not simulated.cluster.get("pods", "deployment=sales"))
    assert not [one for one in simulated.cluster.get("configmaps") if "sales" in one["metadata"]["name"]]


def test_a_rejected_location_costs_only_itself(simulated):
    start(simulated, "sales", "forecast")
    generation = deployment(simulated, "sales")["metadata"]["generation"]
    repository = simulated.repository
    repository.write("locations/sales.yaml", fragment("sales", extra="resources: {requests: {cpu: many}}\n"))
    repository.write("locations/forecast.yaml", fragment("forecast", "1.1.0"))
    repository.push("Break one, change the other", author="Grace Hopper <grace@example.com>")
    simulated.cluster.wait_ready("forecast", f"{REGISTRY}/forecast:1.1.0")
    held = simulated.wait_location("sales", "held")
    assert "Deployment/sales-dagster-user-deployments-sales" in held["reason"], held
    assert "quantities must match" in held["reason"], held
    assert deployment(simulated, "sales")["metadata"]["generation"] == generation, "nothing was written"
    repository.write("locations/sales.yaml", fragment("sales", "1.1.0"))
    repository.push("Fix it")
    simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
    simulated.wait_location("sales", "loaded")


def test_a_plan_tells_what_the_cluster_would_make_of_it(simulated):
    repository = simulated.repository
    repository.write("dagitops.yaml", READINESS)
    repository.write("locations/sales.yaml", fragment("sales", extra="env: [{name: REGION, value: north}, {name: LEVEL, value: info}]\n"))
    repository.write("locations/forecast.yaml", fragment("forecast"))
    repository.push("Begin")
    simulated.start()
    for name in ("sales", "forecast"):
        simulated.wait_location(name, "loaded")

    def ask(*more: str) -> dict:
        answer = simulated.run("plan", str(repository.work), "--diff", "--output", "json", *more)
        assert answer.returncode in (0, 4, 5), answer.stderr
        return {"code": answer.returncode, **json.loads(answer.stdout)}

    assert ask("--exit-code") == {**ask(), "code": 0, "empty": True, "objects": []}

    before = simulated.cluster.releases()
    name = deployment(simulated, "sales")["metadata"]["name"]
    repository.write("locations/sales.yaml", fragment("sales", "1.1.0", "env: [{name: REGION, value: south}]\n"))
    repository.write("locations/forecast.yaml", fragment("forecast", extra="resources: {requests: {cpu: many}}\n"))
    repository.write("locations/orders.yaml", fragment("orders"))
    plan = ask("--exit-code")
    assert plan["code"] == 5, f"somebody has to mend what is refused: {plan}"
    objects = {(one["release"], one["object"]): one for one in plan["objects"]}
    changed = objects["sales", f"Deployment/{name}"]
    container = "spec.template.spec.containers.dagster-user-deployments"
    assert changed["change"] == "changed"
    paths = {one["path"]: (one["before"], one["after"]) for one in changed["changes"]}
    assert paths[f"{container}.image"] == (f"{REGISTRY}/sales:1.0.0", f"{REGISTRY}/sales:1.1.0"), paths
    assert paths[f"{container}.env.REGION.value"] == ("north", "south"), paths
    assert paths[f"{container}.env.LEVEL"][1] is None, "what helm set and renders no more goes"
    assert {one["change"] for key, one in objects.items() if key[0] == "orders"} == {"new"}
    refused = [one for one in plan["objects"] if one["change"] == "refused"]
    assert [one["release"] for one in refused] == ["forecast"]
    assert "quantities must match" in refused[0]["message"]

    repository.remove("locations/forecast.yaml")
    objects = {(one["release"], one["object"]): one["change"] for one in ask()["objects"]}
    gone = [name for (release, name), change in objects.items() if release == "forecast" and change == "gone"]
    assert {name.split("/")[0] for name in gone} >= {"Deployment", "Service"}, objects
    assert simulated.cluster.releases() == before, "nothing was done"


SYSTEM_YAML = """\
dagsterWebserver:
  workspace: {enabled: true, servers: [], externalConfigmap: dagitops-workspace}
dagster-user-deployments: {enabled: true, enableSubchart: false}
"""


def test_dagster_itself_stays_as_it_is_while_its_values_are_refused(simulated, charts):
    simulated.settings = {"kubernetes": {"system": {"chart": {"path": str(charts(NEWEST) / SYSTEM)}}}}
    repository, history = simulated.repository, History(simulated)

    def refused() -> str:
        told = simulated.status()["diagnostics"]
        return next((one["found"] for one in told if one["code"] == "system-refused"), "")

    def push_system(text: str) -> str:
        repository.write("environments/production/system.yaml", text)
        return repository.push("Change Dagster itself")

    repository.write("environments/production/system.yaml", SYSTEM_YAML)
    start(simulated, "sales")
    wait_until("Dagster is there", lambda: simulated.releases().get("dagster", {}).get("status") == "deployed")
    good = wait_until("it is recorded", lambda: history.file("system.yaml"))

    changed = SYSTEM_YAML + "telemetry: {enabled: false}\n"
    repository.write("environments/production/system.yaml", changed)
    plan = simulated.run("plan", str(repository.work), "--diff").stdout
    assert "release/system: its values changed" in plan, plan

    repository.write("locations/sales.yaml", fragment("sales", "1.1.0"))
    revision = push_system("dagsterWebserver: {replicaCount: 2}\n")
    assert "workspace.enabled: true" in wait_until("it is told", refused)
    assert simulated.conditions()["Stalled"] == "True"
    assert "Dagster itself stays as it is" in simulated.log.read_text()
    history.wait_record(revision)
    assert history.file("system.yaml") == good, "the history has what stands"
    assert simulated.releases()["dagster"]["revision"] == "1"
    plan = simulated.run("plan", str(repository.work)).stdout
    assert "workspace.enabled: true" in plan, plan

    push_system(changed)
    wait_until("it is carried out", lambda: simulated.releases()["dagster"]["revision"] == "2")
    wait_until("nothing is refused", lambda: not refused())


def test_what_is_changed_by_hand_is_healed_and_told(simulated):
    start(simulated, "sales")
    cluster = simulated.cluster
    name = deployment(simulated, "sales")["metadata"]["name"]
    cluster.kubectl("set", "image", f"deployment/{name}", "dagster-user-deployments=example.com/other:1")
    wait_until("it is told", lambda: "its Deployment was changed by hand" in simulated.log.read_text())
    wait_until("it is healed", lambda: deployment(simulated, "sales")["spec"]["template"]["spec"]["containers"][0][
        "image"] == f"{REGISTRY}/sales:1.0.0")  # a helm that is at it could bring back what is deleted below
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")

    cluster.kubectl("delete", "deployment", name)
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    wait_until("it is told", lambda: "its Deployment is gone" in simulated.log.read_text())

    cluster.kubectl("delete", "service", "sales")
    wait_until("its Service is there again", lambda: cluster.get("services", "deployment=sales"))
    wait_until("it is told", lambda: "its Service is gone" in simulated.log.read_text())

    good = simulated.workspace()
    cluster.kubectl("patch", "configmap", "dagitops-workspace", "--type", "merge", "--patch",
                    json.dumps({"data": {"workspace.yaml": "load_from: []\n", "other": "stays"}}))
    wait_until("workspace.yaml is healed", lambda: simulated.workspace() == good)
    whole = json.loads(cluster.kubectl("get", "configmap", "dagitops-workspace", "--output", "json"))
    assert whole["data"]["other"] == "stays"
    cluster.kubectl("delete", "configmap", "dagitops-workspace")
    wait_until("workspace.yaml is there again", lambda: simulated.workspace() == good)

    record = "dagitops-location-sales"
    values = json.loads(cluster.kubectl("get", "configmap", record, "--output", "json"))["data"]
    cluster.kubectl("patch", "configmap", record, "--type", "merge", "--patch", json.dumps({"data": {"values.yaml": "{}"}}))
    wait_until("the values are healed", lambda: json.loads(
        cluster.kubectl("get", "configmap", record, "--output", "json"))["data"] == values)
    wait_until("it is told", lambda: f"ConfigMap {record} was changed by hand" in simulated.log.read_text())


def test_a_settled_environment_is_left_alone(simulated):
    start(simulated, "sales", "forecast")
    wait_until("it has settled", lambda: simulated.conditions()["Reconciling"] == "False")
    objects = "deployments,configmaps,secrets,services"
    versions = lambda: {one["metadata"]["name"]: one["metadata"]["resourceVersion"]  # noqa: E731
                        for one in simulated.cluster.get(objects)}
    before = wait_until("versions are there", versions)
    stays_so("no object is written", lambda: versions() == before, seconds=5, every=1)
    simulated.stop()
    simulated.start()
    simulated.wait_location("sales", "loaded")
    stays_so("no object is written by a restart", lambda: versions() == before, seconds=5, every=1)


FATE = 'annotations: {tests.dagitops.dev/fate: "%s"}\n'


@pytest.mark.parametrize(("fate", "reason"), [
    ("crash", "container dagster-user-deployments ended with exit code 1 2 times"),
    ("no-image", f"the image {REGISTRY}/sales:1.1.0 cannot be pulled"),
    ("never-ready", "its pod is not ready yet, after 10s, the limit"),
])
def test_a_version_that_does_not_come_up_is_held_and_the_last_good_one_goes_on(fate, reason, simulated):
    simulated.settings = {"kubernetes": {"rolloutTimeout": "10s" if fate == "never-ready" else "10m"}}
    start(simulated, "sales", "forecast")
    before = simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    repository = simulated.repository
    repository.write("locations/sales.yaml", fragment("sales", "1.1.0", FATE % fate))
    repository.write("locations/forecast.yaml", fragment("forecast", "1.1.0"))
    revision = repository.push("Break sales", author="Grace Hopper <grace@example.com>")
    held = simulated.wait_location("sales", "held", seconds=60)
    assert reason in held["reason"], held
    simulated.cluster.wait_ready("forecast", f"{REGISTRY}/forecast:1.1.0")
    assert simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0") == before, "the old pod was never touched"
    assert '"Grace Hopper <grace@example.com>"' in simulated.log.read_text() and revision[:8] in simulated.log.read_text()
    repository.write("locations/sales.yaml", fragment("sales", "1.2.0"))
    repository.push("Fix sales")
    simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.2.0")
    simulated.wait_location("sales", "loaded")


def code_server(name: str, tag: str, extra: str = "") -> str:
    return (f'image: {{repository: {REGISTRY}/{name}, tag: "{tag}"}}\n'
            f'codeServerArgs: ["-m", "{name}.definitions"]\n{extra}')


def test_code_is_checked_before_a_server_that_is_always_ready_is_replaced(simulated):
    simulated.repository.write("locations/orders.yaml", code_server("orders", "1.0.0"))
    start(simulated, "sales")
    simulated.wait_location("orders", "loaded")
    before = simulated.cluster.wait_ready("orders", f"{REGISTRY}/orders:1.0.0")
    simulated.repository.write("locations/orders.yaml", code_server("orders", "1.1.0", FATE % "crash"))
    simulated.repository.push("Break orders")
    held = simulated.wait_location("orders", "held")
    assert "its code does not load" in held["reason"], held
    assert simulated.cluster.wait_ready("orders", f"{REGISTRY}/orders:1.0.0") == before
    assert simulated.releases()["orders"]["revision"] == "1", "helm was not called for it"
    simulated.repository.write("locations/orders.yaml", code_server("orders", "1.2.0"))
    simulated.repository.push("Fix orders")
    simulated.cluster.wait_ready("orders", f"{REGISTRY}/orders:1.2.0")
    simulated.wait_location("orders", "loaded")
    wait_until("no pod of a check is left", lambda: not simulated.cluster.get("pods", "dagitops.dev/check"))


def test_what_others_write_meanwhile_is_not_lost(simulated):
    """Two people push, a third one writes into our ConfigMap between our reading and our writing."""
    start(simulated, "sales")
    repository, cluster = simulated.repository, simulated.cluster
    other = Repository.clone_of(repository, simulated.folder / "other")
    last = 0
    for number in range(6):
        for person, name in ((repository, f"first-{number}"), (other, f"second-{number}")):
            person.git("pull", "-q", "--rebase", "origin", "main")
            person.write(f"locations/{name}.yaml", fragment(name))
            person.push(f"Add {name}")
            for _ in range(3):
                last += 1
                cluster.kubectl("patch", "configmap", "dagitops-workspace", "--type", "merge", "--patch",
                                json.dumps({"data": {"other": str(last)}}))
    wanted = sorted(["sales", *(f"{who}-{number}" for who in ("first", "second") for number in range(6))])
    wait_until("all are published", lambda: names_in(simulated.workspace()) == wanted, 120, every=0.5)
    whole = json.loads(cluster.kubectl("get", "configmap", "dagitops-workspace", "--output", "json"))
    assert whole["data"]["other"] == str(last)
    assert len(simulated.releases()) == len(wanted) + 1


def test_the_install_of_the_document(kwok_cluster, charts, folder):
    """docs/kubernetes.md, block by block; in a namespace of another name, since others run here too."""
    name = f"{kwok_cluster.namespace}-doc"
    blocks = [re.sub(r"(namespace:? )dagster", rf"\1{name}", block) for block in blocks_of("docs/kubernetes.md", "install")]
    assert len(blocks) == 4, blocks
    shell = Shell(folder, kwok_cluster)

    def run(block: str) -> str:
        return shell.run(block, CHARTS=str(charts(NEWEST)))

    run(blocks[0])
    run(blocks[1])
    try:
        assert "server/analytics" in run(blocks[2] + "\necho $! > pid\n")
        there = {"analytics", "dagitops-base", "dagster"}
        wait_until("all is released", lambda: there <= set(run(f"helm --namespace {name} list --short").split()), 60, every=0.5)
        wait_until("the location is published", lambda: 'host: "analytics"' in run(blocks[3]), 60, every=0.5)
        pods = json.loads(run(f"kubectl --namespace {name} get pods --output json"))["items"]
        assert {pod["metadata"]["labels"]["component"] for pod in pods} == {
            "dagster-webserver", "dagster-daemon", "user-deployments"}
    finally:
        shell.end_serve()
        kwok_cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")
