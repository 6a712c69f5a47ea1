"""The charts of tests/charts, rendered by real helm: the same objects as Dagster's own charts give."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from harness.golden import matches_golden
from harness.helm import CHARTS, CODE, NEWEST, SYSTEM, Helm
from harness.manifests import comparable, differences, dump, read, renamed
from harness.program import dagitops
from harness.repository import ROOT
from harness.shared_data import shared

pytestmark = [pytest.mark.charts, pytest.mark.timeout(120)]

OWN = CHARTS / "golden"


@dataclass(frozen=True)
class Case:
    """One rendering: values, and what is known of it from case.json."""

    folder: Path
    version: str
    chart: str
    release: str
    namespace: str
    flags: tuple[str, ...]
    file: Path  # the objects; where helm refuses, no such file is there
    error: str

    @property
    def values(self) -> Path:
        return self.folder / "values.yaml"

    def objects(self) -> dict:
        return comparable(read(self.file.read_text()))


def cases(folder: Path | None) -> list[Case]:
    found = []
    for file in sorted(folder.glob("*/case.json")) if folder else []:
        one = json.loads(file.read_text())
        for version, rendered in one["rendered"].items():
            found.append(Case(file.parent, version, one["chart"], one["release"], one["namespace"], tuple(one["flags"]),
                              file.parent / rendered.get("file", "nothing"), rendered.get("error", "")))
    return found


NONE = pytest.param(None, id="none", marks=pytest.mark.skip("the published renderings are not at hand (DAGITOPS_SHARED_DATA)"))


def named(list_of_cases: list[Case]) -> list:
    """As parameters of a test."""
    return [pytest.param(one, id=f"{one.folder.name}-{one.version}") for one in list_of_cases] or [NONE]


PUBLISHED = cases(shared("chart/golden"))
RENDERED = [one for one in PUBLISHED if not one.error]


def template(helm: Helm, charts, case: Case, *values: Path | dict) -> dict:
    chart = charts(case.version) / case.chart
    return comparable(read(helm.template(case.release, chart, case.namespace, *case.flags, values=list(values))))


def refusal(error: str) -> tuple[str, ...]:
    """The template that refuses and why. Its line is not compared, nor what helm adds about itself."""
    found = re.search(r"execution error at \((\S+?):\d+:\d+\): (.*?)(?: Use --debug|$)", error, flags=re.MULTILINE)
    assert found, error
    return found.groups()


def defaults_of_the_copy(case: Case) -> dict:
    """The 1.10.5 system chart was rendered from a copy whose owner had changed defaults; tests/charts/README.md names
    them. What they were is only seen in its objects, so it is taken from there and says nothing about our chart."""
    changed: dict = {}
    for key, one in case.objects().items() if case.chart == SYSTEM else []:
        if key.startswith("Deployment/"):
            pod = one["spec"]["template"]["spec"]
            repository, _, tag = pod["containers"][0]["image"].rpartition(":")
            changed["dagsterWebserver"] = {"image": {"repository": repository, "tag": tag}, "nodeSelector": pod["nodeSelector"],
                                           "resources": pod["containers"][0]["resources"]}
            host, user = re.search(r'-h "(.*?)" .* -U (\S+?);', pod["initContainers"][0]["command"][2]).groups()
            changed["postgresql"] = {"postgresqlHost": host, "postgresqlUsername": user}
        elif case.folder.name == "workspace-from-subchart-deployments":
            servers = [entry["grpc_server"] for entry in one["data"]["workspace.yaml"]["load_from"]]
            changed["dagsterWebserver"] = {"workspace": {"enabled": True, "servers": [
                {"host": server["host"], "port": server["port"], "name": server["location_name"]} for server in servers]}}
    return changed


@pytest.mark.parametrize("case", named(RENDERED))
def test_the_published_objects_are_rendered(case, helm, charts):
    rendered = template(helm, charts, case, defaults_of_the_copy(case), case.values)
    assert differences(case.objects(), rendered) == []


@pytest.mark.parametrize("case", named([one for one in PUBLISHED if one.error]))
def test_what_the_published_chart_refuses_is_refused(case, helm, charts):
    chart = charts(case.version) / case.chart
    done = helm.run("template", case.release, chart, "--namespace", case.namespace, *case.flags, "--values", case.values)
    assert done.returncode != 0
    assert refusal(done.stderr) == refusal(case.error)


@pytest.mark.parametrize("case", named(cases(OWN)))
def test_own_fixtures_render_as_accepted(case, helm, charts):
    chart = charts(case.version) / case.chart
    if case.error:
        done = helm.run("template", case.release, chart, "--namespace", case.namespace, *case.flags, "--values", case.values)
        assert done.returncode != 0 and case.error in done.stderr
    else:
        matches_golden(case.file, dump(template(helm, charts, case, case.values)))


def verdicts(folder: Path | None) -> list:
    """Values files with helm's verdict on each, by version."""
    expected = json.loads((folder / "expected.json").read_text())["cases"] if folder else {}
    return [pytest.param(folder / f"{name}.yaml", version, one, id=f"{name}-{version}")
            for name, by_version in expected.items() for version, one in by_version.items()]


@pytest.mark.parametrize(("values", "version", "verdict"), verdicts(shared("chart/schema-cases")) + verdicts(OWN / "schema"))
def test_the_schema_gives_the_published_verdict(values, version, verdict, helm, charts):
    done = helm.run("template", "code", charts(version) / CODE, "--values", values)
    assert (done.returncode == 0) == verdict["valid"], done.stderr
    if not verdict["valid"]:
        assert verdict["error"] in " ".join(done.stderr.split())


