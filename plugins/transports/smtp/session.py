"""One worker's own line to a server: opened when it is needed, kept as long as it works."""

import time
from collections.abc import Callable, Iterator, Sequence

from mailgrid.hookspecs import Message, Outcome, Status

from .connection import Connection
from .handshake import NotOpened
from .replies import Code
from .settings import Settings
from .transaction import Transaction

__all__ = ["SmtpSession"]

#: After so many idle seconds a line is tried with RSET before it is used: many servers hang up on who is silent.
_IDLE = 30.0


class SmtpSession:
    """Delivers in lockstep, one message at a time.

    Args:
        connect: opens a line, or raises NotOpened.
        settings: time limits, and after how many messages a line is closed.
        clock: seconds that never go back.
    """

    window = 1

    def __init__(
        self,
        connect: Callable[[], Connection],
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._limits = settings.limits
        self._reuse = settings.reuse
        self._clock = clock
        self._connection: Connection | None = None
        self._used_at = 0.0
        self._hung_up_after = 0

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Yield what became of each message, in order, as soon as it is known."""
        for message in batch:
            yield self._deliver(message)

    def close(self) -> None:
        """Say goodbye and close."""
        if self._connection:
            self._connection.quit()
        self._connection = None

    def _deliver(self, message: Message) -> Outcome:
        """Hand one message over; when a line that was in use is gone before it began, once more on a new one."""
        was_used = self._connection is not None and self._connection.accepted > 0
        outcome = self._attempt(message)
        lost = outcome.status is Status.UNSENT and self._connection is None
        if lost and was_used and outcome.reply.code != Code.CLOSING:  # it asks for a pause, which is the caller's
            return self._attempt(message)
        return outcome

    def _attempt(self, message: Message) -> Outcome:
        try:
            connection = self._ready()
        except NotOpened as error:
            return Outcome(message=message, status=Status.UNSENT, reply=error.reply, scope=error.scope)
        outcome = Transaction(connection, self._limits)(message)
        self._used_at = self._clock()
        self._keep_or_drop(connection)
        return outcome

    def _ready(self) -> Connection:
        """Return a line that a transaction can begin on.

        Raises:
            NotOpened: there was none, and a new one could not be opened.
        """
        connection = self._connection
        if connection:
            stale = connection.unclean or self._clock() - self._used_at > _IDLE
            if not stale or connection.reset(self._limits.command):
                return connection
        self._connection = self._connect()
        return self._connection

    def _keep_or_drop(self, connection: Connection) -> None:
        """Close a line that has carried enough; learn how much is enough from where the server hangs up twice."""
        if not connection.is_open:
            self._connection = None
            if 0 < connection.accepted == self._hung_up_after:
                self._reuse = connection.accepted
            self._hung_up_after = connection.accepted
        elif self._reuse and connection.accepted >= self._reuse:
            self.close()
