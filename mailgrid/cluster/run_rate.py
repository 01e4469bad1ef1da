"""RunRate: the campaign's rate over all hosts, which somebody at a terminal may change."""

from collections.abc import Callable

from mailgrid.errors import LedgerError
from mailgrid.ledger.ledgers import Buckets
from mailgrid.ledger.postgres.faults import is_outage
from mailgrid.pipeline.shares import shared_rate
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.carrier import SharedRate
from mailgrid.planning.limits import default_burst, read_rate
from mailgrid.value import value

__all__ = ["Pace", "RunRate"]

#: While the database is away it is asked again so much later, in seconds.
_PAUSE = 0.25


@value
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
        buckets: hold it.
        now: the time in seconds, the same for all hosts.
        wished: returns the rate that is wanted instead, as it was written; empty for none.
    """

    def __init__(
        self, name: str, pace: Pace, buckets: Buckets, now: Callable[[], float], wished: Callable[[], str]
    ) -> None:
        self._name = name
        self._pace = pace
        self._buckets = buckets
        self._now = now
        self._wished = wished
        self._written = ""
        self._again = 0.0
        self._throttle = self._made(pace)

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the database refuses; where it is away nobody may go until it is back.
        """
        throttle = self._current()
        if throttle is None:
            return wanted
        try:
            return throttle.grant(wanted, cost, now)
        except LedgerError as error:
            if not is_outage(error):
                raise
            self._again = now + _PAUSE  # what is to be recorded waits for the database too
            return 0

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        if self._throttle is not None:
            self._throttle.refund(granted, cost)

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take nothing back: time goes on, and the tokens come again."""

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until it is worth asking again."""
        throttle = self._current()
        return 0.0 if throttle is None else max(throttle.delay(cost, now), self._again - now)

    def _current(self) -> Limit | None:
        written = self._wished()
        if written != self._written:
            self._written = written
            self._throttle = self._made(self._wanted(written) if written else self._pace)
        return self._throttle

    def _wanted(self, written: str) -> Pace:
        rate = read_rate(written)
        return Pace(float(rate.per_second), default_burst(rate, self._pace.cost), self._pace.cost)

    def _made(self, pace: Pace) -> Limit | None:
        if pace.per_second is None:
            return None
        rate = SharedRate(self._name, pace.per_second, pace.burst)
        return shared_rate(rate, self._buckets, self._now)
