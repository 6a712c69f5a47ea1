"""The chart that installs dagitops, as real helm renders it. What it does in a cluster: test_install.py."""

import subprocess

import pytest
import yaml
from harness.installed import CHART
from harness.program import BINARY

pytestmark = pytest.mark.charts


def settings(*environments: str, **kubernetes: object) -> dict:
    return {"source": {"url": "https://git.example.com/acme/workspace.git"},
            "environments": {name: {"target": "kubernetes", "kubernetes": {
                "namespace": f"dagster-{name}".replace("_", "-").lower(), "chart": {"path": "/charts/code"}, **kubernetes}}
                for name in environments}}


@pytest.fixture
def render(helm):
    def run(**values: object) -> dict[tuple[str, str], dict]:
        """The objects by kind and name."""
        text = helm.template("dagitops", CHART, "ops", values=[{"settings": settings("production"), **values}])
        return {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(text) if one}

    return run


def refused(helm, **values: object) -> str:
    done = helm.run("template", "dagitops", CHART, *helm.values_flags([values]))
    assert done.returncode != 0
    return done.stderr


def pod_of(objects: dict) -> dict:
    return objects["Deployment", "dagitops"]["spec"]["template"]["spec"]


def settings_of(objects: dict) -> dict:
    return yaml.safe_load(objects["ConfigMap", "dagitops-settings"]["data"]["settings.yaml"])


def rights(role: dict) -> set[tuple[str, str]]:
    return {(resource, verb) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]}


def test_one_pod_without_root_on_a_read_only_file_system(render):
    objects = render()
    deployment = objects["Deployment", "dagitops"]["spec"]
    assert deployment["replicas"] == 1 and deployment["strategy"] == {"type": "Recreate"}
    pod = pod_of(objects)
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = pod["containers"]
    assert container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                                            "capabilities": {"drop": ["ALL"]}}
    assert {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe")} == {"/healthz"}
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    writable = {one["mountPath"] for one in container["volumeMounts"] if not one.get("readOnly")}
    assert writable == {"/var/lib/dagitops", "/tmp"}


def test_the_image_is_that_of_this_version_unless_another_is_named(render):
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout.split()[1]
    image = [pod_of(render(image=one))["containers"][0]["image"] for one in ({}, {"repository": "x", "tag": "y"})]
    assert image == [f"registry.example.com/dagitops:{version}", "x:y"]


def test_the_settings_are_those_given_and_what_the_chart_knows(render):
    given = settings("production")
    read = settings_of(render(settings={**given, "stateDir": "/elsewhere", "log": {"format": "json"}}))
    assert read == {**given, "stateDir": "/var/lib/dagitops", "server": {"listen": ":8585"}, "log": {"format": "json"}}


def test_other_settings_are_another_pod(render):
    annotations = [render(settings=one)["Deployment", "dagitops"]["spec"]["template"]["metadata"]["annotations"]
                   for one in (settings("production"), settings("production"), settings("staging"))]
    assert annotations[0] == annotations[1] != annotations[2]


def test_each_environment_has_a_role_in_its_namespace(render):
    objects = render(settings=settings("production", "Pre_View"))
    for name, namespace in (("production", "dagster-production"), ("Pre_View", "dagster-pre-view")):
        assert objects["Role", f"dagitops-{name}"]["metadata"]["namespace"] == namespace
        binding = objects["RoleBinding", f"dagitops-{name}"]
        assert binding["metadata"]["namespace"] == namespace
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "dagitops", "namespace": "ops"}]
    assert not [kind for kind, _ in objects if kind.startswith("Cluster")]
    leases = [rule for rule in objects["Role", "dagitops-Pre_View"]["rules"] if rule["resources"] == ["leases"]]
    assert [rule.get("resourceNames") for rule in leases] == [None, ["dagitops-pre-view"]]


def test_rights_can_be_left_out_and_added(render):
    standard = rights(render()["Role", "dagitops-production"])
    without = rights(render(rights={"grantRuns": False})["Role", "dagitops-production"])
    system = rights(render(rights={"system": True})["Role", "dagitops-production"])
    extra = {"apiGroups": ["example.com"], "resources": ["things"], "verbs": ["get"]}
    more = rights(render(rights={"extra": [extra]})["Role", "dagitops-production"])
    assert {resource for resource, _ in standard - without} == {"jobs", "jobs/status", "pods", "pods/log", "pods/status", "events"}
    assert ("statefulsets", "create") in system - standard
    assert more - standard == {("things", "get")}
    assert not [kind for kind, _ in render(rights={"create": False}) if kind.startswith("Role")]
    assert not {one for one in rights(render(settings=settings("production", lease="none"))["Role", "dagitops-production"])
                if one[0] == "leases"}
    assert "*" not in {word for right in system for word in right}


def test_secret_and_state_come_from_where_it_is_said(render):
    pod = pod_of(render(gitSecret="workspace-git", state={"existingClaim": "state"}))
    volumes = {one["name"]: one for one in pod["volumes"]}
    assert volumes["git"]["secret"] == {"secretName": "workspace-git", "defaultMode": 0o440}
    assert volumes["state"]["persistentVolumeClaim"] == {"claimName": "state"}
    assert {"name": "git", "mountPath": "/run/secrets/git", "readOnly": True} in pod["containers"][0]["volumeMounts"]


def test_what_cannot_be_is_refused(helm):
    local = settings("production")
    local["environments"]["production"]["target"] = "local_process"
    assert "settings.environments.production.target must be kubernetes" in refused(helm, settings=local)
    homeless = settings("production", namespace="")
    assert "settings.environments.production.kubernetes.namespace is not set" in refused(helm, settings=homeless)
