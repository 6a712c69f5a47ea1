"""Commands that need no Dagster: output, exit codes, what a first run says."""

import json
import os
import socket
import subprocess

import pytest
from harness.program import BINARY, dagitops
from harness.repository import ROOT, Repository
from harness.waiting import wait_until

pytestmark = [pytest.mark.cli, pytest.mark.timeout(60)]

DONE, FAILED, USAGE, INVALID, PENDING, APPROVAL = 0, 1, 2, 3, 4, 5
COMMANDS = ["init", "lint", "render", "plan", "apply", "serve", "status", "approve", "pause", "resume", "import",
            "completion", "doctor"]


@pytest.fixture
def example(repository: Repository) -> Repository:
    repository.copy_example()
    repository.push("Begin with the example")
    return repository


def test_help_of_every_command():
    whole = dagitops("--help")
    assert whole.returncode == DONE
    for command in COMMANDS:
        assert command in whole.stdout
        one = dagitops(command, "--help")
        assert one.returncode == DONE and len(one.stdout) > 100, command


@pytest.mark.parametrize("words", [["no-such-command"], ["lint", "--no-such-flag"], []], ids=str)
def test_wrong_usage_is_2(words):
    assert dagitops(*words).returncode == USAGE


def test_the_example_is_without_fault(example):
    answer = dagitops("lint", example.work)
    assert answer.returncode == DONE, answer.stdout + answer.stderr
    strict = json.loads(dagitops("lint", example.work, "--output", "json").stdout)
    assert [one for one in strict["diagnostics"] if one["severity"] != "note"] == []


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("image: {repository: registry.example.com/acme/a, tag: \"1\"}\nenv:\n  - {name: A, value: no}\n", "unquoted", ":3:"),
        ("image: {repository: elsewhere.example.com/a, tag: \"1\"}\n", "polic", ":1:"),
        ("image: [\n", "yaml-syntax", ":2:"),
        ("image: {repository: registry.example.com/acme/a, tag: \"1\"}\nport: 1\nport: 2\n", "duplicate-key", ":3:"),
    ],
    ids=["unquoted scalar", "foreign registry", "no YAML", "duplicate key"],
)
def test_a_fault_names_its_place(example, text, code, place):
    path = "locations/analytics/faulty.yaml"
    example.write(path, text)
    answer = dagitops("lint", example.work)
    assert answer.returncode == INVALID
    told = answer.stdout + answer.stderr
    assert f"{path}{place}" in told and code in told, told


def test_a_dirty_checkout_is_read_as_it_stands(example):
    example.write("locations/analytics/returns.yaml", example.read("locations/analytics/sales.yaml"))
    head = example.git("rev-parse", "HEAD")
    answer = dagitops("plan", example.work, "--output", "json")
    assert answer.returncode == DONE, answer.stderr
    plan = json.loads(answer.stdout)
    assert plan["revision"] == f"{head}-dirty"
    assert "returns" in answer.stdout
    assert f"at {head[:8]}-dirty: " in dagitops("plan", example.work).stdout


def test_the_chart_that_judges_can_be_chosen(example, folder):
    example.write("locations/analytics/returns.yaml", "image: {repository: registry.example.com/acme/returns, tag: \"1\", "
                  f"digest: \"sha256:{'a' * 64}\"}}\ndagitops: {{owner: team-analytics, codeSource: {{moduleName: returns}}}}\n")
    settings = folder / "settings.yaml"
    settings.write_text('environments: {production: {chartVersion: "1.10"}}\n')
    ignored = "image-digest-ignored"
    for command in ("lint", "render", "plan"):
        for words, old in (([], False), (["--chart-version", "1.10"], True), (["--config", settings], True)):
            answer = dagitops(command, example.work, "--env", "production", *words)
            assert answer.returncode == DONE, answer.stderr
            assert (ignored in answer.stdout + answer.stderr) == old, (command, words)
    settings.write_text("environments: {production: {chartVersion: 1.10}}\n")
    answer = dagitops("lint", example.work, "--config", settings)
    assert answer.returncode == INVALID and 'write "1.10"' in answer.stderr


