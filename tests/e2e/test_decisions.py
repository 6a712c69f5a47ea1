"""What a person decides: removals, going back, one writer. With the stand-in for Dagster."""

import json

import pytest
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.standin, pytest.mark.timeout(120)]

TEN = [f"place-{letter}" for letter in "abcdefghij"]
APPROVAL_NEEDED = 5


def remove(repository, names, message="Remove some", **more):
    repository.remove(*(f"locations/{name}.yaml" for name in names))
    return repository.push(message, **more)


def waiting(serve):
    return set(serve.status()["waitingRemovals"])


def test_removing_four_of_ten_waits_for_approval(quick):
    quick.repository.start(*TEN)
    quick.start()
    quick.webserver.wait_loaded(set(TEN))
    remove(quick.repository, TEN[:4])
    wait_until("the removals wait", lambda: waiting(quick) == set(TEN[:4]))
    stays_so("nothing goes before it is approved", lambda: set(quick.webserver.loaded()) == set(TEN), 2)
    plan = quick.run("plan", "--exit-code", "--output", "json")
    assert plan.returncode == APPROVAL_NEEDED
    waits = {one["name"] for one in json.loads(plan.stdout)["locations"] if one["decision"] == "removal-waiting"}
    assert waits == set(TEN[:4])
    approved = quick.run("approve")
    assert approved.returncode == 0, approved.stderr
    quick.webserver.wait_loaded(set(TEN[4:]))
    assert waiting(quick) == set()


def test_apply_tells_what_is_broken_before_what_waits(quick):
    quick.repository.start(*TEN)
    quick.start()
    quick.webserver.wait_loaded(set(TEN))
    quick.repository.write(f"locations/{TEN[9]}.yaml", "image: [\n")
    remove(quick.repository, TEN[:4])
    answer = quick.run("apply", seconds=90)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert waiting(quick) == set(TEN[:4])
    quick.repository.location(TEN[9])
    quick.repository.push("Mend it")
    assert quick.run("apply", seconds=90).returncode == APPROVAL_NEEDED


def test_a_trailer_allows_the_removals(quick):
    quick.repository.start(*TEN)
    quick.start()
    quick.webserver.wait_loaded(set(TEN))
    remove(quick.repository, TEN[:4], "Remove some\n\nDagitops-Allow-Removals: 4")
    quick.webserver.wait_loaded(set(TEN[4:]))


def test_locations_that_come_back_need_no_approval(quick):
    quick.repository.start(*TEN)
    quick.start()
    quick.webserver.wait_loaded(set(TEN))
    remove(quick.repository, TEN[:4])
    wait_until("the removals wait", lambda: waiting(quick))
    quick.repository.git("revert", "--no-edit", "HEAD")
    quick.repository.git("push", "-q", "origin", "HEAD:main")
    wait_until("nothing waits any more", lambda: not waiting(quick))
    assert set(quick.webserver.loaded()) == set(TEN)


def test_a_rewound_branch_removes_nothing_by_itself(quick):
    repository = quick.repository
    repository.start("alpha", "beta", "gamma", "delta")
    first = repository.git("rev-parse", "HEAD")
    repository.location("omega")
    repository.push("Add omega")
    quick.start()
    quick.webserver.wait_loaded({"alpha", "beta", "gamma", "delta", "omega"})
    repository.git("push", "-q", "--force", "origin", f"{first}:main")
    wait_until("its removal waits", lambda: waiting(quick) == {"omega"})
    assert "omega" in quick.webserver.loaded()
    assert quick.run("approve").returncode == 0
    quick.webserver.wait_loaded({"alpha", "beta", "gamma", "delta"})


def published(serve):
    return {path.name: path.read_bytes() for path in serve.state.glob("local/*/workspace/*.yaml")}


def test_apply_at_gives_an_older_revision_back_to_the_byte(quick):
    repository = quick.repository
    first = repository.start("alpha", "beta", "gamma", "delta")
    quick.start()
    ids = quick.webserver.wait_loaded({"alpha", "beta", "gamma", "delta"})
    before = published(quick)
    assert before
    repository.location("alpha", value=2)
    repository.location("omega")
    repository.push("Change alpha, add omega")
    quick.webserver.wait_loaded({"alpha", "beta", "gamma", "delta", "omega"})
    wait_until("alpha is new", lambda: quick.webserver.loaded()["alpha"] != ids["alpha"])
    assert published(quick) != before
    rendered = quick.run("render", "--at", first)
    assert quick.run("apply", "--at", first, seconds=90).returncode == 0
    quick.webserver.wait_loaded({"alpha", "beta", "gamma", "delta"})
    assert published(quick) == before
    assert quick.run("render", "--at", first).stdout == rendered.stdout
    # Pinned until the next plain apply.
    repository.location("beta", value=5)
    repository.push("Change beta")
    stays_so("the environment is pinned", lambda: published(quick) == before, 3)
    assert quick.run("apply", seconds=90).returncode == 0
    quick.webserver.wait_loaded({"alpha", "beta", "gamma", "delta", "omega"})


def test_apply_after_a_push_waits_for_what_was_pushed(quick):
    quick.settings = {"source": {"interval": "1h"}}  # only apply makes it look
    quick.repository.start("alpha")
    quick.start()
    quick.webserver.wait_loaded({"alpha"})
    for name in ("beta", "gamma", "delta"):
        quick.repository.location(name)
        revision = quick.repository.push(f"Add {name}")
        applied = quick.run("apply", seconds=60)
        assert applied.returncode == 0, applied.stdout + applied.stderr
        assert quick.status()["applied"]["id"] == revision
        assert name in quick.webserver.loaded()
        assert f"{name}: loaded\n" in applied.stderr and f"{name}: " not in applied.stdout.partition("environment")[0]
    quick.repository.url.rename(quick.repository.url.with_suffix(".away"))
    applied = quick.run("apply", seconds=60)
    assert applied.returncode == 1
    assert "could not be fetched" in applied.stderr


def test_a_second_daemon_on_the_same_state_refuses_and_names_the_first(quick, folder, repository, standin):
    quick.repository.start("alpha")
    quick.start()
    quick.webserver.wait_loaded({"alpha"})
    second = quick.run("serve", seconds=20)
    assert second.returncode == 1
    assert str(quick.process.pid) in second.stderr
    assert quick.alive() and quick.webserver.loaded()


def test_pause_leaves_everything_alone_until_resume(quick):
    quick.repository.start("alpha", "beta")
    quick.start()
    ids = quick.webserver.wait_loaded({"alpha", "beta"})
    assert quick.run("pause").returncode == 0
    quick.repository.location("alpha", value=2)
    quick.repository.push("Change alpha")
    stays_so("nothing changes", lambda: quick.webserver.loaded() == ids, 3)
    assert quick.status()["paused"]
    assert quick.run("resume").returncode == 0
    wait_until("alpha is new", lambda: quick.webserver.loaded()["alpha"] != ids["alpha"])
