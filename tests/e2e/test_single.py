"""`release: single`: one Helm release for all locations, on a real API server with real helm, and simulated pods."""

import json
import os
import random
from pathlib import Path

import pytest
import yaml
from harness.adoption import always_served, uid, uids
from harness.kubernetes import READINESS, REGISTRY, write
from harness.repository import ROOT
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(400)]

LONG = bool(os.environ.get("DAGITOPS_LONG"))
CRASH_POINTS = Path(os.environ.get("DAGITOPS_CRASH_POINTS", ROOT / "build/debug/libcrash_points.so"))
RELEASE, MAP = "dagster-user-deployments", "dagster-user-deployments-values-yaml"
SINGLE = READINESS.replace("verify: readiness", "verify: readiness, release: single")
BASE = "environments/production/user-deployments.yaml"


def begin(serve, *names: str) -> None:
    serve.repository.write("dagitops.yaml", SINGLE)
    write(serve, *names)
    serve.repository.push("Begin")
    serve.start()
    for name in names:
        serve.wait_location(name, "loaded", seconds=60)
    settle(serve)


def settle(serve) -> None:
    wait_until("it has settled", lambda: serve.conditions()["Reconciling"] == "False", 60)


def noted(serve) -> bool:
    """What Helm made last is noted in the ConfigMap."""
    return json.loads(values_map(serve)["dagitops.json"])["appliedVersion"] == revision(serve)


def revision(serve) -> int:
    return int(serve.releases()[RELEASE]["revision"])


def generations(serve) -> dict[str, int]:
    return {one["metadata"]["labels"]["deployment"]: one["metadata"]["generation"] for one in serve.cluster.get("deployments")}


def pods(serve) -> dict[str, str]:
    return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in serve.cluster.get("pods")}


def values_map(serve) -> dict:
    found = [one for one in serve.cluster.get("configmaps") if one["metadata"]["name"] == MAP]
    return found[0]["data"] if found else {}


def kept_values(serve) -> dict:
    return yaml.safe_load(values_map(serve).get("values.yaml", ""))


def deployed(serve) -> dict[str, str]:
    """Location to tag, as Helm was given it."""
    given = json.loads(serve.cluster.in_namespace("get", "values", RELEASE, "--output", "json"))
    return {one["name"]: one["image"]["tag"] for one in given["deployments"]}


def test_all_locations_are_one_release_and_a_change_touches_only_its_own(simulated):
    begin(simulated, "sales", "forecast", "orders")
    assert set(simulated.releases()) == {RELEASE}, "there is no other release, not even one of what belongs to all"
    assert revision(simulated) == 1, "the values around the locations and all of them are one change"
    assert generations(simulated) == {"sales": 1, "forecast": 1, "orders": 1}
    assert set(values_map(simulated)) == {"values.yaml", "dagitops.json"}
    before = pods(simulated)

    write(simulated, "sales", tag="1.1.0")
    simulated.repository.push("Change one")
    simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
    simulated.wait_location("sales", "loaded")
    settle(simulated)
    assert revision(simulated) == 2
    assert generations(simulated) == {"sales": 2, "forecast": 1, "orders": 1}
    assert {name: one for name, one in before.items() if "-sales-" not in name}.items() <= pods(simulated).items()

    write(simulated, "forecast", "orders", tag="1.1.0")
    simulated.repository.push("Change two")
    for name in ("forecast", "orders"):
        simulated.cluster.wait_ready(name, f"{REGISTRY}/{name}:1.1.0")
    settle(simulated)
    assert revision(simulated) == 3, "both are one change"
    assert generations(simulated) == {"sales": 2, "forecast": 2, "orders": 2}
    assert deployed(simulated) == dict.fromkeys(("forecast", "orders", "sales"), "1.1.0")
    assert 'name: "forecast"' in values_map(simulated)["values.yaml"], "the values that Helm has"

    simulated.repository.remove("locations/orders.yaml")
    simulated.repository.push("Remove one")
    wait_until("its Deployment is gone", lambda: set(generations(simulated)) == {"sales", "forecast"})
    wait_until("so is its Service", lambda: not simulated.cluster.get("services", "deployment=orders"))
    settle(simulated)
    assert (revision(simulated), generations(simulated)) == (4, {"sales": 2, "forecast": 2})

    before = revision(simulated)
    simulated.stop()
    simulated.start()
    simulated.wait_location("sales", "loaded")
    stays_so("a restart changes nothing", lambda: revision(simulated) == before, seconds=4, every=1)


