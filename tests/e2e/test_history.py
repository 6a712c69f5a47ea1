"""The history of what was applied, and the ways back. With the stand-in for Dagster."""

import json

import pytest
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.standin, pytest.mark.timeout(180)]

BRANCH = "dagitops/production"
THREE = ["alpha", "beta", "gamma"]


def records(serve):
    """The list of `dagitops history`, newest first."""
    answer = serve.run("history", "--output", "json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)["records"]


def remote(serve, *words):
    return serve.repository.git("--git-dir", str(serve.repository.url), *words)


def tree(serve, commit):
    return remote(serve, "rev-parse", commit + "^{tree}")


def wait_record(serve, source, pushed=True):
    """The newest record, once it is of that commit and the remote has it."""

    def ask():
        newest = (records(serve) or [None])[0]
        return newest if newest and newest["source"] == source and newest["pushed"] == pushed else None

    return wait_until(f"a record of {source[:8]}", ask, 60, every=0.3)


def published(serve):
    return {path.name: path.read_bytes() for path in serve.state.glob("local/*/workspace/*.yaml")}


def test_what_was_applied_is_on_a_branch_of_its_own(quick):
    repository = quick.repository
    first = repository.start(*THREE)
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    begin = wait_record(quick, first)
    files = remote(quick, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert files == sorted(["decisions.json", "status.json", "workspace.yaml",
                            *(f"locations/{name}.yaml" for name in THREE), *(f"versions/{name}.json" for name in THREE)])
    assert remote(quick, "show", BRANCH + ":workspace.yaml") + "\n" == published(quick)["webserver.yaml"].decode()
    assert remote(quick, "rev-list", "--count", BRANCH) == "1"  # an orphan, and one record for one change
    message = remote(quick, "log", "-1", "--format=%B", BRANCH)
    assert "[skip ci]" in message.splitlines()[0] and f"Dagitops-Source: {first}" in message
    assert begin["subject"] == "begin with 3 locations"
    repository.location("alpha", value=2)
    repository.location("omega")
    second = repository.push("Change alpha, add omega")
    assert wait_record(quick, second)["subject"] == "alpha changed, omega added"
    text = quick.run("history").stdout.splitlines()
    assert len(text) == 2 and "begin with 3 locations" in text[1]
