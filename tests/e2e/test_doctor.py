"""`dagitops doctor` on broken installs: what it finds, and that the very lines it tells mend it."""

import json

import pytest
import yaml
from harness.doctor import account_kubeconfig, examine, merged, without_comment
from harness.helm import CODE, NEWEST, SYSTEM
from harness.installed import role_rules
from harness.kubernetes import REGISTRY, fragment
from harness.waiting import wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

DAGITOPS_YAML = f"""\
schemaVersion: 1
defaultEnvironment: production
environments: {{production: {{}}}}
policy: {{registries: [{REGISTRY}]}}
"""
OUTSIDE = {"dagsterWebserver": {"workspace": {"enabled": True, "servers": [], "externalConfigmap": "dagitops-workspace"}},
           CODE: {"enabled": True, "enableSubchart": False}}


@pytest.fixture
def install(simulated):
    """The settings of a whole install, whose repository has one location; nothing of Dagster is there yet."""
    simulated.repository.write("dagitops.yaml", DAGITOPS_YAML)
    simulated.repository.write("locations/sales.yaml", fragment("sales"))
    simulated.repository.push("Begin")
    return simulated


def rights_in(rules: list[dict]) -> set[tuple[str, str, str, str]]:
    return {(group, resource, verb, name) for rule in rules for group in rule["apiGroups"] for resource in rule["resources"]
            for verb in rule["verbs"] for name in rule.get("resourceNames", [""])}


@pytest.mark.parametrize(("system", "adopt"), [(False, []), (True, []), (False, ["dagster"])],
                         ids=["code", "system", "adopt"])
def test_it_asks_for_exactly_what_the_chart_of_dagitops_grants(install, helm, charts, system, adopt):
    given = {"lease": "a-lease", "adopt": adopt}
    install.settings["kubernetes"] = {**given, "system": {"chart": {"path": str(charts(NEWEST) / SYSTEM)}} if system else {}}
    asked = {(one["group"], one["resource"], one["verb"], one["name"] or "") for one in examine(install).rights}
    assert asked == rights_in(role_rules(helm, system=system, **given))


def test_a_role_without_some_verbs_is_mended_by_the_lines_it_tells(install, helm, folder):
    lacking = {("apps", "deployments", "patch", ""), ("", "secrets", "watch", ""), ("", "pods", "list", ""), ("batch", "jobs", "create", "")}
    rules = [{"apiGroups": [group], "resources": [resource], "verbs": [verb]}
             for group, resource, verb, _ in sorted(rights_in(role_rules(helm)) - lacking)]
    cluster = install.cluster
    install.settings["kubernetes"] = {"kubeconfig": str(account_kubeconfig(cluster, folder, rules))}
    found = examine(install)
    assert found.exit_code == 1
    assert found.codes() == ["right-missing"] * 3 and found.codes("warning") == ["right-to-give-missing"]
    assert {(one["group"], one["resource"], one["verb"], "") for one in found.rights if not one["allowed"]} == lacking
    assert "rollouts" not in found.one("right-missing", "deployments.apps")["expected"]
    assert "helm" in found.one("right-missing", "deployments.apps")["expected"]
    assert {"webserver", "daemon"} <= set(found.codes("not-looked-at")), "pods cannot be listed"

    told = [line for level in ("error", "warning") for check in found.checks(level) for line in check["fix"]]
    account_kubeconfig(cluster, folder, rules + [yaml.safe_load(line)[0] for line in told])
    mended = examine(install)
    assert not {"right-missing", "right-to-give-missing"} & {*mended.codes(), *mended.codes("warning")}
    assert all(one["allowed"] for one in mended.rights)
    assert f"system:serviceaccount:{cluster.namespace}:least" in mended.text


