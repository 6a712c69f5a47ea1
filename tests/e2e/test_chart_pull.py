"""Charts that come from a Helm repository or an OCI registry: pulled once, kept, and what is told where they cannot be
had. On the simulated node."""

import pytest
from harness.chart_hosts import Host, archive_of, chart_host
from harness.helm import CODE, NEWEST, SYSTEM
from harness.kubernetes import READINESS, REGISTRY, KubernetesServe, fragment
from harness.waiting import wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(180)]

DAGSTER = """\
dagsterWebserver:
  workspace: {enabled: true, servers: [], externalConfigmap: dagitops-workspace}
dagster-user-deployments: {enabled: true, enableSubchart: false}
"""


@pytest.fixture
def host(request, folder, helm, kwok) -> Host:
    """Of the kind that the test names by indirect parameter, else by HTTP."""
    with chart_host(getattr(request, "param", "http"), folder / "charts", helm, kwok.programs) as made:
        yield made


def both(test):
    return pytest.mark.parametrize("host", ["http", "oci"], indirect=True)(test)


def begin(serve: KubernetesServe, host: Host, version: str = NEWEST) -> None:
    serve.settings = {"kubernetes": {"chart": host.settings(CODE, version)}}
    serve.dagster = {"webserver": {"selector": "component=none"}}  # simulated ones have nobody to answer
    serve.repository.write("dagitops.yaml", READINESS)
    serve.repository.write("locations/sales.yaml", fragment("sales"))


def runs(serve: KubernetesServe, name: str) -> None:
    serve.cluster.wait_ready(name, f"{REGISTRY}/{name}:1.0.0")
    serve.wait_location(name, "loaded")


def told(serve: KubernetesServe) -> str:
    """What `dagitops status` says of the chart."""

    def ask() -> str:
        return next((note for note in serve.status()["notes"] if note.startswith(f"chart {CODE} {NEWEST}: ")), "")

    return wait_until("it is told", ask).removeprefix(f"chart {CODE} {NEWEST}: ")


@both
def test_a_chart_is_pulled_once_and_kept(simulated, host, charts):
    host.start()
    host.publish(charts(NEWEST) / CODE, charts(NEWEST) / SYSTEM)
    begin(simulated, host)
    simulated.settings["kubernetes"]["system"] = {"chart": host.settings(SYSTEM, NEWEST)}
    simulated.repository.write("environments/production/system.yaml", DAGSTER)
    simulated.repository.push("Begin")
    simulated.start()
    runs(simulated, "sales")
    wait_until("Dagster itself is there", lambda: simulated.releases()["dagster"]["status"] == "deployed")
    charts_of = {name: one["chart"] for name, one in simulated.releases().items()}
    assert charts_of == {"dagitops-base": f"{CODE}-{NEWEST}", "dagster": f"{SYSTEM}-{NEWEST}", "sales": f"{CODE}-{NEWEST}"}

    host.stop()
    asked = len(host.asked)
    simulated.repository.write("locations/orders.yaml", fragment("orders"))
    simulated.repository.push("Add orders")
    runs(simulated, "orders")
    assert simulated.stop() == 0
    simulated.repository.write("locations/forecast.yaml", fragment("forecast"))
    simulated.repository.push("Add forecast")
    simulated.start()
    runs(simulated, "forecast")
    assert len(host.asked) == asked


def first_start(serve: KubernetesServe, host: Host) -> str:
    begin(serve, host)
    serve.repository.push("Begin")
    serve.start()
    return told(serve)


@both
def test_a_version_that_is_not_there_is_told_and_comes(simulated, host, charts):
    host.start()
    host.publish(charts("1.10.5") / CODE)
    said = first_start(simulated, host)
    assert f'chart "{CODE}" version "{NEWEST}" not found in {host.url}' in said or f"{CODE}:{NEWEST}: not found" in said
    assert "and the chart in the settings; it is tried again" in said
    host.publish(charts(NEWEST) / CODE)
    runs(simulated, "sales")


@both
def test_a_host_that_is_not_up_is_told_and_comes(simulated, host, charts):
    assert "connection refused" in first_start(simulated, host)
    host.start()
    host.publish(charts(NEWEST) / CODE)
    runs(simulated, "sales")


def test_a_host_that_is_no_repository_is_told(simulated, host):
    host.start()
    said = first_start(simulated, host)
    assert f'"{host.url}" is not a valid chart repository' in said and "404" in said
    assert f"check what {host.url} has" in said


def test_an_archive_that_is_not_there_is_told_and_comes(simulated, host, charts):
    host.start()
    host.publish(charts(NEWEST) / CODE)
    archive = archive_of(host, CODE, NEWEST)
    whole = archive.read_bytes()
    archive.unlink()
    assert f"{archive.name} : 404" in first_start(simulated, host)
    archive.write_bytes(whole)
    runs(simulated, "sales")


@pytest.mark.parametrize(("sent", "words"), [
    (b"", "does not appear to be a gzipped archive"),
    (b"<html>Please log in</html>", "got 'text/html"),
    (None, "unexpected EOF"),
], ids=["nothing", "a page", "a half"])
def test_what_is_no_archive_is_told_and_never_kept(sent, words, simulated, host, charts):
    host.start()
    host.publish(charts(NEWEST) / CODE)
    archive = archive_of(host, CODE, NEWEST)
    whole = archive.read_bytes()
    archive.write_bytes(whole[:1000] if sent is None else sent)
    assert words in first_start(simulated, host)
    archive.write_bytes(whole)
    runs(simulated, "sales")
