"""What tells, by way of Dagster's API, which image and which environment a location runs with."""

import os
from importlib import resources


def metadata() -> dict[str, str]:
    return {"code_version": resources.files("acme").joinpath("VERSION").read_text().strip(),
            "image": os.environ.get("DAGSTER_CURRENT_IMAGE", ""), "greeting": os.environ.get("ACME_GREETING", "")}
