"""The history of what was applied, and the ways back. With the stand-in for Dagster."""

import json
import shutil

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


def test_rollback_of_one_location_lasts_until_its_next_change(quick):
    repository = quick.repository
    first = repository.start(*THREE)
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    wait_record(quick, first)
    before = published(quick)
    repository.location("alpha", value=2)
    second = repository.push("Change alpha")
    wait_record(quick, second)
    assert published(quick) != before
    back = quick.run("rollback", "alpha", seconds=90)
    assert back.returncode == 0, back.stdout + back.stderr
    assert published(quick) == before
    assert quick.location("alpha")["phase"] == "pinned"
    repository.location("beta", value=7)
    wait_record(quick, repository.push("Change beta"))
    assert quick.location("alpha")["phase"] == "pinned"
    repository.location("alpha", value=3)
    repository.push("Mend alpha")
    quick.wait_location("alpha", "loaded")
    assert quick.run("rollback", "alpha", "--to", first, seconds=90).returncode == 0
    back = quick.run("rollback", "alpha", "--to", "HEAD", seconds=90)
    assert "alpha follows the branch" in back.stdout, back.stdout
    quick.wait_location("alpha", "loaded")
    assert quick.run("rollback", "nosuch").returncode == 3
    assert quick.run("rollback", "alpha", "--to", "fffffff").returncode == 3


def test_rollback_of_all_gives_the_bytes_back(quick):
    repository = quick.repository
    first = repository.start(*THREE, "delta")
    quick.start()
    quick.webserver.wait_loaded({*THREE, "delta"})
    begin = wait_record(quick, first)
    before = published(quick)
    repository.location("alpha", value=2)
    repository.location("omega")
    repository.remove("locations/delta.yaml")
    wait_record(quick, repository.push("Change alpha, add omega, remove delta"))
    back = quick.run("rollback", "--all", "--to", first, seconds=90)
    assert back.returncode == 0, back.stdout + back.stderr
    quick.webserver.wait_loaded({*THREE, "delta"})
    assert published(quick) == before
    again = wait_record(quick, first)
    assert again["commit"] != begin["commit"]
    changed = remote(quick, "diff", "--name-only", begin["commit"], again["commit"]).splitlines()
    assert not [path for path in changed if path.startswith("locations/") or path == "workspace.yaml"]
    assert quick.run("apply", seconds=90).returncode == 0
    quick.webserver.wait_loaded({*THREE, "omega"})


def lose(serve):
    """The machine is lost: nothing is left but the repository."""
    assert serve.stop() == 0
    shutil.rmtree(serve.state)
    shutil.rmtree(serve.dagster_home, ignore_errors=True)
    assert not serve.processes()


def with_decisions(quick):
    """Three locations, one of them held at its first version, one rolled back; the record of that."""
    repository = quick.repository
    repository.start(*THREE)
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    repository.location("beta", value=2)
    wait_record(quick, repository.push("Change beta"))
    assert quick.run("rollback", "beta", seconds=90).returncode == 0
    repository.write("locations/alpha.yaml", "image: [\n")
    source = repository.push("Break alpha")
    quick.wait_location("alpha", "held")
    return wait_record(quick, source), published(quick)


def future(quick):
    repository = quick.repository
    for name in THREE:
        repository.location(name, value=9)
    repository.location("omega")
    source = repository.push("Change all")
    quick.webserver.wait_loaded({*THREE, "omega"})
    wait_record(quick, source)


