"""Reads our C++ files as text: which there are, what they include, and a digest of all that one of them depends on.

Shared by tests/layering_check and scripts/lib/py/tidy.py. Python 3.11, standard library only.
"""

import hashlib
import os
import re
import subprocess
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def project_files(root):
    """Paths relative to root, '/'-separated and sorted: what git tracks or would add; all files where there is no git."""
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True, text=True, check=False)
    top = subprocess.run(["git", "-C", str(root), "rev-parse", "--show-toplevel"],
                         capture_output=True, text=True, check=False)
    if listing.returncode == 0 and Path(top.stdout.strip()) == Path(root).resolve():
        names = [name for name in listing.stdout.split("\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in Path(root).rglob("*") if path.is_file()]
    return sorted({name for name in names if (Path(root) / name).is_file()})


def includes(text):
    """[(line number, '<' or '"', path)] of every #include directive."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match:
            found.append((number, match.group(1), match.group(2)))
    return found


class Tree:
    """The files below include/ and src/, read once."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.files = project_files(self.root)
        self._text = {}
        self._closure = {}

    def text(self, name):
        if name not in self._text:
            self._text[name] = (self.root / name).read_text(encoding="utf-8", errors="replace")
        return self._text[name]

    def resolve(self, path):
        """The project file that a quoted include means, or None. Search path: include/, src/, tests/."""
        for folder in ("include", "src", "tests"):
            name = f"{folder}/{path}"
            if (self.root / name).is_file():
                return name
        return None

    def closure(self, name):
        """name and every project file it includes, directly or not."""
        if name not in self._closure:
            seen, waiting = set(), [name]
            while waiting:
                current = waiting.pop()
                if current in seen:
                    continue
                seen.add(current)
                for _, kind, path in includes(self.text(current)):
                    found = self.resolve(path) if kind == '"' else None
                    if found:
                        waiting.append(found)
            self._closure[name] = sorted(seen)
        return self._closure[name]

    def digest(self, name, *extra):
        """Changes when name, a project file below it, or one of the extra texts changes."""
        state = hashlib.sha256()
        for part in (*extra, *(text for file in self.closure(name) for text in (file, self.text(file)))):
            state.update(part.encode())
            state.update(b"\0")
        return state.hexdigest()


class Passed:
    """Remembers digests that passed a slow check, as empty files; so a second run asks only what changed."""

    def __init__(self, purpose):
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.folder = Path(cache) / "dagitops" / purpose
        self.folder.mkdir(parents=True, exist_ok=True)

    def has(self, digest):
        mark = self.folder / digest
        if not mark.exists():
            return False
        os.utime(mark)
        return True

    def add(self, digest):
        (self.folder / digest).touch()

    def forget_older_than(self, days, now):
        for mark in self.folder.iterdir():
            if mark.stat().st_mtime < now - days * 86400:
                mark.unlink(missing_ok=True)
