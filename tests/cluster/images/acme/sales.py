import time

import dagster as dg
from acme.live import metadata


@dg.asset(metadata=metadata())
def sales_rows():
    return 1


class Nap(dg.Config):
    seconds: float = 1


@dg.op
def sleep(context: dg.OpExecutionContext, config: Nap):
    context.log.info("sleeping")
    time.sleep(config.seconds)


@dg.job
def nap():
    """A run that takes as long as it is told to."""
    sleep()


defs = dg.Definitions(assets=[sales_rows], jobs=[nap])
