#!/usr/bin/env python3
"""Makes scalars.tsv: how PyYAML and Helm read unquoted scalars.

Usage: make_scalars.py list            print the scalars, one a line
       make_scalars.py check FILE      exit 1 where PyYAML reads one otherwise than FILE says, 77 without PyYAML
       make_scalars.py table HELM      print the table; HELM has lines "scalar<TAB>JSON" from sigs.k8s.io/yaml v1.4.0's
                                       YAMLToJSON of "k: scalar" (any program of ten lines; "error" where it fails)

The table has one line a scalar: text, PyYAML's type, Helm's type.
"""

import json
import random
import sys

WORDS = """~ null Null NULL nULL none None yes Yes YES yEs no No NO nO true True TRUE tRue false False FALSE on On ON
oN off Off OFF oFF y Y n N t f .nan .NaN .NAN .Nan .inf .Inf .INF -.inf +.inf +.Inf .iNf inf nan NaN infinity = . -. +. - +
-- _ _1 -_1 +_1 1_ 1_000 1__0 0_ 0_7 00 000 0 -0 +0 1 -1 +1 7 12 -12 +12 012 -012 +012 08 09 018 0o17 0o8 -0o17 0O17
0x1F 0xff 0X1f -0x1F +0x1F 0x 0xg 0x_1 0x1_2 0b11 0b2 0b 0B1 -0b11 +0b11 0b_1 1:30 12:30:45 1:60 1:5 01:30 0:0 -1:30
190:20:30 190:20:30.15 1:30.5 1: :30 1:2:3:4 1:99 60:00 1:6 1.10 1.1 -1.5 +1.5 .5 -.5 +.5 5. -5. 0. .0 00.5 1_0.5 1.5_0
1.2.3 1..2 ..1 1.e3 1.e+3 1.5e3 1.5e+3 1.5e-3 1.5E+3 1e3 1E3 1e+3 1e-3 -1e3 e3 1e 1e+ 12e03 1_0e3 1.5e+ .e3 ._1 1e3x 1.x
0x1.8p1 1.5e+300 12345678901234567 123456789012345678 9223372036854775807 9223372036854775808 18446744073709551615
18446744073709551616 123456789012345678901234567890 -9223372036854775809 -99999999999999999999 2001-12-14 2001-1-1
2001-12-1 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 2001-12-14T21:59:43 2001-12-15T02:59:43.1Z
2001-12-14T21:59 2001-12-14T2:3:4Z 20011214 2001-13-45 0001-01-01 2001-12-14T21:59:43+5 2001-12-14T21:59:43+05:30
2001-12-1421:59:43 1999-01 12-01-01 hello a1 v1.2.3 1a 1-2 1/2 10% 3030/tcp 256Mi 250m 1Gi 10s 5m 2h sha256:abc a:b
a=b <x tru nul Nulls yess offf on1 1.0.0-rc.1 2024.06.1 1.4.2 0.1.3 latest main 3f9c1d2 1e5f 12e5 0e1 00e1 1234567
20240131 4711 0444 0777 0644 1_2_3 1,000 $1 1$ +a -a ++1 --1 +-1 1+1 1-1 0- 0+ -0x -0b 0x- 0b- 0_x1 0o 0o_7""".split()

ALPHABET = ["0", "1", "2", "7", "8", "9", "5", "6", ".", "_", ":", "-", "+", "e", "E", "x", "b", "o", "a", "f", "T", "Z"]


def scalars():
    """Fixed words, then random ones made of the characters that matter; the seed makes them the same every time."""
    rng = random.Random(20240131)
    seen = dict.fromkeys(["", *WORDS, "2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43", "2001-12-14  21:59:43 Z", "2001-1-4 1:02:03.", "2001-12-14 21:59:43 +5:3"])
    while len(seen) < 700:
        word = "".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 6)))
        # YAML itself reads these otherwise: block sequence, key, document marks.
        if not (word.startswith("-") and len(word) == 1) and not word.endswith(":") and word not in ("---", "..."):
            seen.setdefault(word)
    return [word for word in seen if word not in ("-", "1:", ":30") and not word.endswith(":")]


def pyyaml_type(text):
    import yaml

    node = yaml.compose("k: " + text + "\n", yaml.SafeLoader).value[0][1]
    return node.tag.rsplit(":", 1)[-1]


def helm_type(found):
    if found.startswith("error"):
        return "error"
    value = json.loads(found)
    names = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}
    return names[type(value)]


def main(arguments):
    if arguments[:1] == ["list"]:
        print("\n".join(scalars()))
        return 0
    try:
        import yaml  # noqa: F401
    except ImportError:
        return 77
    if arguments[:1] == ["check"]:
        with open(arguments[1], encoding="utf-8") as table:
            rows = [line.rstrip("\n").split("\t") for line in table if not line.startswith("#")]
        wrong = [f"{text!r}: {pyyaml_type(text)}, not {expected}" for text, expected, _ in rows if pyyaml_type(text) != expected]
        print("\n".join(wrong) or f"{len(rows)} scalars as PyYAML reads them")
        return 1 if wrong else 0
    with open(arguments[1], encoding="utf-8") as helm:
        answers = dict(line.rstrip("\n").split("\t", 1) for line in helm)
    print("# text, PyYAML 6.0, sigs.k8s.io/yaml v1.4.0 (Helm 3.14 and later); made by make_scalars.py")
    for text in scalars():
        print(f"{text}\t{pyyaml_type(text)}\t{helm_type(answers[text])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
