"""DomainClaims: the limits of domains that processes on many machines share; a server says who may take how much."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.ledger.ledgers import Buckets
from mailgrid.pipeline.holding import Holding
from mailgrid.pipeline.lanes import Turn
from mailgrid.planning.plan import DomainRate, Plan

__all__ = ["GAP", "DomainClaims", "domain_claims"]

#: Seconds between two claims of one process, for each process that there is: together they make 67 a second.
GAP = 0.015
_SECOND = 10**9
#: Of so many domains at most it is known whose turn it is; of others one waits anew.
_MOST = 10_000
#: While the server is away it is asked again so much later.
_PAUSE = _SECOND // 4


class DomainClaims:
    """Charges the buckets of domains, those of all lanes that may be asked with one statement; `Turns` of `Lanes`.

    Any thread may ask.

    Args:
        rates: the limits; that of a domain goes before the one for any.
        cost: tokens that one person takes.
        claim: claims stretches, as `Buckets.claim_domains`; an empty answer: the server is away.
        now: the time in seconds, the same for all processes.
        gap: returns the seconds between two claims, in which more lanes may come together.
    """

    def __init__(
        self,
        rates: Sequence[DomainRate],
        cost: int,
        claim: Callable[[Sequence[Claim]], Mapping[str, Stretch]],
        now: Callable[[], float],
        gap: Callable[[], float],
    ) -> None:
        self._intervals = {rate.domain: math.ceil(_SECOND / rate.per_second) for rate in rates}
        self._bursts = {rate.domain: rate.burst for rate in rates}
        self._cost = cost
        self._claim = claim
        self._now = now
        self._gap = gap
        self._holdings: dict[str, Holding] = {}
        self._next = 0
        self._lock = threading.Lock()  # a host may send two chunks at once

    def __call__(self, wishes: Mapping[str, int]) -> Mapping[str, Turn]:
        """Charge for up to so many people of each lane, and say how many may go now.

        Raises:
            LedgerError: the buckets cannot be read or written.
        """
        with self._lock:
            return self._turns(wishes)

    def _turns(self, wishes: Mapping[str, int]) -> Mapping[str, Turn]:
        now = self._moment()
        granted = {lane: self._holding(lane).grant(wish, self._price(lane), now) for lane, wish in wishes.items()}
        empty = [lane for lane, count in granted.items() if not count]
        if empty and now >= self._next:
            granted |= self._claimed({lane: wishes[lane] for lane in empty}, now)
        now = self._moment()
        return {lane: Turn(count, self._following(lane, count, now)) for lane, count in granted.items()}

    def _claimed(self, wishes: Mapping[str, int], now: int) -> dict[str, int]:
        claims = [
            claim
            for lane, wish in wishes.items()
            if (claim := self._holding(lane).claim(wish, self._price(lane), now)) is not None
        ]
        if not claims:
            return {}
        answers = self._claim(claims)
        moment = self._moment()
        if not answers:
            self._next = moment + _PAUSE
        elif any(answer.count for answer in answers.values()):
            self._next = now + round(self._gap() * _SECOND)
        return {
            lane: self._holding(lane).receive(answer, wishes[lane], self._price(lane), moment)
            for lane, answer in answers.items()
        }

    def _following(self, lane: str, count: int, now: int) -> int:
        following = self._holding(lane).following(self._price(lane), now)
        return following if count or following > now else self._next

    def _holding(self, lane: str) -> Holding:
        if lane not in self._holdings:
            if len(self._holdings) >= _MOST:
                del self._holdings[next(iter(self._holdings))]
            self._holdings[lane] = Holding(lane, self._limit(self._bursts, lane) * self._limit(self._intervals, lane))
        return self._holdings[lane]

    def _price(self, lane: str) -> int:
        return self._cost * self._limit(self._intervals, lane)

    @staticmethod
    def _limit(limits: Mapping[str | None, int], lane: str) -> int:
        return limits[lane] if lane in limits else limits[None]

    def _moment(self) -> int:
        return round(self._now() * _SECOND)


def domain_claims(
    plan: Plan, buckets: Buckets, now: Callable[[], float], gap: Callable[[], float] = lambda: GAP
) -> DomainClaims | None:
    """Return what charges the buckets of a plan's limited domains; None where they are changed by `exchange_domains`.

    Args:
        plan: the campaign.
        buckets: hold the state.
        now: the time in seconds, the same for all processes.
        gap: returns the seconds between two claims of this process.
    """
    if buckets.claim_domains is None or not plan.domains:
        return None
    claim = partial(buckets.claim_domains, rehearsal=not plan.reaches_somebody)
    return DomainClaims(plan.domains, plan.cost, claim, now, gap)
