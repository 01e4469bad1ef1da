"""Clock: the time that a run lives in, so that a test can live in another."""

import time
from threading import Condition

__all__ = ["Clock"]


class Clock:
    """Wall-clock time (seconds since the epoch) that never jumps while the process runs.

    It is read once and goes on with the monotonic clock, so that a correction of the system's clock neither opens a
    burst nor stops a run; due times in the ledger stay comparable between runs.
    """

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return the time, in seconds since the epoch."""
        return time.monotonic() + self._offset

    def wait(self, condition: Condition, seconds: float | None) -> None:
        """Wait until the condition is notified, at most so many seconds; its lock must be held."""
        condition.wait(seconds)
