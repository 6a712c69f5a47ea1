"""How long a push takes until Dagster has loaded a new location, beside the bare steps by hand, which are done in the same
minutes for a Dagster of their own, and beside the same with a rolling restart."""

import contextlib
import os
import statistics
import time

import pytest
from harness.by_hand import BY_COMMAND, Location, publish, publish_by_restart, roll_out
from harness.helm import CODE
from harness.images import NEW
from harness.kubernetes import KubernetesServe, real_fragment
from harness.repository import DAGITOPS_YAML
from harness.system import System
from harness.waiting import wait_until

pytestmark = [pytest.mark.alone, pytest.mark.node, pytest.mark.timeout(1800 if os.environ.get("DAGITOPS_LONG") else 500)]

LONG = bool(os.environ.get("DAGITOPS_LONG"))
ROUNDS = 9 if LONG else 3
RESTARTS = 7 if LONG else 0
LIMIT = 1.3 if LONG else 1.6  # the promise is for a machine that does nothing else
TIMES_FASTER = 3


class AsCharted(System):
    """With the chart's own check of the webserver, every 20 s, which a rolling restart has to wait for."""

    def values(self, webservers: int) -> dict:
        made = super().values(webservers)
        del made["dagsterWebserver"]["readinessProbe"]
        return made


@pytest.fixture
def two(node, charts):
    """Two namespaces with a Dagster each."""
    with contextlib.ExitStack() as ends:
        made = [AsCharted(ends.enter_context(node.fresh_namespace()), NEW, charts(NEW.chart)) for _ in range(2)]
        for system in made:
            system.install()
        yield made


def location_of(name: str) -> Location:
    return Location(name, "acme.sales", probes=BY_COMMAND)


def wait_loaded(system: System, name: str) -> None:
    wait_until(f"{name} is loaded", lambda: all(name in one.loaded() for one in system.webservers()), 90, every=0.05)


def by_push(serve: KubernetesServe, system: System, name: str) -> float:
    serve.repository.write(f"locations/{name}.yaml", real_fragment(location_of(name), system))
    serve.repository.commit(f"Add {name}")
    started = time.monotonic()
    serve.repository.git("push", "-q", "origin", "HEAD:main")
    wait_loaded(system, name)
    return time.monotonic() - started


def by_hand(system: System, name: str, how) -> tuple[float, str]:
    started = time.monotonic()
    taken = roll_out(system, location_of(name))
    taken.of.update(how(system, [name]).of)
    wait_loaded(system, name)
    return time.monotonic() - started, str(taken)


def clear(serve: KubernetesServe, ours: System, other: System, name: str) -> None:
    """Takes the location away again: the checks of many that are up would slow down those that come."""
    other.clear()
    if not (serve.repository.work / f"locations/{name}.yaml").exists():
        return
    serve.repository.remove(f"locations/{name}.yaml")
    serve.repository.push(f"Remove {name}\n\nDagitops-Allow-Removals: 1")
    wait_until(f"{name} is gone", lambda: name not in serve.releases(), 60, every=0.5)
    for system in (ours, other):
        system.cluster.kubectl("delete", "pods", "--selector", f"deployment={name}", "--grace-period=1", "--wait=false")
        wait_until("its pods are gone", lambda one=system: not one.cluster.get("pods", f"deployment={name}"), 60, every=0.5)


def test_push_to_loaded_costs_little_more_than_the_bare_steps(two, folder, repository, record_property):
    ours, other = two
    serve = KubernetesServe(folder, repository, folder, cluster=ours.cluster, chart=ours.charts / CODE)
    repository.write("dagitops.yaml", DAGITOPS_YAML)
    repository.push("Begin")
    serve.start()
    times: dict[str, list[float]] = {"push": [], "hand": [], "restart": []}
    names = [f"place-{number}" for number in range(1 + ROUNDS + RESTARTS)]
    try:
        for number, name in enumerate(names):
            pushed = by_push(serve, ours, name) if number <= ROUNDS else 0.0
            how = publish if number <= ROUNDS else publish_by_restart
            hand, steps = by_hand(other, name, how)
            clear(serve, ours, other, name)
            print(f"{name}: push {pushed:.2f} s; by hand {hand:.2f} s ({steps})")
            if number == 0:
                continue  # nothing is in the page cache yet
            if number <= ROUNDS:
                times["push"].append(pushed)
            times["hand" if number <= ROUNDS else "restart"].append(hand)
    finally:
        serve.stop()
    medians = {name: statistics.median(values) for name, values in times.items() if values}
    for name, value in medians.items():
        record_property(f"{name}_s", round(value, 2))
    record_property("ratio", round(medians["push"] / medians["hand"], 3))
    record_property("rounds", ROUNDS)
    print(medians)
    assert medians["push"] <= LIMIT * medians["hand"]
    if RESTARTS:
        record_property("times_faster", round(medians["restart"] / medians["push"], 2))
        assert medians["restart"] >= TIMES_FASTER * medians["push"]
