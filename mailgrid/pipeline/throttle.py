"""Throttle: the exact token bucket behind `rate` and `burst`, as the generic cell rate algorithm (ITU-T I.371)."""

import math
from fractions import Fraction

__all__ = ["Throttle"]

#: Times are kept in whole nanoseconds: sums of seconds since the epoch would be off by a quarter of a microsecond each.
_SECOND = 10**9


class Throttle:
    """Lets through, in every window of T seconds, at most rate * T + burst tokens.

    Args:
        per_second: tokens a second; None lets everything through.
        burst: how many may go at once after a pause; not less than one message costs.
        due: the time from which the bucket fills again (the "theoretical arrival time" of the algorithm); given back
            by an earlier run, it keeps a restart from opening a new burst.
    """

    def __init__(self, per_second: float | None, burst: int = 1, due: float = 0.0) -> None:
        self._interval = 0 if per_second is None else math.ceil(_SECOND / per_second)
        self._burst = burst
        self._credit = burst * self._interval
        self._due = round(due * _SECOND)

    @property
    def due(self) -> float:
        """The bucket's state, in seconds since the epoch."""
        return self._due / _SECOND

    def change(self, per_second: float, burst: int, now: float) -> None:
        """Go on with another rate: the tokens that are there now stay, as far as there is room, and none are added.

        So no new burst begins: in a window that holds the change at most the sum of both rates' tokens and the larger
        burst are let through. Where there was no rate, it begins with none.
        """
        moment = round(now * _SECOND)
        left = Fraction(0)
        if self._interval:
            left = min(self._burst - Fraction(max(0, self._due - moment), self._interval), Fraction(burst))
        self._interval = math.ceil(_SECOND / per_second)
        self._burst = burst
        self._credit = burst * self._interval
        self._due = moment + math.ceil((burst - left) * self._interval)

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now."""
        if not self._interval:
            return wanted
        self._heed(now)
        start, price = max(self._due, round(now * _SECOND)), cost * self._interval
        room = round(now * _SECOND) + self._credit - start
        granted = max(0, min(wanted, room // price))
        if granted:
            self._due = start + granted * price
        return granted

    def _heed(self, now: float) -> None:
        """Forget what no run of this rate can have left: the clock was set back, or the rate was lower."""
        self._due = min(self._due, round(now * _SECOND) + self._credit)

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        self._due -= granted * cost * self._interval

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take nothing back: time goes on, and the tokens come again."""

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until one message of `cost` tokens may go."""
        self._heed(now)
        wait = self._due + cost * self._interval - self._credit - round(now * _SECOND)
        return max(0, wait) / _SECOND
