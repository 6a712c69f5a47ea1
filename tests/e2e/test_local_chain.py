"""A push becomes a loaded code location: add, change, break, mend, remove, rename, with real Dagster."""

import time

import pytest
from harness.waiting import stays_so, wait_until

pytestmark = [pytest.mark.local, pytest.mark.timeout(420)]

BROKEN = "import nothing_like_this\n"
SLOW = "import time\ntime.sleep(15)\n"


def pids(serve):
    """Everything that must not be restarted: webserver, daemon, code servers by location."""
    servers = {name: sorted(p.pid for p in found) for name, found in serve.servers().items()}
    return {"webserver": serve.webserver_process().pid, "daemon": serve.daemon_process().pid, **servers}


def assert_untouched(before, after, *names):
    for name in ("webserver", "daemon", *names):
        assert after[name] == before[name], f"{name} was restarted"


def wait_new_server(serve, name, old, seconds=60):
    """The webserver shows another server id than before for this location."""

    def ask():
        return serve.webserver.loaded().get(name) not in (None, old)

    wait_until(f"{name} is served by a new server", ask, seconds)
    return serve.webserver.loaded()[name]


def test_the_example_repository_is_loaded(serve):
    serve.repository.copy_example()
    serve.repository.push("Begin with the example")
    serve.start()
    serve.webserver.wait_loaded({"sales", "suppliers", "forecast"}, 150)
    assets = {name: one.assets for name, one in serve.webserver.locations().items()}
    assert assets["sales"] == ("daily_sales", "orders")
    assert set(assets["forecast"]) >= {"demand", "open_days"}
    interpreters = {name: found[0].arguments[0] for name, found in serve.servers().items()}
    assert interpreters["sales"] == str(serve.python)
    assert interpreters["forecast"] != str(serve.python), "forecast has an environment of its own"
    wait_until("the status says so", lambda: {one["phase"] for one in serve.status()["locations"]} == {"loaded"})


def test_added_changed_and_removed(serve):
    repository = serve.repository
    repository.start("alpha", "beta")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha", "beta"})
    before = pids(serve)

    # A new location starts nothing else anew.
    repository.location("gamma")
    repository.push("Add gamma")
    ids |= serve.webserver.wait_loaded({"alpha", "beta", "gamma"})
    assert_untouched(before, pids(serve), "alpha", "beta")
    before = pids(serve)

    # Its code changes.
    repository.location("gamma", code="import dagster as dg\n\n\n@dg.asset\ndef fresh():\n    pass\n\n\n"
                                      "defs = dg.Definitions(assets=[fresh])\n")
    repository.push("Change gamma's code")
    new = wait_new_server(serve, "gamma", ids["gamma"])
    assert serve.webserver.locations()["gamma"].assets == ("fresh",)
    assert_untouched(before, pids(serve), "alpha", "beta")

    # Only its environment changes.
    repository.location("gamma", env={"WHERE": "here"}, code=repository.read("code/gamma/definitions.py"))
    repository.push("Give gamma an environment")
    wait_new_server(serve, "gamma", new)
    assert_untouched(before, pids(serve), "alpha", "beta")

    # A commit that changes nothing changes nothing.
    quiet = pids(serve)
    repository.write("README.md", "Nothing to see\n")
    head = repository.push("Say so")
    wait_until("the new head is applied", lambda: serve.status()["applied"]["id"] == head)
    assert pids(serve) == quiet

    # It goes: out of Dagster at once; its server later, when the daemon can no longer choose it.
    repository.remove("locations/gamma.yaml", "code/gamma")
    repository.push("Remove gamma")
    serve.webserver.wait_loaded({"alpha", "beta"})
    wait_until("gamma's servers have ended", lambda: "gamma" not in serve.servers(), 150, every=1)
    assert_untouched(before, pids(serve), "alpha", "beta")


def test_broken_code_costs_only_its_own_location(serve):
    repository = serve.repository
    repository.start("alpha", "beta")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha", "beta"})
    before = pids(serve)

    # One commit breaks alpha and changes beta.
    good = repository.read("code/alpha/definitions.py")
    repository.location("alpha", code=BROKEN)
    repository.location("beta", value=2)
    bad = repository.push("Break alpha, change beta", author="Grace Hopper <grace@example.com>")
    ids["beta"] = wait_new_server(serve, "beta", ids["beta"])
    held = serve.wait_location("alpha", "held")
    assert serve.webserver.loaded()["alpha"] == ids["alpha"], "the old version serves"
    assert before["alpha"] == pids(serve)["alpha"]
    told = str(held)
    assert "nothing_like_this" in held["reason"] and "grace@example.com" in told and bad[:8] in told

    # The others go on while it is broken.
    repository.location("beta", value=3)
    repository.push("Change beta again")
    ids["beta"] = wait_new_server(serve, "beta", ids["beta"])
    assert serve.webserver.loaded()["alpha"] == ids["alpha"]

    # A fix takes over.
    repository.location("alpha", code=good + "# mended\n")
    repository.push("Mend alpha")
    wait_new_server(serve, "alpha", ids["alpha"])
    serve.wait_location("alpha", "loaded")
    assert_untouched(before, pids(serve))


