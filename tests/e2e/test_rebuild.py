"""A namespace that was lost, with all that dagitops remembered, comes back out of git alone; and the ways back on a
cluster. The pods are simulated, so readiness is what is verified."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from harness.document import Shell, blocks_of
from harness.helm import NEWEST, SYSTEM
from harness.history import History
from harness.kubernetes import READINESS, REGISTRY, KubernetesServe, fragment
from harness.waiting import comes_true, wait_until

pytestmark = [pytest.mark.kwok, pytest.mark.timeout(300)]

DAGSTER = """\
dagsterWebserver:
  workspace: {enabled: true, servers: [], externalConfigmap: dagitops-workspace}
dagster-user-deployments: {enabled: true, enableSubchart: false}
"""
CRASHES = "annotations: {tests.dagitops.dev/fate: crash}\n"
THREE = ("forecast", "orders", "sales")


@dataclass(frozen=True)
class Seen:
    """How it stood when one record was written."""

    record: dict
    published: dict[str, str]
    charts: dict[str, tuple[str, str]]


@dataclass
class Story:
    """Three locations, and Dagster itself, in one namespace."""

    serve: KubernetesServe

    @property
    def history(self) -> History:
        return History(self.serve)

    def write(self, name: str, tag: str, extra: str = "") -> None:
        self.serve.repository.write(f"locations/{name}.yaml", fragment(name, tag, extra))

    def push(self, message: str) -> str:
        return self.serve.repository.push(message, author="Grace Hopper <grace@example.com>")

    def begin(self) -> str:
        self.serve.repository.write("dagitops.yaml", READINESS)
        self.serve.repository.write("environments/production/system.yaml", DAGSTER)
        for name in THREE:
            self.write(name, "1.0.0")
        source = self.push("Begin")
        self.serve.start()
        self.runs(forecast="1.0.0", orders="1.0.0", sales="1.0.0")
        for name in THREE:
            self.serve.wait_location(name, "loaded")
        return source

    def runs(self, **tags: str) -> None:
        """Each location's one pod is ready with that tag."""
        for name, tag in tags.items():
            self.serve.cluster.wait_ready(name, f"{REGISTRY}/{name}:{tag}", 120)

    def published(self) -> dict[str, str]:
        """What stands in the namespace because of dagitops: workspace.yaml, and the values of each release."""
        maps = self.serve.cluster.get("configmaps", "app.kubernetes.io/managed-by=dagitops")
        found = {f"{one['metadata']['name']}/{key}": text for one in maps for key, text in one["data"].items()}
        assert {"dagitops-workspace/workspace.yaml", "dagitops-base/values.yaml"} <= found.keys()
        return found

    def has(self, published: dict[str, str]) -> None:
        """Soon: what git does not have any more is removed after the command has ended."""
        wait_until("the namespace has the same bytes", lambda: self.published() == published, 60, every=0.5)

    def stands_as(self, then: Seen) -> None:
        self.has(then.published)
        wait_until("the releases are by the same charts", lambda: self.charts() == then.charts, 60, every=0.5)

    def charts(self) -> dict[str, tuple[str, str]]:
        return {name: (one["chart"], one["status"]) for name, one in self.serve.releases().items()}

    def ask(self, *words: str, code: int = 0) -> str:
        """A command that goes back somewhere, to its end."""
        answer = self.serve.run(*words, seconds=180)
        assert answer.returncode == code, f"{words}: {answer.returncode}\n{answer.stdout}{answer.stderr}"
        return answer.stdout + answer.stderr


@pytest.fixture
def story(simulated, charts) -> Story:
    chart: Path = charts(NEWEST) / SYSTEM
    simulated.settings = {"kubernetes": {"system": {"chart": {"path": str(chart)}}}}
    simulated.dagster = {"webserver": {"selector": "component=none"}}  # simulated ones have nobody to answer
    return Story(simulated)