def test_the_last_location_leaves_an_empty_release(simulated):
    begin(simulated, "sales")
    simulated.repository.remove("locations/sales.yaml")
    simulated.repository.push("Remove the last\n\nDagitops-Allow-Removals: 1")
    wait_until("it is gone", lambda: not generations(simulated), 60)
    wait_until("the release stays", lambda: deployed(simulated) == {})
    assert "deployments: []" in values_map(simulated)["values.yaml"]


def test_a_rejected_location_is_held_while_the_others_go_on(simulated):
    begin(simulated, "sales", "forecast", "orders")
    write(simulated, "sales", extra="resources: {requests: {cpu: many}}\n")
    write(simulated, "forecast", tag="1.1.0")
    simulated.repository.push("Break one, change the other", author="Grace Hopper <grace@example.com>")
    simulated.cluster.wait_ready("forecast", f"{REGISTRY}/forecast:1.1.0")
    held = simulated.wait_location("sales", "held")
    assert "Deployment/dagster-user-deployments-sales" in held["reason"] and "quantities must match" in held["reason"], held
    settle(simulated)
    assert generations(simulated) == {"sales": 1, "forecast": 2, "orders": 1}
    assert "many" not in values_map(simulated)["values.yaml"]

    write(simulated, "orders", tag="1.1.0")
    simulated.repository.push("Go on")
    simulated.cluster.wait_ready("orders", f"{REGISTRY}/orders:1.1.0")
    assert simulated.location("sales")["phase"] == "held"

    write(simulated, "sales", tag="1.1.0")
    simulated.repository.push("Mend it")
    simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")
    simulated.wait_location("sales", "loaded")


def test_code_that_does_not_load_goes_back_to_the_last_good_entry(simulated):
    begin(simulated, "sales", "forecast")
    old = simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    write(simulated, "sales", tag="1.1.0", extra="annotations: {tests.dagitops.dev/fate: crash}\n")
    simulated.repository.push("Crash")
    held = simulated.wait_location("sales", "held", seconds=60)
    assert "exit code 1" in held["reason"], held
    wait_until("its last good entry is back", lambda: deployed(simulated) == {"sales": "1.0.0", "forecast": "1.0.0"})
    assert simulated.cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0") == old
    assert generations(simulated)["forecast"] == 1


def test_code_is_checked_before(simulated):
    args = 'codeServerArgs: ["-m", "orders.definitions"]\n'
    image = f'image: {{repository: {REGISTRY}/orders, tag: "%s"}}\n'
    simulated.repository.write("locations/orders.yaml", image % "1.0.0" + args)
    begin(simulated, "sales")
    simulated.wait_location("orders", "loaded")
    settle(simulated)
    before = revision(simulated)
    simulated.repository.write("locations/orders.yaml", image % "1.1.0" + args + "annotations: {tests.dagitops.dev/fate: crash}\n")
    simulated.repository.push("Break orders")
    held = simulated.wait_location("orders", "held")
    assert "its code does not load" in held["reason"], held
    assert revision(simulated) == before, "helm was not called for it"
    simulated.repository.write("locations/orders.yaml", image % "1.2.0" + args)
    simulated.repository.push("Fix orders")
    simulated.cluster.wait_ready("orders", f"{REGISTRY}/orders:1.2.0")
    simulated.wait_location("orders", "loaded")


