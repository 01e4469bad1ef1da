"""SharedThrottle: the rate of a named transport, one for all runs of the project that send through it."""

import math
from collections.abc import Callable

from mailgrid.planning.plan import SharedRate

__all__ = ["Exchange", "SharedThrottle"]

#: Changes the state of a transport's bucket (a time in nanoseconds) while nobody else does, as
#: `ProjectLedger.exchange`; False when it could not be done now.
Exchange = Callable[[str, Callable[[int], int]], bool]

_SECOND = 10**9
#: So much of the rate is taken at once: a commit for each message would be slower than the rate.
_BLOCK = _SECOND // 20
#: After somebody else has kept the bucket for too long, it is asked for again so much later.
_PAUSE = _SECOND // 100


class SharedThrottle:
    """A token bucket that several processes empty, each in blocks; a `Limit`.

    Think of time as a line on which each token has a stretch of its own, as long as one token's interval; the
    bucket's state is where the part begins that nobody has taken. A token may go while its stretch lies between now
    and now + burst intervals. So those that go in T seconds lie, side by side, on a line of T seconds and burst
    intervals: they are at most rate * T + burst, however many processes took them. This is the generic cell rate
    algorithm (ITU-T I.371); a block is a piece of the line, and what time has run over is lost, never used later.

    Args:
        rate: the transport's name, its rate and its burst, which is not less than one message costs.
        exchange: changes the bucket's state.
        now: the time in seconds, the same for all processes.
    """

    def __init__(self, rate: SharedRate, exchange: Exchange, now: Callable[[], float]) -> None:
        self._name = rate.transport
        self._interval = math.ceil(_SECOND / rate.per_second)
        self._credit = rate.burst * self._interval
        self._exchange = exchange
        self._now = now
        self._position = self._end = 0  # our block, as far as it is not used
        self._turn = 0  # the bucket has nothing for us before

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the bucket's state cannot be read or written.
        """
        if self.delay(cost, now):
            return 0
        price, start = cost * self._interval, max(self._position, _nanoseconds(now))
        room = (min(self._end, _nanoseconds(now) + self._credit) - start) // price
        if room < 1:
            return self._take(wanted, price)
        granted = min(wanted, room)
        self._position = start + granted * price
        return granted

    def _take(self, wanted: int, price: int) -> int:
        """Take a block and grant of it what may go at this very moment."""
        now = start = end = granted = 0

        def step(free: int) -> int:
            nonlocal now, start, end, granted
            now = _nanoseconds(self._now())  # not before nobody else can come between
            start = max(self._position if free == self._end else free, now)
            granted = max(0, min(wanted, (now + self._credit - start) // price))
            end = start + max(granted, _BLOCK // price) * price if granted else free
            return end

        if not self._exchange(self._name, step):
            self._turn = _nanoseconds(self._now()) + _PAUSE
            return 0
        if granted:
            self._position, self._end = start + granted * price, end
        else:
            self._turn = start + price - self._credit
        return granted

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        self._position -= granted * cost * self._interval

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until one message of `cost` tokens may go, if nobody else takes what comes."""
        turn = max(self._position + cost * self._interval - self._credit, self._turn)
        return max(0, turn - _nanoseconds(now)) / _SECOND


def _nanoseconds(seconds: float) -> int:
    return round(seconds * _SECOND)