def test_render_gives_the_same_bytes_twice(example):
    first = dagitops("render", example.url)
    assert first.returncode == DONE and "sales" in first.stdout, first.stderr
    assert dagitops("render", example.url).stdout == first.stdout


def test_environments_differ_as_their_files_say(example):
    production = dagitops("render", example.work, "--env", "production").stdout
    staging = dagitops("render", example.work, "--env", "staging").stdout
    assert "0.9.3" in production and "FORECAST_COUNTRY" not in production
    assert "0.10.0-rc.1" in staging and "FORECAST_COUNTRY" in staging and "DEPLOYMENT" in staging


def test_plan_tells_that_changes_are_pending(example):
    assert dagitops("plan", example.work).returncode == DONE
    assert dagitops("plan", example.work, "--exit-code").returncode == PENDING


def test_import_tells_what_lint_will_refuse(folder):
    values = folder / "values.yaml"
    values.write_text("deployments:\n- name: sales\n  image: {repository: r/sales, tag: 1.2}\n"
                      "  dagsterApiGrpcArgs: [-m, sales]\n")
    answer = dagitops("import", values, "--into", folder / "new")
    assert answer.returncode == DONE, answer.stderr
    told = dagitops("lint", folder / "new")
    assert told.returncode == INVALID
    fault = next(line for line in told.stdout.splitlines() if "image-tag-number" in line)
    assert f"note: to be mended before it loads: {fault}\n" in answer.stderr


def test_plan_tells_all_in_json(example):
    example.remove("locations/analytics/sales.yaml")
    example.write("locations/analytics/faulty.yaml", "image: [\n")
    example.commit("Break one, remove one")
    answer = dagitops("plan", example.work, "--base", "HEAD~1", "--explain", "--output", "json")
    plan = json.loads(answer.stdout)
    assert [(one["name"], one["decision"]) for one in plan["locations"]] == [("sales", "hold")]
    assert "faulty.yaml" in plan["locations"][0]["reason"]  # nobody knows whether it is that one under another name
    files = {value["file"] for one in plan["explained"] for value in one["values"] if value["path"] == "dagitops.owner"}
    assert any(file.startswith("locations/") for file in files)
    assert json.loads(dagitops("plan", example.work, "--output", "json").stdout)["explained"] is None


@pytest.mark.parametrize("where", ["work", "url"])
def test_a_revision_may_be_named_by_steps(example, folder, where):
    first = example.git("rev-parse", "HEAD")
    example.write("README.md", "more")
    second = example.push("More")
    repository = example.work if where == "work" else f"file://{example.url}"
    for name, revision in (("HEAD", second), ("HEAD~1", first), ("main^", first), (second[:8] + "~", first)):
        answer = dagitops("plan", repository, "--at", name, "--output", "json", "--state-dir", folder / "state")
        assert json.loads(answer.stdout)["revision"] == revision, (name, answer.stderr)
    answer = dagitops("plan", repository, "--at", "HEAD~9", "--state-dir", folder / "state")
    assert answer.returncode == INVALID and "does not go so far" in answer.stderr


def test_init_makes_a_repository_that_lint_accepts(folder):
    assert dagitops("init", folder / "new").returncode == DONE
    subprocess.run(["git", "init", "-q", folder / "new"], check=True)
    answer = dagitops("lint", folder / "new")
    assert answer.returncode == DONE, answer.stdout + answer.stderr


def test_schemas_of_the_example_are_the_projects():
    shipped = ROOT / "example-repo/.dagitops/schemas"
    names = sorted(path.name for path in shipped.iterdir())
    assert names
    for name in names:
        assert (shipped / name).read_bytes() == (ROOT / "schemas" / name).read_bytes(), f"copy schemas/{name} again"


def test_each_example_file_names_a_schema_that_is_there():
    example = ROOT / "example-repo"
    files = [example / "dagitops.yaml", *example.glob("locations/**/*.yaml"), *example.glob("environments/**/*.yaml")]
    assert len(files) >= 6
    for file in files:
        first = file.read_text().splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), file
        assert (file.parent / first.partition("=")[2]).is_file(), file


