"""dagitops is killed before every single thing it does to the world, while it adds, changes and removes a location; the
next one picks up what is there and ends at the same place: no orphan, no double, nothing untouched restarted.

The program is the built one as it is: tests/support/crash counts its calls and ends it. A first run of each phase only
counts, so that the points are all there are, also tomorrow.
"""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Iterator

import pytest
from harness.processes import end_all
from harness.program import Serve
from harness.repository import ROOT, Repository
from harness.waiting import wait_until

LONG = bool(os.environ.get("DAGITOPS_LONG"))
pytestmark = [pytest.mark.kill, pytest.mark.timeout(4000 if LONG else 600)]

CRASH_POINTS = Path(os.environ.get("DAGITOPS_CRASH_POINTS", ROOT / "build/debug/libcrash_points.so"))
STILL = ("still-a", "still-b")
PHASES = ("add", "change", "remove")
LANES = 4  # each with a repository, a state and a Dagster of its own: most of the time is waiting for polls
MOST_POINTS = 1500


class Lane:
    """One workspace that goes through add, change, remove, again and again, and comes back to where it was."""

    def __init__(self, folder: Path, python: Path):
        folder.mkdir()
        self.folder = folder
        self.arm = folder / "arm"
        self.log = folder / "points"
        self.serve = Serve(folder, Repository(folder), python)
        self.serve.settings = {"local_process": {"retireAfter": "0s"}}
        self.round = 0
        self.serve.repository.start(*STILL)
        self.start(0)
        self.ids = self.serve.webserver.wait_loaded(set(STILL))
        self.own = self.fixed_processes()

    def start(self, point: int) -> None:
        self.arm.unlink(missing_ok=True)
        self.serve.start(LD_PRELOAD=str(CRASH_POINTS), DAGITOPS_CRASH_ARM=str(self.arm), DAGITOPS_CRASH_AT=str(point),
                         DAGITOPS_CRASH_LOG=str(self.log))

    def fixed_processes(self) -> dict[str, list[int]]:
        """What no change of another location may restart."""
        servers = self.serve.servers()
        return {"webserver": [self.serve.webserver_process().pid], "daemon": [self.serve.daemon_process().pid],
                **{name: [p.pid for p in servers[name]] for name in STILL}}

    def push(self, phase: str) -> str:
        repository = self.serve.repository
        if phase == "remove":
            repository.remove("locations/moving.yaml", "code/moving")
        else:
            self.round += 1
            repository.location("moving", value=self.round)
        return repository.push(f"{phase} {self.round}")

    def settled(self, phase: str, head: str, before: str | None) -> bool:
        """The world is as the phase wants it."""
        expected = set(STILL) | ({"moving"} if phase != "remove" else set())
        loaded = self.serve.webserver.loaded()
        servers = self.serve.servers()
        status = self.serve.status()
        return (
            set(loaded) == expected == set(self.serve.webserver.locations())
            and {name: len(found) for name, found in servers.items()} == dict.fromkeys(expected, 1)
            and (phase != "change" or loaded["moving"] != before)
            and status["applied"]["id"] == head
            and {one["name"]: one["phase"] for one in status["locations"]} == dict.fromkeys(expected, "loaded")
        )

    def run(self, phase: str, point: int) -> bool:
        """One phase, killed before its `point`th call; True when there were so many. Ends settled, whatever happened."""
        serve = self.serve
        if serve.process.poll() is None:
            serve.kill()
        self.log.unlink(missing_ok=True)
        self.start(point)
        before = serve.webserver.loaded().get("moving")
        wait_until("the new process holds the lock", serve.holds_lock)
        self.arm.touch()
        head = self.push(phase)
        where = f"{phase}, killed before call {point}: {{}}"
        wait_until(where.format("neither killed nor settled"),
                   lambda: serve.process.poll() is not None or self.settled(phase, head, before))
        killed = serve.process.poll() is not None
        if killed:
            assert serve.process.returncode == -9, f"{phase}: ended by itself, see {serve.log}"
            self.start(0)
            wait_until(where.format(f"not settled after {self.last_call()}"),
                       lambda: self.settled(phase, head, before))
        assert self.fixed_processes() == self.own, where.format(f"restarted what it should not, {self.last_call()}")
        return killed

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def last_call(self) -> str:
        return (self.calls() or ["nothing"])[-1]

    def end(self) -> None:
        """The last life may still have a point ahead that its phase did not reach: its end must not count up to it."""
        if self.serve.alive():
            self.serve.kill()
        self.start(0)
        wait_until("the last process holds the lock", self.serve.holds_lock)
        code = self.serve.stop()
        left = end_all(self.folder)
        assert (code, left) == (0, []), self.folder


def count_points(lane: Lane) -> dict[str, int]:
    """How many calls each phase makes until it is settled, when nobody kills it."""
    counts = {}
    for phase in PHASES:
        assert not lane.run(phase, 0)
        counts[phase] = len(lane.calls())
        print(f"{phase}: {counts[phase]} calls")
    assert all(20 < count < MOST_POINTS for count in counts.values()), counts
    return counts


def kill_at(lane: Lane, points: list[int], counts: dict[str, int]) -> int:
    """Goes through the phases at each of these points; how often it was killed."""
    killed = 0
    for point in points:
        for phase in PHASES:
            # Past the last call of a phase there is nothing to kill: it is still gone through, to get to the next one.
            killed += lane.run(phase, point if point <= counts[phase] else 0)
    return killed


def run_lanes(folder: Path, python: Path, points: list[int], counts: dict[str, int]) -> int:
    """All points, spread over lanes that run side by side."""
    with ExitStack() as ends:
        lanes = [ends.enter_context(a_lane(folder / f"lane{number}", python)) for number in range(LANES)]
        with ThreadPoolExecutor(LANES) as pool:
            futures = [pool.submit(kill_at, lane, points[number::LANES], counts) for number, lane in enumerate(lanes)]
            return sum(future.result() for future in futures)


@contextmanager
def a_lane(folder: Path, python: Path) -> Iterator[Lane]:
    """Whatever becomes of one lane, each is ended."""
    lane = Lane(folder, python)
    try:
        yield lane
    finally:
        lane.end()


def measure(folder: Path, python: Path) -> dict[str, int]:
    with a_lane(folder / "count", python) as lane:
        return count_points(lane)


def test_killed_before_every_call(folder, standin, record_property):
    counts = measure(folder, standin)
    points = list(range(1, max(counts.values()) + 1))
    killed = run_lanes(folder, standin, points, counts)
    record_property("points", sum(counts.values()))
    record_property("killed", killed)
    print(f"{killed} of {sum(counts.values())} points")
    # The number of calls varies a little from run to run, with what the poll happens to meet.
    assert killed >= 0.9 * sum(counts.values())


def test_killed_with_real_dagster(folder, real_python, record_property):
    counts = measure(folder, real_python)
    points = list(range(1, max(counts.values()) + 1))
    if not LONG:
        seed = int(os.environ.get("DAGITOPS_SEED", random.randrange(10**6)))
        print(f"DAGITOPS_SEED={seed}")
        points = random.Random(seed).sample(points, len(points) // 10)
    killed = run_lanes(folder, real_python, points, counts)
    expected = sum(point <= count for point in points for count in counts.values())
    record_property("killed", killed)
    print(f"{killed} of {expected} points")
    assert killed >= 0.8 * expected, "the points were counted, so nearly all of them must be reached again"
