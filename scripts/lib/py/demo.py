"""What scripts/demo asks and asserts: of Dagster by GraphQL, of dagitops by `status`. One question a call.

up                          the webserver answers
loaded NAME...              exactly these locations are listed and loaded
ids                         prints the server ids of the loaded locations as JSON
same IDS NAME...            these locations are still served by the servers in IDS (from `ids`)
phase NAME PHASE [TEXT...]  `dagitops status` says so, and its line about it holds each TEXT
nothing-left FOLDER         no process of this machine names FOLDER any more
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests/e2e"))

from harness.dagster import Webserver  # noqa: E402
from harness.processes import processes_of  # noqa: E402
from harness.waiting import TimedOut, wait_until  # noqa: E402

SECONDS = 180  # the first start also makes the Python environment of one location


def fail(text: str) -> None:
    sys.exit(f"error: {text}")


def wait(arguments, what, ask, seconds=SECONDS):
    """As wait_until, but gives up as soon as dagitops has ended."""

    def ask_while_it_lives():
        if not Path(f"/proc/{arguments.pid}").exists():
            fail("dagitops has ended; see serve.log beside the settings")
        return ask()

    try:
        return wait_until(what, ask_while_it_lives, seconds, every=0.2)
    except TimedOut as error:
        fail(str(error))


def loaded(arguments, names):
    server = Webserver(arguments.url)

    def ask():
        found = server.locations()
        return set(found) == set(names) and all(one.server_id for one in found.values())

    wait(arguments, f"{', '.join(names)} loaded", ask)
    print(f"    Dagster shows {', '.join(sorted(names))}")


def same(arguments, before, names):
    now = Webserver(arguments.url).loaded()
    changed = [name for name in names if now.get(name) != json.loads(before).get(name)]
    if changed:
        fail(f"{', '.join(changed)} got another server without need")
    print(f"    untouched: {', '.join(names)}")


def phase(arguments, name, wanted, texts):
    def ask():
        command = [arguments.dagitops, "status", "--config", arguments.settings, "--output", "json"]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30)
        one = next(one for one in json.loads(answer.stdout)["locations"] if one["name"] == name)
        return one if one["phase"] == wanted and all(text in json.dumps(one) for text in texts) else None

    one = wait(arguments, f"{name} is {wanted}, with {texts}" if texts else f"{name} is {wanted}", ask)
    print(f"    {name} is {wanted}" + (f": {one['reason']}" if one["reason"] else ""))


def nothing_left(folder):
    try:
        wait_until("nothing runs any more", lambda: not processes_of(Path(folder)), 15)
    except TimedOut:
        fail(f"still running: {processes_of(Path(folder))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url")
    parser.add_argument("--pid", type=int, default=os.getpid())
    parser.add_argument("--dagitops")
    parser.add_argument("--settings")
    parser.add_argument("what", choices=["up", "loaded", "ids", "same", "phase", "nothing-left"])
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    words = arguments.words
    if arguments.what == "up":
        wait(arguments, "Dagster's webserver", lambda: Webserver(arguments.url).locations() is not None)
    elif arguments.what == "loaded":
        loaded(arguments, words)
    elif arguments.what == "ids":
        print(json.dumps(Webserver(arguments.url).loaded()))
    elif arguments.what == "same":
        same(arguments, words[0], words[1:])
    elif arguments.what == "phase":
        phase(arguments, words[0], words[1], words[2:])
    else:
        nothing_left(words[0])


if __name__ == "__main__":
    main()