@pytest.mark.parametrize("order", ["serve first", "rebuild first"])
def test_rebuild_on_a_machine_that_knows_nothing_gives_every_byte_back(quick, order):
    record, before = with_decisions(quick)
    future(quick)
    lose(quick)
    if order == "serve first":
        quick.start()
        quick.webserver.wait_loaded({*THREE, "omega"})
    rebuilt = quick.run("rebuild", "--at", record["commit"], seconds=120)
    assert rebuilt.returncode in (0, 1), rebuilt.stdout + rebuilt.stderr  # 1: one location is held, as it was then
    if order == "rebuild first":
        assert "no `dagitops serve` is running" in rebuilt.stderr
        quick.start()
    quick.webserver.wait_loaded(set(THREE))
    wait_until("the files are those of then", lambda: published(quick) == before)
    wait_until("the history says so", lambda: tree(quick, BRANCH) == tree(quick, record["commit"]))
    assert quick.location("alpha")["phase"] == "held" and quick.location("beta")["phase"] == "pinned"
    assert any(record["commit"][:8] in note for note in quick.status()["notes"])
    quick.repository.location("gamma", value=11)
    quick.repository.push("Change gamma")
    stays_so("it stays so until the next plain apply", lambda: published(quick) == before, 3)
    assert quick.run("apply", seconds=90).returncode == 0
    quick.webserver.wait_loaded({*THREE, "omega"})


def test_what_was_decided_outlives_the_machine(quick):
    with_decisions(quick)
    lose(quick)
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    assert quick.wait_location("beta", "pinned")["reason"].startswith("pinned at ")
    assert quick.run("pause").returncode == 0
    wait_until("it is in the history", lambda: json.loads(remote(quick, "show", f"{BRANCH}:decisions.json"))["paused"])
    before = published(quick)
    lose(quick)
    quick.repository.location("gamma", value=11)
    quick.repository.push("Change gamma")
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    stays_so("nothing is changed", lambda: published(quick) == before and quick.status()["paused"], 3)
    assert quick.run("resume").returncode == 0
    wait_until("it follows the branch again", lambda: published(quick) != before)


def test_a_remote_that_refuses_is_told_and_costs_nothing(quick):
    hook = quick.repository.url / "hooks/pre-receive"
    first = quick.repository.start(*THREE)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    wait_record(quick, first, pushed=False)
    note = wait_until("it is told", lambda: next(iter(quick.status()["notes"]), None))
    assert "hooks/pre-receive" in note and "history.push: false" in note
    assert next(one["status"] for one in quick.status()["conditions"] if one["type"] == "Ready") == "True"
    assert quick.log.read_text().count("history is behind") == 1
    assert "on this machine alone" in quick.run("history").stdout
    hook.unlink()
    assert quick.stop() == 0
    quick.start()
    wait_record(quick, first)
    assert not quick.status()["notes"]


def test_what_a_kill_left_is_pushed_by_the_next_start(quick):
    repository = quick.repository
    first = repository.start(*THREE)
    quick.start()
    quick.webserver.wait_loaded(set(THREE))
    wait_record(quick, first)
    for value in range(2, 6):
        repository.location("alpha", value=value)
        source = repository.push(f"Change alpha to {value}")
        wait_until("it is taken", lambda: quick.status()["applied"]["id"] == source, 30)  # noqa: B023
        quick.kill()
        quick.start()
    wait_record(quick, source)
    keys = [one["key"] for one in records(quick)]
    assert all(a != b for a, b in zip(keys, keys[1:], strict=False))
    assert remote(quick, "fsck", "--strict", "--no-dangling") == ""


def test_switched_off_nothing_is_written(quick):
    quick.settings = {"history": {"enabled": False}}
    quick.repository.start("alpha")
    quick.start()
    quick.webserver.wait_loaded({"alpha"})
    stays_so("no branch", lambda: BRANCH not in remote(quick, "for-each-ref"), 2)
    assert not (quick.state / "history").exists()
    answer = quick.run("history")
    assert answer.returncode == 3 and "history.enabled" in answer.stderr


def test_diff_of_two_records_and_of_two_commits(quick):
    repository = quick.repository
    first = repository.start("alpha", "beta")
    quick.start()
    quick.webserver.wait_loaded({"alpha", "beta"})
    wait_record(quick, first)
    repository.location("alpha", env={"REGION": "eu"})
    second = repository.push("Name the region")
    wait_record(quick, second)
    for a, b in (("latest~1", "latest"), (first, second), (first, "latest")):
        shown = quick.run("diff", a, b)
        assert shown.returncode == 0, shown.stderr
        assert "~ alpha" in shown.stdout and "eu" in shown.stdout and "beta" not in shown.stdout, shown.stdout
