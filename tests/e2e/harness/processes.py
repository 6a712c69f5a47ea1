"""What runs on this machine because of one test, read from /proc."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    pid: int
    started: int  # clock ticks since boot: with the pid, the same process and no other
    arguments: tuple[str, ...]

    def has(self, *words: str) -> bool:
        return all(word in self.arguments for word in words)


def read_process(pid: int) -> Process | None:
    """None when it is gone or a zombie: one that only waits to be reaped does nothing any more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except (OSError, ValueError):
        return None
    return None if fields[0] in "ZX" else Process(pid, int(fields[19]), tuple(words))


def _belongs(pid: int, marker: bytes) -> bool:
    try:
        return marker in Path(f"/proc/{pid}/environ").read_bytes() or marker in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def processes_of(folder: Path) -> list[Process]:
    """All living processes whose arguments or environment name `folder`: whatever a test started, also orphans."""
    marker = os.fsencode(folder)
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid())
    found = (read_process(pid) for pid in pids if _belongs(pid, marker))
    return [process for process in found if process]


def end_all(folder: Path, grace: float = 15) -> list[Process]:
    """Ends what is left; returns what had to be ended. SIGKILL after the grace time."""
    left = processes_of(folder)
    for sig, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5)):
        for process in processes_of(folder):
            try:
                os.kill(process.pid, sig)
            except ProcessLookupError:
                pass
        end = time.monotonic() + seconds
        while processes_of(folder) and time.monotonic() < end:
            time.sleep(0.05)
    return left


def code_servers(folder: Path) -> list[Process]:
    """The code servers themselves: not the processes of the runs inside them, nor the server with a heartbeat that a
    `dagster code-server start` keeps behind itself."""
    return [p for p in processes_of(folder)
            if p.has("-m", "dagster", "code-server", "start")
            or (p.has("-m", "dagster", "api", "grpc") and not p.has("--heartbeat"))]


def option(process: Process, name: str) -> str:
    at = process.arguments.index(name)
    return process.arguments[at + 1]


def servers_by_location(folder: Path) -> dict[str, list[Process]]:
    found: dict[str, list[Process]] = {}
    for process in code_servers(folder):
        found.setdefault(option(process, "--location-name"), []).append(process)
    return found
