"""The stand-in code server answers byte for byte what `dagster api grpc` answers."""

import os
import re
import signal
import subprocess
import time

import grpc
import pytest
from harness.waiting import wait_until

pytestmark = pytest.mark.standin

CALLS = [
    ("/api.DagsterApi/Ping", b"\n\x02hi"),
    ("/api.DagsterApi/Heartbeat", b"\n\x02hi"),
    ("/api.DagsterApi/GetServerId", b""),
    ("/api.DagsterApi/ListRepositories", b""),
    ("/api.DagsterApi/GetCurrentRuns", b""),
    ("/api.DagsterApi/GetCurrentImage", b""),
    ("/api.DagsterApi/ReloadCode", b""),
    ("/api.DagsterApi/NoSuchMethod", b""),
    ("/grpc.health.v1.Health/Check", b"\n\nDagsterApi"),
    ("/grpc.health.v1.Health/Check", b""),
    ("/grpc.health.v1.Health/Check", b"\n\x01x"),
    ("/api.DagsterApi/ShutdownServer", b""),
]
SERVER_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def start(python, folder, name, *arguments, command=("api", "grpc")):
    socket = folder / f"{name}.sock"
    command = [str(python), "-m", "dagster", *command, "--socket", str(socket), "--location-name", "one", *arguments]
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, "DAGSTER_HOME": str(folder)},
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_until(f"{name} listens or ends", lambda: socket.exists() or process.poll() is not None)
    return process, socket


def answers(socket, python):
    found = []
    with grpc.insecure_channel(f"unix:{socket}") as channel:
        for path, request in CALLS:
            try:
                reply = channel.unary_unary(path)(request, timeout=10)
            except grpc.RpcError as error:
                reply = error.code()
            found.append((path, request, comparable(reply, python)))
    return found


def comparable(reply, python):
    """What must differ is replaced: the server's random id, and the interpreter with the length that its path gives."""
    if not isinstance(reply, bytes):
        return reply
    reply = SERVER_ID.sub(b"ID", reply)
    if bytes(python) in reply:
        reply = reply[3:].replace(bytes(python), b"PYTHON")
    return reply


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-f", "one_file.py", "-d", "."], id="a file"),
        pytest.param(["-m", "one_module", "-a", "other", "-d", ".", "--use-python-environment-entry-point"],
                     id="an attribute of a module"),
        pytest.param(["-f", "one_file.py", "-d", ".", "--container-image", "registry.example.com/a:1"], id="with an image"),
    ],
)
def test_answers_are_dagsters(folder, real_python, standin, arguments):
    code = "import dagster as dg\ndefs = dg.Definitions()\n"
    (folder / "one_file.py").write_text(code)
    (folder / "one_module.py").write_text(code.replace("defs", "other"))
    arguments = [str(folder / word) if word == "." or word.endswith(".py") else word for word in arguments]
    real, real_socket = start(real_python, folder, "real", *arguments)
    fake, fake_socket = start(standin, folder, "fake", *arguments)
    assert answers(fake_socket, standin) == answers(real_socket, real_python)
    assert fake.wait(15) == real.wait(15) == 0
    assert not fake_socket.exists() and not real_socket.exists()


def call(socket, method):
    with grpc.insecure_channel(f"unix:{socket}") as channel:
        try:
            return channel.unary_unary(f"/api.DagsterApi/{method}")(b"", timeout=30)
        except grpc.RpcError as error:
            return error.code()


@pytest.mark.parametrize(
    ("arguments", "same"),
    [pytest.param([], False, id="another id"), pytest.param(["--fixed-server-id", "one-1"], True, id="a fixed id")],
)
def test_a_code_server_has_another_id_after_a_reload(folder, real_python, standin, arguments, same):
    (folder / "one_file.py").write_text("import dagster as dg\ndefs = dg.Definitions()\n")
    arguments = ["-f", str(folder / "one_file.py"), "-d", str(folder), *arguments]
    for name, python in (("real", real_python), ("fake", standin)):
        process, socket = start(python, folder, name, *arguments, command=("code-server", "start"))
        before = call(socket, "GetServerId")
        assert call(socket, "ReloadCode") == b""
        assert (call(socket, "GetServerId") == before) == same, name
        assert call(socket, "GetCurrentRuns") == grpc.StatusCode.UNIMPLEMENTED, name
        process.terminate()
        assert process.wait(30) == 0


def test_broken_code_ends_both_the_same_way(folder, real_python, standin):
    (folder / "one_file.py").write_text("import nothing_like_this\n")
    (folder / "standin.conf").write_text("exit: 1\n")
    arguments = ["-f", str(folder / "one_file.py"), "-d", str(folder)]
    ends = []
    for name, python in (("real", real_python), ("fake", standin)):
        process, socket = start(python, folder, name, *arguments)
        text = process.communicate(timeout=15)[1].decode()
        ends.append((process.returncode, socket.exists(), "DagsterImportError: Encountered ImportError" in text))
    assert ends == [(1, False, True)] * 2


def test_termination_waits_for_the_runs_inside(folder, standin):
    run = folder / "standin-runs/one/4e84741c"
    run.parent.mkdir(parents=True)
    run.touch()
    process, _ = start(standin, folder, "fake", "-f", "one_file.py", "-d", str(folder))
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert process.poll() is None
    run.unlink()
    assert process.wait(5) == 0


def test_it_is_ready_in_milliseconds(folder, standin):
    times = []
    for i in range(20):
        began = time.perf_counter()
        process, _ = start(standin, folder, f"fake{i}", "-f", "one_file.py", "-d", str(folder))
        times.append(time.perf_counter() - began)
        process.terminate()
        process.wait(5)
    assert sorted(times)[10] < 0.2  # about 2 ms by itself; wait_until looks every 50 ms
