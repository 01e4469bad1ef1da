"""Waiting for what happens in another thread or process: as long as it takes, since a test is no stopwatch."""

import time
from collections.abc import Callable

__all__ = ["wait_for", "wait_until_still"]

_PAUSE = 0.01


def wait_for(reached: Callable[[], object], seconds: float = 60.0) -> None:
    """Return as soon as something is true; whoever waits longer than `seconds` waits in vain."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"it did not happen within {seconds:g} seconds"
        time.sleep(_PAUSE)


def wait_until_still(count: Callable[[], int], seconds: float = 1.0) -> int:
    """Return what something counts once that has stood still for `seconds`."""
    now, since, end = count(), time.monotonic(), time.monotonic() + 60
    while time.monotonic() - since < seconds:
        assert time.monotonic() < end, "it does not stand still"
        time.sleep(_PAUSE)
        if (later := count()) != now:
            now, since = later, time.monotonic()
    return now
