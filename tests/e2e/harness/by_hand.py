"""The bare steps that bring a location to Dagster on Kubernetes, done by hand and timed: what any tool has to beat."""

import contextlib
import time
from dataclasses import dataclass, field
from typing import Iterator

from harness.helm import CODE
from harness.images import FIRST
from harness.system import PARTS, System
from harness.waiting import wait_until

# The chart's own check is a command, whose start is Python's; a check by gRPC is kubelet's own and takes no time.
BY_COMMAND = {"startupProbe": {"enabled": True, "periodSeconds": 2, "timeoutSeconds": 10, "failureThreshold": 60}}
BY_GRPC = {"startupProbe": {"enabled": True, "periodSeconds": 1, "failureThreshold": 120,
                            "grpc": {"port": 3030, "service": "DagsterApi"}},
           "readinessProbe": {"enabled": False}}


@dataclass
class Seconds:
    """By step, in order."""

    of: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.of[name] = time.monotonic() - started

    def __str__(self) -> str:
        return ", ".join(f"{name} {taken:.2f}" for name, taken in {**self.of, "total": sum(self.of.values())}.items())


@dataclass(frozen=True)
class Location:
    """A module of the sample code as a location of its own name."""

    name: str
    module: str
    tag: str = FIRST
    env: dict[str, str] = field(default_factory=dict)
    code_server: bool = False  # `dagster code-server start` in place of `dagster api grpc`
    probes: dict = field(default_factory=lambda: BY_GRPC)


def entry(location: Location, system: System) -> dict:
    """The entry of `deployments` in the chart's values."""
    arguments = "codeServerArgs" if location.code_server else "dagsterApiGrpcArgs"
    return {"name": location.name, "image": system.dagster.code(location.tag), "port": 3030,
            arguments: ["--module-name", location.module], **location.probes,
            "env": [{"name": name, "value": value} for name, value in location.env.items()]}


def release(system: System, location: Location) -> None:
    """Helm, with a release of this location alone."""
    flags = system.cluster.helm.values_flags([{"deployments": [entry(location, system)]}])
    system.cluster.in_namespace("upgrade", "--install", location.name, system.charts / CODE, *flags)


def wait_ready(system: System, location: Location, seconds: float = 90) -> str:
    image = system.dagster.code(location.tag)
    return system.cluster.wait_ready(location.name, f"{image['repository']}:{image['tag']}", seconds)


def roll_out(system: System, location: Location) -> Seconds:
    """Its one pod is ready, and no other one of it is left. Says nothing of what Dagster thinks of it."""
    taken = Seconds()
    with taken.step("helm"):
        release(system, location)
    with taken.step("ready"):
        wait_ready(system, location)
    return taken


def publish(system: System, names: list[str]) -> Seconds:
    """Exactly these locations are listed by every webserver, without a restart of anything."""
    taken = Seconds()
    with taken.step("workspace"):
        system.write_workspace(names)
    with taken.step("annotate"):  # has kubelet look at the pod, and so at its ConfigMaps, now instead of in a minute
        system.cluster.kubectl("annotate", "pods", "--selector", f"component={PARTS[0]}", "--overwrite",
                               f"dagitops/looked={time.time_ns()}")
    with taken.step("reload"):
        for webserver in system.webservers():
            wait_until(f"{names} are listed", lambda one=webserver: one.reload_workspace() == set(names), 90, every=0.1)
    return taken


def publish_by_restart(system: System, names: list[str]) -> Seconds:
    """The same as it is done where nobody speaks to the webserver: webservers and daemon are started anew."""
    taken = Seconds()
    webservers = len(system.pods(PARTS[0]))
    deployments = [f"deployment/{name}" for name in system.deployments()]
    with taken.step("workspace"):
        system.write_workspace(names)
    with taken.step("restart"):
        system.cluster.kubectl("rollout", "restart", *deployments)
        for one in deployments:
            system.cluster.kubectl("rollout", "status", one, "--timeout=180s", seconds=200)
        system.wait_ready(webservers)
    with taken.step("listed"):
        for webserver in system.webservers():
            wait_until(f"{names} are listed", lambda one=webserver: set(one.locations()) == set(names), 90, every=0.1)
    return taken
