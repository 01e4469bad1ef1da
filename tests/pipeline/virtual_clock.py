"""A clock whose waits take no time: whoever waits moves it on.

Where several workers share one, it runs ahead of those that are at work: how late it gets is chance then.
"""

import math
from threading import Condition, Lock

from mailgrid.pipeline.clock import Clock

EPOCH = 1_777_777_777.0


class VirtualClock(Clock):
    def __init__(self, now: float = EPOCH) -> None:
        self._time = now
        self._lock = Lock()
        self.waits: list[float] = []

    def now(self) -> float:
        return self._time

    def wait(self, condition: Condition, seconds: float | None) -> None:
        assert seconds is not None
        self.waits.append(seconds)
        self.advance(seconds, self._time)
        condition.wait(0.0002)  # others may have the lock meanwhile

    def advance(self, seconds: float, since: float | None = None) -> None:
        with self._lock:
            start = self._time if since is None else since
            self._time = max(self._time, start + seconds, math.nextafter(start, math.inf))
