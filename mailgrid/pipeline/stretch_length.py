"""StretchLength: how long the stretches are that a process takes of a shared limit, as it has learnt."""

from mailgrid.ledger.claim import LONGEST

__all__ = ["StretchLength"]

#: A slow process takes stretches as short as this, in nanoseconds: so a bucket is changed at most 80 times a second, by
#: however many.
_SHORTEST = LONGEST // 4


class StretchLength:
    """A length between the longest and a quarter of that, `now`, in nanoseconds; it begins with the longest."""

    def __init__(self) -> None:
        self.now = LONGEST

    def learn(self, lost: int) -> None:
        """Be shorter where time ran over a good part of the last stretch, longer where none of it was `lost`."""
        if 8 * lost > self.now:
            self.now = max(_SHORTEST, self.now // 2)
        elif 32 * lost < self.now:
            self.now = min(LONGEST, self.now + self.now // 4)
