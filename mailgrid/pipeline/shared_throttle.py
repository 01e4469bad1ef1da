"""SharedThrottle: the rate of a named transport, one for all runs of the project that send through it."""

import math
from collections.abc import Callable

from mailgrid.ledger.claim import LEAST, LONGEST
from mailgrid.ledger.project import Bucket
from mailgrid.pipeline.stretch_length import StretchLength
from mailgrid.planning.carrier import SharedRate
from mailgrid.value import value

__all__ = ["Exchange", "SharedThrottle"]

#: Changes a transport's bucket while nobody else does, as `ProjectLedger.exchange`; False when that was not possible.
Exchange = Callable[[str, Callable[[Bucket], Bucket]], bool]

_SECOND = 10**9
#: From this rate on, as the interval between two tokens, whoever finds the next block taken takes a later one.
_FAST = _SECOND // 100
#: Where so much of the time is taken ahead of everybody, nobody takes more.
_QUEUE = 4 * _SECOND
#: Whoever was refused is let by in its turn, if it comes no later than this.
_PATIENCE = _SECOND // 20
#: While somebody else has the turn, or keeps the bucket for too long, it is asked for again so much later.
_PAUSE = _SECOND // 100


@value
class _Answer:
    """How the bucket is to be, how many may go now, what is left of our block, and until when not to ask again."""

    bucket: Bucket
    granted: int
    position: int
    end: int
    turn: int = 0


class SharedThrottle:
    """A token bucket that several processes empty, each in blocks; a `Limit`.

    Think of time as a line on which each token has a stretch of its own, as long as one token's interval; the
    bucket's state is where the part begins that nobody has taken. A token may go while its stretch lies between now
    and now + burst intervals. So those that go in T seconds lie, side by side, on a line of T seconds and burst
    intervals: they are at most rate * T + burst, however many processes took them. This is the generic cell rate
    algorithm (ITU-T I.371); a block is a piece of the line, and what time has run over is lost, never used later.

    At a fast rate nobody is refused: whoever finds the next stretches taken takes the ones behind them, and waits for
    them. So processes that wait stand in a queue, each gets its part, and each block costs one change of the bucket
    however many wait. Whoever is too slow to use up a block in time takes shorter ones from then on. At a slow rate,
    where a token that somebody took and did not use would be missed, whoever took the last one lets those by who were
    refused meanwhile.

    Args:
        rate: the transport's name, its rate and its burst, which is not less than one message costs.
        exchange: changes the bucket.
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
        self._wish = 0  # the mark that we left when it had nothing
        self._block = StretchLength()
        self._lost = 0  # so much of our block time has run over

    def grant(self, wanted: int, cost: int, now: float) -> int:
        """Charge for up to `wanted` messages of `cost` tokens each and return how many may go now.

        Raises:
            LedgerError: the bucket cannot be read or written.
        """
        if self.delay(cost, now):
            return 0
        price, start = cost * self._interval, max(self._position, _nanoseconds(now))
        room = (min(self._end, _nanoseconds(now) + self._credit) - start) // price
        if room < 1:
            return self._take(wanted, price)
        granted = min(wanted, room)
        self._lost += start - self._position
        self._position = start + granted * price
        return granted

    def _take(self, wanted: int, price: int) -> int:
        """Take a block and grant of it what may go at this very moment."""
        answer = None

        def step(bucket: Bucket) -> Bucket:
            nonlocal answer
            # The time is that at which nobody else can come between, not that at which we began to wait for it.
            answer = self._answer(bucket, wanted, price, _nanoseconds(self._now()))
            return answer.bucket if answer else bucket

        if not self._exchange(self._name, step) or answer is None:
            self._turn = _nanoseconds(self._now()) + _PAUSE
            return 0
        self._position, self._end, self._turn = answer.position, answer.end, answer.turn
        if not answer.granted:
            self._wish = answer.bucket.wanted
        return answer.granted

    def _answer(self, bucket: Bucket, wanted: int, price: int, now: int) -> _Answer | None:
        """Find out what may be taken; None when it is somebody else's turn."""
        bucket = self._heeded(bucket, price, now)
        if price <= _FAST:
            return self._queued(bucket, wanted, price, now)
        is_ours = bucket.due == self._end  # nobody has taken anything since we did
        start = max(self._position if is_ours else bucket.due, now)
        turn = start + price - self._credit
        if turn > now:
            return _Answer(Bucket(bucket.due, turn + _PATIENCE), 0, self._position, self._end, turn)
        if is_ours and bucket.wanted > now and bucket.wanted != self._wish:
            if start >= self._end:
                return None
            # A rest that is too short for a message, for we were late: it is filled up, and no new block begun.
            return _Answer(Bucket(start + price, bucket.wanted), 1, start + price, start + price)
        granted = min(wanted, (now + self._credit - start) // price)
        end = start + max(granted, LONGEST // price) * price
        return _Answer(Bucket(end), granted, start + granted * price, end)

    def _queued(self, bucket: Bucket, wanted: int, price: int, now: int) -> _Answer:
        """Take the next block that nobody has, though it may not begin yet."""
        self._learn(now)
        start = max(self._position if bucket.due == self._end else bucket.due, now)
        if start > now + self._credit + _QUEUE:
            return _Answer(bucket, 0, self._position, self._end, now + _QUEUE // 16)
        granted = max(0, min(wanted, (now + self._credit - start) // price))
        end = start + max(granted, self._block.now // price, LEAST) * price
        return _Answer(Bucket(end), granted, start + granted * price, end)

    def _learn(self, now: int) -> None:
        """Take shorter blocks where time ran over a good part of the last one, and longer ones where none was lost."""
        lost = self._lost + max(0, min(self._end, now) - self._position)
        self._block.learn(lost)
        self._lost = 0

    def _heeded(self, bucket: Bucket, price: int, now: int) -> Bucket:
        """Forget what no run of this rate can have left: the clock was set back, or the rate was lower."""
        most = now + self._credit + max(LONGEST, price) + (_QUEUE + LEAST * price if price <= _FAST else 0)
        return Bucket(min(bucket.due, most), bucket.wanted if bucket.wanted <= most + _PATIENCE else 0)

    def refund(self, granted: int, cost: int) -> None:
        """Take back the charge for messages that were granted just now and that nobody needs."""
        self._position -= granted * cost * self._interval

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        """Take nothing back: time goes on, and the tokens come again."""

    def delay(self, cost: int, now: float) -> float:
        """Return the seconds until one message of `cost` tokens may go, if nobody else takes what comes."""
        turn = max(self._position + cost * self._interval - self._credit, self._turn)
        return max(0, turn - _nanoseconds(now)) / _SECOND


def _nanoseconds(seconds: float) -> int:
    return round(seconds * _SECOND)
