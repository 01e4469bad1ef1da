"""Claims to a line of time on which each token of a limit has a stretch, and what a server lets have of it.

Many processes empty one bucket. Its state is where the part of the line begins that nobody has taken; a token may go
while its stretch lies between now and now + burst intervals (the generic cell rate algorithm, ITU-T I.371). All times
are in nanoseconds since 1970.
"""

from mailgrid.value import value

__all__ = ["LEAST", "LONGEST", "Claim", "Stretch"]

#: A stretch that is taken ahead is no longer than this, in nanoseconds, or than so many messages take, whichever is
#: more: what lies behind that nobody can have taken. It is more than one message, for a commit for each would be slower
#: than the rate, and a stretch that is begun when it is due holds one message less than it could.
LONGEST = 10**9 // 20
LEAST = 25


@value
class Claim:
    """What a process wants of a bucket.

    Args:
        name: the bucket's.
        price: how long the stretch of one message is.
        credit: how far ahead of now a stretch may end that is used now.
        most: how many messages at most.
        least: how many at least, though their time is still to come; 0: only what may go now.
        turn: from when on it is our turn, as the last answer said; 0: we have none.
    """

    name: str
    price: int
    credit: int
    most: int
    least: int = 0
    turn: int = 0


@value
class Stretch:
    """What was had: `count` messages from `start` on; it is worth asking again from `turn` on."""

    start: int
    count: int
    turn: int
