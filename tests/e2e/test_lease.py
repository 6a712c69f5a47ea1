"""Two dagitops for one environment: one acts, the other waits for its lease. On the simulated node."""

import json
import signal
from dataclasses import replace

import pytest
from harness.document import Shell, blocks_of
from harness.kubernetes import READINESS, REGISTRY, KubernetesServe, fragment
from harness.pages import Pages
from harness.program import free_port
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

LEASE = "dagitops-production"


def with_lease(serve: KubernetesServe) -> Pages:
    port = free_port()
    serve.settings = {"kubernetes": {"lease": LEASE}, "server": {"listen": f"127.0.0.1:{port}"}}
    return Pages(f"http://127.0.0.1:{port}")


@pytest.fixture
def two(simulated):
    """pod-a and pod-b, with their pages; not started."""
    simulated.repository.write("dagitops.yaml", READINESS)
    simulated.repository.write("locations/sales.yaml", fragment("sales"))
    simulated.repository.push("Begin")
    folder = simulated.folder / "b"
    folder.mkdir()
    other = replace(simulated, folder=folder, process=None)
    pages = with_lease(simulated), with_lease(other)
    yield (simulated, pages[0]), (other, pages[1])
    for one in (simulated, other):
        if one.alive():
            one.process.send_signal(signal.SIGCONT)
    if other.alive():
        other.stop()


def holder(cluster) -> str:
    lease = json.loads(cluster.kubectl("get", "lease", LEASE, "--output", "json"))
    return lease["spec"].get("holderIdentity", "")


def acted(serve) -> bool:
    return "applying" in serve.log.read_text()


def start_both(two):
    (a, a_pages), (b, b_pages) = two
    a.start(POD_NAME="pod-a")
    a.wait_location("sales", "loaded")
    b.start(POD_NAME="pod-b")
    wait_until("b tells who has it", lambda: b_pages.get("/readyz") == (
        503, f"production: the lease {LEASE} is held by pod-a\n"))
    return a, a_pages, b, b_pages


def deploys(by, name: str) -> None:
    by.repository.write(f"locations/{name}.yaml", fragment(name))
    by.repository.push(f"Add {name}")
    by.cluster.wait_ready(name, f"{REGISTRY}/{name}:1.0.0")
    by.wait_location(name, "loaded")


def test_one_acts_and_the_other_follows_when_it_is_killed(two):
    a, a_pages, b, b_pages = start_both(two)
    assert b_pages.get("/healthz") == (200, "ok\n"), "waiting is no reason to be restarted"
    deploys(a, "orders")
    assert b_pages.metrics()['dagitops_lease_held{environment="production"}'] == 0
    assert a_pages.metrics()['dagitops_lease_held{environment="production"}'] == 1
    assert not acted(b)
    uids = {pod["metadata"]["uid"] for pod in a.cluster.get("pods")}

    a.kill()
    stays_so("not before its time is up", lambda: holder(a.cluster) == "pod-a" and not acted(b), seconds=8, every=1)
    wait_until("b has it", lambda: b_pages.get("/readyz")[0] == 200, 30)
    assert holder(a.cluster) == "pod-b"
    deploys(b, "prices")
    assert uids < {pod["metadata"]["uid"] for pod in a.cluster.get("pods")}, "nothing else was restarted"

    a.start(POD_NAME="pod-a")
    wait_until("a waits now", lambda: a_pages.get("/readyz")[0] == 503)
    assert "pod-b" in a_pages.get("/readyz")[1]


def test_a_holder_that_stood_still_for_too_long_does_not_go_on(two):
    a, a_pages, b, b_pages = start_both(two)
    a.process.send_signal(signal.SIGSTOP)
    wait_until("b has it", lambda: b_pages.get("/readyz")[0] == 200, 40)
    before = a.log.read_text()
    b.repository.write("locations/orders.yaml", fragment("orders"))
    b.repository.push("Add orders")
    a.process.send_signal(signal.SIGCONT)
    wait_until("a sees it", lambda: a_pages.get("/readyz") == (503, f"production: the lease {LEASE} is held by pod-b\n"))
    b.wait_location("orders", "loaded")
    later = a.log.read_text().removeprefix(before)
    assert "the lease is lost" in later and "applying" not in later


def test_it_can_be_taken_away_by_hand(two):
    (a, a_pages), _ = two
    a.start(POD_NAME="pod-a")
    a.wait_location("sales", "loaded")
    shell = Shell(a.folder, a.cluster)
    take, give = (block.replace("namespace dagster", f"namespace {a.cluster.namespace}")
                  for block in blocks_of("docs/kubernetes.md", "lease"))
    shell.run(take)
    wait_until("a tells who has it", lambda: a_pages.get("/readyz") == (
        503, f"production: the lease {LEASE} is held by somebody\n"), 10)
    assert not [series for series in a_pages.metrics() if series.startswith("dagitops_location_info")], "for its holder to tell"
    shell.run(give)
    wait_until("a goes on", lambda: a_pages.get("/readyz") == (200, "ok\n"), 10)


def test_it_is_given_away_at_the_end(two):
    a, a_pages, b, b_pages = start_both(two)
    a.stop()
    wait_until("b has it at once", lambda: holder(a.cluster) == "pod-b", 8)
    b.wait_location("sales", "loaded")
