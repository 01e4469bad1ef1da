"""Clock: the time that a run lives in, so that a test can live in another."""

import time
from collections.abc import Callable
from functools import partial
from threading import Condition

__all__ = ["Clock", "SharedClock"]


def _elapsed() -> Callable[[], float]:
    """Return a clock that goes on while the machine sleeps, as `time.monotonic` does on neither Linux nor macOS."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):  # Linux's; that of macOS counts sleep under the other's name
        if hasattr(time, name):
            return partial(time.clock_gettime, getattr(time, name))
    return time.monotonic


class Clock:
    """Wall-clock time (seconds since the epoch) that never jumps while the process runs.

    It is read once and goes on with a clock that nobody sets, so that a correction of the system's clock neither opens
    a burst nor stops a run; due times in the ledger stay comparable between runs. The time during which the machine
    sleeps counts: who waits for an hour of the day does not wait for it longer.

    Args:
        elapsed: seconds since some moment, which nobody sets.
    """

    def __init__(self, elapsed: Callable[[], float] | None = None) -> None:
        self._elapsed = elapsed or _elapsed()
        self._offset = time.time() - self._elapsed()

    def now(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self._elapsed() + self._offset

    def wait(self, condition: Condition, seconds: float | None) -> None:
        """Wait until the condition is notified, at most so many seconds; its lock must be held.

        While the machine sleeps these seconds stand still, so whoever waits for a moment waits in steps.
        """
        condition.wait(seconds)


class SharedClock(Clock):
    """The time of all who share ledgers, on whatever machine.

    Args:
        tell: returns it, in seconds since the epoch; it never jumps.
    """

    def __init__(self, tell: Callable[[], float]) -> None:
        self._tell = tell

    def now(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self._tell()
