"""The far side of a simulation. It knows what it took, when it was handed over, and that nobody may get two."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status
from mailgrid.pipeline.clock import Clock
from tests.simulation.ledger import TOO_FAST
from tests.simulation.schedule import Failed, Schedule, Task
from tests.simulation.script import FATES, Script

__all__ = ["FarSide", "Meter"]

_ANSWERS = {
    "accept": (Status.SENT, Scope.RECIPIENT, 250, "ok"),
    "refuse": (Status.FAILED, Scope.RECIPIENT, 550, "no such user"),
    "refuse us": (Status.FAILED, Scope.SENDER, 550, "5.7.1 you are blocked"),
    "defer": (Status.DEFERRED, Scope.RECIPIENT, 451, "greylisted"),
    "defer until": (Status.DEFERRED, Scope.RECIPIENT, 450, "come back later"),
    "defer all": (Status.DEFERRED, Scope.ROUTE, 451, "too fast"),
    "say goodbye": (Status.UNSENT, Scope.ROUTE, 421, "closing"),
    "hang up before": (Status.IN_DOUBT, Scope.ROUTE, 0, "connection lost"),
    "hang up after": (Status.IN_DOUBT, Scope.ROUTE, 0, "connection lost"),
    "say nothing": (Status.IN_DOUBT, Scope.ROUTE, 0, "no answer"),
    "be away": (Status.UNSENT, Scope.ROUTE, 0, "connection refused"),
    "have no room": (Status.UNSENT, Scope.SESSION, 421, "too many connections"),
    "turn us away": (Status.UNSENT, Scope.SENDER, 535, "who are you"),
}
_FAREWELLS = {"say goodbye", "have no room", "turn us away"}
_PATIENCE = 12.0  # how long a session waits for an answer, in seconds


class Meter:
    """A limit that lets everything through and notes, by thread, when the limits before it granted what they did.

    The campaign's own rate is granted at the time that the feed tells, the shared one perhaps at a time that it reads
    itself, with `now`.
    """

    def __init__(self, schedule: Schedule, clock: Clock) -> None:
        self._schedule = schedule
        self._clock = clock
        self._read = 0.0
        self.lanes: dict[Task, float] = {}
        self.passed: dict[Task, tuple[float, float]] = {}

    def now(self) -> float:
        self._read = self._clock.now()
        return self._read

    def lane_now(self) -> float:
        """Tell the time to the limits of domains, and note who asked."""
        now = self.lanes[self._schedule.current] = self._clock.now()
        return now

    def grant(self, wanted: int, cost: int, now: float) -> int:
        self.passed[self._schedule.current] = now, max(now, self._read)
        return wanted

    def refund(self, granted: int, cost: int) -> None:
        pass

    def delay(self, cost: int, now: float) -> float:
        return 0.0


class FarSide:
    """`taken` counts what arrived by address.

    `handed` are the times at which messages and their copies were granted, by its own rate and by the shared one, and
    `lanes` those at which the limit of a domain granted them, by domain.

    `twice` are those who may get another one, because the user said so.
    """

    title = "simulated"

    def __init__(self, script: Script) -> None:
        self.script = script
        self.taken: Counter[str] = Counter()
        self.twice: set[str] = set()
        self.asked: dict[str, float] = {}
        self.handed: list[tuple[float, float]] = []
        self.lanes: defaultdict[str, list[float]] = defaultdict(list)
        self._domains = {rate.domain for rate in script.domains}

    def begin(self, schedule: Schedule, meter: Meter, mood: tuple[int, ...]) -> None:
        """Be the far side of another life."""
        self.schedule = schedule
        self.meter = meter
        self.asked.clear()  # who is given up is tried afresh at once; for the others the ledger knows the time
        self._fates = FATES[: len(mood)]
        self._weights = list(itertools.accumulate(mood))

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass

    def open_session(self) -> "Line":
        self.schedule.step()
        return Line(self)

    def fate(self) -> str:
        return self.schedule.chance.choices(self._fates, cum_weights=self._weights)[0]

    def hand_over(self, batch: Sequence[Message]) -> None:
        """Note that a batch is written now, and what that costs."""
        granted = self.meter.passed[self.schedule.current]
        lane = self.meter.lanes.pop(self.schedule.current, None)
        for message in batch:
            if message.rcpt_to == message.recipient.address:
                self.handed.extend([granted] * self.script.cost)
                self._note_lane(message.rcpt_to.rpartition("@")[2], lane)
                if self.schedule.now < self.asked.pop(message.rcpt_to, 0.0):
                    self.schedule.fail(Failed(f"{message.rcpt_to} was tried before the time that was asked for"))

    def _note_lane(self, domain: str, moment: float | None) -> None:
        if domain in self._domains or None in self._domains:
            if moment is None:
                self.schedule.fail(Failed(f"somebody at {domain} went beside the lane"))
            else:
                self.lanes[domain].extend([moment] * self.script.cost)

    def take(self, message: Message) -> None:
        self.taken[message.rcpt_to] += 1
        if self.taken[message.rcpt_to] > 1 + (message.recipient.address in self.twice):
            self.schedule.fail(Failed(f"{message.rcpt_to} got two"))


class Line:
    """A session: it writes some messages ahead, then reads their answers."""

    def __init__(self, far_side: FarSide) -> None:
        self._far = far_side
        self._schedule = far_side.schedule

    @property
    def window(self) -> int:
        return self._far.script.window

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        self._schedule.step()
        self._far.hand_over(batch)
        ahead = self._far.script.ahead
        for start in range(0, len(batch), ahead):
            written, rest = batch[start : start + ahead], batch[start + ahead :]
            fates = list(self._fates(written))
            for message, fate in zip(written, fates, strict=True):
                self._schedule.sleep(self._far.script.slowness * self._schedule.chance.random())
                if fate == "break down":
                    raise RuntimeError
                if fate == "forget":
                    return
                yield self._answer(message, fate)
            if _is_end(fates[-1]):
                last = fates[-1] if fates[-1] in _FAREWELLS else "be away"
                yield from (self._answer(message, last) for message in rest)
                return

    def close(self) -> None:
        self._schedule.step()

    def _fates(self, written: Sequence[Message]) -> Iterator[str]:
        """Decide what becomes of what was written; after an end the far side takes nothing more."""
        end = ""
        for message in written:
            self._schedule.step()
            fate = end or self._far.fate()
            if not end and (fate in {"accept", "hang up after"} or self._takes_unseen(fate)):
                self._far.take(message)
            if not end and _is_end(fate):
                end = "hang up before" if fate in {"hang up after", "say nothing"} else fate
            yield fate

    def _takes_unseen(self, fate: str) -> bool:
        """Say whether a message arrived of which nothing will be said."""
        return fate in {"say nothing", "break down", "forget"} and self._schedule.chance.random() < 0.5

    def _answer(self, message: Message, fate: str) -> Outcome:
        status, scope, code, text = _ANSWERS[fate]
        if fate == "say nothing":
            self._schedule.sleep(_PATIENCE)
        later = None
        if fate == "defer until":
            later = self._schedule.chance.choice((1.0, 4.0))
            self._far.asked[message.rcpt_to] = self._schedule.now + later
        reply = Reply(code=code, enhanced=TOO_FAST if fate == "defer all" else "", text=text)
        return Outcome(message=message, status=status, scope=scope, reply=reply, retry_after=later)


def _is_end(fate: str) -> bool:
    return fate not in {"accept", "refuse", "refuse us", "defer", "defer until", "defer all"}
