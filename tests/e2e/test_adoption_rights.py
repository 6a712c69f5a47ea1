"""An install of two charts is taken over with the rights that deploy/ gives, and no others: on a real API server with real
helm, and simulated pods. For one that brings Dagster itself see test_adoption_system.py."""

import json

import pytest
from harness.adoption import MAP, OLD, always_published, always_served, deployments, install_by_pipeline, uids
from harness.audit import refused, right_of
from harness.helm import CODE
from harness.installed import with_rights_of_the_role
from harness.kubernetes import READINESS, write
from harness.waiting import wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

NAMES = ("sales", "forecast")
# Helm asks whether the namespace of an object is there that it finds gone, and does without the answer: so where it takes out
# of the old release what was removed from here (cli-runtime v0.34, pkg/resource/visitor.go).
IN_VAIN = {("", "namespaces", "get")}


def test_the_rights_that_deploy_gives_are_enough(simulated):
    """Also to take away what does not come up, and to say why it did not."""
    cluster = simulated.cluster
    simulated.settings = {"kubernetes": {"adopt": [OLD], "workspaceConfigMap": MAP}}
    calls = with_rights_of_the_role(simulated)
    install_by_pipeline(cluster, simulated.chart, *NAMES)
    services = uids(cluster, "service", *NAMES)
    simulated.repository.write("dagitops.yaml", READINESS)
    write(simulated, "forecast")
    write(simulated, "sales", extra="annotations: {tests.dagitops.dev/fate: crash}\n")
    simulated.repository.push("Begin with one that crashes")
    with always_served(cluster, *NAMES), always_published(cluster, *NAMES):
        simulated.start()
        simulated.wait_location("forecast", "loaded", seconds=90)
        simulated.wait_location("sales", "failed", seconds=90)
        write(simulated, "sales")
        simulated.repository.push("Mend it")
        simulated.wait_location("sales", "loaded", seconds=90)
        wait_until("the old servers are gone", lambda: deployments(cluster) == {f"{name}-{CODE}-{name}" for name in NAMES}, 60)
        wait_until("the old release is empty", lambda: not json.loads(
            cluster.in_namespace("get", "values", OLD, "--output", "json"))["deployments"], 60)
    simulated.stop()
    assert uids(cluster, "service", *NAMES) == services, "no Service was deleted"
    assert set(simulated.releases()) == {OLD, "dagitops-base", *NAMES}

    made = calls()
    assert refused(made) <= IN_VAIN
    used = set(map(right_of, made))
    assert {("", "services", "list"), ("", "services", "watch")} <= used, "whose Service each server's is"
    assert {("", "pods/log", "get"), ("apps", "deployments", "delete")} <= used
