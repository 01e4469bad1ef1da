"""A transport in memory that does what a function says, and knows what really arrived."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from threading import Lock

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status

Behaviour = Callable[[Message, int], Outcome]


def sent(message: Message, _attempt: int = 1) -> Outcome:
    return Outcome(message=message, status=Status.SENT, reply=Reply(code=250, text="ok"))


def answering(status: Status, code: int, scope: Scope = Scope.RECIPIENT, text: str = "", **more: float) -> Behaviour:
    reply = Reply(code=code, text=text)
    return lambda message, _attempt: Outcome(message=message, status=status, reply=reply, scope=scope, **more)


refused = answering(Status.FAILED, 550, text="no such user")
deferred = answering(Status.DEFERRED, 451, text="greylisted")
lost = answering(Status.IN_DOUBT, 0, Scope.ROUTE, text="connection lost")
closing = answering(Status.UNSENT, 421, Scope.ROUTE, text="closing")
unwelcome = answering(Status.FAILED, 550, Scope.SENDER, text="5.7.1 you are blocked")
turned_away = answering(Status.UNSENT, 535, Scope.SENDER, text="who is news@example.com")


def first(*before: Behaviour, then: Behaviour = sent) -> Behaviour:
    """The first attempts for each mailbox go as said, the later ones as `then` says."""
    return lambda message, attempt: (before[attempt - 1] if attempt <= len(before) else then)(message, attempt)


class FarSide:
    """`arrived` counts what was really taken, `tries` how often each mailbox was tried, by address."""

    title = "memory"

    def __init__(self, behave: Behaviour = sent, *, window: int = 4) -> None:
        self.behave = behave
        self.window = window
        self.arrived: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()
        self.opened = self.closed = 0
        self._lock = Lock()

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass

    def open_session(self) -> "Line":
        with self._lock:
            self.opened += 1
        return Line(self)

    def take(self, message: Message) -> Outcome:
        with self._lock:
            self.tries[message.rcpt_to] += 1
            attempt = self.tries[message.rcpt_to]
        outcome = self.behave(message, attempt)
        if outcome.status is Status.SENT:
            self.arrive(message)
        return outcome

    def arrive(self, message: Message) -> None:
        with self._lock:
            self.arrived[message.rcpt_to] += 1

    def gone(self) -> None:
        with self._lock:
            self.closed += 1


class Line:
    def __init__(self, far_side: FarSide) -> None:
        self._far_side = far_side

    @property
    def window(self) -> int:
        return self._far_side.window

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        assert 0 < len(batch) <= max(1, self.window)
        for message in batch:
            yield self._far_side.take(message)

    def close(self) -> None:
        self._far_side.gone()