def test_who_is_not_known_is_told_and_all_else_is_left_out(install, folder):
    config = yaml.safe_load(install.cluster.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": "not-a-token-of-anybody"}
    (folder / "stale").write_text(yaml.safe_dump(config))
    install.settings["kubernetes"] = {"kubeconfig": str(folder / "stale")}
    found = examine(install)
    assert found.exit_code == 1 and found.codes() == ["kube-unauthorized"]
    assert {"namespace", "rights", "pods", "webserver", "daemon", "dagster-version"} == set(found.codes("not-looked-at"))
    assert "not-a-token" not in found.text


def test_an_api_server_that_nobody_reaches_leaves_the_rest_to_be_looked_at(install, folder):
    config = yaml.safe_load(install.cluster.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:1"
    (folder / "nowhere").write_text(yaml.safe_dump(config))
    install.settings["kubernetes"] = {"kubeconfig": str(folder / "nowhere"), "chart": {"path": str(folder / "no-chart")}}
    found = examine(install)
    assert found.codes() == ["chart-unreadable", "kube-unreachable"]
    assert "source" in found.codes("ok") and "helm" in found.codes("ok")


def test_a_namespace_that_is_not_there_is_made_by_the_line_it_tells(install):
    install.settings["kubernetes"] = {"namespace": f"{install.cluster.namespace}-more"}
    found = examine(install)
    assert found.codes() == ["namespace-missing"]
    (line,) = found.one("namespace-missing")["fix"]
    assert line == f"kubectl create namespace {install.cluster.namespace}-more"
    install.cluster.kubectl(*line.split()[1:])
    try:
        assert "namespace-missing" not in examine(install).codes()
    finally:
        install.cluster.kubectl("delete", "namespace", line.split()[-1], "--wait=false")


def test_an_umbrella_install_is_mended_by_the_values_it_tells(install, charts):
    cluster = install.cluster
    values: dict = {CODE: {"enabled": True, "deployments": [
        {"name": "old", "image": {"repository": f"{REGISTRY}/old", "tag": "1.0.0", "pullPolicy": "IfNotPresent"},
         "dagsterApiGrpcArgs": ["-m", "old"], "port": 3030}]}}

    def upgrade() -> None:
        cluster.in_namespace("upgrade", "--install", "dagster", charts(NEWEST) / SYSTEM, *cluster.helm.values_flags([values]))

    def kinds() -> set[str]:
        return {check["where"].split()[0] for check in examine(install).checks("error") if check["code"] == "workspace-of-chart"}

    upgrade()
    wait_until("both are told to read the chart's own file", lambda: kinds() == {"webserver", "daemon"}, 60)
    found = examine(install)
    umbrella = found.one("umbrella-code-servers")
    assert "-old" in umbrella["found"]
    values_lines = [line for line in umbrella["fix"] if "values of the chart" in line]
    assert values_lines == [line for line in found.one("workspace-of-chart", "daemon")["fix"] if "values of the chart" in line]
    for line in values_lines:
        values = merged(values, line)
    upgrade()
    wait_until("both read ours", lambda: {"webserver", "daemon"} <= set(examine(install).codes("ok")), 60)
    mended = examine(install)
    assert "umbrella-code-servers" not in mended.codes("warning") and not [code for code in mended.codes() if code.startswith("workspace")]


def test_mounts_and_replicas_that_never_show_a_new_location(install, charts):
    cluster = install.cluster
    values = {**OUTSIDE, "dagsterWebserver": {**OUTSIDE["dagsterWebserver"], "enableReadOnly": True}}
    cluster.in_namespace("upgrade", "--install", "dagster", charts(NEWEST) / SYSTEM, *cluster.helm.values_flags([values]))
    assert {"daemon", "webserver"} <= set(wait_until("pods are there", lambda: examine(install).codes("ok"), 60))
    found = examine(install)
    assert "read-only" in found.one("webserver-read-only")["where"]
    assert found.one("webserver-read-only")["level"] == "warning"

    (daemon,) = [one["metadata"]["name"] for one in cluster.get("deployments", "component=dagster-daemon")]
    mounts = {"volumeMounts": [{"name": "dagster-workspace-yaml", "mountPath": "/dagster-workspace/"},
                               {"name": "dagster-workspace-yaml", "mountPath": "/dagster-workspace/workspace.yaml", "subPath": "workspace.yaml"}]}
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "dagster", **mounts}]}}}}
    cluster.kubectl("patch", "deployment", daemon, "--type", "strategic", "--patch", json.dumps(patch))
    wait_until("the mount is found", lambda: "workspace-subpath" in examine(install).codes(), 60)
    assert "daemon pod" in examine(install).one("workspace-subpath")["where"]


