"""SharedQuota: the quota of a named transport, one for all runs of the project that send through it."""

import threading
from collections.abc import Callable, Mapping

from mailgrid.pipeline.quota import Spent, end_of
from mailgrid.planning.carrier import Quota

__all__ = ["SharedQuota", "Spend"]

#: Changes what is spent of a transport's quota, as `ProjectLedger.spend`; False when that was not possible.
Spend = Callable[[str, Callable[[Mapping[int, int]], Mapping[int, int]]], bool]

#: So many blocks a quota is taken in: a commit for each, and what a crash can lose of it.
_BLOCKS = 200
#: While another process keeps the ledger for too long, it is asked for again so much later, in seconds.
_PAUSE = 0.01
#: Another process may give something back that it took and did not need, so a spent quota is looked at again, seconds.
_GLANCE = 60.0
#: So often is it tried to give back what is left at the end.
_ATTEMPTS = 10


class SharedQuota:
    """A quota that several processes use up, each in blocks; a `Limit`. Any thread may ask.

    A block is taken, durably, before the first of its messages is let through: a crash costs what was left of it, and
    never lets more through than the quota. A block belongs to the piece of time in which it was taken; what is left of
    it when that is over is given back, so that no message counts as sent before it was.

    Args:
        transport: its name.
        quota: how many in which time.
        spend: changes what is spent.
        now: the time in seconds, the same for all processes.
    """

    def __init__(self, transport: str, quota: Quota, spend: Spend, now: Callable[[], float]) -> None:
        self._transport = transport
        self._quota = quota
        self._spend = spend
        self._now = now
        self._held = 0
        self._unwritten: list[tuple[int, float]] = []  # how many were not needed, and by when they had been granted
        self._end = 0  # of the piece that the block belongs to
        self._until = 0.0
        self._again = 0.0
        self._lock = threading.Lock()  # a host may send two chunks at once

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the quota cannot be read or written.
        """
        with self._lock:
            if now < self._again:
                return 0
            if self._held < cost or now >= self._end:
                self._take(wanted, cost)
            granted = min(wanted, self._held // cost)
            self._held -= granted * cost
            return granted

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        with self._lock:
            self._held += granted * cost

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take back the charge for messages that were granted before and never written: with the next block."""
        del now
        with self._lock:
            self._unwritten.append((granted * cost, since))
            if self._until:
                self._until = self._again = 0.0

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until it is worth asking again."""
        del cost
        return max(0.0, self._again - now)

    def spent_until(self, now: float) -> float:
        """Return until when no message may go, in seconds since the epoch; 0 while there is something left."""
        return self._until if now < self._again else 0.0

    def close(self) -> None:
        """Give back what is left of the block. May be called twice."""
        for _ in range(_ATTEMPTS if self._held or self._unwritten else 0):
            if self._spend(self._transport, lambda used: self._returned(used, self._now()).used):
                self._held, self._unwritten = 0, []
                break

    def _take(self, wanted: int, cost: int) -> None:
        taken = end = 0
        until = 0.0

        def step(used: Mapping[int, int]) -> Mapping[int, int]:
            nonlocal taken, end, until
            now = self._now()  # nobody else can come between from here on
            spent = self._returned(used, now)
            left = spent.left
            taken = min(left, max(wanted * cost, self._quota.count // _BLOCKS))
            until = spent.until(cost, now)
            end = end_of(self._quota, now)
            spent.add(end, taken)
            return spent.used

        if not self._spend(self._transport, step):
            self._again = self._now() + _PAUSE
            return
        self._held, self._unwritten, self._end, self._until = taken, [], end, until
        self._again = min(until, self._now() + _GLANCE) if until else 0.0

    def _returned(self, used: Mapping[int, int], now: float) -> Spent:
        spent = Spent(self._quota, used)
        if self._held:
            spent.add(self._end, -self._held)
        spent.forget(now)
        for count, since in self._unwritten:
            spent.give_back(count, since, now)
        return spent