def test_the_values_around_the_locations_are_a_change_of_their_own(simulated):
    simulated.repository.write(BASE, "serviceAccount: {create: true, name: runner}\nfullnameOverride: code\n")
    begin(simulated, "sales", "forecast")
    assert simulated.cluster.get("serviceaccounts", "app.kubernetes.io/managed-by=Helm")[0]["metadata"]["name"] == "runner"
    assert {one["metadata"]["name"] for one in simulated.cluster.get("deployments")} == {"code-sales", "code-forecast"}
    extra = "extraManifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}, data: {a: b}}]\n"
    account = "serviceAccount: {create: true, name: runner}\nfullnameOverride: code\n"
    simulated.repository.write(BASE, account + extra)
    simulated.repository.push("Add a manifest")
    wait_until("it is there", lambda: "extra" in {one["metadata"]["name"] for one in simulated.cluster.get("configmaps")})
    settle(simulated)
    assert (revision(simulated), generations(simulated)) == (2, {"sales": 1, "forecast": 1})
    simulated.repository.write(BASE, account + "imagePullSecrets: [{name: pull}]\n")
    simulated.repository.push("A secret to pull images with")
    wait_until("all have it", lambda: generations(simulated) == {"sales": 2, "forecast": 2})
    simulated.wait_location("sales", "loaded")
    assert "changed by hand" not in simulated.log.read_text()


def test_what_is_changed_by_hand_is_healed_and_told(simulated):
    begin(simulated, "sales", "forecast")
    cluster, good = simulated.cluster, kept_values(simulated)
    bad = values_map(simulated)["values.yaml"].replace("1.0.0", "6.6.6")
    cluster.kubectl("patch", "configmap", MAP, "--type", "merge", "--patch", json.dumps({"data": {"values.yaml": bad}}))
    wait_until("the values are healed", lambda: kept_values(simulated) == good)
    wait_until("it is told", lambda: f"its ConfigMap {MAP} was changed by hand" in simulated.log.read_text())
    wait_until("that has ended", lambda: noted(simulated))
    settle(simulated)
    cluster.kubectl("delete", "configmap", MAP)
    wait_until("the values are there again", lambda: kept_values(simulated) == good)
    wait_until("it is told", lambda: f"its ConfigMap {MAP} is gone" in simulated.log.read_text())
    settle(simulated)
    assert generations(simulated) == {"sales": 1, "forecast": 1}, "nothing that was written there reached a pod"

    cluster.kubectl("set", "image", "deployment/dagster-user-deployments-sales", "dagster-user-deployments=example.com/other:1")
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    wait_until("it is told", lambda: "its Deployment was changed by hand" in simulated.log.read_text())
    cluster.kubectl("delete", "deployment", "dagster-user-deployments-sales")
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.0.0")
    assert generations(simulated)["forecast"] == 1


def test_dagitops_killed_at_any_moment_ends_at_the_same_place(simulated, folder):
    """As test_kubernetes_kill.py: before one of the calls by which it touches the world, chosen by chance."""
    arm, log = folder / "arm", folder / "points"

    def start(point: int) -> None:
        simulated.start(LD_PRELOAD=str(CRASH_POINTS), DAGITOPS_CRASH_ARM=str(arm), DAGITOPS_CRASH_AT=str(point),
                        DAGITOPS_CRASH_LOG=str(log))
        wait_until("it holds the lock", simulated.holds_lock)

    begin(simulated, "still-a", "still-b")
    still, tags = pods(simulated), {"still-a": "1.0.0", "still-b": "1.0.0"}
    seed = int(os.environ.get("DAGITOPS_SEED", random.randrange(1 << 20)))
    print(f"DAGITOPS_SEED={seed}")
    chance = random.Random(seed)
    killed = 0

    def there(wanted: dict[str, str]) -> bool:
        phases = {one["name"]: one["phase"] for one in simulated.status()["locations"]}
        return (deployed(simulated) == wanted and phases == dict.fromkeys(wanted, "loaded") and
                set(generations(simulated)) == set(wanted) and simulated.releases()[RELEASE]["status"] == "deployed" and
                noted(simulated))

    for round_ in range(30 if LONG else 6):
        for phase in ("change", "remove"):
            simulated.kill()
            arm.unlink(missing_ok=True)
            point = chance.randint(1, 60)
            start(point)
            arm.touch()
            if phase == "change":
                write(simulated, "moving", tag=f"1.0.{round_}")
            else:
                simulated.repository.remove("locations/moving.yaml")
            simulated.repository.push(f"{phase} {round_}")
            wanted = {**tags, **({"moving": f"1.0.{round_}"} if phase == "change" else {})}
            where = f"{phase}, killed before call {point}"
            wait_until(f"{where}: neither killed nor settled",
                       lambda wanted=wanted: simulated.process.poll() is not None or there(wanted), 90, every=0.3)
            if simulated.process.poll() is not None:
                killed += 1
                arm.unlink(missing_ok=True)
                start(0)
            wait_until(where, lambda wanted=wanted: there(wanted), 90, every=0.3)
            assert still.items() <= pods(simulated).items(), f"{where}: restarted what it should not"
    assert killed >= 4, f"only {killed} lives were ended"


