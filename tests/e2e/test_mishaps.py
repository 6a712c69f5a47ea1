"""What people and machines do to the files beside git."""

import re
import shutil
import threading
import time

import pytest
from harness.waiting import wait_until

pytestmark = [pytest.mark.standin, pytest.mark.timeout(120)]


REPORT = """\
schemaVersion: 1
defaultEnvironment: production
environments: {production: {drift: report}}
"""


def pids(serve):
    return {name: sorted(p.pid for p in found) for name, found in serve.servers().items()}


class LeastNamed:
    """Watches a published file: the names that were in it whenever it was read."""

    def __init__(self, file):
        self.file = file
        self.named = self.read()
        self.reads = 0
        self.ended = False
        self.thread = threading.Thread(target=self.watch)

    def read(self):
        return set(re.findall(r'location_name: "(.*)"', self.file.read_text()))

    def watch(self):
        while not self.ended:
            self.named &= self.read()
            self.reads += 1
            time.sleep(0.001)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()


def test_servers_whose_inventory_is_lost_are_taken_over(quick):
    quick.repository.start("alpha", "beta", "gamma")
    quick.settings = {"local_process": {"retireAfter": "0s"}}
    quick.start()
    ids = quick.webserver.wait_loaded({"alpha", "beta", "gamma"})
    quick.wait_location("gamma", "loaded")
    before = pids(quick)
    quick.kill()
    (quick.state / "local/production/servers.json").unlink()
    quick.repository.remove("locations/gamma.yaml", "code/gamma")
    quick.repository.push("Remove gamma")
    quick.start()
    wait_until("gamma has ended", lambda: "gamma" not in pids(quick))
    del before["gamma"], ids["gamma"]
    assert quick.webserver.wait_loaded({"alpha", "beta"}) == ids
    assert pids(quick) == before


def test_a_lost_state_and_a_lost_inventory_take_no_living_location_out_of_the_file(quick):
    names = {"alpha", "beta", "gamma", "delta"}
    quick.repository.start(*sorted(names))
    quick.settings = {"local_process": {"retireAfter": "0s"}}
    quick.start()
    ids = quick.webserver.wait_loaded(names)
    for name in names:
        quick.wait_location(name, "loaded")
    before = pids(quick)
    quick.kill()
    (quick.state / "local/production/servers.json").unlink()
    (quick.state / "state-production.json").unlink()
    shutil.rmtree(quick.state / "mirror")  # so that no earlier head is seen
    quick.repository.remove("locations/gamma.yaml", "code/gamma")
    quick.repository.push("Remove gamma")
    with LeastNamed(quick.state / "local/production/workspace/webserver.yaml") as watch:
        quick.start()
        wait_until("the removal waits", lambda: quick.status()["waitingRemovals"] == ["gamma"])
        assert quick.webserver.wait_loaded(names) == ids
        quick.wait_location("delta", "loaded")
        assert pids(quick) == before
        wait_until("the file was looked at often", lambda: watch.reads > 100)
    assert watch.named == names
    assert quick.run("approve", "gamma").returncode == 0
    wait_until("gamma has ended", lambda: "gamma" not in pids(quick))
    del before["gamma"], ids["gamma"]
    assert quick.webserver.wait_loaded({"alpha", "beta", "delta"}) == ids
    assert pids(quick) == before


def test_a_published_file_changed_by_hand_is_healed_and_told(quick):
    quick.repository.start("alpha", "beta")
    quick.start()
    ids = quick.webserver.wait_loaded({"alpha", "beta"})
    quick.wait_location("beta", "loaded")
    file = quick.state / "local/production/workspace/webserver.yaml"
    ours = file.read_text()
    file.write_text("load_from: []\n")
    quick.repository.write("README.md", "Wake up\n")
    quick.repository.push("Say something")
    wait_until("it is written anew", lambda: file.read_text() == ours)
    assert quick.webserver.wait_loaded({"alpha", "beta"}) == ids
    wait_until("it is told", lambda: [note for note in quick.status()["notes"] if "changed by hand" in note])
    assert 'reason="it was changed by hand"' in quick.log.read_text()


def test_a_published_file_changed_by_hand_is_only_told_where_drift_is_reported(quick):
    quick.repository.start("alpha")
    quick.repository.write("dagitops.yaml", REPORT)
    quick.repository.push("Report drift")
    quick.start()
    quick.webserver.wait_loaded({"alpha"})
    quick.wait_location("alpha", "loaded")
    file = quick.state / "local/production/workspace/webserver.yaml"
    by_hand = file.read_text() + "# mine\n"
    file.write_text(by_hand)
    quick.repository.write("README.md", "Wake up\n")
    head = quick.repository.push("Say something")
    wait_until("the commit is applied", lambda: quick.status()["applied"]["id"] == head)
    wait_until("it is told", lambda: [note for note in quick.status()["notes"] if "drift: report" in note])
    assert file.read_text() == by_hand
    quick.repository.location("beta")
    quick.repository.push("Add beta")
    quick.webserver.wait_loaded({"alpha", "beta"})
    assert "# mine" not in file.read_text()