def test_no_dagster_is_an_error_unless_the_repository_brings_it(install, charts):
    found = examine(install)
    assert found.codes() == ["webserver-missing"] and found.codes("warning") == ["daemon-missing"]
    assert "dagster-version" in found.codes("not-looked-at")
    install.repository.write("environments/production/system.yaml", yaml.safe_dump(OUTSIDE))
    install.repository.push("Dagster itself")
    install.settings["kubernetes"] = {"system": {"chart": {"path": str(charts(NEWEST) / SYSTEM)}}}
    found = examine(install)
    assert found.exit_code == 0 and found.codes() == []
    assert "serve will install it" in found.one("webserver-missing")["found"]


def test_an_old_helm_and_a_chart_of_another_version(install, folder, charts):
    old = folder / "old-helm"
    old.write_text("#!/bin/sh\ncase $1 in version) echo v3.12.3 ;; *) exec \"$REAL_HELM\" \"$@\" ;; esac\n")
    old.chmod(0o755)
    install.settings["kubernetes"] = {"helm": str(old), "chart": {"path": str(charts("1.10.5") / CODE)}}
    install.write_settings()
    done = install.run("doctor", "--output", "json", REAL_HELM=str(install.cluster.helm.binary))
    checks = {check["code"]: check for section in json.loads(done.stdout)["sections"] for check in section["checks"]}
    assert checks["helm-too-old"]["found"] == "v3.12.3" and "3.17" in checks["helm-too-old"]["expected"]
    fix = checks["chart-judged-by-another"]["fix"][0]
    assert yaml.safe_load(without_comment(fix)) == {"environments": {"production": {"chartVersion": "1.10"}}}
    install.settings["kubernetes"] = {"helm": str(folder / "no-helm")}
    found = examine(install)
    assert "helm-missing" in found.codes() and "chart" in found.codes("not-looked-at")


def test_a_namespace_whose_policy_refuses_the_pods_is_told_with_what_to_add(install):
    cluster = install.cluster
    cluster.kubectl("label", "namespace", cluster.namespace, "pod-security.kubernetes.io/enforce=restricted")
    found = examine(install)
    refused = found.one("pods-refused")
    assert "violates PodSecurity" in refused["found"] and "sales" in refused["found"]
    install.repository.write("environments/production/defaults.yaml", "\n".join(refused["fix"]) + "\n")
    install.repository.push("What it asks for")
    assert "pods-refused" not in examine(install).codes()

    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "small"}, "spec": {"hard": {"limits.cpu": "4", "limits.memory": "4Gi",
             "requests.cpu": "4", "requests.memory": "4Gi"}}}
    cluster.kubectl("apply", "--filename", "-", stdin=json.dumps(quota))
    wait_until("it counts", lambda: "pods-refused" in examine(install).codes(), 30)
    needed = examine(install).one("pods-refused")
    assert "must specify" in needed["found"]
    install.repository.write("environments/production/defaults.yaml", "\n".join(refused["fix"] + needed["fix"]) + "\n")
    install.repository.push("Resources")
    assert "pods-refused" not in examine(install).codes()


def test_a_policy_that_lets_any_image_run_is_told_with_the_line_for_those_in_use(install):
    install.repository.write("dagitops.yaml", DAGITOPS_YAML.replace("policy:", "# policy:"))
    install.repository.push("No policy")
    (line,) = examine(install).one("policy-no-registries")["fix"]
    assert yaml.safe_load(without_comment(line)) == {"policy": {"registries": [REGISTRY]}}


def test_it_changes_nothing(install, charts):
    """What is in the namespace, and on this machine."""
    cluster = install.cluster
    wait_until("the namespace is settled", lambda: cluster.kubectl("get", "serviceaccount,configmap", "--output", "name").count("\n") == 2)

    def everything() -> tuple[str, list[str]]:
        kinds = "all,configmaps,secrets,serviceaccounts,roles,rolebindings,leases"
        objects = json.loads(cluster.kubectl("get", kinds, "--output", "json"))["items"]
        files = sorted(str(file) for file in install.folder.rglob("*") if install.repository.url not in file.parents)
        return sorted((one["kind"], one["metadata"]["name"], one["metadata"]["resourceVersion"]) for one in objects), files

    install.write_settings()
    before = everything()
    examine(install, write=False)
    assert everything() == before
