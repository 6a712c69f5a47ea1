"""Who asked the API server for what, by its audit log, and how many bytes went to and fro."""

import json
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

from harness.cluster import Cluster
from harness.waiting import wait_until

OURS, HELM = "dagitops", "Helm"

Right = tuple[str, str, str]  # API group, resource or resource/subresource, verb


@dataclass
class Audit:
    """Reads on from where it began, or from the last reading. A watch is written down when it ends."""

    cluster: Cluster
    position: int = 0

    def __post_init__(self) -> None:
        self.skip()

    @property
    def file(self) -> Path:
        return self.cluster.kubeconfig.parent / "log/audit.jsonl"

    def skip(self) -> None:
        self.position = self.file.stat().st_size

    def read(self, shared: bool = True) -> list[dict]:
        """Calls about this namespace; `shared` also those about none, such as helm's first ones of each run."""
        with open(self.file, "rb") as log:
            log.seek(self.position)
            whole = log.read()
        whole = whole[:whole.rfind(b"\n") + 1]
        self.position += len(whole)
        calls = map(json.loads, whole.splitlines())
        places = (self.cluster.namespace, "") if shared else (self.cluster.namespace,)
        return [call for call in calls if call.get("objectRef", {}).get("namespace", "") in places]

    def by_program(self, shared: bool = True) -> Counter:
        """Numbers of calls by the first word of who asked; watches are left out."""
        return Counter(program_of(call) for call in self.read(shared) if call["verb"] != "watch")


def program_of(call: dict) -> str:
    return call.get("userAgent", "").split("/")[0].split()[0]


def right_of(call: dict) -> Right:
    what = call["objectRef"]
    resource = what["resource"] + (f"/{what['subresource']}" if "subresource" in what else "")
    return what.get("apiGroup", ""), resource, call["verb"]


def refused(calls: list[dict]) -> set[Right]:
    """What was asked for and may not be: by whoever gives rights, or by a check of the call itself, such as for one who
    gives rights on that he does not have."""
    return {right_of(call) for call in calls if call["annotations"].get("authorization.k8s.io/decision") != "allow"
            or call["responseStatus"].get("code") == 403}


@dataclass
class CountingProxy:
    """Passes TCP on to an API server and counts bytes. It reads nothing of it: the encryption is between the two ends."""

    server: str  # https://host:port
    sent: int = 0
    received: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "CountingProxy":
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.listener.getsockname()[1]}"

    def total(self) -> int:
        with self.lock:
            return self.sent + self.received

    def _accept(self) -> None:
        place = urlparse(self.server)
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection((place.hostname, place.port))
            for source, target, name in ((client, server, "sent"), (server, client, "received")):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pump, args=(source, target, name), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, name: str) -> None:
        try:
            while data := source.recv(65536):
                with self.lock:
                    setattr(self, name, getattr(self, name) + len(data))
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def kubeconfig_through(cluster: Cluster, proxy: CountingProxy, file: Path) -> Path:
    """The cluster's kubeconfig, but by way of the proxy."""
    server, _ = cluster.api()
    file.write_text(cluster.kubeconfig.read_text().replace(server, proxy.url))
    return file


def settled(audit: Audit, seconds: float = 60) -> None:
    """Nobody of ours has asked for anything for two seconds."""
    def quiet() -> bool:
        return not any(program_of(call) in (OURS, HELM) for call in audit.read(shared=False) if call["verb"] != "watch")

    wait_until("the calls have ended", quiet, seconds, every=2)
