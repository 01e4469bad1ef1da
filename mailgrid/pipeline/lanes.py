"""Lanes: the people of limited domains, each domain a lane of its own: who waits there holds nobody else back."""

import math
from collections.abc import Callable, Mapping, Sequence

from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.queues import Queues
from mailgrid.planning.plan import DomainRate, Plan
from mailgrid.value import value

__all__ = ["Exchange", "Lanes", "Turn", "Turns", "lane_of"]

#: Changes the states of some domains' buckets while nobody else does, as `ProjectLedger.exchange_domains`; False when
#: that was not possible. A state is the time from which the bucket fills again, in nanoseconds since 1970.
Exchange = Callable[[Sequence[str], Callable[[Mapping[str, int]], Mapping[str, int]]], bool]

_SECOND = 10**9
#: A bucket that fills again so much later than any of ours is from before the clock was set back.
_FAR = 3600 * _SECOND
#: While somebody else keeps the buckets for too long, they are asked for again so much later, in seconds.
_PAUSE = 0.01


def lane_of(plan: Plan) -> Callable[[str], str] | None:
    """Return what names the lane of an address: its domain, empty where that has no limit; None where none has."""
    named = {rate.domain for rate in plan.domains}
    if not named:
        return None

    def lane(address: str) -> str:
        domain = (plan.redirect or address).rpartition("@")[2].lower()
        return domain if domain in named or None in named else ""

    return lane


@value
class Turn:
    """How many may go now, and when the next one may go, in nanoseconds since 1970.

    `due` is the bucket's state after that, for who keeps it by `Exchange`.
    """

    granted: int
    following: int
    due: int = 0


#: Says of each lane how many of so many may go now, where the buckets are kept by a server; as `DomainClaims`.
Turns = Callable[[Mapping[str, int]], Mapping[str, Turn]]


class _Pace:
    """The generic cell rate algorithm (ITU-T I.371) for one limit, as `Throttle`, over a state that is kept outside.

    Args:
        rate: the limit.
        cost: tokens that one person takes.
    """

    def __init__(self, rate: DomainRate, cost: int) -> None:
        interval = math.ceil(_SECOND / rate.per_second)
        self.title = rate.title
        self._price = cost * interval
        self._credit = rate.burst * interval

    def __call__(self, due: int, wanted: int, now: int) -> Turn:
        """Charge a bucket for up to `wanted` people; times in nanoseconds."""
        if due > now + self._credit + _FAR:
            due = now + self._credit
        start = max(due, now)
        granted = max(0, min(wanted, (now + self._credit - start) // self._price))
        due = start + granted * self._price if granted else due
        return Turn(granted, max(due, now) + self._price - self._credit, due)


class Lanes:
    """Hands out the people of limited domains; part of the feed, and used under its lock.

    In no window of T seconds more than rate * T + burst messages are handed over to a domain, retries and copies
    included, by however many runs of the project. Nothing is in memory for a recipient, nor for a domain.

    Args:
        audience: whom to write to; their lanes were named by `lane_of`.
        rates: the limits; that of a domain goes before the one for any.
        cost: tokens that one person takes (the message and its copies), of the domain that the person is at.
        exchange: changes the buckets.
        now: the time in seconds, the same for all processes.
        turns: charges the buckets, in place of `exchange`.
    """

    def __init__(
        self,
        audience: Audience,
        rates: Sequence[DomainRate],
        cost: int,
        exchange: Exchange,
        now: Callable[[], float],
        turns: Turns | None = None,
    ) -> None:
        self._queues = Queues(audience)
        self._paces = {rate.domain: _Pace(rate, cost) for rate in rates}
        self._exchange = exchange
        self._now = now
        self._charged = turns or self._turns
        self._soonest = self._queues.soonest()
        self._pause = 0.0

    @property
    def soonest(self) -> float | None:
        """When somebody may be ready to go, in seconds since the epoch; None when nobody is in any lane."""
        return None if self._soonest is None else max(self._soonest, self._pause)

    def rejoin(self, now: float) -> None:
        """Put people whose waiting is over back into their lanes."""
        self._queues.rejoin(now)
        self._soonest = self._queues.soonest()

    def take(self, count: int, others: Sequence[int], now: float) -> list[Person]:
        """Take people who may go now, their tokens charged, in the order of the source.

        Args:
            count: how many at most, those included who stand before them outside of all lanes.
            others: the positions of the first of those.
            now: the time, in seconds.

        Raises:
            LedgerError: the buckets cannot be read or written.
        """
        if self._soonest is None or now < max(self._soonest, self._pause):
            return []
        wishes = self._queues.first(count, others, now)
        turns = self._charged({lane: len(positions) for lane, positions in wishes.items()}) if wishes else {}
        granted = {lane: positions[: turns[lane].granted] for lane, positions in wishes.items() if lane in turns}
        people = self._queues.leave(granted, {lane: _seconds(turn.following) for lane, turn in turns.items()}, now)
        self._soonest = self._queues.soonest()
        return people

    def limited(self, now: float, count: int) -> tuple[list[tuple[str, str]], int]:
        """Return some domains that are at their limits, each with its limit in words, and how many there are."""
        names, total = self._queues.waiting(now, count)
        return [(name, self._pace(name).title) for name in names], total

    def _turns(self, wishes: Mapping[str, int]) -> Mapping[str, Turn]:
        """Charge the buckets; nothing where somebody else keeps them for too long."""
        turns: dict[str, Turn] = {}

        def step(dues: Mapping[str, int]) -> Mapping[str, int]:
            # The time is that at which nobody else can come between, not that at which we began to wait for it.
            now = round(self._now() * _SECOND)
            turns.update({lane: self._pace(lane)(dues.get(lane, 0), wish, now) for lane, wish in wishes.items()})
            return {lane: turn.due for lane, turn in turns.items() if turn.due != dues.get(lane, 0)}

        if not self._exchange(list(wishes), step):
            self._pause = self._now() + _PAUSE
            return {}
        return turns

    def _pace(self, domain: str) -> _Pace:
        return self._paces.get(domain) or self._paces[None]


def _seconds(nanoseconds: int) -> float:
    """Return a time in seconds, a microsecond or two later: a float near it may be earlier, and then nobody may go."""
    return (nanoseconds // 1000 + 2) / 10**6
