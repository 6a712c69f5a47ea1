"""The built dagitops: commands, and `serve` with settings of its own."""

import json
import os
import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from harness.dagster import Webserver
from harness.processes import Process, processes_of, read_process, servers_by_location
from harness.repository import ROOT, Repository
from harness.waiting import wait_until

BINARY = Path(os.environ.get("DAGITOPS_BIN", ROOT / "build/dagitops"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def dagitops(*words: object, cwd: Path | None = None, seconds: float = 60, **environment: str) -> subprocess.CompletedProcess:
    """Runs one command to its end. The exit code is the caller's to judge."""
    return subprocess.run([str(BINARY), *map(str, words)], cwd=cwd, env={**os.environ, **environment}, timeout=seconds,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)


@dataclass
class Serve:
    """`dagitops serve` on one repository. Everything it starts lives below `folder`."""

    folder: Path
    repository: Repository
    python: Path  # real, or the stand-in
    settings: dict = field(default_factory=dict)  # over the defaults below, key by key of the first two levels
    process: subprocess.Popen | None = None
    port: int = field(default_factory=free_port)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def dagster_home(self) -> Path:
        return self.folder / "dagster"

    @property
    def webserver(self) -> Webserver:
        return Webserver(f"http://127.0.0.1:{self.port}")

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    @property
    def config(self) -> Path:
        return self.folder / "settings.yaml"

    def environment(self) -> dict:
        """The settings of the one environment."""
        return {
            "target": "local_process",
            "local_process": {"python": str(self.python), "runtimeDir": str(self.folder / "run"), **self.settings.get("local_process", {})},
            "dagster": {
                "home": str(self.dagster_home),
                "webserver": {"start": True, "host": "127.0.0.1", "port": self.port},
                "daemon": {"start": True},
            },
            "history": self.settings.get("history", {}),
        }

    def write_settings(self) -> None:
        whole = {
            "source": {"url": str(self.repository.url), "branch": "main", "interval": "1s", **self.settings.get("source", {})},
            "stateDir": str(self.state),
            "environments": {"production": self.environment()},
            **({"server": self.settings["server"]} if "server" in self.settings else {}),
        }
        self.config.write_text(json.dumps(whole, indent=1))  # JSON is YAML

    def start(self, **environment: str) -> "Serve":
        self.write_settings()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(BINARY), "serve", "--config", str(self.config)],
                env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                restore_signals=True)
        return self

    def run(self, *words: object, **more) -> subprocess.CompletedProcess:
        """A command on the same settings: serve.run("status", "--output", "json")."""
        return dagitops(*words, "--config", self.config, cwd=self.folder, **more)

    def status(self) -> dict:
        answer = self.run("status", "--output", "json")
        if not answer.stdout.strip():
            raise LookupError(answer.stderr)  # for whoever waits: not yet
        return json.loads(answer.stdout)

    def conditions(self) -> dict[str, str]:
        return {one["type"]: one["status"] for one in self.status()["conditions"]}

    def location(self, name: str) -> dict:
        """One location of the status; {} when it is not in it."""
        return next((one for one in self.status()["locations"] if one["name"] == name), {})

    def wait_location(self, name: str, phase: str, seconds: float = 30) -> dict:
        def ask() -> dict:
            one = self.location(name)
            return one if one.get("phase") == phase else {}

        return wait_until(f"{name} is {phase}", ask, seconds, every=0.2)

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM; everything it supervises ends with it."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """SIGKILL: what it supervises goes on."""
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def wait_end(self, seconds: float = 30) -> int:
        assert self.process
        return self.process.wait(seconds)

    # What runs because of it -------------------------------------------------------------------------------------
    def processes(self) -> list[Process]:
        return processes_of(self.folder)

    def servers(self) -> dict[str, list[Process]]:
        return servers_by_location(self.folder)

    def webserver_process(self) -> Process | None:
        return next((p for p in self.processes() if p.has("-m", "dagster_webserver")), None)

    def daemon_process(self) -> Process | None:
        return next((p for p in self.processes() if p.has("-m", "dagster._daemon")), None)

    def holds_lock(self) -> bool:
        """It is far enough to end on SIGTERM as it should: an earlier moment would end it like any other program."""
        return bool(self.process) and json.loads((self.state / "lock").read_text())["pid"] == self.process.pid

    def alive(self) -> bool:
        return bool(self.process) and self.process.poll() is None and read_process(self.process.pid) is not None
