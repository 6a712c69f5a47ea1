"""`dagitops doctor` with real Dagster: a good install, and what only Dagster itself can say."""

import json

import pytest
from harness.by_hand import Location
from harness.doctor import examine
from harness.helm import CODE, SYSTEM
from harness.images import NEW, OLD
from harness.kubernetes import KubernetesServe, real_fragment
from harness.system import System
from harness.waiting import wait_until

pytestmark = [pytest.mark.node, pytest.mark.timeout(600)]

DAGITOPS_YAML = """\
schemaVersion: 1
defaultEnvironment: production
environments: {production: {}}
policy: {registries: [registry.example.com/acme]}
"""


@pytest.fixture
def install(folder, repository, node_cluster, charts):
    """Dagster 1.10 by a chart of the same version, and one location of it that dagitops serves."""
    system = System(node_cluster, OLD, charts(OLD.chart))
    system.install(webservers=2)
    serve = KubernetesServe(folder, repository, folder, cluster=node_cluster, chart=system.charts / CODE)
    repository.write("dagitops.yaml", DAGITOPS_YAML)
    repository.write("locations/sales.yaml", real_fragment(Location("sales", "acme.sales"), system))
    repository.push("Begin")
    serve.write_settings()
    settings = json.loads(serve.config.read_text())
    settings["environments"]["production"]["chartVersion"] = "1.10"
    serve.environment = lambda: settings["environments"]["production"]
    serve.start()
    serve.wait_location("sales", "loaded", seconds=120)
    yield serve, system
    if serve.alive():
        serve.stop()


def test_a_good_install_has_no_finding_and_what_dagster_says_is_looked_at(install):
    serve, system = install
    found = examine(serve)
    assert (found.exit_code, found.codes(), found.codes("warning"), found.codes("not-looked-at")) == (0, [], [], []), found.report
    assert found.codes("ok").count("webserver-answers") == 2 and "K8sRunLauncher" in found.text
    assert f"GraphQL of Dagster {OLD.version}" in found.text

    # Code of a newer Dagster, and runs that live in code servers.
    newer = System(system.cluster, NEW, system.charts)
    serve.repository.write("locations/sales.yaml", real_fragment(Location("sales", "acme.sales"), newer))
    serve.repository.push("Another Dagster")
    values = {**system.values(2), "runLauncher": {"type": "CustomRunLauncher", "config": {"customRunLauncher": {
        "module": "dagster", "class": "DefaultRunLauncher", "config": {}}}}}
    system.cluster.in_namespace("upgrade", "dagster", system.charts / SYSTEM, *system.cluster.helm.values_flags([values]))
    wanted = ["dagster-version-skew", "run-launcher-in-server"]
    wait_until("both are told", lambda: examine(serve).codes("warning") == wanted, 180, every=2)
    found = examine(serve)
    assert found.exit_code == 0
    assert NEW.version in found.one("dagster-version-skew", "location sales")["found"]
    assert found.one("run-launcher-in-server")["fix"] == ["runLauncher: {type: K8sRunLauncher}  # values of the chart dagster"]
