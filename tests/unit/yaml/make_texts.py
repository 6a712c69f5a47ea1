#!/usr/bin/env python3
"""Makes texts.tsv: how PyYAML, with libyaml, reads YAML texts and what dagitops writes of them.

Usage: make_texts.py list          print the texts, one a line as JSON
       make_texts.py check FILE    exit 1 where PyYAML reads one otherwise than FILE says, 77 without PyYAML

The table has one line for each of some texts: the text as JSON; the value in one line (yaml/emit.h, Canonical) or the codes of its
faults; what Emit writes, as JSON, or nothing. A text with a fault other than yaml-syntax may be YAML for PyYAML: dagitops
refuses it all the same. texts_test.cc says what dagitops reads and writes where that is not what stands there.
"""

import json
import random
import sys

PIECES = ["a: ", "b: ", "- ", "x", "\n", "\n  ", "\n    ", "\n- ", "'", '"', "{", "}", "[", "]", ", ", ": ", "#", " #", "&a ",
          "*a", "|", "|-\n  ", ">\n  ", "? ", "1", "no", "~", "\u00e9", "\t", "\\n", "\\x41", "---\n", "...\n", "\r\n", "\u2028",
          "!!str ", "@", "<<", "k", "12:30", "|+\n  ", "''", "\\\n", "\U0001f600", "a: 1\n", "b:\n  c: x\n", "- a\n- b\n",
          '"q"', "'s'", "0x1F", "1.10", "null", "2024-01-31", "k: {a: b, c: [d]}\n", "\ufeff"]


def texts():
    """Random texts of these pieces; the seed makes them the same every time. A mark of byte order stands only first."""
    rng = random.Random(20261122)
    found = {}
    while len(found) < 20000:
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 9)))
        found.setdefault(text[:1] + text[1:].replace("\ufeff", ""))
    return list(found)


def quoted(text):
    """As emit.cc writes a string."""
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    odd = {0x2028, 0x2029, 0xFEFF, 0xFFFD}
    return '"' + "".join(
        short.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or ord(c) in odd else c) for c in text) + '"'


def canonical(node):
    """The node in one line; a plain scalar that is no string for PyYAML stands there as it was written."""
    import yaml

    if node is None:
        return "null"
    if isinstance(node, yaml.SequenceNode):
        return "[" + ",".join(canonical(item) for item in node.value) + "]"
    if isinstance(node, yaml.MappingNode):
        members = sorted(node.value, key=lambda member: member[0].value.encode())
        return "{" + ",".join(quoted(key.value) + ":" + canonical(value) for key, value in members) + "}"
    kind = node.tag.rsplit(":", 1)[-1]
    if node.style or kind in ("str", "value", "merge"):
        return quoted(node.value)
    return "null" if kind == "null" else node.value


def read(text):
    import yaml

    try:
        return canonical(yaml.compose(text, yaml.CSafeLoader))
    except yaml.YAMLError:
        return None


def wrong(text, expected, emitted):
    """What PyYAML sees otherwise; "" when nothing."""
    if not emitted and expected != "yaml-syntax":
        return ""
    seen = read(text)
    if not emitted:
        return "" if seen is None else f"{text!r}: {seen}, not a fault"
    if seen != expected:
        return f"{text!r}: {seen}, not {expected}"
    return "" if read(json.loads(emitted)) == expected else f"{text!r}: written as {emitted}"


def main(arguments):
    if arguments[:1] == ["list"]:
        print("\n".join(quoted(text) for text in texts()))
        return 0
    try:
        from yaml import CSafeLoader  # noqa: F401
    except ImportError:
        return 77
    with open(arguments[1], encoding="utf-8") as table:
        rows = [line.rstrip("\n").split("\t") for line in table if not line.startswith("#")]
    faults = [fault for text, expected, emitted in rows if (fault := wrong(json.loads(text), expected, emitted))]
    print("\n".join(faults) or f"{len(rows)} texts as PyYAML reads them")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
