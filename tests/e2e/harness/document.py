"""The commands that a document shows, run as they stand there."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.cluster import Cluster
from harness.program import BINARY
from harness.repository import ROOT
from harness.waiting import wait_until


def blocks_of(path: str, part: str, namespace: str) -> list[str]:
    """The shell blocks between the two marks of that name; in a namespace of another name, since others run here too."""
    document = (ROOT / path).read_text()
    text = document[document.index(f"<!-- {part}:begin -->"):document.index(f"<!-- {part}:end -->")]
    return [re.sub(r"(namespace:? )dagster", rf"\1{namespace}", block) for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


@dataclass
class Shell:
    """Where a reader would type them: dagitops, helm and kubectl are there, and the charts in $CHARTS."""

    folder: Path
    cluster: Cluster
    charts: Path

    def __post_init__(self):
        programs = self.folder / "bin"
        programs.mkdir()
        for name, place in (("dagitops", BINARY), ("helm", self.cluster.helm.binary), ("kubectl", self.cluster.programs / "kubectl")):
            (programs / name).symlink_to(place)
        person = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
                  for what, value in (("NAME", "a"), ("EMAIL", "a@example.com"))}
        self.environment = {**os.environ, **person, "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.folder),
                            "KUBECONFIG": str(self.cluster.kubeconfig), "CHARTS": str(self.charts)}

    def run(self, block: str) -> str:
        done = subprocess.run(["bash", "-euc", block], cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        return done.stdout

    def end_serve(self) -> None:
        """The one whose process id stands in the file `pid`."""
        file = self.folder / "pid"
        if not file.exists():
            return
        pid = int(file.read_text())
        os.kill(pid, signal.SIGTERM)
        wait_until("it has ended", lambda: not Path(f"/proc/{pid}").exists(), 60)
