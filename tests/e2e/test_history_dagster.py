"""Going back with real Dagster: what it lists, and every byte of what was rendered."""

import json
import shutil

import pytest
from harness.waiting import wait_until

pytestmark = [pytest.mark.local, pytest.mark.timeout(400)]

BRANCH = "dagitops/production"


def remote(serve, *words):
    return serve.repository.git("--git-dir", str(serve.repository.url), *words)


def wait_record(serve, source):
    def ask():
        answer = serve.run("history", "--limit", "1", "--output", "json")
        newest = json.loads(answer.stdout)["records"] if answer.returncode == 0 else []
        return newest[0] if newest and newest[0]["source"] == source and newest[0]["pushed"] else None

    return wait_until(f"a record of {source[:8]}", ask, 90, every=0.5)


def rendered(serve, commit):
    """Mode, id and path of what was rendered."""
    return remote(serve, "ls-tree", "-r", commit, "locations", "workspace.yaml")


def published(serve):
    return {path.name: path.read_bytes() for path in serve.state.glob("local/*/workspace/*.yaml")}


def test_rollback_of_all_and_rebuild_of_a_lost_machine(serve):
    repository = serve.repository
    first = repository.start("alpha", "beta")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha", "beta"}, seconds=120)
    begin = wait_record(serve, first)
    before = published(serve)
    assert remote(serve, "show", begin["commit"] + ":workspace.yaml") + "\n" == before["webserver.yaml"].decode()

    repository.location("alpha", value=2)
    repository.location("omega")
    repository.write("code/beta/definitions.py", "import no_such_module\n")
    second = repository.push("Change alpha, add omega, break beta")
    serve.webserver.wait_loaded({"alpha", "beta", "omega"}, seconds=120)
    serve.wait_location("beta", "held", seconds=90)
    held = wait_record(serve, second)
    assert "no_such_module" in remote(serve, "show", held["commit"] + ":decisions.json")
    with_decisions = published(serve)

    back = serve.run("rollback", "--all", "--to", first, seconds=180)
    assert back.returncode == 0, back.stdout + back.stderr
    assert set(serve.webserver.wait_loaded({"alpha", "beta"}, seconds=120)) == {"alpha", "beta"}
    assert published(serve) == before
    again = wait_record(serve, first)
    assert rendered(serve, again["commit"]) == rendered(serve, begin["commit"])
    assert ids

    assert serve.stop() == 0
    shutil.rmtree(serve.state)
    shutil.rmtree(serve.dagster_home, ignore_errors=True)
    rebuilt = serve.run("rebuild", "--at", held["commit"], seconds=120)
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    serve.start()
    serve.webserver.wait_loaded({"alpha", "beta", "omega"}, seconds=120)
    wait_until("the files are those of then", lambda: published(serve) == with_decisions, 60)
    wait_until("and so is every file of the history",
               lambda: remote(serve, "rev-parse", BRANCH + "^{tree}") == remote(serve, "rev-parse", held["commit"] + "^{tree}"),
               90)
    assert serve.location("beta")["phase"] == "held"
