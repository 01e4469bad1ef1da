"""Holding: what one process has of a bucket that many share: the rest of a stretch, and its turn in the queue."""

from mailgrid.ledger.claim import LEAST, LONGEST, Claim, Stretch
from mailgrid.pipeline.stretch_length import StretchLength

__all__ = ["Holding"]

_SECOND = 10**9
#: Where two messages take longer than that, each is taken when it may go: one that somebody took and did not use would
#: be missed.
_SLOW = LONGEST // 2
#: Who waits for long looks so often whether the others still come when it is their turn.
_LOOK = _SECOND
#: Clocks differ: who was told to come at once comes so much later.
_BREATH = _SECOND // 1000


class Holding:
    """One bucket as one process has it. Times are in nanoseconds since 1970.

    Args:
        name: the bucket's.
        credit: how far ahead of now a stretch may end that is used now: burst intervals.
    """

    def __init__(self, name: str, credit: int) -> None:
        self._name = name
        self._credit = credit
        self._position = self._end = 0  # the rest of our stretch
        self._turn = 0  # as we were told; 0: we have none
        self._again = 0  # it is not worth asking before
        self._length = StretchLength()
        self._lost = 0  # so much of our stretch has time run over

    def grant(self, wanted: int, price: int, now: int) -> int:
        """Take up to `wanted` messages, `price` long each, from the rest, and return how many may go now."""
        start = max(self._position, now)
        count = max(0, min(wanted, (min(self._end, now + self._credit) - start) // price))
        if count:
            self._lost += start - self._position
            self._position = start + count * price
        return count

    def refund(self, count: int, price: int) -> None:
        """Take back what was granted just now."""
        self._position -= count * price

    def claim(self, wanted: int, price: int, now: int) -> Claim | None:
        """Return what is to be asked for; None while there is a rest, or it is not our turn."""
        if self._rest(now) >= price or now < self._again:
            return None
        self._learn(now)
        least = self._least(price)
        return Claim(self._name, price, self._credit, max(wanted, least), least, self._turn)

    def receive(self, stretch: Stretch, wanted: int, price: int, now: int) -> int:
        """Take what was answered to a claim, and return how many of `wanted` messages may go now."""
        self._turn = stretch.turn
        turn = stretch.turn if stretch.count else max(stretch.turn, now + _BREATH)
        self._again = turn if turn < now + 2 * _LOOK else now + _LOOK
        if stretch.count:
            if stretch.start != self._end:
                self._position = stretch.start
            self._end = stretch.start + stretch.count * price
            if not self._least(price):  # they were to go when the server said so, and its answer took a moment
                self._position = self._end
                return stretch.count
        return self.grant(wanted, price, now)

    def following(self, price: int, now: int) -> int:
        """Return when the next message may go, or when it is worth asking for it."""
        if self._rest(now) >= price:
            return max(self._position, now) + price - self._credit
        return self._again

    def _rest(self, now: int) -> int:
        return self._end - max(self._position, now)

    def _least(self, price: int) -> int:
        """Return how many are taken at least, ahead of their time; 0 at a slow rate."""
        # Whether it is slow depends on the limit alone: all who share the bucket have to do the same.
        if price > _SLOW:
            return 0
        least = max(1, self._length.now // price)
        # Where a burst is too small to wait in, a stretch holds more: what is begun late holds one less.
        return least if 2 * least * price <= self._credit else max(least, LEAST)

    def _learn(self, now: int) -> None:
        """Take shorter stretches where time ran over a good part of the last one, longer ones where none was lost."""
        lost = self._lost + max(0, min(self._end, now) - self._position)
        self._length.learn(lost)
        self._lost = 0
