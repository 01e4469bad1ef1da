"""StretchLength: how long the stretches are that a process takes of a shared limit, as it has learnt."""

from mailgrid.ledger.claim import LONGEST

__all__ = ["StretchLength"]

#: A slow process takes stretches as short as this, in nanoseconds: so a bucket is changed at most 90 times a second, by
#: however many. Ten that each send just their share take ten times as long for a stretch, and have that and the burst:
#: with one of a tenth of a second, as it is by default, they use up a ninth of that.
_SHORTEST = LONGEST * 2 // 9


class StretchLength:
    """A length between the longest and the shortest, `now`, in nanoseconds; it begins with the longest.

    It falls at once and grows slowly: what a process loses by a stretch that is too long, nobody has.
    """

    def __init__(self) -> None:
        self.now = LONGEST

    def learn(self, lost: int) -> None:
        """Be shorter where time ran over a part of the last stretch, longer where none of it was `lost`."""
        if 16 * lost > self.now:
            self.now = max(_SHORTEST, self.now // 2)
        elif 64 * lost < self.now:
            self.now = min(LONGEST, self.now + self.now // 8)
