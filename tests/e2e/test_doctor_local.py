"""`dagitops doctor` on one machine: settings, git, Python, and the webserver's port."""

import json
import socket

import pytest
import yaml
from harness.doctor import examine, without_comment
from harness.program import dagitops

pytestmark = pytest.mark.local


@pytest.fixture
def install(serve):
    serve.repository.write("dagitops.yaml", "schemaVersion: 1\ndefaultEnvironment: production\nenvironments: {production: {}}\n")
    serve.repository.location("sales")
    serve.repository.push("Begin")
    return serve


def test_a_good_install_has_no_finding_before_and_while_it_runs(install):
    """And the state folder is not even made by asking."""
    found = examine(install)
    assert (found.exit_code, found.codes(), found.codes("warning"), found.codes("not-looked-at")) == (0, [], [], []), found.report
    assert not install.state.exists()
    install.start()
    install.wait_location("sales", "loaded", seconds=120)
    found = examine(install, write=False)
    assert (found.exit_code, found.codes(), found.codes("warning"), found.codes("not-looked-at")) == (0, [], [], []), found.report
    assert "held by dagitops serve" in found.text and "GraphQL of Dagster 1." in found.text
    text = install.run("doctor").stdout
    assert text.startswith("this machine\n  ok") and text.endswith("0 errors, 0 warnings, 0 not looked at\n"), text


def test_what_is_wrong_on_this_machine_is_told_at_once(install, folder):
    """One failure does not hide the others, and what depends on it is told as not looked at."""
    (folder / "a-file").write_text("")
    python = folder / "python"
    python.write_text("#!/bin/sh\nexit 3\n")
    python.chmod(0o755)
    (folder / "token").write_text("top-secret")
    source = {"url": "https://127.0.0.1:1/workspace.git", "tokenFile": str(folder / "token")}
    install.settings = {"source": source, "local_process": {"python": str(python)}}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", install.port))
        taken.listen()
        install.write_settings()
        settings = json.loads(install.config.read_text())
        settings["stateDir"] = str(folder / "a-file/state")
        install.config.write_text(json.dumps(settings))
        found = examine(install, write=False)
    assert found.exit_code == 1
    assert found.codes()[:1] == ["folder-unwritable"] and {"git-unreachable", "port-taken", "python-failed"} <= set(found.codes()), found.codes()
    assert {"workspace", "locations", "dagster"} <= set(found.codes("not-looked-at"))
    assert "top-secret" not in found.text


def test_somebody_at_our_port_is_told_with_another_one(install):
    """An HTTP server that is no Dagster."""
    import http.server
    import threading

    server = http.server.HTTPServer(("127.0.0.1", install.port), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        (line,) = examine(install).one("port-taken")["fix"]
    finally:
        server.shutdown()
    assert yaml.safe_load(without_comment(line)) == {"environments": {"production": {"dagster": {"webserver": {"port": 3001}}}}}


def test_a_branch_and_an_environment_that_are_not_there(install):
    install.settings = {"source": {"branch": "trunk"}}
    assert examine(install).codes() == ["git-branch-missing"]
    install.settings = {}
    install.repository.write("dagitops.yaml", "schemaVersion: 1\nenvironments: {staging: {}}\n")
    install.repository.push("Rename")
    found = examine(install)
    assert found.codes() == ["environment-unknown"]
    assert yaml.safe_load(without_comment(found.one("environment-unknown")["fix"][0])) == {"environments": {"production": {}}}


def test_a_location_with_a_fault_is_a_warning(install):
    install.repository.write("locations/bad.yaml", "image: 3\n")
    install.repository.push("Break")
    found = examine(install)
    assert (found.exit_code, found.codes("warning")) == (0, ["locations-invalid"]) and "bad" in found.one("locations-invalid")["found"]


def test_settings_with_faults_are_a_finding(tmp_path):
    (tmp_path / "settings.yaml").write_text("sorce: {}\n")
    done = dagitops("doctor", "--config", tmp_path / "settings.yaml", "-o", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 1 and "sorce" in done.stderr
    assert [check["code"] for check in report["sections"][0]["checks"]] == ["settings-invalid", "environments"]