# Each shell completes a line that ends in a begun word, and prints what it offers. zsh's own functions need a terminal:
# these print what they would be given.
COMPLETE = {
    "bash": "source {file}; COMP_WORDS=({words}); COMP_CWORD={last}; _dagitops; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
    "zsh": "compdef() {{ :; }}; _files() {{ :; }}; compadd() {{ shift; print -l -- $@; }}; source {file};"
           " words=({words}); CURRENT=$(({last} + 1)); PREFIX=${{words[-1]}}; _dagitops",
    "fish": "source {file}; complete -C '{line}'",
}


@pytest.mark.parametrize("line, offered", [
    ("dagitops pl", {"plan"}), ("dagitops plan --exp", {"--explain"}), ("dagitops lint --output js", {"json"}), ("dagitops doctor -o te", {"text"}),
    ("dagitops completion z", {"zsh"}),
])
@pytest.mark.parametrize("shell", COMPLETE)
def test_completion_offers_what_fits(shell, line, offered, tmp_path):
    answer = dagitops("completion", shell)
    assert answer.returncode == DONE
    assert all(command in answer.stdout for command in COMMANDS)
    file = tmp_path / "completion"
    file.write_text(answer.stdout)
    words = line.split()
    script = COMPLETE[shell].format(file=file, words=line, last=len(words) - 1, line=line)
    shown = subprocess.run([shell, "-c", script], capture_output=True, text=True, timeout=20, check=True)
    assert shown.stderr == ""
    # zsh filters by what was typed itself.
    assert offered <= {word for word in shown.stdout.split() if word.startswith(words[-1])}


class TestLongWork:
    """A fetch says that it is on its way: at once to whoever looks, else when it takes long."""

    def test_a_quick_fetch_says_nothing_to_a_script(self, example, folder):
        answer = dagitops("lint", f"file://{example.url}", "--state-dir", folder / "state")
        assert answer.returncode == DONE and "fetching" not in answer.stderr

    def test_a_long_fetch_is_told(self, folder):
        with socket.socket() as silent:  # takes the connection and never answers
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            url = f"http://ada:hunter2@127.0.0.1:{silent.getsockname()[1]}/workspace.git"
            settings = folder / "settings.yaml"
            settings.write_text(json.dumps({"source": {"timeout": "4s"}, "stateDir": str(folder / "state")}))
            answer = dagitops("lint", url, "--config", settings)
        assert answer.returncode == FAILED
        assert answer.stderr.count("fetching http://127.0.0.1") == 1, answer.stderr
        assert "hunter2" not in answer.stderr and answer.stdout == ""

    def test_a_terminal_is_told_at_once(self, example, folder):
        master, slave = os.openpty()
        try:
            subprocess.run([BINARY, "lint", f"file://{example.url}", "--state-dir", folder / "state"], stdout=subprocess.DEVNULL,
                           stderr=slave, stdin=subprocess.DEVNULL, timeout=30, check=True)
            assert os.read(master, 1000).decode().startswith(f"dagitops: fetching file://{example.url}")
        finally:
            os.close(slave)
            os.close(master)


class TestFirstRun:
    """What is missing is said, with what to type."""

    def test_no_repository(self, folder):
        answer = dagitops("serve", folder / "nothing-here", "--state-dir", folder / "state", seconds=20)
        assert answer.returncode in (FAILED, INVALID)
        assert "nothing-here" in answer.stderr and "git" in answer.stderr

    def test_a_fresh_workspace_before_git_init(self, folder):
        assert dagitops("init", folder / "new").returncode == DONE
        answer = dagitops("serve", ".", "--state-dir", folder / "state", cwd=folder / "new", seconds=20)
        assert answer.returncode == INVALID, answer.stderr
        assert "git init -b main && git add -A && git commit" in answer.stderr and "--bare" not in answer.stderr
        assert not (folder / "state").exists(), "nothing was started"

    def test_no_python(self, example, folder):
        answer = dagitops("serve", example.url, "--state-dir", folder / "state", "--python", folder / "no-python", seconds=20)
        assert answer.returncode == FAILED
        assert "no-python" in answer.stderr

    def test_no_dagster_in_it(self, example, folder):
        answer = dagitops("serve", example.url, "--state-dir", folder / "state", "--python", "/usr/bin/python3", seconds=20)
        assert answer.returncode == FAILED
        assert "dagster" in answer.stderr and "pip install" in answer.stderr


