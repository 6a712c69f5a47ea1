"""The commands of a document, to be run as they stand there."""

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


def blocks_of(document: str, part: str, language: str = "sh") -> list[str]:
    """Those between <!-- part:begin --> and <!-- part:end --> in this file of the repository; without the indent of a list."""
    text = (ROOT / document).read_text()
    part = text[text.index(f"<!-- {part}:begin -->"):text.index(f"<!-- {part}:end -->")]
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", part, re.DOTALL | re.MULTILINE)
    return [re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


@dataclass
class Shell:
    """Runs them in a folder, with dagitops, helm and kubectl for this cluster."""

    folder: Path
    cluster: Cluster

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir()
        kubectl = self.cluster.programs / "kubectl"
        for name, binary in (("dagitops", BINARY), ("helm", self.cluster.helm.binary), ("kubectl", kubectl)):
            (programs / name).symlink_to(binary)
        person = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
                  for what, value in (("NAME", "a"), ("EMAIL", "a@example.com"))}
        self.environment = {**os.environ, **person, "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.folder),
                            "KUBECONFIG": str(self.cluster.kubeconfig)}

    def run(self, block: str, seconds: float = 60, **variables: str) -> str:
        done = subprocess.run(["bash", "-euc", block], cwd=self.folder, env={**self.environment, **variables}, timeout=seconds,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
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
