"""ServerClock: the server's time, which is the same to all machines."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.server import Server

__all__ = ["ServerClock"]

#: The answer that came soonest says most exactly when it was given.
_TRIES = 5
#: Clocks of machines drift apart by a few thousandths of a second a minute: so often, in seconds, it is asked again.
_EVERY = 60.0
_NOW = "SELECT extract(epoch FROM clock_timestamp())::float8"


class ServerClock:
    """Tells the server's time, in seconds since 1970; between two questions it goes on with this machine's own.

    It never goes back, and goes on while the server is away. It is off by half of the time at most that the server took
    to answer.

    Args:
        server: whose time.
        own: seconds that go on evenly, as `time.monotonic`.

    Raises:
        LedgerError: the server does not answer the first question.
    """

    def __init__(self, server: Server, own: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._own = own
        self._lock = Lock()
        self._offset = self._measured()
        self._asked = own()
        self._last = 0.0

    def __call__(self) -> float:
        """Return the time."""
        with self._lock:
            now = self._own()
            if now - self._asked >= _EVERY:
                self._asked = now
                with suppress(LedgerError):
                    self._offset = self._measured()
                now = self._own()
            self._last = max(self._last, now + self._offset)
            return self._last

    def _measured(self) -> float:
        answers = [self._answer() for _ in range(_TRIES)]
        return min(answers)[1]

    def _answer(self) -> tuple[float, float]:
        """Return how long an answer took, and how far the server's time is ahead of ours."""
        before = self._own()
        ((there,),) = self._server.rows(_NOW)
        after = self._own()
        return after - before, there - (before + after) / 2
