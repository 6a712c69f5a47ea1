"""What people and machines do to the files beside git."""

import pytest
from harness.waiting import wait_until

pytestmark = [pytest.mark.standin, pytest.mark.timeout(120)]


def pids(serve):
    return {name: sorted(p.pid for p in found) for name, found in serve.servers().items()}


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
