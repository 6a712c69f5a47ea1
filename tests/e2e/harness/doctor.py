"""`dagitops doctor`, read."""

import json
from dataclasses import dataclass
from pathlib import Path

import yaml
from harness.cluster import Cluster
from harness.program import Serve


@dataclass(frozen=True)
class Findings:
    """One run of it for one environment."""

    exit_code: int
    report: dict
    text: str  # all that was printed

    def checks(self, level: str) -> list[dict]:
        return [check for section in self.report["sections"] for check in section["checks"] if check["level"] == level]

    def codes(self, level: str = "error") -> list[str]:
        return sorted(check["code"] for check in self.checks(level))

    def one(self, code: str, where: str = "") -> dict:
        found = [check for level in ("error", "warning") for check in self.checks(level)
                 if check["code"] == code and where in check["where"]]
        assert len(found) == 1, f"{code} {where}: {self.report}"
        return found[0]

    @property
    def rights(self) -> list[dict]:
        return [right for section in self.report["sections"] for right in section["rights"]]


def examine(serve: Serve, write: bool = True) -> Findings:
    if write:
        serve.write_settings()
    done = serve.run("doctor", "--output", "json")
    return Findings(done.returncode, json.loads(done.stdout), done.stdout + done.stderr)


def without_comment(line: str) -> str:
    """A line to put in, as a person takes it over."""
    return line.split("  #")[0]


def merged(into: dict, line: str) -> dict:
    """Values or settings with a line of a fix put in."""
    for key, value in yaml.safe_load(without_comment(line)).items():
        into[key] = merged(dict(into.get(key, {})), yaml.safe_dump(value)) if isinstance(value, dict) else value
    return into


def account_kubeconfig(cluster: Cluster, folder: Path, rules: list[dict]) -> Path:
    """A kubeconfig of an account that has these rights in the cluster's namespace, and no others."""
    named = {"name": "least", "namespace": cluster.namespace}
    objects = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": named},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": named, "rules": rules},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": named,
         "subjects": [{"kind": "ServiceAccount", **named}],
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "least"}}]
    cluster.kubectl("apply", "--filename", "-", stdin=yaml.safe_dump_all(objects))
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": cluster.kubectl("create", "token", "least").strip()}
    file = folder / "least.kubeconfig"
    file.write_text(yaml.safe_dump(config))
    return file
