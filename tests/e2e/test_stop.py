"""SIGTERM ends everything soon, whoever does not answer at that moment, and however often it comes. With the stand-in
for Dagster."""

import os
import signal
import socket
import threading
import time

import pytest
from harness.waiting import wait_until

pytestmark = [pytest.mark.standin, pytest.mark.timeout(120)]

GRACE = 2
PATIENCE = GRACE + 5


class SilentHost:
    """Takes connections and never says a word."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.connections = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        try:
            while True:
                self.connections.append(self.listener.accept()[0])
        except OSError:
            return  # closed

    @property
    def url(self) -> str:
        return f"git://127.0.0.1:{self.listener.getsockname()[1]}/workspace.git"


def stop_and_measure(serve) -> float:
    begun = time.monotonic()
    code = serve.stop(seconds=60)
    took = time.monotonic() - begun
    assert code == 0
    assert not serve.processes(), "nothing is left behind"
    return took


def test_a_git_host_that_hangs_delays_no_end(quick):
    quick.repository.start("alpha", "beta")
    quick.settings = {"local_process": {"stopGrace": f"{GRACE}s"}}
    quick.start()
    quick.webserver.wait_loaded({"alpha", "beta"})
    quick.kill()
    host = SilentHost()
    quick.settings["source"] = {"url": host.url, "timeout": "60s"}
    quick.start()
    wait_until("it fetches", lambda: host.connections)
    assert quick.run("pause", seconds=5).returncode == 0, "a pass answers though the fetch hangs"
    assert stop_and_measure(quick) < PATIENCE
    host.listener.close()


def test_a_webserver_that_hangs_delays_no_end(quick):
    quick.repository.start("alpha", "beta")
    quick.settings = {"local_process": {"stopGrace": f"{GRACE}s"}}
    quick.start()
    quick.webserver.wait_loaded({"alpha", "beta"})
    os.kill(quick.webserver_process().pid, signal.SIGSTOP)
    before = quick.log.read_text().count("applying object=webserver/")
    quick.repository.location("alpha", value=2)
    quick.repository.push("Change alpha")
    wait_until("it waits for the webserver",
               lambda: quick.log.read_text().count("applying object=webserver/") > before)
    assert stop_and_measure(quick) < PATIENCE


def test_only_runs_that_did_not_end_in_time_are_named_as_cut(quick):
    quick.repository.start()
    for name in ("alpha", "beta"):
        quick.repository.location(name, env={"STANDIN_STOP_MS": "1500"})
    quick.repository.push("Add two that take long to end")
    quick.settings = {"local_process": {"stopGrace": "3s"}}
    quick.start()
    quick.webserver.wait_loaded({"alpha", "beta"})
    runs = {name: quick.dagster_home / "standin-runs" / name / f"run-of-{name}" for name in ("alpha", "beta")}
    for run in runs.values():
        run.parent.mkdir(parents=True)
        run.touch()
    threading.Timer(0.5, runs["alpha"].unlink).start()
    stop_and_measure(quick)
    cut = [line for line in quick.log.read_text().splitlines() if "runs cut" in line]
    assert len(cut) == 1 and "run-of-beta" in cut[0], cut


def serve_two(quick):
    quick.repository.start("alpha", "beta")
    quick.settings = {"local_process": {"stopGrace": f"{GRACE}s"}}
    quick.start()
    quick.webserver.wait_loaded({"alpha", "beta"})


@pytest.mark.parametrize("pause", [0, 0.02, 1.2], ids=["at once", "a moment later", "much later"])
def test_sigterm_twice_ends_everything_once(quick, pause):
    """GNU timeout signals its child and then its own group, which the child is in."""
    serve_two(quick)
    if pause > 1:
        os.kill(quick.webserver_process().pid, signal.SIGSTOP)  # it ends only by SIGKILL, after the grace time
    quick.process.send_signal(signal.SIGTERM)
    time.sleep(pause)
    assert stop_and_measure(quick) < PATIENCE


def test_ctrl_c_twice_at_once_ends_everything_once(quick):
    serve_two(quick)
    quick.process.send_signal(signal.SIGINT)
    quick.process.send_signal(signal.SIGINT)
    assert quick.wait_end() == 0
    assert not quick.processes()


def test_a_later_ctrl_c_leaves_servers_running_and_names_them(quick):
    quick.settings = {"local_process": {"stopGrace": "60s"}}
    quick.repository.start("alpha")
    quick.start()
    quick.webserver.wait_loaded({"alpha"})
    server = quick.servers()["alpha"][0]
    os.kill(server.pid, signal.SIGSTOP)  # so that it does not end before the second Ctrl-C
    quick.process.send_signal(signal.SIGINT)
    time.sleep(1.2)
    quick.process.send_signal(signal.SIGINT)
    assert quick.wait_end() == -signal.SIGINT
    assert f"left running; the next `dagitops serve` takes them over pids={server.pid}" in quick.log.read_text()
    assert [left.pid for left in quick.processes()] == [server.pid]
    os.kill(server.pid, signal.SIGKILL)
    wait_until("it is gone", lambda: not quick.processes())


def test_a_closed_terminal_ends_everything(quick):
    serve_two(quick)
    quick.process.send_signal(signal.SIGHUP)
    assert quick.wait_end() == 0
    assert not quick.processes(), "nothing is left behind"


def test_under_nohup_a_closed_terminal_changes_nothing(quick):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the child inherits it
    try:
        serve_two(quick)
    finally:
        signal.signal(signal.SIGHUP, before)
    quick.process.send_signal(signal.SIGHUP)
    quick.repository.location("gamma")
    quick.repository.push("Add gamma")
    quick.webserver.wait_loaded({"alpha", "beta", "gamma"})
    assert stop_and_measure(quick) < PATIENCE
