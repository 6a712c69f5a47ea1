"""Every wait of these tests has a deadline and says what it waited for."""

import time
from typing import Callable, TypeVar

T = TypeVar("T")


class TimedOut(AssertionError):
    pass


def wait_until(what: str, ask: Callable[[], T], seconds: float = 30, every: float = 0.05) -> T:
    """The first true answer of `ask`. An exception of `ask` counts as "not yet"; the last one is told at the end."""
    end = time.monotonic() + seconds
    last: object = None
    while True:
        try:
            last = ask()
            if last:
                return last
        except AssertionError:
            raise
        except Exception as error:  # noqa: BLE001 - connection refused, half-written file, ...
            last = error
        if time.monotonic() > end:
            raise TimedOut(f"{what}: not within {seconds} s; last seen: {last!r}")
        time.sleep(every)


def comes_true(ask: Callable[[], object], seconds: float) -> bool:
    try:
        return bool(wait_until("it comes true", ask, seconds, every=0.2))
    except TimedOut:
        return False


def stays_so(what: str, ask: Callable[[], object], seconds: float, every: float = 0.1) -> None:
    """`ask` stays true for the whole time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert ask(), what
        time.sleep(every)
