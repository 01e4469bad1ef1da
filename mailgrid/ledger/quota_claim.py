"""Claims to a quota, and what a server lets have of it. Times are in seconds since 1970."""

from collections.abc import Mapping

from mailgrid.value import value

__all__ = ["QuotaBlock", "QuotaClaim"]


@value
class QuotaClaim:
    """What a process wants of a quota, and what it gives back.

    Args:
        name: the transport's, or of what has a name of its own.
        count: how many may go in the quota's time.
        wanted: how many at most.
        ending: when the piece of time ends that they count in.
        past: what counts in a piece that ended no later counts no more.
        future: nor does what counts in one that ends later: the clock was wrong.
        back: so many are given back of what was taken before,
        back_ending: and counted in this piece.
        unwritten: so many more are given back, of the oldest.
    """

    name: str
    count: int
    wanted: int
    ending: int
    past: float
    future: float
    back: int = 0
    back_ending: int = 0
    unwritten: int = 0


@value
class QuotaBlock:
    """How many were had, and what is used up now, by the ends of pieces of time."""

    taken: int
    used: Mapping[int, int]
