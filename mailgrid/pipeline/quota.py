"""Quota: at most so many messages in any stretch of time, a day for instance, over all runs."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from mailgrid.ledger.store import Store
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.carrier import Quota
from mailgrid.planning.plan import Plan

__all__ = ["OwnQuota", "QuotaLimit", "Spent", "counts", "end_of", "own_quota"]

#: So many pieces a quota's time is cut into; what was sent in one is counted until all of it is over.
_PIECES = 96


class QuotaLimit(Limit, Protocol):
    """A limit that can be spent for hours, so that it is worth to go another way, or to end."""

    def spent_until(self, now: float) -> float:
        """Return until when no message may go, in seconds since the epoch; 0 while there is something left."""
        ...


class Spent:
    """What was sent, by pieces of time, and what may be sent yet.

    The window rolls: in no stretch of the quota's time more than its count is let through, wherever the stretch
    begins, so that a provider that counts calendar days and one that counts the last 24 hours are both content.

    Args:
        quota: how many in which time.
        used: what was sent so far, by the moment at which a piece ends, in seconds since the epoch.
    """

    def __init__(self, quota: Quota, used: Mapping[int, int]) -> None:
        self._quota = quota
        self._used = dict(used)

    @property
    def used(self) -> Mapping[int, int]:
        """What was sent, by the end of the piece."""
        return self._used

    def add(self, end: int, count: int) -> None:
        """Count messages of a piece; with a negative number those that were not sent after all."""
        self._used[end] = max(0, self._used.get(end, 0) + count)

    def give_back(self, count: int, since: float, now: float) -> None:
        """Count so many messages less that were counted just before `since`, unless they count no more.

        In which piece they were counted is not known. They are taken from the oldest: what is counted too long by that
        holds something back, and what is counted too short would let too much through.
        """
        self.forget(now)
        if not counts(self._quota, since, now):
            return
        for end in sorted(self._used):
            less = min(count, self._used[end])
            self._used[end] -= less
            count -= less

    def forget(self, now: float) -> None:
        """Leave out what counts no more: it is too long ago, or further ahead than any clock that was right."""
        period = self._quota.seconds
        self._used = {
            end: count for end, count in self._used.items() if count and now - period < end <= now + 2 * period
        }

    @property
    def left(self) -> int:
        """How many may go, if all counts that is kept."""
        return max(0, self._quota.count - sum(self._used.values()))

    def until(self, cost: int, now: float) -> float:
        """Return when `cost` more may go, in seconds since the epoch; 0 where they may go now."""
        missing = cost - self.left
        if missing <= 0:
            return 0.0
        for end in sorted(self._used):
            missing -= self._used[end]
            if missing <= 0:
                return float(end + self._quota.seconds)
        return now + self._quota.seconds  # a message that costs more than the quota is refused when it is planned


def own_quota(plan: Plan, stores: Sequence[Store], now: float) -> "OwnQuota | None":
    """Return the quota of a campaign, less what its ledgers know of, under whatever name; None where it has none."""
    quota = plan.quota
    if quota is None:
        return None
    width = width_of(quota)
    tried: Counter[int] = Counter()
    for store in stores:
        tried.update(store.tried_since(now - quota.seconds - width, width))
    return OwnQuota(quota, {(piece + 1) * width: count * plan.cost for piece, count in tried.items()})


def width_of(quota: Quota) -> int:
    """Return how long a piece of a quota's time is, in seconds."""
    return max(1, quota.seconds // _PIECES)


def counts(quota: Quota, since: float, now: float) -> bool:
    """Tell whether what was sent at a moment, or just before, counts now for certain."""
    return end_of(quota, since) - width_of(quota) > now - quota.seconds


def end_of(quota: Quota, now: float) -> int:
    """Return when the piece ends that a moment lies in."""
    width = width_of(quota)
    return (math.floor(now) // width + 1) * width


class OwnQuota:
    """The quota of a campaign, whose ledger knows what was sent before; a `Limit`.

    Args:
        quota: how many in which time.
        used: what was sent so far, by the end of the piece.
    """

    def __init__(self, quota: Quota, used: Mapping[int, int]) -> None:
        self._quota = quota
        self._spent = Spent(quota, used)
        self._end = 0
        self._until = 0.0

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now."""
        if now < self._until:
            return 0
        if now >= self._end:
            self._spent.forget(now)
            self._end = end_of(self._quota, now)
        granted = min(wanted, self._spent.left // cost)
        self._spent.add(self._end, granted * cost)
        self._until = 0.0 if granted else self._spent.until(cost, now)
        return granted

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        self._spent.add(self._end, -granted * cost)

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take back the charge for messages that were granted before and never written."""
        self._spent.give_back(granted * cost, since, now)
        self._until = 0.0

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until one message may go."""
        del cost
        return max(0.0, self._until - now)

    def spent_until(self, now: float) -> float:
        """Return until when no message may go, in seconds since the epoch; 0 while there is something left."""
        return self._until if now < self._until else 0.0
