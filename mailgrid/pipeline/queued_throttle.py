"""QueuedThrottle: a rate that processes on many machines share; a server says who may take how much, and when."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence

from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.pipeline.holding import Holding
from mailgrid.planning.carrier import SharedRate

__all__ = ["QueuedThrottle"]

_SECOND = 10**9


class QueuedThrottle:
    """A token bucket that several processes empty, each in stretches; a `Limit`. Any thread may ask.

    In T seconds at most rate * T + burst messages go, however many processes send them. At most 90 times a second a
    claim is made, by however many, and 40 where they are quick enough for a twentieth of a second's messages; those who
    wait look besides once a second each.

    Args:
        rate: the transport's name, its rate and its burst, which is not less than one message costs.
        claim: claims stretches, as `Buckets.claim`.
        now: the time in seconds, the same for all processes.
    """

    def __init__(
        self,
        rate: SharedRate,
        claim: Callable[[Sequence[Claim]], Mapping[str, Stretch]],
        now: Callable[[], float],
    ) -> None:
        self._name = rate.transport
        self._interval = math.ceil(_SECOND / rate.per_second)
        self._holding = Holding(rate.transport, rate.burst * self._interval)
        self._claim = claim
        self._now = now
        self._lock = threading.Lock()  # a host may send two chunks at once

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the bucket cannot be read or written.
        """
        price, moment = cost * self._interval, round(now * _SECOND)
        with self._lock:
            granted = self._holding.grant(wanted, price, moment)
            claim = None if granted else self._holding.claim(wanted, price, moment)
            if claim is None:
                return granted
            answer = self._claim([claim])[self._name]
            return self._holding.receive(answer, wanted, price, round(self._now() * _SECOND))

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        with self._lock:
            self._holding.refund(granted, cost * self._interval)

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take nothing back: time goes on, and the tokens come again."""

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until it is worth asking again."""
        moment = round(now * _SECOND)
        return max(0, self._holding.following(cost * self._interval, moment) - moment) / _SECOND
