"""Price lists that suppliers drop into a folder: a sensor sees each new file and starts one run for it."""

import os
from pathlib import Path

import dagster as dg

INBOX = Path(os.environ.get("SUPPLIER_INBOX", "/tmp/supplier-inbox"))


class PriceFile(dg.Config):
    path: str


@dg.op
def read_prices(context: dg.OpExecutionContext, config: PriceFile) -> int:
    rows = Path(config.path).read_text().splitlines()
    context.log.info("%s holds %d prices", config.path, len(rows))
    return len(rows)


@dg.op
def report(context: dg.OpExecutionContext, prices: int) -> None:
    context.add_output_metadata({"prices": prices})


@dg.job
def import_prices():
    report(read_prices())


@dg.sensor(job=import_prices, minimum_interval_seconds=30)
def new_price_files(context: dg.SensorEvaluationContext):
    """One run per file, also when the same folder is looked at a hundred times: the run key is the file's name."""
    files = sorted(INBOX.glob("*.csv")) if INBOX.is_dir() else []
    for file in files:
        config = dg.RunConfig(ops={"read_prices": PriceFile(path=str(file))})
        yield dg.RunRequest(run_key=file.name, run_config=config)
    if not files:
        yield dg.SkipReason(f"no *.csv in {INBOX}")


defs = dg.Definitions(jobs=[import_prices], sensors=[new_price_files])
