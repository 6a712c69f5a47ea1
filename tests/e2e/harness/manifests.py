"""Rendered Kubernetes objects: read, made comparable, compared."""

import yaml

# What tells the version of the chart, or is a hash over it: differs wherever the chart is not the same file.
VERSION_LABELS = ("helm.sh/chart", "app.kubernetes.io/version", "chart")
CHECKSUM = "checksum/"

Objects = dict[str, dict]


def read(text: str) -> Objects:
    """"Kind/name" (with a namespace: "Kind/namespace/name") -> the object."""
    found: Objects = {}
    for one in yaml.load_all(text, yaml.CSafeLoader):
        if one:
            metadata = one["metadata"]
            key = "/".join(part for part in (one["kind"], metadata.get("namespace"), metadata["name"]) if part)
            assert key not in found, f"{key} is rendered twice"
            found[key] = one
    return found


def comparable(objects: Objects) -> Objects:
    """Without nulls, version labels and checksums, and with the YAML files of ConfigMaps read: tests/charts/README.md
    says why each of these may be."""
    return {key: _with_files_read(_without_marks(_without_nulls(one))) for key, one in objects.items()}


def _with_files_read(one: dict) -> dict:
    if one["kind"] != "ConfigMap":
        return one
    files = {key: yaml.load(text, yaml.CSafeLoader) for key, text in one.get("data", {}).items()
             if isinstance(text, str) and str(key).endswith(".yaml")}
    return {**one, "data": {**one["data"], **files}} if files else one


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    return value


def _without_marks(one: dict) -> dict:
    metadata = one["metadata"]
    labels = metadata.get("labels", {})
    if "Helm" in (labels.get("heritage"), labels.get("app.kubernetes.io/managed-by")):  # the chart's, not the user's
        metadata["labels"] = {key: text for key, text in labels.items() if key not in VERSION_LABELS}
    pod = one.get("spec", {}).get("template", {}).get("metadata", {})
    for place in (metadata, pod):
        marks = [key for key in place.get("annotations", {}) if key.startswith(CHECKSUM)]
        for key in marks:
            del place["annotations"][key]
        if marks and not place["annotations"]:
            del place["annotations"]
    return one


def differences(wanted: Objects, actual: Objects) -> list[str]:
    """One line for each place that differs; empty when they are equal."""
    found = [f"{key} is missing" for key in sorted(wanted.keys() - actual.keys())]
    found += [f"{key} should not be there" for key in sorted(actual.keys() - wanted.keys())]
    for key in sorted(wanted.keys() & actual.keys()):
        found += [f"{key}: {line}" for line in _differ(wanted[key], actual[key], "")]
    return found


def _differ(wanted: object, actual: object, place: str) -> list[str]:
    if isinstance(wanted, dict) and isinstance(actual, dict):
        keys = sorted(wanted.keys() | actual.keys(), key=str)
        return [line for key in keys
                for line in _differ(wanted.get(key, "(nothing)"), actual.get(key, "(nothing)"), f"{place}.{key}")]
    if isinstance(wanted, list) and isinstance(actual, list) and len(wanted) == len(actual):
        return [line for i, pair in enumerate(zip(wanted, actual)) for line in _differ(*pair, f"{place}[{i}]")]
    return [] if wanted == actual and type(wanted) is type(actual) else [f"{place}: wanted {wanted!r}, has {actual!r}"]


def renamed(value: object, names: dict[str, str]) -> object:
    """The same with texts replaced, inside longer ones too: {old: new}, in this order."""
    if isinstance(value, dict):
        return {key: renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [renamed(one, names) for one in value]
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    return value


def dump(objects: Objects) -> str:
    """Text that is the same for the same objects: what golden files hold."""
    return "".join(f"---\n# {key}\n{yaml.safe_dump(objects[key], width=160)}" for key in sorted(objects))
