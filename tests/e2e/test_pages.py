"""Probes and metrics of a daemon, with the stand-in for Dagster."""

import os
import socket
from pathlib import Path

import pytest
from harness.pages import Pages, documented
from harness.program import free_port
from harness.waiting import wait_until

pytestmark = [pytest.mark.standin, pytest.mark.timeout(120)]

ONLY_IN_A_CLUSTER = {"dagitops_kube_requests_total", "dagitops_helm_total", "dagitops_helm_duration_seconds", "dagitops_lease_held"}


@pytest.fixture
def pages(quick) -> Pages:
    port = free_port()
    quick.settings = {"server": {"listen": f"127.0.0.1:{port}"}}
    return Pages(f"http://127.0.0.1:{port}")


def test_probes_tell_that_it_is_up_and_ready(quick, pages):
    quick.repository.start("sales")
    quick.start()
    wait_until("it is ready", lambda: pages.get("/readyz") == (200, "ok\n"))
    assert pages.get("/healthz") == (200, "ok\n")
    assert pages.get("/")[0] == 404


def test_metrics_are_those_of_the_document(quick, pages):
    quick.repository.start("sales")
    quick.start()
    quick.wait_location("sales", "loaded")
    quick.repository.location("orders")
    quick.repository.push("Add orders")
    quick.wait_location("orders", "loaded")
    assert pages.get("/healthz")[0] == 200  # so that a request was counted
    assert pages.families() == {name: kind for name, kind in documented().items() if name not in ONLY_IN_A_CLUSTER}
    metrics = pages.metrics()
    for name in ("sales", "orders"):
        assert metrics[f'dagitops_location_info{{environment="production",location="{name}",phase="loaded"}}'] == 1
    assert metrics["dagitops_found_only_by_poll_total"] == 1, "the second head; the first one was no news"
    assert metrics['dagitops_reconcile_total{environment="production",result="success"}'] > 1
    assert metrics['dagitops_fetch_total{result="success"}'] >= 2
    assert metrics["process_resident_memory_bytes"] > 1e6
    assert metrics['dagitops_build_info{version="%s"}' % quick.run("--version").stdout.split()[1]] == 1


def test_a_fetch_that_fails_is_counted_and_ends_nothing(quick, pages):
    quick.repository.start("sales")
    quick.start()
    quick.wait_location("sales", "loaded")
    quick.repository.url.rename(quick.repository.url.with_suffix(".away"))
    wait_until("it is counted", lambda: pages.metrics().get('dagitops_fetch_total{result="error"}', 0) > 0)
    assert pages.get("/readyz") == (200, "ok\n"), "what runs is looked after"


def test_a_port_that_is_taken_is_told_at_the_start(quick):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        quick.settings = {"server": {"listen": address}}
        quick.repository.start("sales")
        assert quick.start().wait_end() == 1
        assert "listen-failed" in quick.log.read_text() or "server.listen" in quick.log.read_text()
        assert address in quick.log.read_text()


def test_no_port_is_open_unless_it_is_asked_for(quick):
    quick.repository.start("sales")
    quick.start()
    quick.wait_location("sales", "loaded")
    process = Path("/proc") / str(quick.process.pid)
    listening = {f"socket:[{line.split()[9]}]" for table in ("tcp", "tcp6")
                 for line in (process / "net" / table).read_text().splitlines() if line.split()[3] == "0A"}
    assert not listening & {os.readlink(one) for one in (process / "fd").iterdir()}
