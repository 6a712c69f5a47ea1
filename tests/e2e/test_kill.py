"""dagitops is killed before every single thing it does to the world, while it adds, changes and removes a location; the
next one picks up what is there and ends at the same place: no orphan, no double, nothing untouched restarted.

The program is the built one as it is: tests/support/crash counts its calls and ends it. First runs of each phase only
count, so that the points are all there are, also tomorrow. How many calls a phase makes varies a little, with what its
polls happen to meet: a point that was not reached is tried again, and must be unless some counting run had fewer calls.
"""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Callable, Iterator

import pytest
from harness.processes import end_all
from harness.program import Serve
from harness.repository import ROOT, Repository
from harness.waiting import comes_true, wait_until

LONG = bool(os.environ.get("DAGITOPS_LONG"))
pytestmark = [pytest.mark.kill, pytest.mark.timeout(4000 if LONG else 600)]

CRASH_POINTS = Path(os.environ.get("DAGITOPS_CRASH_POINTS", ROOT / "build/debug/libcrash_points.so"))
STILL = ("still-a", "still-b")
PHASES = ("add", "change", "remove")
LANES = 4  # each with a repository, a state and a Dagster of its own: most of the time is waiting for polls
MOST_POINTS = 1500
RETRIES = 5
LAST_CALLS = 1.5  # seconds

Points = dict[str, list[int]]  # by phase
Calls = dict[str, list[str]]  # by phase, one line a call


class Lane:
    """One workspace that goes through add, change, remove, again and again, and comes back to where it was."""

    def __init__(self, folder: Path, python: Path):
        folder.mkdir()
        self.folder = folder
        self.arm = folder / "arm"
        self.log = folder / "points"
        self.serve = Serve(folder, Repository(folder), python)
        # The history has crash tests of its own (tests/integration/git_records_test.cc), and makes twice as many points.
        self.serve.settings = {"local_process": {"retireAfter": "0s"}, "history": {"enabled": False}}
        self.round = 0
        self.head = self.serve.repository.start(*STILL)
        self.start(0)
        self.ids = self.serve.webserver.wait_loaded(set(STILL))
        self.own = self.fixed_processes()

    def start(self, point: int, armed: bool = False) -> None:
        self.arm.unlink(missing_ok=True)
        if armed:
            self.arm.touch()
        self.seen_status = self.status_written()
        self.serve.start(LD_PRELOAD=str(CRASH_POINTS), DAGITOPS_CRASH_ARM=str(self.arm), DAGITOPS_CRASH_AT=str(point),
                         DAGITOPS_CRASH_LOG=str(self.log))

    def fixed_processes(self) -> dict[str, list[int]]:
        """What no change of another location may restart."""
        servers = self.serve.servers()
        return {"webserver": [self.serve.webserver_process().pid], "daemon": [self.serve.daemon_process().pid],
                **{name: [p.pid for p in servers[name]] for name in STILL}}

    def status_written(self) -> int:
        """The first pass of each life writes a status, whatever it finds."""
        file = self.serve.state / "status-production.json"
        return file.stat().st_mtime_ns if file.exists() else 0

    def push(self, phase: str) -> None:
        repository = self.serve.repository
        if phase == "remove":
            repository.remove("locations/moving.yaml", "code/moving")
        else:
            self.round += 1
            repository.location("moving", value=self.round)
        self.head = repository.push(f"{phase} {self.round}")

    def settled(self, phase: str, before: str | None) -> bool:
        """The world is as the phase wants it."""
        if self.status_written() == self.seen_status:
            return False
        expected = set(STILL) | ({"moving"} if phase in ("add", "change") else set())
        loaded = self.serve.webserver.loaded()
        servers = self.serve.servers()
        status = self.serve.status()
        return (
            set(loaded) == expected == set(self.serve.webserver.locations())
            and {name: len(found) for name, found in servers.items()} == dict.fromkeys(expected, 1)
            and (phase != "change" or loaded["moving"] != before)
            and status["applied"]["id"] == self.head
            and {one["name"]: one["phase"] for one in status["locations"]} == dict.fromkeys(expected, "loaded")
        )

    def begin(self, phase: str, point: int) -> str | None:
        """A life that ends before the `point`th call of the phase; the id that the moving server had before."""
        self.log.unlink(missing_ok=True)
        self.start(point, armed=phase == "start")
        before = self.serve.webserver.loaded().get("moving")
        if phase != "start":
            wait_until("the new process holds the lock", self.serve.holds_lock)
            self.arm.touch()
            self.push(phase)
        return before

    def run(self, phase: str, point: int) -> bool:
        """One phase, killed before its `point`th call; True when there were so many. Ends settled, whatever happened."""
        serve = self.serve
        if serve.process.poll() is None:
            serve.kill()
        before = self.begin(phase, point)
        where = f"{phase}, killed before call {point}: {{}}"
        wait_until(where.format("neither killed nor settled"),
                   lambda: serve.process.poll() is not None or self.settled(phase, before))
        # It may be settled a moment before it made its last calls, and is seen to be so the sooner the less else runs here.
        killed = comes_true(lambda: serve.process.poll() is not None, LAST_CALLS) if point else serve.process.poll() is not None
        if killed:
            assert serve.process.returncode == -9, f"{phase}: ended by itself, see {serve.log}"
            self.start(0)
            wait_until(where.format(f"not settled after {self.last_call()}"), lambda: self.settled(phase, before))
        assert self.fixed_processes() == self.own, where.format(f"restarted what it should not, {self.last_call()}")
        return killed

    def count(self, phases: tuple[str, ...]) -> Calls:
        """The calls that each phase makes until it is settled, when nobody kills it."""
        calls = {}
        for phase in phases:
            assert not self.run(phase, 0)
            calls[phase] = self.calls()
        assert all(MOST_POINTS > len(made) > 20 for made in calls.values()), calls
        return calls

    def kill_at(self, rounds: list[dict[str, int]]) -> list[tuple[str, int]]:
        """Goes through the phases again and again, each at the round's point of it; the points that were not reached."""
        return [(phase, point) for each in rounds for phase, point in each.items()
                if not self.run(phase, point) and point > 0]

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


