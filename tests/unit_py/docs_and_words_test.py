"""doc_links.py and words.py find what they are for, and leave the rest alone."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKS = Path(__file__).resolve().parents[2] / "scripts/lib/py"

README = """# Title

## The second part: `code` & more
## Twice
## Twice
[file](docs/a.md) [folder](docs) [anchor](#the-second-part-code--more) [second](#twice-1) [web](https://example.com/x#y)
[other](docs/a.md#top) `[not a link](nowhere.md)` ![picture](docs/p.png "title")

```
[in a block](nowhere.md)
```

[reference]: docs/a.md
"""


def run(check, files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, CHECKS / check, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


class DocLinksTest(unittest.TestCase):
    files = {"README.md": README, "docs/a.md": "# Top\n[back](../README.md)\n", "docs/p.png": ""}

    def test_good_links(self):
        self.assertEqual(run("doc_links.py", self.files), (0, ""))

    def test_bad_links(self):
        for name, line, expected in [
            ("missing file", "[x](docs/b.md)", "README.md:2: link docs/b.md leads to no file"),
            ("missing anchor", "[x](#nowhere)", "no heading of README.md has the anchor #nowhere"),
            ("missing anchor elsewhere", "[x](docs/a.md#nowhere)", "no heading of docs/a.md has the anchor #nowhere"),
            ("third of two equal headings", "[x](#twice-2)", "anchor #twice-2"),
            ("absolute", "[x](/docs/a.md)", "is absolute"),
            ("reference", "[x]: docs/b.md", "leads to no file"),
            ("picture", "![x](docs/q.png)", "leads to no file"),
            ("out of the project", "[x](../elsewhere.md)", "leads to no file"),
        ]:
            with self.subTest(name):
                code, output = run("doc_links.py", {**self.files, "README.md": README.replace("\n", f"\n{line}\n", 1)})
                self.assertEqual(code, 1)
                self.assertIn(expected, output)


class WordsTest(unittest.TestCase):
    def test_good_text(self):
        text = "a todo list, TODOS, /usr/bin/env, registry.example.com, ~/work/x, $HOME/root/x, /workspace/x, /work/x, /rooted\n"
        self.assertEqual(run("words.py", {"a.txt": text, "LICENSE": "TO" "DO"}), (0, ""))

    def test_bad_texts(self):
        for text, expected in [
            ("// TO" "DO: later", "a.txt:1: a note to self"),
            ("# FIX" "ME", "a note to self"),
            ("see /ho" "me/someone/x", "a path of one machine"),
            ('"/ro' 'ot/.cache/x"', "a path of one machine"),
            ("/wo" "rk/main/x", "a path of one machine"),
            ("https://pypi" ".org/simple", "a package registry's host"),
        ]:
            with self.subTest(text):
                code, output = run("words.py", {"a.txt": text + "\n"})
                self.assertEqual(code, 1)
                self.assertIn(expected, output)


if __name__ == "__main__":
    unittest.main()
