"""A transport: a way to send, with a session for each worker."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from mailgrid.hookspecs.message import Message, Outcome, Reply, Scope, Status

__all__ = [
    "ChecksSender",
    "Endpoint",
    "Examinable",
    "Fenced",
    "HasKnownLimits",
    "KnownLimits",
    "OneByOne",
    "Session",
    "Transport",
]


class Session(Protocol):
    """One worker's own line to the far side, used by one thread."""

    @property
    def window(self) -> int:
        """How many messages it takes at once now; it may change between calls."""

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Yield exactly one outcome a message, in order, each as soon as it is known; wait for the far side only.

        It connects, and connects again, by itself. Where the far side cannot be reached outcomes are `unsent` with
        scope `route`, where it has too many connections already with scope `session`, and where it refuses us whatever
        we send (login, no TLS) with scope `sender`.
        """

    def close(self) -> None:
        """End the conversation politely. May be called twice, and after an error."""


@runtime_checkable
class Fenced(Session, Protocol):
    """What a Session that takes several messages at once has besides, so that it can be stopped between two of them.

    It asks `may_send` before it connects, and before it writes anything by which a message could be taken; whoever
    opened the session may put another answer there. What may not be sent any more is `unsent`.
    """

    may_send: Callable[[], bool]


class Transport(Protocol):
    """A way to send, opened once a run."""

    @property
    def title(self) -> str:
        """How it is shown to people, like `smtp localhost:25`; without secrets."""

    def check(self) -> None:
        """Find out, without sending, whether sending would work: connect, TLS, login.

        Raises:
            TransportError: it would not; the message says at which step.
        """

    def open_session(self) -> Session:
        """Make a session for one worker; connecting may wait until the first message."""

    def close(self) -> None:
        """Give back what is held. May be called twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The far side as a transport found it.

    `host` and `port` are where it is, `address` the IP address that answered, `encrypted` the protocol (`TLSv1.3`;
    empty where there is none), `valid_until` when its certificate ends, in seconds since 1970 (None: it has none, or it
    was not checked), `largest` the largest message that it takes, in octets (0: it does not say).
    """

    host: str
    port: int
    address: str
    encrypted: str = ""
    valid_until: float | None = None
    largest: int = 0


@runtime_checkable
class Examinable(Protocol):
    """What a transport may offer beside `Transport`: to tell what it found at the far side."""

    def examine(self) -> Endpoint:
        """Do what `check` does, and tell what was found.

        Raises:
            TransportError: sending would not work; the message says at which step.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLimits:
    """What a far side is known to allow, which holds where a file says nothing else; None for what is not known.

    `origin` says where that is known from; `per_minute` and `per_day` are messages, `sessions` how many at once.
    """

    origin: str
    per_minute: int | None = None
    per_day: int | None = None
    sessions: int | None = None


@runtime_checkable
class HasKnownLimits(Protocol):
    """What a Transport may have besides, where it knows what the far side allows."""

    @property
    def known_limits(self) -> KnownLimits | None:
        """What is allowed; None where that is not known."""


@runtime_checkable
class ChecksSender(Protocol):
    """What a Transport has besides, if it can find out before the first message whether its sender is accepted."""

    def check_sender(self, mail_from: str, size: int = 0) -> None:
        """Do what `check` does, and find out whether mail from this address is taken; called in place of `check`.

        `size` is how many octets every message has, about; 0 where they differ.

        Raises:
            TransportError: it is not, or is too large, or sending would not work at all.
        """


class OneByOne:
    """A session for a far side that takes one message at a time, made of a function that sends one.

    `send` returns the Reply: a code of 400 and more means deferred, of 500 and more failed, any other sent; or, where
    it knows better, an Outcome. An OSError leaves the message in doubt. `close` is called once.
    """

    window = 1

    def __init__(self, send: Callable[[Message], Reply | Outcome], close: Callable[[], None] = lambda: None) -> None:
        self._send = send
        self._close: Callable[[], None] | None = close

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Send each message, and yield what became of it."""
        for message in batch:
            yield self._outcome(message)

    def close(self) -> None:
        """Give back what `send` holds."""
        close, self._close = self._close, None
        if close:
            close()

    def _outcome(self, message: Message) -> Outcome:
        try:
            answer = self._send(message)
        except OSError as error:
            reply = Reply(text=error.strerror or str(error))
            return Outcome(message=message, status=Status.IN_DOUBT, reply=reply, scope=Scope.ROUTE)
        if isinstance(answer, Outcome):
            return answer
        status = {4: Status.DEFERRED, 5: Status.FAILED}.get(answer.code // 100, Status.SENT)
        return Outcome(message=message, status=status, reply=answer)