def test_a_taken_port_is_told_and_tried_again(quick):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", quick.port))
        quick.repository.start("alpha")
        quick.start()
        said = f"port {quick.port} of 127.0.0.1 is taken by another process"
        wait_until("it is told", lambda: said in quick.log.read_text())
        wait_until("the status tells it too", lambda: said in " ".join(quick.status()["notes"]))
    quick.webserver.wait_loaded({"alpha"})


def test_what_runs_is_seen_and_served_while_the_git_server_is_away(quick):
    """Without settings and --env: the name of the environment is known from the state folder."""
    quick.repository.start("alpha")
    state, url = quick.folder / "state", quick.repository.url
    words = [url, "--state-dir", state]
    serve = [str(BINARY), "serve", *map(str, words), "--python", str(quick.python), "--interval", "1s", "--no-daemon",
             "--port", str(quick.port)]
    for moved in (False, True):
        if moved:
            url.rename(url.with_suffix(".away"))
        with open(quick.log, "ab") as log:
            process = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=quick.folder,
                                       env={**os.environ, "XDG_RUNTIME_DIR": str(quick.folder / "run")})
        try:
            wait_until("alpha runs", lambda: "alpha" in quick.servers())
            wait_until("it is told", lambda: "alpha" in dagitops("status", *words).stdout)
            if moved:
                assert dagitops("pause", *words).returncode == DONE
                assert dagitops("resume", *words).returncode == DONE
        finally:
            process.terminate()
            assert process.wait(30) == DONE


def test_a_workspace_in_a_folder_of_a_repository_is_served_from_there(quick):
    quick.repository.start("alpha")
    quick.repository.git("checkout", "-q", "-B", "main")
    for name in ("dagitops.yaml", "locations", "code"):
        target = quick.repository.work / "teams/data"
        target.mkdir(parents=True, exist_ok=True)
        (quick.repository.work / name).rename(target / name)
    quick.repository.commit("Move it below")
    words = [quick.repository.work / "teams/data", "--state-dir", quick.folder / "state"]
    serve = [str(BINARY), "serve", *map(str, words), "--python", str(quick.python), "--interval", "1s", "--no-daemon",
             "--port", str(quick.port), "--output", "json"]
    with open(quick.log, "ab") as log:
        process = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=quick.folder,
                                   env={**os.environ, "XDG_RUNTIME_DIR": str(quick.folder / "run")})
    try:
        quick.webserver.wait_loaded({"alpha"})
        status = json.loads(dagitops("status", *words, "--output", "json").stdout)
        assert status["serving"]["pid"] == process.pid and status["serving"]["command"] == "serve"
        wait_until("the address is told", lambda: f"Dagster is at http://127.0.0.1:{quick.port}" in quick.log.read_text())
        assert all(json.loads(line)["level"] for line in quick.log.read_text().splitlines())
        for name in ("requests", "trees", "trees/production"):
            assert (quick.folder / "state" / name).stat().st_mode & 0o777 == 0o700, name
    finally:
        process.terminate()
        assert process.wait(30) == DONE
    assert json.loads(dagitops("status", *words, "--output", "json").stdout)["serving"] is None


def test_help_tells_the_exit_codes():
    for words in (["--help"], ["apply", "--help"], ["plan", "--help"]):
        assert "5  a person has to decide" in dagitops(*words).stdout, words


def test_lint_and_plan_tell_code_that_is_not_there(example):
    text = example.read("locations/analytics/sales.yaml")
    assert "path: code/sales" in text
    example.write("locations/analytics/sales.yaml", text.replace("path: code/sales", "path: code/sale"))
    answer = dagitops("lint", example.work)
    assert answer.returncode == DONE
    assert "local-path-missing" in answer.stdout and 'did you mean "code/sales"?' in answer.stdout, answer.stdout
    assert dagitops("plan", example.work, "--exit-code").returncode == APPROVAL


def test_output_has_no_colours_when_nobody_looks(example):
    assert "\x1b" not in dagitops("lint", example.work).stdout
    assert "\x1b" not in dagitops("plan", example.work).stdout


def test_the_binary_says_its_version():
    assert subprocess.run([BINARY, "--version"], capture_output=True, text=True, env=os.environ).stdout.strip()
