"""Fixtures of the end-to-end tests: a workspace repository, a dagitops to serve it, and nothing left behind."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from harness.cluster import Cluster, running_cluster  # noqa: E402
from harness.helm import CODE, NEWEST, Helm, charts_of  # noqa: E402
from harness.images import NEW, OLD  # noqa: E402
from harness.kubernetes import KubernetesServe  # noqa: E402
from harness.processes import end_all  # noqa: E402
from harness.program import BINARY, Serve  # noqa: E402
from harness.repository import ROOT, Repository  # noqa: E402
from harness.system import System  # noqa: E402


@pytest.fixture(scope="session")
def real_python() -> Path:
    """The interpreter of an environment with real Dagster."""
    venv = Path(os.environ.get("DAGITOPS_DAGSTER_VENV", sys.prefix))
    python = venv / "bin/python"
    assert (venv / "bin/dagster").exists(), f"no Dagster in {venv}; run scripts/test --only e2e, which makes one"
    return python


@pytest.fixture(scope="session")
def standin() -> Path:
    """The program that takes the interpreter's place and is ready in milliseconds."""
    binary = Path(os.environ.get("DAGITOPS_STANDIN", ROOT / "build/debug/standin_python"))
    assert binary.exists(), f"{binary} is not built; run: cmake --build build/debug --target standin_python"
    return binary


@pytest.fixture(scope="session")
def helm(tmp_path_factory) -> Helm:
    """Real helm, without a cluster."""
    binary = os.environ.get("DAGITOPS_HELM", "")
    if not binary:
        pytest.skip("no helm: scripts/test compiles it where Go is installed, or set DAGITOPS_HELM")
    return Helm(Path(binary), tmp_path_factory.mktemp("helm"))


@pytest.fixture(scope="session")
def charts(helm, tmp_path_factory):
    """charts("1.12.19") is a folder with the test charts in that version."""
    made: dict[str, Path] = {}

    def make(version: str) -> Path:
        if version not in made:
            made[version] = charts_of(version, tmp_path_factory.mktemp("charts"), helm)
        return made[version]

    return make


@pytest.fixture(scope="session")
def kwok(helm):
    """A control plane with one simulated node: the one that is up, or one for this run."""
    programs = os.environ.get("DAGITOPS_CLUSTER_BIN", "")
    if not programs:
        pytest.skip("no cluster: scripts/test --only kwok compiles its programs where Go is installed")
    with running_cluster("kwok", Path(programs), helm) as cluster:
        yield cluster


@pytest.fixture
def kwok_cluster(kwok) -> Cluster:
    """The same with a namespace of the test's own."""
    with kwok.fresh_namespace() as own:
        yield own


@pytest.fixture(scope="session")
def node(helm):
    """A control plane with one node that runs containers: the one that is up, or one for this run."""
    programs = os.environ.get("DAGITOPS_CLUSTER_BIN", "")
    if not programs or not os.environ.get("DAGITOPS_REAL_NODE"):
        pytest.skip("no real node: scripts/test --only node makes one where Go is installed, as root")
    with running_cluster("real", Path(programs), helm) as cluster:
        yield cluster


@pytest.fixture
def node_cluster(node) -> Cluster:
    """The same with a namespace of the test's own."""
    with node.fresh_namespace() as own:
        yield own


@pytest.fixture(scope="module", params=[OLD, NEW], ids=str)
def shared_system(request, node, charts) -> System:
    """Dagster of either version with two webservers and an empty workspace, in a namespace of its own."""
    with node.fresh_namespace() as own:
        made = System(own, request.param, charts(request.param.chart))
        made.install(webservers=2)
        yield made


@pytest.fixture
def system(shared_system) -> System:
    """The same for one test after another of a module; each leaves none of its locations behind."""
    yield shared_system
    shared_system.clear()


@pytest.fixture
def folder():
    """A folder with a short name, since socket paths must stay below 108 bytes. Every process that names it must be gone
    at the end."""
    with tempfile.TemporaryDirectory(prefix="dagitops-") as name:
        yield Path(name)
        left = end_all(Path(name))
        assert not left, f"left running at the end of the test: {left}"


@pytest.fixture
def repository(folder: Path) -> Repository:
    return Repository(folder)


def _serve(serve: Serve, request):
    assert BINARY.exists(), f"{BINARY} is not built; run scripts/build"
    yield serve
    if serve.alive():
        serve.stop()
    if getattr(request.node, "failed", False) and serve.log.exists():
        print(f"--- last lines of {serve.log}\n" + "\n".join(serve.log.read_text(errors="replace").splitlines()[-60:]))


@pytest.fixture
def serve(folder, repository, real_python, request):
    """dagitops with real Dagster, not started yet."""
    yield from _serve(Serve(folder, repository, real_python), request)


@pytest.fixture
def quick(folder, repository, standin, request):
    """dagitops with the stand-in instead of Dagster, not started yet."""
    yield from _serve(Serve(folder, repository, standin), request)


@pytest.fixture
def simulated(folder, repository, kwok_cluster, charts, request):
    """dagitops for a namespace whose pods are simulated, not started yet."""
    serve = KubernetesServe(folder, repository, Path(), cluster=kwok_cluster, chart=charts(NEWEST) / CODE)
    yield from _serve(serve, request)


@pytest.fixture
def real(folder, repository, system, request):
    """dagitops for the namespace of a real Dagster, not started yet."""
    serve = KubernetesServe(folder, repository, Path(), cluster=system.cluster, chart=system.charts / CODE)
    yield from _serve(serve, request)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call":
        item.failed = report.failed