def rounds_of(points: Points) -> list[dict[str, int]]:
    """One point of each phase a round. Where a phase has none left it is still gone through, to get to the next one."""
    return [dict(zip(points, each)) for each in zip_longest(*points.values(), fillvalue=0)]


@contextmanager
def a_lane(folder: Path, python: Path) -> Iterator[Lane]:
    """Whatever becomes of one lane, each is ended."""
    lane = Lane(folder, python)
    try:
        yield lane
    finally:
        lane.end()


class Counted:
    """What all lanes counted."""

    def __init__(self, counts: list[Calls], phases: tuple[str, ...]):
        self.fewest = {phase: min(len(calls[phase]) for calls in counts) for phase in phases}
        self.longest = {phase: max((calls[phase] for calls in counts), key=len) for phase in phases}

    def points(self, choose: Callable[[list[int]], list[int]]) -> Points:
        return {phase: choose(list(range(1, len(calls) + 1))) for phase, calls in self.longest.items()}

    def must(self, missed: list[tuple[str, int]]) -> Points:
        """Those of the missed points that every counting run had."""
        return {phase: sorted(point for of, point in missed if of == phase and point <= fewest)
                for phase, fewest in self.fewest.items()}

    def names(self, points: Points) -> list[str]:
        return [f"{phase}: {self.longest[phase][point - 1]}" for phase, some in points.items() for point in some]


def kill_everywhere(folder: Path, python: Path, phases: tuple[str, ...], record: Callable[[str, int], None],
                    choose: Callable[[list[int]], list[int]] = list) -> None:
    """All points that are chosen, spread over lanes that run side by side. Fails when one was never reached."""
    with ExitStack() as ends:
        lanes = [ends.enter_context(a_lane(folder / f"lane{number}", python)) for number in range(LANES)]
        pool = ends.enter_context(ThreadPoolExecutor(LANES))

        def count() -> Counted:
            return Counted(list(pool.map(lambda lane: lane.count(phases), lanes)), phases)

        counted = count()
        left = counted.points(choose)
        for phase, points in left.items():
            record(f"points of {phase}", len(points))
        for turn in range(1 + RETRIES):
            rounds = rounds_of(left)
            parts = pool.map(Lane.kill_at, lanes, [rounds[number::LANES] for number in range(LANES)])
            missed = [each for part in parts for each in part]
            record(f"missed in turn {turn}", len(missed))
            left = counted.must(missed)
            print(f"{counted.fewest} calls; {len(missed)} missed in turn {turn}, of which must be reached: {counted.names(left)}")
            if not any(left.values()):
                return
        # The slower the machine was when it was counted, the more often was the repository polled within a phase: only what
        # is there in a count of now as well has to be reached.
        again = count().must([(phase, point) for phase, points in left.items() for point in points])
        print(f"counted again, of which must be reached: {counted.names(again)}")
        assert not any(again.values()), f"never reached: {counted.names(again)}"


def test_killed_before_every_call(folder, standin, record_property):
    kill_everywhere(folder, standin, PHASES, record_property)


def test_killed_before_every_call_of_a_start(folder, standin, record_property):
    kill_everywhere(folder, standin, ("start",), record_property)


def test_killed_with_real_dagster(folder, real_python, record_property):
    seed = int(os.environ.get("DAGITOPS_SEED", random.randrange(10**6)))
    print(f"DAGITOPS_SEED={seed}")

    def some(points: list[int]) -> list[int]:
        return points if LONG else random.Random(seed).sample(points, len(points) // 10)

    kill_everywhere(folder, real_python, PHASES, record_property, some)
