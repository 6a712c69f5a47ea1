#!/usr/bin/env python3
"""Makes a bare git repository: branch `main` has N realistic fragments of about 1 kB in 100 folders, branch `next` one
commit more that changes one of them. The same N gives the same repository, byte for byte.

usage: generate.py REPOSITORY N
"""

import random
import subprocess
import sys

REPOSITORY_FILE = """\
schemaVersion: 1
defaultEnvironment: production
environments:
  production: {}
defaults:
  image: {pullPolicy: IfNotPresent}
  startupProbe: {enabled: true, periodSeconds: 2, failureThreshold: 30}
policy:
  registries: [registry.example.com/acme]
  forbid: [securityContext.privileged, volumes.hostPath]
  owners: {"locations/team-007/**": team-007}
"""

ENVIRONMENT_DEFAULTS = """\
env:
  - {name: DEPLOYMENT, value: production}
labels: {environment: production}
"""

FRAGMENT = """\
# Owned by {owner}; questions to #{owner}.
image:
  repository: registry.example.com/acme/{owner}/{name}
  tag: "{major}.{minor}.{patch}"
env:
  - {{name: WAREHOUSE_SCHEMA, value: {schema}}}
  - {{name: BATCH_SIZE, value: "{batch}"}}
  - name: WAREHOUSE_HOST
    value: warehouse-{shard}.internal.example.com
  - name: LOG_LEVEL
    value: info
envSecrets:
  - name: {owner}-warehouse
envConfigMaps:
  - name: {owner}-shared
labels:
  team: {owner}
  cost-centre: "{cost}"
resources:
  requests: {{cpu: {cpu}m, memory: {memory}Mi}}
  limits: {{memory: {limit}Mi}}
volumes:
  - name: scratch
    emptyDir: {{sizeLimit: 2Gi}}
volumeMounts:
  - name: scratch
    mountPath: /scratch
nodeSelector:
  pool: data-{pool}
tolerations:
  - {{key: dedicated, operator: Equal, value: data, effect: NoSchedule}}
includeConfigInLaunchedRuns:
  enabled: true
dagitops:
  owner: {owner}
  codeSource:
    moduleName: {module}.definitions
    attribute: defs
  metadata:
    runbook: https://wiki.example.com/{owner}/{name}
"""


def fragment(number, random_source):
    owner = f"team-{number % 100:03d}"
    name = f"{random_source.choice(WORDS)}-{random_source.choice(WORDS)}-{number:05d}"
    memory = random_source.choice([256, 512, 1024, 2048])
    text = FRAGMENT.format(
        owner=owner,
        name=name,
        module=name.replace("-", "_"),
        major=random_source.randrange(5),
        minor=random_source.randrange(30),
        patch=random_source.randrange(100),
        schema=random_source.choice(WORDS),
        batch=random_source.randrange(100, 9999),
        shard=random_source.randrange(12),
        cost=random_source.randrange(1000, 9999),
        cpu=random_source.choice([100, 250, 500, 1000]),
        memory=memory,
        limit=memory * 2,
        pool=random_source.randrange(4),
    )
    return f"locations/{owner}/{name}.yaml", text


WORDS = "orders customers billing returns suppliers forecast inventory pricing search ledger shipping audit".split()


def commit(out, branch, message, files):
    out.append(f"commit refs/heads/{branch}\ncommitter Bench <bench@example.com> 1700000000 +0000\ndata {len(message)}\n{message}\n")
    for path, text in files:
        data = text.encode()
        out.append(f"M 100644 inline {path}\ndata {len(data)}\n{text}\n")


def main():
    repository, count = sys.argv[1], int(sys.argv[2])
    random_source = random.Random(count)
    fragments = [fragment(number, random_source) for number in range(count)]
    files = [("dagitops.yaml", REPOSITORY_FILE), ("environments/production/defaults.yaml", ENVIRONMENT_DEFAULTS)]
    out = []
    commit(out, "main", "All locations", files + fragments)
    out.append("reset refs/heads/next\nfrom refs/heads/main\n\n")
    path, text = fragments[count // 2]
    commit(out, "next", "One location", [(path, text.replace("LOG_LEVEL\n    value: info", "LOG_LEVEL\n    value: debug"))])
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], check=True)
    subprocess.run(["git", "-C", repository, "fast-import", "--quiet"], input="".join(out).encode(), check=True)


if __name__ == "__main__":
    main()
