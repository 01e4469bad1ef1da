"""SharedQuota: the quota of a named transport, one for all runs of the project that send through it."""

import threading
from collections.abc import Callable, Mapping

from mailgrid.ledger.quota_claim import QuotaBlock, QuotaClaim
from mailgrid.pipeline.quota import Spent, counts, end_of
from mailgrid.planning.carrier import Quota
from mailgrid.value import value

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


@value
class _Block:
    """How many were taken, in the piece of time that ends at `end`, and until when no more may go (0: they may)."""

    taken: int
    end: int
    until: float


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
        claim: takes a block, in place of `spend`, where a server reckons it.
    """

    def __init__(
        self,
        transport: str,
        quota: Quota,
        spend: Spend,
        now: Callable[[], float],
        claim: Callable[[QuotaClaim], QuotaBlock] | None = None,
    ) -> None:
        self._transport = transport
        self._quota = quota
        self._spend = spend
        self._now = now
        self._claim = claim
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
            if self._block(0, 1) is not None:
                self._held, self._unwritten = 0, []
                break

    def _take(self, wanted: int, cost: int) -> None:
        block = self._block(max(wanted * cost, self._quota.count // _BLOCKS), cost)
        if block is None:
            self._again = self._now() + _PAUSE
            return
        self._held, self._unwritten, self._end, self._until = block.taken, [], block.end, block.until
        self._again = min(block.until, self._now() + _GLANCE) if block.until else 0.0

    def _block(self, wanted: int, cost: int) -> _Block | None:
        """Give back what is left of the last block, and take the next; None where that was not possible."""
        return self._spent(wanted, cost) if self._claim is None else self._claimed(self._claim, wanted, cost)

    def _spent(self, wanted: int, cost: int) -> _Block | None:
        block = None

        def step(used: Mapping[int, int]) -> Mapping[int, int]:
            nonlocal block
            now = self._now()  # nobody else can come between from here on
            spent, end = self._returned(used, now), end_of(self._quota, now)
            block = _Block(min(spent.left, wanted), end, spent.until(cost, now))
            spent.add(end, block.taken)
            return spent.used

        return block if self._spend(self._transport, step) else None

    def _claimed(self, claim: Callable[[QuotaClaim], QuotaBlock], wanted: int, cost: int) -> _Block:
        quota, now = self._quota, self._now()
        end = end_of(quota, now)
        asked = QuotaClaim(
            name=self._transport,
            count=quota.count,
            wanted=wanted,
            ending=end,
            past=now - quota.seconds,
            future=now + 2 * quota.seconds,
            back=self._held,
            back_ending=self._end,
            unwritten=sum(count for count, since in self._unwritten if counts(quota, since, now)),
        )
        self._held, self._unwritten = 0, []  # where the answer is lost, it may be given back already
        had = claim(asked)
        spent = Spent(quota, had.used)
        spent.add(end, -had.taken)
        return _Block(had.taken, end, spent.until(cost, now))

    def _returned(self, used: Mapping[int, int], now: float) -> Spent:
        spent = Spent(self._quota, used)
        if self._held:
            spent.add(self._end, -self._held)
        spent.forget(now)
        for count, since in self._unwritten:
            spent.give_back(count, since, now)
        return spent
