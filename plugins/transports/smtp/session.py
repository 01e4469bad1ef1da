"""One worker's own line to a server: opened when it is needed, kept as long as it works."""

import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status

from .chunked import Chunked
from .connection import Connection
from .handshake import NotOpened
from .lockstep import Lockstep
from .pipelined import Pipelined
from .settings import Limits, Settings
from .transaction import CALLED_OFF, unsent
from .trust import Trust, Way
from .window import Window

__all__ = ["SmtpSession"]

#: After so many idle seconds a line is tried with RSET before it is used: many servers hang up on who is silent.
_IDLE = 30.0

_WAYS: Mapping[Way, Callable[[Connection, Limits], Callable[[Sequence[Message]], Iterator[Outcome]]]] = {
    Way.LOCKSTEP: Lockstep,
    Way.PIPELINED: Pipelined,
    Way.CHUNKED: Chunked,
}


class SmtpSession:
    """Delivers in the fastest way that the server allows.

    Args:
        connect: opens a line, or raises NotOpened.
        settings: time limits, how many messages may be on the way, after how many a line is closed.
        trust: which way is used; shared by the sessions of a run.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        settings: Settings,
        trust: Trust,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        #: Asked before anything is written by which a message could be taken.
        self.may_send: Callable[[], bool] = lambda: True
        self._connect = connect
        self._limits = settings.limits
        self._reuse = settings.reuse
        self._trust = trust
        self._clock = clock
        self._window = Window(max(settings.pipeline, 1))
        self._way = trust.fastest
        self._connection: Connection | None = None
        self._used_at = 0.0
        self._hung_up_after = 0

    @property
    def window(self) -> int:
        """How many messages it takes at once now; one, where each waits for its replies anyway."""
        return 1 if self._way is Way.LOCKSTEP else self._window.size

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        """Yield what became of each message, in order, as soon as it is known."""
        waiting = deque(batch)
        while waiting:
            again = yield from self._attempt(waiting)
            waiting.extendleft(reversed(again))
        self._window.turn()

    def close(self) -> None:
        """Say goodbye and close."""
        if self._connection:
            self._connection.quit()
        self._connection = None

    def _attempt(self, waiting: deque[Message]) -> Generator[Outcome, None, list[Message]]:
        """Deliver as many of those who wait as one line may carry; all that remain when there is none are unsent.

        Returns messages that were not taken and may go on another line at once: the server asked for no pause.
        """
        if not self.may_send():
            yield from _all_unsent(waiting, CALLED_OFF)
            return []
        try:
            connection = self._ready()
        except NotOpened as error:
            yield from _all_unsent(waiting, error.reply, error.scope)
            return []
        part = [waiting.popleft() for _ in range(min(len(waiting), self._room(connection)))]
        held: list[Outcome] = []
        before = connection.accepted
        for outcome in _WAYS[self._way](connection, self._limits)(part):
            self._window.note(outcome)
            if outcome.status is Status.UNSENT:
                held.append(outcome)
                continue
            yield from held
            held.clear()
            yield outcome
        if connection.accepted > before:
            self._trust.worked(self._way)
        self._used_at = self._clock()
        if connection.is_open:
            self._retire(connection)
        elif self._may_go_on(connection):
            return [outcome.message for outcome in held]
        else:
            held.extend(_all_unsent(waiting, connection.ending))
        yield from held
        return []

    def _ready(self) -> Connection:
        """Return a line that a transaction can begin on.

        Raises:
            NotOpened: there was none, and a new one could not be opened.
        """
        if not (self._connection and self._is_alive(self._connection)):
            self._connection = None
            self._connection = self._connect()
        self._connection.may_send = self.may_send
        self._way = self._trust.way(self._connection.capabilities)
        return self._connection

    def _is_alive(self, connection: Connection) -> bool:
        """Find out whether a line that was used before still works."""
        is_idle = self._clock() - self._used_at > _IDLE
        if connection.is_quiet() and (not is_idle or connection.reset(self._limits.command)):
            return True
        connection.close()
        if not is_idle:
            self._learn(connection)
        return False

    def _room(self, connection: Connection) -> int:
        """Say how many messages the line may still carry."""
        return self._reuse - connection.accepted if self._reuse else sys.maxsize

    def _retire(self, connection: Connection) -> None:
        """Close a line that has carried enough."""
        if self._room(connection) <= 0:
            self.close()

    def _may_go_on(self, connection: Connection) -> bool:
        """Say whether what a lost line did not take may go on another one at once.

        It may where that can be expected to get further: this line has carried something, or the way is another now.
        """
        self._connection = None
        if not self.may_send():
            return False
        self._learn(connection)
        if connection.said_goodbye:
            return False
        ending = connection.ending
        if connection.astray:
            reason = f"the server answered {ending.code} out of step" if ending.code else ending.text
            slower = self._trust.failed(self._way, reason)
        else:
            silent = connection.accepted == 0 and ending.code == 0
            slower = silent and self._trust.lost(self._way, ending.text)
        return slower or connection.accepted > 0

    def _learn(self, connection: Connection) -> None:
        """Learn how many messages are enough from where the server hangs up twice."""
        if 0 < connection.accepted == self._hung_up_after:
            self._reuse = connection.accepted
        self._hung_up_after = connection.accepted


def _all_unsent(waiting: deque[Message], reply: Reply, scope: Scope = Scope.ROUTE) -> Iterator[Outcome]:
    """Take everybody who waits: there is no line for them."""
    while waiting:
        yield unsent(waiting.popleft(), reply, scope)
