#!/usr/bin/env python3
"""Real Dagster loads every workspace.yaml that is rendered in tests/golden, and makes of it what stands in it.

Runs with the Python of the virtual environment that DAGITOPS_DAGSTER_VENV names; exits with 77, which ctest takes for
"skipped", where there is none.
"""

import os
import pathlib
import sys
import tempfile
import unittest

SKIPPED = 77
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"


def origins(path):
    """Location name -> origin, in the order of the file, as the webserver and the daemon read it."""
    from dagster._core.workspace.load import location_origins_from_yaml_paths

    return {origin.location_name: origin for origin in location_origins_from_yaml_paths([str(path)])}


class RenderedWorkspaces(unittest.TestCase):
    def test_are_loaded_as_they_stand(self):
        import yaml

        files = sorted(GOLDEN.glob("*/*/workspace.yaml"))
        self.assertGreaterEqual(len(files), 6)
        for path in files:
            with self.subTest(path=path.relative_to(GOLDEN)):
                entries = [item["grpc_server"] for item in yaml.safe_load(path.read_text())["load_from"]]
                loaded = origins(path)
                self.assertEqual([entry["location_name"] for entry in entries], list(loaded))
                for entry in entries:
                    self.check(entry, loaded[entry["location_name"]])

    def check(self, entry, origin):
        self.assertEqual(type(origin).__name__, "GrpcServerCodeLocationOrigin")
        self.assertEqual(origin.port, entry.get("port"))
        self.assertEqual(origin.socket, entry.get("socket"))
        self.assertEqual(origin.host, entry.get("host", "localhost"))
        self.assertEqual(bool(origin.use_ssl), entry.get("ssl", False))
        self.assertEqual(origin.additional_metadata or {}, entry.get("additional_metadata", {}))
        for value in (origin.additional_metadata or {}).values():
            self.assertIsInstance(value, str)


class WhatRenderingRefuses(unittest.TestCase):
    """The files that WorkspaceYaml gives an error for are the ones that Dagster cannot load."""

    REFUSED = {
        "an empty file": "",
        "an empty mapping": "{}",
        "one name twice": "load_from:\n- grpc_server: {host: a, port: 1, location_name: x}\n"
        "- grpc_server: {host: b, port: 1, location_name: x}\n",
        "no address": "load_from:\n- grpc_server: {host: a, location_name: x}\n",
        "two addresses": "load_from:\n- grpc_server: {host: a, port: 1, socket: /x, location_name: x}\n",
        "a quoted port": 'load_from:\n- grpc_server: {host: a, port: "1", location_name: x}\n',
        "an unquoted name": "load_from:\n- grpc_server: {host: a, port: 1, location_name: 1.10}\n",
    }

    def test_is_refused_by_dagster(self):
        for name, text in self.REFUSED.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "workspace.yaml"
                path.write_text(text)
                with self.assertRaises(Exception):
                    origins(path)


def main():
    venv = os.environ.get("DAGITOPS_DAGSTER_VENV")
    if not venv:
        print("DAGITOPS_DAGSTER_VENV is not set: no Dagster to ask")
        return SKIPPED
    python = os.path.join(venv, "bin", "python")
    if os.path.realpath(sys.prefix) != os.path.realpath(venv):
        os.execv(python, [python, "-B", os.path.abspath(__file__)])
    return 0 if unittest.main(argv=sys.argv[:1], exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
