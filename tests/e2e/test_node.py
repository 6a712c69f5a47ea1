"""Real containers with real Dagster: what the steps by hand do, and what Dagster and Kubernetes say of a good and a bad
location. dagitops plays no part here; that all this is so is what it builds upon."""

import pytest
from harness.by_hand import Location, publish, publish_by_restart, release, roll_out, wait_ready
from harness.cluster import is_ready
from harness.images import SECOND
from harness.system import restarts
from harness.waiting import comes_true, wait_until

pytestmark = [pytest.mark.node, pytest.mark.timeout(300)]


def wait_metadata(system, location: str, **wanted: str) -> None:
    """Every webserver shows these of the location's assets."""
    for webserver in system.webservers():
        wait_until(f"{location} shows {wanted}", lambda one=webserver: wanted.items() <= one.metadata(location).items(), 60,
                   every=0.2)


def test_webservers_start_without_any_location(system):
    assert [one.locations() for one in system.webservers()] == [{}, {}]


def test_a_location_is_added_without_a_restart(system, record_property):
    before = system.lives()
    taken = roll_out(system, Location("sales", "acme.sales", env={"ACME_GREETING": "hello"}))
    taken.of.update(publish(system, ["sales"]).of)
    record_property(f"bare_steps_{system.dagster}", str(taken))
    for webserver in system.webservers():
        webserver.wait_loaded({"sales"})
    wait_metadata(system, "sales", code_version="1.0.0", greeting="hello")
    assert [one.locations().keys() for one in system.webservers(proxy=True)] == [{"sales"}, {"sales"}]
    assert system.lives() == before


def test_a_new_image_is_seen_without_a_restart(system, record_property):
    """Webservers watch the servers of the locations that they know. One that looks while both pods answer may hear of the new
    one and read the definitions of the old one, and then nothing tells it to look again: so whoever brings a new image has
    to ask each webserver afterwards."""
    roll_out(system, Location("prices", "acme.sales"))
    publish(system, ["prices"])
    wait_metadata(system, "prices", code_version="1.0.0")
    before = system.lives()
    roll_out(system, Location("prices", "acme.sales", tag=SECOND))
    wanted = {"code_version": SECOND, "image": f"{system.dagster.code()['repository']}:{SECOND}"}
    stuck = [one for one in system.webservers() if not comes_true(lambda one=one: wanted.items() <= one.metadata("prices").items(), 20)]
    record_property(f"webservers_that_stayed_with_the_old_image_{system.dagster}", len(stuck))
    for webserver in stuck:
        webserver.reload_location("prices")
    wait_metadata(system, "prices", **wanted)
    assert system.lives() == before


def test_a_server_that_ends_at_an_import_error_leaves_the_old_pod_in_place(system):
    good = Location("forecast", "acme.forecast", env={"ACME_GREETING": "good"})
    roll_out(system, good)
    publish(system, ["forecast"])
    (old,) = system.cluster.pods("forecast")
    release(system, Location("forecast", "acme.forecast", env={"ACME_GREETING": "bad", "ACME_BREAK": "yes"}))

    def new() -> dict | None:
        return next((pod for pod in system.cluster.pods("forecast") if pod["metadata"]["uid"] != old["metadata"]["uid"]), None)

    wait_until("the new pod was restarted", lambda: restarts(new()) > 0, 60, every=0.2)
    assert not is_ready(new())
    assert [pod["metadata"]["uid"] for pod in system.cluster.pods("forecast") if is_ready(pod)] == [old["metadata"]["uid"]]
    wait_metadata(system, "forecast", greeting="good")
    release(system, good)
    assert wait_ready(system, good) == old["metadata"]["uid"]


def test_a_code_server_is_ready_whatever_its_import_says(system):
    """Ready is not loaded: only Dagster knows."""
    roll_out(system, Location("broken", "acme.broken", code_server=True))
    publish(system, ["broken"])
    for webserver in system.webservers():
        wait_until("the error is told", lambda one=webserver: "no_such_module_of_acme" in one.locations()["broken"].error)


def test_a_run_has_a_pod_of_its_own(system):
    roll_out(system, Location("runs", "acme.sales"))
    publish(system, ["runs"])
    webserver, other = system.webservers()
    run = webserver.launch("runs", "nap")
    wait_until("the run succeeded", lambda: other.run_status(run) == "SUCCESS", 90, every=0.5)
    assert system.cluster.get("pods", f"dagster/run-id={run}")


def test_a_restart_shows_a_location_too(system, record_property):
    """The last one of its module: these are other pods."""
    before = system.lives()
    roll_out(system, Location("late", "acme.sales"))
    record_property(f"rolling_restart_{system.dagster}", str(publish_by_restart(system, ["late"])))
    for webserver in system.webservers():
        webserver.wait_loaded({"late"})
    assert not system.lives().keys() & before.keys()
