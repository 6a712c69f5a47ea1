"""A bare workspace repository and a clone to push from."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

DAGITOPS_YAML = """\
schemaVersion: 1
defaultEnvironment: production
environments: {production: {}}
"""

CODE = """\
import dagster as dg


@dg.asset
def %(asset)s():
    return %(value)r


defs = dg.Definitions(assets=[%(asset)s])
"""


class Repository:
    """`url` is what dagitops reads; `work` is a clone whose commits are pushed."""

    def __init__(self, folder: Path):
        self.url = folder / "workspace.git"
        self.work = folder / "work"
        self._git("init", "-q", "--bare", "--initial-branch=main", str(self.url), cwd=folder)
        self._git("clone", "-q", str(self.url), str(self.work), cwd=folder)
        self._git("checkout", "-q", "-B", "main")

    @classmethod
    def clone_of(cls, other: "Repository", folder: Path) -> "Repository":
        """Another person's clone of the same repository."""
        made = cls.__new__(cls)
        made.url, made.work = other.url, folder
        made._git("clone", "-q", str(made.url), str(folder), cwd=folder.parent)
        return made

    def _git(self, *words: str, cwd: Path | None = None, **environment: str) -> str:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        run = subprocess.run(
            ["git", "-c", "advice.detachedHead=false", *words],
            cwd=cwd or self.work,
            env={**clean, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.returncode == 0, f"git {' '.join(words)}: {run.stderr}"
        return run.stdout.strip()

    def git(self, *words: str) -> str:
        return self._git(*words)

    def copy_example(self) -> None:
        shutil.copytree(ROOT / "example-repo", self.work, dirs_exist_ok=True)

    def write(self, path: str, text: str) -> None:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def read(self, path: str) -> str:
        return (self.work / path).read_text()

    def remove(self, *paths: str) -> None:
        self._git("rm", "-rqf", "--", *paths)

    def location(self, name: str, value: object = 1, env: dict[str, str] | None = None, code: str | None = None,
                 extra: str = "", code_server: bool = False) -> None:
        """One location with code of its own: an asset that returns `value`."""
        lines = [f'image: {{repository: registry.example.com/acme/{name}, tag: "1.0.0"}}']
        if env:
            lines.append("env:")
            lines += [f'  - {{name: {key}, value: "{text}"}}' for key, text in env.items()]
        if code_server:
            lines.append('codeServerArgs: ["-f", "definitions.py"]')
        lines += ["dagitops:", "  owner: team", f"  local: {{path: code/{name}}}"]
        if not code_server:
            lines.append("  codeSource: {pythonFile: definitions.py}")
        self.write(f"locations/{name}.yaml", "\n".join(lines) + "\n" + extra)
        self.write(f"code/{name}/definitions.py",
                   code if code is not None else CODE % {"asset": name.replace("-", "_") + "_rows", "value": value})

    def start(self, *names: str) -> str:
        """The first commit: dagitops.yaml and these locations."""
        self.write("dagitops.yaml", DAGITOPS_YAML)
        for name in names:
            self.location(name)
        return self.push("Begin")

    def commit(self, message: str, author: str = "Ada Lovelace <ada@example.com>") -> str:
        name, _, mail = author.rstrip(">").partition(" <")
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", message, GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=mail,
                  GIT_COMMITTER_NAME=name, GIT_COMMITTER_EMAIL=mail)
        return self._git("rev-parse", "HEAD")

    def push(self, message: str, author: str = "Ada Lovelace <ada@example.com>", force: bool = False) -> str:
        revision = self.commit(message, author)
        self._git("push", "-q", *(["--force"] if force else []), "origin", "HEAD:main")
        return revision
