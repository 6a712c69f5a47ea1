"""The branch on which dagitops writes down what was applied."""

import json
from dataclasses import dataclass

from harness.program import Serve
from harness.waiting import wait_until

BRANCH = "dagitops/production"
RENDERED = ("base.yaml", "locations", "system.yaml", "workspace.yaml")


@dataclass(frozen=True)
class History:
    """That of one dagitops, as its remote has it."""

    serve: Serve

    def git(self, *words: str) -> str:
        return self.serve.repository.git("--git-dir", str(self.serve.repository.url), *words)

    def newest(self) -> dict:
        answer = self.serve.run("history", "--limit", "1", "--output", "json")
        found = json.loads(answer.stdout)["records"] if answer.returncode == 0 else []
        return found[0] if found else {}

    def wait_record(self, source: str, after: str = "", seconds: float = 90) -> dict:
        """The newest record, once it is of that commit of the source and the remote has it; another one than `after`."""

        def ask() -> dict:
            newest = self.newest()
            fits = newest and newest["source"] == source and newest["pushed"] and newest["commit"] != after
            return newest if fits else {}

        return wait_until(f"a record of {source[:8]}", ask, seconds, every=0.5)

    def differences(self, commit: str) -> str:
        """Of the newest record from that one; empty where every byte of every file is equal."""
        return self.git("diff", commit, BRANCH)

    def rendered(self, commit: str = BRANCH) -> str:
        """Mode, id and path of all that was rendered."""
        return self.git("ls-tree", "-r", commit, *RENDERED)

    def file(self, path: str, commit: str = BRANCH) -> str:
        return self.git("show", f"{commit}:{path}")
