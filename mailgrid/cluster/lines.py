"""Lines: the sessions of a transport, kept from one chunk to the next, and used only while the chunk is this host's."""

import threading
from collections.abc import Callable, Iterator, Sequence

from mailgrid.cluster.guard import Guard
from mailgrid.hookspecs import Fenced, Message, Outcome, Reply, Session, Status, Transport

__all__ = ["GuardedTransport", "Lines"]


class Lines:
    """Keeps a transport's sessions open: to connect anew for each chunk costs more than to send a part of it."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._lock = threading.Lock()
        self._free: list[Session] = []

    def take(self) -> Session:
        """Return a session that nobody uses, the one that was used last if there is one."""
        with self._lock:
            if self._free:
                return self._free.pop()
        return self.transport.open_session()

    def give_back(self, session: Session) -> None:
        """Take a session back."""
        with self._lock:
            self._free.append(session)

    def close(self) -> None:
        """End all sessions that nobody uses, and the transport."""
        with self._lock:
            sessions, self._free = self._free, []
        for session in sessions:
            session.close()
        self.transport.close()


class GuardedTransport:
    """A transport as one chunk has it: its sessions are kept, and send nothing once the guard has fallen."""

    def __init__(self, lines: Lines, guard: Guard) -> None:
        self._lines = lines
        self._guard = guard

    @property
    def title(self) -> str:
        """How it is shown to people."""
        return self._lines.transport.title

    def check(self) -> None:
        """Find out whether sending would work."""
        self._lines.transport.check()

    def open_session(self) -> Session:
        """Return a session."""
        return _Kept(self._lines, self._guard)

    def close(self) -> None:
        """Keep it: the next chunk needs it too."""


class _Kept:
    """A session as one worker of one chunk has it."""

    def __init__(self, lines: Lines, guard: Guard) -> None:
        self._lines = lines
        self._guard = guard
        self._session: Session | None = lines.take()
        self._fence(lambda: guard.holds)

    @property
    def window(self) -> int:
        return self._session.window if self._session else 1

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        # Between the commit of the intents and this line the machine may have slept for an hour.
        if self._session is None or not self._guard.holds:
            reply = Reply(text="this host was silent for too long and may not send any more")
            yield from (Outcome(message=message, status=Status.UNSENT, reply=reply) for message in batch)
        else:
            yield from self._session.deliver(batch)

    def _fence(self, may_send: Callable[[], bool]) -> None:
        """Let the session look at the guard between messages too: a window of them may take longer than it holds."""
        if isinstance(self._session, Fenced):
            self._session.may_send = may_send

    def close(self) -> None:
        self._fence(lambda: True)
        session, self._session = self._session, None
        if session is not None:
            self._lines.give_back(session)