def with_a_held_location(story: Story) -> Seen:
    story.begin()
    story.write("sales", "1.1.0", CRASHES)
    story.write("forecast", "1.1.0")
    source = story.push("Break sales, change forecast")
    story.runs(forecast="1.1.0", sales="1.0.0")
    story.serve.wait_location("sales", "held", 60)
    record = story.history.wait_record(source)
    assert 'tag: "1.0.0"' in story.history.file("locations/sales.yaml", record["commit"])
    return Seen(record, story.published(), story.charts())


def as_documented(story: Story, commit: str) -> None:
    """The commands of docs/kubernetes.md, for this namespace and record."""
    (block,) = blocks_of("docs/kubernetes.md", "rebuild")
    block = block.replace("namespace dagster", f"namespace {story.serve.cluster.namespace}").replace("latest", commit)
    shell = Shell(story.serve.folder, story.serve.cluster)
    assert f"as recorded in {commit[:8]}" in shell.run(block)


@pytest.mark.parametrize("order", ["rebuild first", "serve first"])
def test_a_lost_namespace_is_rebuilt_as_a_record_has_it(order, story):
    then = with_a_held_location(story)
    story.write("orders", "2.0.0")
    story.write("sales", "2.0.0")
    story.serve.repository.write("environments/production/system.yaml", DAGSTER + "telemetry: {enabled: false}\n")
    source = story.push("What comes later")
    story.runs(orders="2.0.0", sales="2.0.0")
    story.history.wait_record(source)
    assert story.published() != then.published
    story.serve.lose()
    if order == "serve first":
        story.serve.cluster.kubectl("create", "namespace", story.serve.cluster.namespace)
        story.serve.start()
        story.runs(orders="2.0.0", sales="2.0.0")
        story.ask("rebuild", "--at", then.record["commit"], code=1)  # one location is held, as it was then
    else:
        as_documented(story, then.record["commit"])
        story.serve.start()
    story.runs(forecast="1.1.0", orders="1.0.0", sales="1.0.0")
    story.stands_as(then)
    comes_true(lambda: not story.history.differences(then.record["commit"]), 30)
    differences = story.history.differences(then.record["commit"])
    assert not differences, differences
    assert story.serve.location("sales")["phase"] == "held"


def test_a_start_without_anything_brings_back_what_git_says(story):
    then = with_a_held_location(story)
    story.serve.lose()
    story.serve.cluster.kubectl("create", "namespace", story.serve.cluster.namespace)
    story.serve.start()
    story.runs(forecast="1.1.0", orders="1.0.0", sales="1.0.0")
    story.serve.wait_location("sales", "held", 60)
    story.stands_as(then)
    assert story.history.rendered() == story.history.rendered(then.record["commit"])


def test_going_back_with_one_location_and_with_all(story):
    first = story.begin()
    begin = story.history.wait_record(first)
    at_first = story.published()
    story.write("sales", "1.1.0")
    story.write("prices", "1.0.0")
    second = story.push("Change sales, add prices")
    story.runs(sales="1.1.0", prices="1.0.0")
    changed = story.history.wait_record(second)
    at_second = story.published()

    story.ask("rollback", "sales", "--to", first)
    story.runs(sales="1.0.0", prices="1.0.0")
    assert story.serve.location("sales")["phase"] == "pinned"
    values = "dagitops-location-sales/values.yaml"
    story.has({**at_second, values: at_first[values]})
    story.ask("rollback", "sales", "--to", "HEAD")
    story.has(at_second)

    story.ask("rollback", "--all", "--to", first)
    story.has(at_first)
    again = story.history.wait_record(first)
    assert story.history.rendered(again["commit"]) == story.history.rendered(begin["commit"])

    story.ask("apply")
    story.runs(sales="1.1.0", prices="1.0.0")
    story.has(at_second)
    story.ask("apply", "--at", first)
    story.has(at_first)
    story.ask("rollback", "--all", "--to", changed["commit"])
    story.runs(sales="1.1.0", prices="1.0.0")
    story.has(at_second)
    newest = story.history.wait_record(second)
    assert story.history.rendered(newest["commit"]) == story.history.rendered(changed["commit"])
