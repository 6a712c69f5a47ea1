"""Demand per week, from the daily sales and the public holidays; one partition a week, so that any week can be redone.

Runs in a Python environment of its own (requirements.txt beside this package).
"""

import os
from datetime import date, timedelta

import dagster as dg
import holidays

WEEKS = dg.WeeklyPartitionsDefinition(start_date="2026-01-05", day_offset=1)
COUNTRY = os.environ.get("FORECAST_COUNTRY", "DE")


@dg.asset(group_name="forecast", partitions_def=WEEKS, kinds={"python"})
def open_days(context: dg.AssetExecutionContext) -> int:
    """Days of the week on which the shops are open."""
    monday = date.fromisoformat(context.partition_key)
    closed = holidays.country_holidays(COUNTRY, years={monday.year, monday.year + 1})
    return sum(monday + timedelta(days=day) not in closed for day in range(6))


@dg.asset(group_name="forecast", partitions_def=WEEKS, deps=[dg.AssetKey("daily_sales")], kinds={"python"})
def demand(open_days: int) -> dg.Output[int]:
    """Orders to expect in the week."""
    return dg.Output(open_days * 20, metadata={"open_days": open_days, "country": COUNTRY})


forecast_week = dg.define_asset_job(
    "forecast_week", selection=dg.AssetSelection.groups("forecast"), partitions_def=WEEKS
)

defs = dg.Definitions(assets=[open_days, demand], jobs=[forecast_week])
