"""The way for servers that advertise PIPELINING (RFC 2920): one round trip a message.

One write carries the content of a message and the envelope of the next, up to DATA, which has to be the last command
of its group (3.1). A content is written only when the server has asked for it.
"""

from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Message, Outcome

from .connection import Connection
from .content import LONE_DOT, dot_stuffed
from .envelope import mail_line, rcpt_line
from .replies import Step
from .reply_reader import Lost
from .settings import Limits
from .transaction import Transaction

__all__ = ["Pipelined"]


class Pipelined:
    """Hands messages over in one round trip each, and one more for them all.

    Args:
        connection: the line; it is closed where it can be of no more use.
        limits: how long each phase may take.
    """

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits

    def __call__(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Yield what became of each message, in order; those after the end of the line are unsent."""
        invited: Transaction | None = None
        for message in messages:
            following = Transaction(self._connection, message)
            anew = self._connection.unclean
            envelope = b"" if following.outcome else self._envelope(message)
            if invited:
                yield self._hand_over(invited, envelope)
            elif envelope:
                self._connection.write([envelope], self._limits.block)
            invited = following if envelope and self._is_invited(following, anew=anew) else None
            if not invited:
                yield following.end()
            self._connection.leave()
        if invited:
            yield self._hand_over(invited, b"")
            self._connection.leave()

    def _envelope(self, message: Message) -> bytes:
        """Write the group that opens a transaction; after a refusal the one before has to be forgotten first."""
        reset = b"RSET\r\n" if self._connection.unclean else b""
        return reset + mail_line(message, self._connection.capabilities) + rcpt_line(message) + b"DATA\r\n"

    def _is_invited(self, transaction: Transaction, *, anew: bool) -> bool:
        """Hear whether the server asks for the content."""
        limits = self._limits
        if anew:
            transaction.begin_anew(limits.command)
        transaction.hear(Step.MAIL, limits.command)
        transaction.hear(Step.RCPT, limits.command)
        invitation = transaction.hear(Step.DATA, limits.data)
        if invitation and transaction.outcome:
            self._send_nothing()
        return bool(invitation and not transaction.outcome)

    def _send_nothing(self) -> None:
        """Answer the invitation of a server that has refused the recipient: it waits for data now (RFC 2920, 3.1)."""
        try:
            self._connection.command(LONE_DOT, self._limits.final)
        except Lost:
            return  # what became of the message is known

    def _hand_over(self, transaction: Transaction, envelope: bytes) -> Outcome:
        """Write the content, and the next envelope with it; from here on silence is doubt."""
        if not self._connection.may_send():
            return transaction.call_off()
        content = dot_stuffed(transaction.message.content)
        written = self._connection.write([*content, envelope], self._limits.block)
        transaction.exposed = written > 0
        whole = written >= sum(map(len, content))
        return transaction.finish(self._limits.final if whole else self._limits.block, whole=whole)