def test_a_code_server_is_loaded_and_outlives_the_reloads(serve):
    """`dagster code-server start` imports its code anew at every reloadWorkspace, in the same process."""
    repository = serve.repository
    repository.start("beta")
    repository.location("alpha", code_server=True)
    repository.push("Add alpha")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha", "beta"})
    serve.wait_location("alpha", "loaded")
    before = pids(serve)

    # The other one changes: a reload, after which alpha is what it was.
    repository.location("beta", value=2)
    repository.push("Change beta")
    wait_new_server(serve, "beta", ids["beta"])
    serve.wait_location("beta", "loaded")
    stays_so("alpha stays loaded", lambda: serve.location("alpha")["phase"] == "loaded", 5)
    assert serve.webserver.loaded()["alpha"] == ids["alpha"]
    assert_untouched(before, pids(serve), "alpha")
    reloads = [line for line in serve.log.read_text().splitlines() if "listed from another server" in line]
    assert len(reloads) <= 2, reloads

    # Its server stays up with code that does not load; the old version serves.
    repository.location("alpha", code=BROKEN, code_server=True)
    repository.push("Break alpha")
    held = serve.wait_location("alpha", "held", 60)
    assert "nothing_like_this" in held["reason"]
    assert serve.webserver.loaded()["alpha"] == ids["alpha"]

    # A change of its code is a new server.
    repository.location("alpha", value=3, code_server=True)
    repository.push("Mend alpha")
    wait_new_server(serve, "alpha", ids["alpha"])
    serve.wait_location("alpha", "loaded")


def test_a_renamed_location_is_another_one(serve):
    repository = serve.repository
    repository.start("alpha", "beta", "gamma", "delta")
    serve.start()
    serve.webserver.wait_loaded({"alpha", "beta", "gamma", "delta"})
    before = pids(serve)
    repository.git("mv", "locations/alpha.yaml", "locations/omega.yaml")
    repository.push("Rename alpha")
    serve.webserver.wait_loaded({"omega", "beta", "gamma", "delta"})
    assert_untouched(before, pids(serve), "beta", "gamma", "delta")


def test_a_fast_location_does_not_wait_for_a_slow_one(serve):
    repository = serve.repository
    repository.start("alpha")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha"})
    repository.location("slow", code=SLOW + repository.read("code/alpha/definitions.py").replace("alpha", "slow"))
    repository.push("Add slow")
    wait_until("slow is starting", lambda: "slow" in serve.servers())
    began = time.monotonic()
    repository.location("alpha", value=2)
    repository.location("quick")
    repository.push("Change alpha, add quick")
    wait_new_server(serve, "alpha", ids["alpha"])
    wait_until("quick is loaded", lambda: "quick" in serve.webserver.loaded())
    took = time.monotonic() - began
    assert not serve.webserver.loaded().get("slow"), "slow was not slow enough for this test"
    assert took < 12
    wait_until("slow is loaded", lambda: serve.webserver.loaded().get("slow"), 60)


RUNNING = """\
import time

import dagster as dg


@dg.op
def wait_a_minute():
    time.sleep(60)


@dg.job
def long_job():
    wait_a_minute()


defs = dg.Definitions(jobs=[long_job])
"""


def test_a_run_survives_a_change_of_its_location(serve):
    repository = serve.repository
    repository.start("beta")
    repository.location("alpha", code=RUNNING)
    repository.push("Add alpha")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha", "beta"})
    run = serve.webserver.launch("alpha", "long_job")
    wait_until("the run has started", lambda: serve.webserver.run_status(run) == "STARTED", 60)
    repository.location("alpha", code=RUNNING.replace("60", "61"))
    repository.push("Change alpha")
    wait_new_server(serve, "alpha", ids["alpha"])
    assert serve.webserver.run_status(run) == "STARTED", "the run is still under way when the new version serves"
    wait_until("the run has ended", lambda: serve.webserver.run_status(run) not in ("STARTED", "CANCELING"), 90, every=1)
    assert serve.webserver.run_status(run) == "SUCCESS"
    wait_until("the old server has ended", lambda: len(serve.servers()["alpha"]) == 1, 150, every=1)
    assert serve.webserver.loaded()["alpha"] != ids["alpha"]


def test_sigterm_ends_everything_and_a_new_start_serves_the_same(serve):
    serve.repository.start("alpha", "beta")
    serve.start()
    serve.webserver.wait_loaded({"alpha", "beta"})
    assert serve.stop() == 0
    wait_until("all that was supervised has ended", lambda: not serve.processes())
    serve.start()
    serve.webserver.wait_loaded({"alpha", "beta"})


def test_after_sigkill_the_next_one_adopts_what_runs(serve):
    serve.repository.start("alpha", "beta")
    serve.start()
    ids = serve.webserver.wait_loaded({"alpha", "beta"})
    before = pids(serve)
    serve.kill()
    stays_so("Dagster goes on without dagitops", lambda: serve.webserver.loaded() == ids, 2)
    serve.repository.location("gamma")
    serve.repository.push("Add gamma while nobody looks")
    serve.start()
    serve.webserver.wait_loaded({"alpha", "beta", "gamma"})
    assert_untouched(before, pids(serve), "alpha", "beta")
    assert all(len(found) == 1 for found in serve.servers().values()), serve.servers()
