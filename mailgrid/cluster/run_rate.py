"""RunRate: the campaign's rate over all hosts, which somebody at a terminal may change."""

from collections.abc import Callable
from dataclasses import dataclass

from mailgrid.pipeline.shared_throttle import Exchange, SharedThrottle
from mailgrid.planning.carrier import SharedRate
from mailgrid.planning.limits import default_burst, read_rate

__all__ = ["Pace", "RunRate"]


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate, in messages a second (None: none), and the burst; `cost` are the tokens of one person."""

    per_second: float | None
    burst: int
    cost: int


class RunRate:
    """A `Limit`: a bucket in the database, emptied in blocks by all hosts.

    Args:
        name: the bucket's.
        pace: the campaign's own.
        exchange: changes the bucket.
        now: the time in seconds, the same for all hosts.
        wished: returns the rate that is wanted instead, as it was written; empty for none.
    """

    def __init__(
        self, name: str, pace: Pace, exchange: Exchange, now: Callable[[], float], wished: Callable[[], str]
    ) -> None:
        self._name = name
        self._pace = pace
        self._exchange = exchange
        self._now = now
        self._wished = wished
        self._written = ""
        self._throttle = self._made(pace)

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the bucket cannot be read or written.
        """
        throttle = self._current()
        return wanted if throttle is None else throttle.grant(wanted, cost, now)

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        if self._throttle is not None:
            self._throttle.refund(granted, cost)

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until it is worth asking again."""
        throttle = self._current()
        return 0.0 if throttle is None else throttle.delay(cost, now)

    def _current(self) -> SharedThrottle | None:
        written = self._wished()
        if written != self._written:
            self._written = written
            self._throttle = self._made(self._wanted(written) if written else self._pace)
        return self._throttle

    def _wanted(self, written: str) -> Pace:
        rate = read_rate(written)
        return Pace(float(rate.per_second), default_burst(rate, self._pace.cost), self._pace.cost)

    def _made(self, pace: Pace) -> SharedThrottle | None:
        if pace.per_second is None:
            return None
        return SharedThrottle(SharedRate(self._name, pace.per_second, pace.burst), self._exchange, self._now)
