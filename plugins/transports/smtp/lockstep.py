"""The slow way, which every server knows: each command waits for the reply to the one before (RFC 5321)."""

from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Message, Outcome

from .connection import Connection
from .content import dot_stuffed
from .envelope import mail_line, rcpt_line
from .replies import Step
from .settings import Limits
from .transaction import Transaction

__all__ = ["Lockstep"]


class Lockstep:
    """Hands messages over in four round trips each.

    Args:
        connection: the line; it is closed where it can be of no more use.
        limits: how long each phase may take.
    """

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits

    def __call__(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Yield what became of each message, in order; those after the end of the line are unsent."""
        for message in messages:
            transaction = Transaction(self._connection, message)
            if transaction.outcome is None and self._is_invited(transaction):
                yield self._hand_over(transaction)
            else:
                yield transaction.end()
            self._connection.leave()

    def _is_invited(self, transaction: Transaction) -> bool:
        """Get the server to ask for the content."""
        connection, limits, message = self._connection, self._limits, transaction.message
        if connection.unclean and not connection.reset(limits.command):
            return False
        for step, line, limit in (
            (Step.MAIL, mail_line(message, connection.capabilities), limits.command),
            (Step.RCPT, rcpt_line(message), limits.command),
            (Step.DATA, b"DATA\r\n", limits.data),
        ):
            connection.write([line], limit)
            if not transaction.hear(step, limit):
                return False
        return True

    def _hand_over(self, transaction: Transaction) -> Outcome:
        """Write the content; from here on silence is doubt."""
        if not self._connection.may_send():
            return transaction.call_off()
        content = dot_stuffed(transaction.message.content)
        written = self._connection.write(content, self._limits.block)
        transaction.exposed, whole = written > 0, written == sum(map(len, content))
        return transaction.finish(self._limits.final if whole else self._limits.block, whole=whole)