def test_defaults_pass_the_schema_of_their_chart(helm, charts):
    for chart in (CODE, SYSTEM):
        assert read(helm.template("dagster", charts(NEWEST) / chart, "dagster"))


# What a change of values changes -------------------------------------------------------------------------------------
def pods(helm: Helm, chart: Path, *values: Path | dict) -> dict:
    """Pod templates with their checksums: where one differs, Kubernetes makes a new pod."""
    objects = read(helm.template("dagster", chart, "dagster", values=list(values)))
    return {one["metadata"]["name"]: one["spec"]["template"] for one in objects.values() if one["kind"] == "Deployment"}


def test_only_the_pod_of_a_changed_entry_changes(helm, charts):
    values = yaml.safe_load((OWN / "servers/values.yaml").read_text())
    before = pods(helm, charts(NEWEST) / CODE, values)
    values["deployments"][0]["env"] = {"CHANGED": "yes"}
    after = pods(helm, charts(NEWEST) / CODE, values)
    assert [name for name in before if before[name] != after[name]] == [f"dagster-{CODE}-sales"]


def test_umbrella_switches(helm, charts):
    def rendered(**switches: bool) -> dict:
        return read(helm.template("dagster", charts(NEWEST) / SYSTEM, "dagster", values=[{CODE: switches}]))

    code_server, workspace = f"Deployment/dagster-{CODE}-k8s-example-user-code-1", "ConfigMap/dagster-workspace-yaml"
    umbrella = rendered()
    assert code_server in umbrella and workspace in umbrella
    apart = rendered(enableSubchart=False)
    assert code_server not in apart and workspace in apart
    # With `enabled: false` both pods start without a workspace file.
    disabled = rendered(enabled=False, enableSubchart=False)
    assert workspace not in disabled
    assert "workspace" not in json.dumps(disabled["Deployment/dagster-dagster-webserver"]["spec"]["template"]["spec"])


def test_a_change_of_locations_restarts_webserver_and_daemon_only_where_the_chart_owns_the_workspace(helm, charts):
    chart = charts(NEWEST) / SYSTEM
    apart = {CODE: {"enableSubchart": False}}
    another = {CODE: {"deployments": [{"name": "another", "port": 3030}]}}
    before, after = pods(helm, chart, apart), pods(helm, chart, apart, another)
    assert all(before[name] != after[name] for name in ("dagster-dagster-webserver", "dagster-daemon"))
    outside = {"dagsterWebserver": {"workspace": {"enabled": True, "servers": [], "externalConfigmap": "dagitops-workspace"}}}
    assert pods(helm, chart, apart, outside) == pods(helm, chart, apart, outside, another)


# dagitops' own rendering, through helm --------------------------------------------------------------------------------
def imported(values: Path, folder: Path) -> Path:
    """values.yaml -> a workspace repository -> values.yaml again."""
    repository, out = folder / "repository", folder / "out"
    for words in (("import", values, "--into", repository), ("render", repository, "--into", out)):
        done = dagitops(*words, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return out / "values.yaml"


@pytest.mark.parametrize("case", named([one for one in [*RENDERED, *cases(OWN)] if one.chart == CODE and not one.error]))
def test_imported_values_render_the_same_objects(case, helm, charts, tmp_path):
    rendered = template(helm, charts, case, imported(case.values, tmp_path))
    assert differences(case.objects(), rendered) == []


# What dagitops renders with `release: per-location`; the unit tests hold it to these files.
RELEASES = sorted((ROOT / "tests/golden").glob("*/production/values-*.yaml"))


def releases(of_base: bool) -> list:
    files = [file for file in RELEASES if (file.stem == "values-base") == of_base]
    return [pytest.param(file, id=f"{file.parts[-3]}-{file.stem}") for file in files]


def released(helm: Helm, charts, release: str, *values: Path | dict) -> dict:
    # One of them takes a default away that the schema asks for; here only renderings are compared with one another.
    text = helm.template(release, charts(NEWEST) / CODE, "dagster", "--skip-schema-validation", values=list(values))
    return comparable(read(text))


@pytest.mark.parametrize("values", releases(of_base=False))
def test_a_release_of_one_location_has_its_objects_of_the_common_release(values, helm, charts):
    location = values.stem.removeprefix("values-")
    one, account = f"only-{location}", yaml.safe_load(values.read_text())["serviceAccount"]["name"]
    same_account = {"serviceAccount": {"create": False, "name": account}, "rbacEnabled": False}
    whole = released(helm, charts, "all", values.with_name("values.yaml"), same_account)
    own = {renamed(key, {one: "all"}): renamed(objects, {one: "all"})
           for key, objects in released(helm, charts, one, values).items()}
    assert own.keys() == {f"Deployment/all-{CODE}-{location}", f"Service/{location}",
                          f"ConfigMap/all-{CODE}-{location}-user-env", f"ConfigMap/all-{CODE}-user-deployments-shared-env"}
    assert differences({key: whole[key] for key in own}, own) == []


@pytest.mark.parametrize("values", releases(of_base=True))
def test_the_base_release_has_what_is_of_no_location(values, helm, charts):
    whole = released(helm, charts, "all", values.with_name("values.yaml"))
    of_locations = [key for key in whole if key.split("/")[0] in ("Deployment", "Service") or key.endswith("-user-env")]
    common = {key: one for key, one in whole.items() if key not in of_locations}
    assert differences(common, released(helm, charts, "all", values)) == []
