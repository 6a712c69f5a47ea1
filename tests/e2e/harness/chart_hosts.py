"""Where charts are pulled from: a Helm repository by HTTP, and an OCI registry, both on loopback."""

import contextlib
import subprocess
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Iterator

from harness.helm import Helm
from harness.program import free_port
from harness.waiting import wait_until


@dataclass
class HelmRepository:
    """A folder with archives and the index that helm makes of them."""

    folder: Path
    helm: Helm
    port: int = field(default_factory=free_port)
    asked: list[str] = field(default_factory=list)  # paths, one for each request
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, chart: str, version: str) -> dict:
        return {"repository": self.url, "name": chart, "version": version}

    def publish(self, *charts: Path) -> None:
        for chart in charts:
            self.helm.must("package", chart, "--destination", self.folder)
        self.helm.must("repo", "index", self.folder, "--url", self.url)

    def start(self) -> None:
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                asked.append(self.path)

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), partial(Handler, directory=str(self.folder)))
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@dataclass
class OciRegistry:
    """go-containerregistry's registry, which keeps all in memory: what it held is gone when it is stopped."""

    program: Path
    folder: Path
    helm: Helm
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"oci://localhost:{self.port}/charts"

    @property
    def log(self) -> Path:
        return self.folder / "registry.log"

    @property
    def asked(self) -> list[str]:
        return [line.split()[3] for line in self.log.read_text().splitlines() if " GET " in line]

    def settings(self, chart: str, version: str) -> dict:
        return {"repository": f"{self.url}/{chart}", "name": chart, "version": version}

    def publish(self, *charts: Path) -> None:
        for chart in charts:
            self.helm.must("package", chart, "--destination", self.folder)
        for archive in self.folder.glob("*.tgz"):
            self.helm.must("push", archive, self.url, "--plain-http")

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([self.program, "-port", str(self.port)], stdout=log, stderr=log)
        wait_until("the registry listens", lambda: b"serving on port" in self.log.read_bytes(), 10)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


Host = HelmRepository | OciRegistry


@contextlib.contextmanager
def chart_host(kind: str, folder: Path, helm: Helm, programs: Path) -> Iterator[Host]:
    """Not started, and empty."""
    folder.mkdir()
    host = HelmRepository(folder, helm) if kind == "http" else OciRegistry(programs / "registry", folder, helm)
    try:
        yield host
    finally:
        host.stop()


def archive_of(host: HelmRepository, chart: str, version: str) -> Path:
    return host.folder / f"{chart}-{version}.tgz"
