"""Loads unless ACME_BREAK is set: a change of the environment alone can break it and mend it again."""

import os

import dagster as dg
from acme.live import metadata

if os.environ.get("ACME_BREAK"):
    raise RuntimeError("ACME_BREAK is set")


@dg.asset(metadata=metadata())
def forecast_rows():
    return 2


defs = dg.Definitions(assets=[forecast_rows])
