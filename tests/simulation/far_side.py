"""The far side of a simulation: a server that may take messages, refuse them, hang up, or be away."""

import itertools
from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status
from mailgrid.pipeline.clock import Clock
from tests.simulation.ledger import TOO_FAST
from tests.simulation.mail import Mail
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

    def give_back(self, granted: int, cost: int, since: float, now: float) -> None:
        pass

    def delay(self, cost: int, now: float) -> float:
        return 0.0


class FarSide:
    """One of a campaign's transports.

    `is_left` says whether it was in trouble in this life, or could have been spent: then another may stand in for it.
    """

    def __init__(self, script: Script, mail: Mail, title: str, first: "FarSide | None" = None) -> None:
        self.script = script
        self.title = title
        self.is_left = False
        self._mail = mail
        self._first = first
        self._domains = {rate.domain for rate in script.domains}

    def begin(self, schedule: Schedule, meter: Meter, mood: tuple[int, ...], *, is_left: bool) -> None:
        """Be the far side of another life."""
        self.schedule = schedule
        self.meter = meter
        self.is_left = is_left
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
        if self._first and not self._first.is_left:
            self.schedule.fail(Failed(f"{self.title} stands in for a transport that works"))
        granted = self.meter.passed[self.schedule.current]
        lane = self.meter.lanes.pop(self.schedule.current, None)
        for message in batch:
            if message.rcpt_to == message.recipient.address:
                self._mail.handed.extend([granted] * self.script.cost)
                self._note_lane(message.rcpt_to.rpartition("@")[2], lane)
                if self.schedule.now < self._mail.asked.pop(message.rcpt_to, 0.0):
                    self.schedule.fail(Failed(f"{message.rcpt_to} was tried before the time that was asked for"))

    def _note_lane(self, domain: str, moment: float | None) -> None:
        if domain in self._domains or None in self._domains:
            if moment is None:
                self.schedule.fail(Failed(f"somebody at {domain} went beside the lane"))
            else:
                self._mail.lanes[domain].extend([moment] * self.script.cost)

    def take(self, message: Message) -> None:
        self._mail.taken[message.rcpt_to] += 1
        self._mail.through[message.rcpt_to] = self.title
        if self._mail.taken[message.rcpt_to] > 1 + (message.recipient.address in self._mail.twice):
            self.schedule.fail(Failed(f"{message.rcpt_to} got two"))

    def note(self, fate: str) -> None:
        """Note what becomes of a message, or a copy: whether it counts for quotas, and is a trouble."""
        status, scope, *_ = _ANSWERS.get(fate, (Status.IN_DOUBT, Scope.ROUTE))
        self.is_left |= scope is not Scope.RECIPIENT
        if status is not Status.UNSENT and scope is not Scope.SENDER:  # who is held for that stays pending at the end
            granted, _ = self.meter.passed[self.schedule.current]
            self._mail.tried[self.title].append(granted)

    def ask(self, address: str, until: float) -> None:
        """Have somebody not tried again before a time."""
        self._mail.asked[address] = until


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
            self._far.note(fate)
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
            self._far.ask(message.rcpt_to, self._schedule.now + later)
        reply = Reply(code=code, enhanced=TOO_FAST if fate == "defer all" else "", text=text)
        return Outcome(message=message, status=status, scope=scope, reply=reply, retry_after=later)


def _is_end(fate: str) -> bool:
    return fate not in {"accept", "refuse", "refuse us", "defer", "defer until", "defer all"}
