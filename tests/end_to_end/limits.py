"""Limits, as a server sees them that takes what was sent."""

from collections.abc import Iterable
from itertools import combinations

from mailgrid.testing import Received

__all__ = ["assert_limited"]

#: So much later than its turn a message may be taken, in seconds: a thread that waits long for a processor. Two
#: processes with a bucket each would still be found out, by twice the rate over seconds.
_JITTER = 1.0


def assert_limited(messages: Iterable[Received], rate: float, burst: int) -> None:
    """No two messages have more between them than the rate and the burst let through."""
    moments = sorted(message.moment for message in messages)
    for (first, start), (last, end) in combinations(enumerate(moments), 2):
        assert last - first + 1 <= rate * (end - start + _JITTER) + burst
