"""What dagitops itself costs while nothing happens. The servers are stand-ins: theirs is not measured here."""

import os
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.alone, pytest.mark.soak, pytest.mark.standin, pytest.mark.timeout(400)]

LOCATIONS = 100 if os.environ.get("DAGITOPS_LONG") else 20
MOST_RESIDENT = 25 * 2**20
MOST_PROCESSOR = 0.002  # of one core
SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fetcher(serve) -> int:
    """The process that is kept ready to fetch."""
    (found,) = (process.pid for process in serve.processes() if process.has("internal-fetch"))
    return found


def processor_seconds(serve) -> float:
    """Of dagitops and of what fetches for it, with the children that either has waited for."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (serve.process.pid, fetcher(serve)))
    return sum(int(ticks) for fields in stats for ticks in fields[11:15]) / TICKS


def test_idle_costs_next_to_nothing(quick, record_property):
    names = [f"place-{number:03}" for number in range(LOCATIONS)]
    quick.settings = {"source": {"interval": "30s"}}
    quick.repository.start(*names)
    quick.start()
    quick.webserver.wait_loaded(set(names), 120)
    time.sleep(5)  # the last pass settles
    pid = quick.process.pid
    before = processor_seconds(quick)
    time.sleep(SECONDS)
    share = (processor_seconds(quick) - before) / SECONDS
    memory = resident(pid)
    record_property("locations", LOCATIONS)
    record_property("seconds", SECONDS)
    record_property("resident_mb", round(memory / 2**20, 1))
    record_property("fetcher_mb", round(resident(fetcher(quick)) / 2**20, 1))
    record_property("core_share_percent", round(share * 100, 3))
    print(f"{LOCATIONS} locations: {memory / 2**20:.1f} MB resident, {share * 100:.3f} % of a core")
    assert memory <= MOST_RESIDENT
    assert share <= MOST_PROCESSOR
