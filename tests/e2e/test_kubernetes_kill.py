"""dagitops, or its helm, is killed at any moment while it adds, changes and removes a location in a cluster; the next life
ends at the same place: no orphan object, no lost location, no pod of another location restarted.

Where it is killed is chosen by tests/support/crash, as in test_kill.py: before one of the calls by which it touches the
world. The normal run takes a seeded part of them.
"""

import os
import random
import stat
from pathlib import Path

import pytest
from harness.kubernetes import READINESS, REGISTRY, fragment
from harness.repository import ROOT
from harness.waiting import wait_until

LONG = bool(os.environ.get("DAGITOPS_LONG"))
pytestmark = [pytest.mark.kwok, pytest.mark.timeout(6000 if LONG else 600)]

CRASH_POINTS = Path(os.environ.get("DAGITOPS_CRASH_POINTS", ROOT / "build/debug/libcrash_points.so"))
STILL = ("still-a", "still-b")
PHASES = ("add", "change", "remove")
POINTS = 60 if LONG else 5  # of each phase


class World:
    """What a phase shall end at, and whether it is there."""

    def __init__(self, serve):
        self.serve = serve
        self.tag = 0
        serve.repository.write("dagitops.yaml", READINESS)
        for name in STILL:
            serve.repository.write(f"locations/{name}.yaml", fragment(name))
        self.head = serve.repository.push("Begin")

    def push(self, phase: str) -> None:
        if phase == "remove":
            self.serve.repository.remove("locations/moving.yaml")
        else:
            self.tag += 1
            self.serve.repository.write("locations/moving.yaml", fragment("moving", f"1.0.{self.tag}"))
        self.head = self.serve.repository.push(f"{phase} {self.tag}")

    def still(self) -> dict[str, str]:
        """The pods that nothing may touch."""
        pods = [pod for name in STILL for pod in self.serve.cluster.get("pods", f"deployment={name}")]
        return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in pods}

    def names(self, phase: str) -> set[str]:
        return set(STILL) | (set() if phase in ("begin", "remove") else {"moving"})

    def difference(self, phase: str) -> str:
        """What is not yet as it shall be; empty when all is."""
        cluster, names = self.serve.cluster, self.names(phase)
        status = self.serve.status()
        phases = {one["name"]: one["phase"] for one in status["locations"]}
        if status["applied"]["id"] != self.head or phases != dict.fromkeys(names, "loaded"):
            return f"status: {status['applied']} {phases}"
        releases = {name: one["status"] for name, one in self.serve.releases().items()}
        if releases != dict.fromkeys({*names, "dagitops-base"}, "deployed"):
            return f"releases: {releases}"
        for kind in ("deployments", "services"):
            found = {one["metadata"]["name"] for one in cluster.get(kind)}
            if found != {f"{name}-dagster-user-deployments-{name}" if kind == "deployments" else name for name in names}:
                return f"{kind}: {found}"
        records = {one["metadata"]["name"] for one in cluster.get("configmaps", "dagitops.dev/role=release")}
        if records != {"dagitops-base", *(f"dagitops-location-{name}" for name in names)}:
            return f"records: {records}"
        published = {line.split('"')[1] for line in self.serve.workspace().splitlines() if "location_name" in line}
        if published != names:
            return f"workspace.yaml: {published}"
        if "moving" in names:
            images = {pod["spec"]["containers"][0]["image"] for pod in cluster.pods("moving")}
            if images != {f"{REGISTRY}/moving:1.0.{self.tag}"}:
                return f"images: {images}"
        return ""

    def wait(self, phase: str, what: str) -> None:
        last = ["nothing yet"]

        def there() -> bool:
            last[0] = self.difference(phase)
            return not last[0]

        try:
            wait_until(what, there, seconds=90, every=0.3)
        except AssertionError as error:
            raise AssertionError(f"{error}; {last[0]}") from None


def test_killed_before_what_it_does(simulated, folder):
    arm, log = folder / "arm", folder / "points"

    def start(point: int) -> None:
        simulated.start(LD_PRELOAD=str(CRASH_POINTS), DAGITOPS_CRASH_ARM=str(arm), DAGITOPS_CRASH_AT=str(point),
                        DAGITOPS_CRASH_LOG=str(log))
        wait_until("it holds the lock", simulated.holds_lock)

    world = World(simulated)
    start(0)
    world.wait("begin", "it begins")
    own = world.still()
    seed = int(os.environ.get("DAGITOPS_SEED", random.randrange(1 << 20)))
    print(f"DAGITOPS_SEED={seed}")
    chance = random.Random(seed)
    calls = {}
    for phase in PHASES:  # a first life of each that only counts
        simulated.kill()
        arm.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        start(0)
        arm.touch()
        world.push(phase)
        world.wait(phase, phase)
        calls[phase] = len(log.read_text().splitlines())
        assert calls[phase] > 20, log.read_text()
    killed = 0
    for round_ in range(POINTS):
        for phase in PHASES:
            simulated.kill()
            arm.unlink(missing_ok=True)
            point = chance.randint(1, calls[phase])
            start(point)
            arm.touch()
            world.push(phase)
            where = f"{phase}, killed before call {point} of about {calls[phase]}"
            wait_until(f"{where}: neither killed nor settled",
                       lambda phase=phase: simulated.process.poll() is not None or not world.difference(phase), 90, every=0.3)
            if simulated.process.poll() is not None:
                killed += 1
                arm.unlink()
                start(0)
            world.wait(phase, where)
            assert world.still() == own, f"{where}: restarted what it should not"
    assert killed >= POINTS, f"only {killed} lives were ended"


WRAPPER = """\
#!/bin/sh
# A helm that is killed some milliseconds after its start, once.
if [ -e "{folder}/kill-after" ]; then
  after=$(cat "{folder}/kill-after")
  case "$1" in upgrade|uninstall)
    rm "{folder}/kill-after"
    exec 3<&0  # a command in the background reads from nowhere otherwise
    setsid "{helm}" "$@" <&3 &
    pid=$!
    sleep "$after"
    kill -9 "$pid" 2>/dev/null
    touch "{folder}/killed"
    kill -9 $$
  esac
fi
exec "{helm}" "$@"
"""


def test_helm_is_killed_while_it_works(simulated, folder):
    wrapper = folder / "helm"
    wrapper.write_text(WRAPPER.format(folder=folder, helm=simulated.cluster.helm.binary))
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    simulated.settings = {"kubernetes": {"helm": str(wrapper)}}
    world = World(simulated)
    simulated.start()
    world.wait("begin", "it begins")
    own = world.still()
    for after in ("0.05", "0.15", "0.25", "0.35", "0.5", "0.8") if not LONG else [f"{n / 50:.2f}" for n in range(1, 50)]:
        for phase in PHASES:
            (folder / "killed").unlink(missing_ok=True)
            (folder / "kill-after").write_text(after)
            world.push(phase)
            wait_until("helm is killed", (folder / "killed").exists)
            world.wait(phase, f"{phase}, its helm killed after {after} s")
            assert world.still() == own
