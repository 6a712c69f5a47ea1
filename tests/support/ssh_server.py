#!/ usr / bin / env python3
"""Runs sshd on a free port of 127.0.0.1 until standard input ends, for tests. Prints the port when it answers.

usage: ssh_server.py FOLDER      (holds host_ed25519, host_ecdsa and authorized_keys)
"""

import os
import pathlib
import socket
import subprocess
import sys
import time

folder = pathlib.Path(sys.argv[1])
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
config = folder / "sshd_config"
config.write_text(f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_ed25519
HostKey {folder}/host_ecdsa
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PermitUserEnvironment no
""")
if os.geteuid() == 0:
    pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
log = open(folder / "log", "wb")
server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stdout=log,
                          stderr=log)
try:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            if server.poll() is not None:
                sys.exit((folder / "log").read_text())
            time.sleep(0.05)
    print(port, flush=True)
    sys.stdin.read()
finally:
    server.terminate()
    server.wait()
