"""dagitops in the cluster, as deploy/dagitops installs it: with exactly the rights of its Role, without root, on a file
system that it cannot write."""

import json
from dataclasses import replace

import pytest
import yaml
from harness.audit import refused, right_of
from harness.by_hand import Location
from harness.document import Shell, blocks_of
from harness.images import NEW, SECOND
from harness.installed import TOKEN, Installed, git_host, own_image
from harness.kubernetes import real_fragment
from harness.pages import documented
from harness.repository import ROOT
from harness.system import System
from harness.waiting import wait_until

pytestmark = [pytest.mark.node, pytest.mark.timeout(900)]

DAGITOPS_YAML = """\
schemaVersion: 1
defaultEnvironment: production
environments: {production: {}}
"""
SHARED = "environments/production/user-deployments.yaml"


@pytest.fixture
def installed(node, charts, folder, repository, request):
    """Installed beside a Dagster of its own, which runs already."""
    image = own_image()
    with node.fresh_namespace() as own, git_host(folder) as host:
        system = System(own, NEW, charts(NEW.chart))
        system.install()
        made = Installed(own, system.charts, image, f"{host}/{repository.url.name}", folder)
        yield system, made
        if getattr(request.node, "failed", False):
            print("--- its status\n" + json.dumps(made.status(), indent=1) + "\n--- its log\n" + made.log())


def write(repository, system, name: str, module: str, **more: object) -> None:
    repository.write(f"locations/{name}.yaml", real_fragment(Location(name, module, **more), system))


def listed(system, *names: str) -> None:
    system.wait_webservers(f"{names} are loaded", lambda one: set(one.loaded()) == set(names), 120)


def test_it_keeps_the_locations_with_the_rights_of_its_role_and_no_more(installed, repository):
    system, installed = installed
    cluster = installed.cluster
    repository.write("dagitops.yaml", DAGITOPS_YAML)
    write(repository, system, "sales", "acme.sales")
    repository.push("Begin")
    installed.install()
    pod = installed.wait_pod()
    listed(system, "sales")
    installed.wait_location("sales", "loaded")

    # Add, change, break, remove; one whose code has to be checked in a pod of its own.
    write(repository, system, "prices", "acme.sales")
    write(repository, system, "forecast", "acme.forecast", code_server=True, env={"ACME_GREETING": "one"})
    repository.push("Add two")
    installed.wait_location("prices", "loaded", seconds=120)
    installed.wait_location("forecast", "loaded", seconds=240)
    listed(system, "sales", "prices", "forecast")
    write(repository, system, "prices", "acme.sales", tag=SECOND)
    write(repository, system, "sales", "acme.not_there")
    repository.push("Change one, break the other")
    installed.wait_location("sales", "held", seconds=120)
    installed.wait_location("prices", "loaded", seconds=120)

    # What belongs to all locations changes too; helm puts right what somebody else changed of it.
    of_base = "app.kubernetes.io/instance=dagitops-base"
    (role,) = cluster.get("roles", of_base)
    given_on = installed.granted(role["metadata"]["name"])
    for kind in ("role", "rolebinding"):
        cluster.kubectl("label", kind, "--selector", of_base, "--overwrite", "app.kubernetes.io/version=another")
    write(repository, system, "sales", "acme.sales")
    repository.remove("locations/prices.yaml")
    repository.write(SHARED, "serviceAccount: {annotations: {a: b}}\n")
    repository.push("Mend one, remove the other, change their account")
    listed(system, "sales", "forecast")
    wait_until("the removed one is gone", lambda: not cluster.get("deployments", "deployment=prices"), 120, every=0.5)
    wait_until("the Role is as it was", lambda: [one["metadata"]["labels"] for one in cluster.get("roles", of_base)] == [
        role["metadata"]["labels"]], 120, every=0.5)
    repository.write(SHARED, "rbacEnabled: false\nserviceAccount: {create: false}\n")
    repository.push("No account of their own")
    wait_until("the Role is gone", lambda: not cluster.get("roles", of_base), 120, every=0.5)
    installed.wait_location("sales", "loaded", seconds=180)
    installed.wait_location("forecast", "loaded", seconds=180)

    # A new pod with an empty state finds everything as it is.
    servers = {one["metadata"]["name"]: one["metadata"]["uid"] for name in ("sales", "forecast") for one in cluster.pods(name)}
    cluster.kubectl("delete", "pod", pod["metadata"]["name"])
    wait_until("there is another pod", lambda: [one["metadata"]["uid"] for one in installed.pods()] != [pod["metadata"]["uid"]], 60)
    installed.wait_pod()
    installed.wait_location("sales", "loaded")
    listed(system, "sales", "forecast")
    assert servers == {one["metadata"]["name"]: one["metadata"]["uid"] for name in ("sales", "forecast") for one in cluster.pods(name)}

    calls = [call for call in installed.asked() if "objectRef" in call]
    assert not refused(calls)
    assert {call["objectRef"].get("namespace") for call in calls} == {cluster.namespace}
    used = {right_of(call) for call in calls}
    unused = installed.granted("dagitops-production") - used - given_on
    assert not unused, f"rights that nothing needs: {sorted(unused)}"
    metrics = installed.pages().metrics()
    assert metrics['dagitops_lease_held{environment="production"}'] == 1
    assert installed.pages().families().items() <= documented().items()


def test_the_install_of_the_document(node, charts, folder, repository):
    """deploy/README.md, block by block, in namespaces of other names; that of dagitops enforces the Pod Security Standard
    `restricted`."""
    repository.write("dagitops.yaml", DAGITOPS_YAML)
    repository.push("Begin")
    shell = Shell(folder, node)
    (folder / "deploy").symlink_to(ROOT / "deploy")
    (folder / "token").write_text(TOKEN)
    with node.fresh_namespace() as target, git_host(folder) as host:
        home = replace(target, namespace=f"{target.namespace}-ops")
        made = Installed(home, charts(NEW.chart), own_image(), f"{host}/{repository.url.name}", folder)
        secret, install = (block.replace("namespace dagitops", f"namespace {home.namespace}")
                           for block in blocks_of("deploy/README.md", "install"))
        (values,) = blocks_of("deploy/README.md", "install", "yaml")
        try:
            shell.run(secret)
            home.kubectl("label", "namespace", home.namespace, "pod-security.kubernetes.io/enforce=restricted")
            (folder / "values.yaml").write_text(json.dumps(made.here(yaml.safe_load(values), target.namespace)))
            assert "Ready" in shell.run(install, seconds=150)
            assert home.kubectl("exec", "deployment/dagitops", "--", "id", "-u").strip() == "10001"
            assert made.allowed("get", "secrets", target.namespace)
            assert not [(verb, what, where) for where in (home.namespace, "default") for verb, what in
                        (("get", "secrets"), ("create", "pods"), ("get", "configmaps")) if made.allowed(verb, what, where)]
        finally:
            node.kubectl("delete", "namespace", home.namespace, "--wait=false", "--ignore-not-found")
