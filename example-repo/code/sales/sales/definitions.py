"""Orders of the shop and their daily sums, guarded by two checks, every morning at six."""

import os
import random
from datetime import date, timedelta

import dagster as dg

CURRENCY = os.environ.get("SALES_CURRENCY", "EUR")
COUNTRIES = ("de", "fr", "nl")


@dg.asset(group_name="sales", kinds={"python"})
def orders() -> list[dict]:
    """One row per order. A real location reads its shop's database here."""
    rng = random.Random(7)
    first = date(2026, 1, 5)
    return [
        {"day": str(first + timedelta(days=day)), "country": rng.choice(COUNTRIES), "amount": rng.randint(5, 250)}
        for day in range(28)
        for _ in range(20)
    ]


@dg.asset(group_name="sales", kinds={"python"})
def daily_sales(orders: list[dict]) -> dg.Output[dict[str, int]]:
    """Turnover per day, in the currency that the environment sets."""
    sums: dict[str, int] = {}
    for row in orders:
        sums[row["day"]] = sums.get(row["day"], 0) + row["amount"]
    return dg.Output(sums, metadata={"days": len(sums), "currency": CURRENCY})


@dg.asset_check(asset=orders)
def amounts_are_positive(orders: list[dict]) -> dg.AssetCheckResult:
    bad = [row for row in orders if row["amount"] <= 0]
    return dg.AssetCheckResult(passed=not bad, metadata={"rows": len(bad)})


@dg.asset_check(asset=daily_sales, blocking=True)
def every_day_is_there(daily_sales: dict[str, int]) -> dg.AssetCheckResult:
    days = sorted(date.fromisoformat(day) for day in daily_sales)
    wanted = (days[-1] - days[0]).days + 1
    return dg.AssetCheckResult(passed=len(days) == wanted, metadata={"found": len(days), "expected": wanted})


refresh_sales = dg.define_asset_job("refresh_sales", selection=dg.AssetSelection.groups("sales"))

defs = dg.Definitions(
    assets=[orders, daily_sales],
    asset_checks=[amounts_are_positive, every_day_is_there],
    jobs=[refresh_sales],
    schedules=[dg.ScheduleDefinition(job=refresh_sales, cron_schedule="0 6 * * *", execution_timezone="Europe/Berlin")],
)