def test_one_release_becomes_one_for_each_without_a_gap(simulated):
    names = ("sales", "forecast", "orders")
    simulated.repository.write(BASE, "serviceAccount: {create: true, name: runner}\n"
                                     "extraManifests: [{apiVersion: v1, kind: ConfigMap, metadata: {name: extra}, data: {a: b}}]\n")
    begin(simulated, *names)
    cluster = simulated.cluster
    services = uids(cluster, "service", *names)
    account = uid(cluster, "serviceaccount", "runner")
    with always_served(cluster, *names):
        simulated.repository.write("dagitops.yaml", READINESS)
        simulated.repository.push("A release for each")
        wait_until("each has a release", lambda: set(simulated.releases()) == {*names, "dagitops-base"}, 120, every=0.5)
        for name in names:
            simulated.wait_location(name, "loaded", seconds=60)
        wait_until("the old servers are gone", lambda: {one["metadata"]["name"] for one in cluster.get("deployments")} ==
                   {f"{name}-dagster-user-deployments-{name}" for name in names}, 60)
        settle(simulated)
    assert services == uids(cluster, "service", *names), "no Service was deleted"
    assert account == uid(cluster, "serviceaccount", "runner")
    maps = {one["metadata"]["name"] for one in cluster.get("configmaps")}
    assert "extra" in maps and MAP not in maps

    write(simulated, "sales", tag="1.1.0")
    simulated.repository.push("Go on")
    cluster.wait_ready("sales", f"{REGISTRY}/sales:1.1.0")

    # There is no way back by itself, and nothing is changed by asking for it.
    simulated.repository.write("dagitops.yaml", SINGLE)
    simulated.repository.push("And back")
    wait_until("it is told", lambda: any("set `release: per-location` again" in note for note in simulated.status()["notes"]))
    before = pods(simulated)
    stays_so("nothing is changed", lambda: set(simulated.releases()) == {*names, "dagitops-base"} and pods(simulated) == before,
             seconds=4, every=1)


def test_a_release_of_a_pipeline_is_taken_over_in_place(simulated):
    cluster, names = simulated.cluster, ("sales", "forecast", "legacy")
    entry = {"dagsterApiGrpcArgs": ["-m", "x.definitions"], "port": 3030}
    values = {"deployments": [{"name": name, "image": {"repository": f"{REGISTRY}/{name}", "tag": "1.0.0", "pullPolicy": "Always"},
                               **entry} for name in names]}
    cluster.in_namespace("upgrade", "--install", RELEASE, simulated.chart, *cluster.helm.values_flags([values]))
    made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": MAP}, "data": {"values.yaml": json.dumps(values)}}
    cluster.kubectl("apply", "--filename", "-", stdin=json.dumps(made))
    for name in names:
        cluster.wait_ready(name, f"{REGISTRY}/{name}:1.0.0")
    before = pods(simulated)
    simulated.settings = {"kubernetes": {"adopt": [RELEASE]}}
    simulated.repository.write("dagitops.yaml", SINGLE)
    for one in values["deployments"][:2]:
        simulated.repository.write(f"locations/{one['name']}.yaml", json.dumps(one))
    simulated.repository.push("Begin")
    simulated.start()
    for name in names[:2]:
        simulated.wait_location(name, "loaded", seconds=60)
    wait_until("it is ours", lambda: "dagitops.json" in values_map(simulated))
    assert deployed(simulated) == dict.fromkeys(names, "1.0.0"), "what git does not have stays"
    assert pods(simulated) == before, "no pod was changed"
    write(simulated, "forecast", tag="1.1.0")
    simulated.repository.push("Go on")
    cluster.wait_ready("forecast", f"{REGISTRY}/forecast:1.1.0")
    assert set(simulated.releases()) == {RELEASE}
    assert deployed(simulated) == {"sales": "1.0.0", "forecast": "1.1.0", "legacy": "1.0.0"}
