"""The way for servers that advertise PIPELINING and CHUNKING (RFC 2920, RFC 3030): many messages on the way at once.

BDAT says how long the content is, so that nothing has to be waited for and no dot has to be doubled. Each message is a
group `RSET MAIL RCPT BDAT`. RSET is never left out: whether one group fails is not known when the next is written, and
Exim answers the next MAIL after a refused recipient with 503, then delivers its content under the old envelope.
"""

from collections.abc import Iterator, Sequence

from mailgrid.hookspecs import Message, Outcome

from .connection import Connection
from .envelope import mail_line, rcpt_line
from .replies import Step
from .settings import Limits
from .transaction import Transaction

__all__ = ["Chunked"]

#: What is on the way before replies are read, in octets: more would not be faster, and leave more in doubt.
_FLIGHT = 1 << 20
#: The commands of a group, each of which is answered.
_COMMANDS = 4


class Chunked:
    """Hands messages over in one round trip for all of them, or for each megabyte.

    Args:
        connection: the line; it is closed where it can be of no more use.
        limits: how long each phase may take.
    """

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits

    def __call__(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Yield what became of each message, in order; those after the end of the line are unsent."""
        start = 0
        while start < len(messages):
            end, size = start + 1, len(messages[start].content)
            while end < len(messages) and (size := size + len(messages[end].content)) <= _FLIGHT:
                end += 1
            yield from self._fly(messages[start:end])
            self._connection.leave()
            start = end

    def _fly(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Write all of these, then hear what becomes of each."""
        flight = [Transaction(self._connection, message, chunked=True) for message in messages]
        groups = [b"" if each.outcome else self._head(each.message) for each in flight]
        written = self._write(flight, groups)
        end = 0
        for transaction, head in zip(flight, groups, strict=True):
            start, end = end, end + (len(head) + len(transaction.message.content) if head else 0)
            transaction.exposed = start < written
            if not head:
                yield transaction.end()
            elif transaction.exposed:
                yield self._heard(transaction, whole=end <= written)
            else:
                yield self._left(transaction)

    def _head(self, message: Message) -> bytes:
        """Write what comes before the content."""
        size = b"BDAT %d LAST\r\n" % len(message.content)
        return b"RSET\r\n" + mail_line(message, self._connection.capabilities) + rcpt_line(message) + size

    def _write(self, flight: Sequence[Transaction], heads: Sequence[bytes]) -> int:
        if not self._connection.is_open:
            return 0
        groups = [(head, each.message.content) for head, each in zip(heads, flight, strict=True) if head]
        written = self._connection.write([piece for group in groups for piece in group], self._limits.block)
        self._connection.expect(_COMMANDS * len(groups))
        return written

    def _left(self, transaction: Transaction) -> Outcome:
        """End a message that could not be written any more; the server may have said why it hung up."""
        transaction.begin_anew(self._limits.block)
        self._connection.close()
        return transaction.end()

    def _heard(self, transaction: Transaction, *, whole: bool) -> Outcome:
        limits = self._limits
        transaction.begin_anew(limits.command)
        transaction.hear(Step.MAIL, limits.command)
        transaction.hear(Step.RCPT, limits.command)
        return transaction.finish(limits.final if whole else limits.block, whole=whole)
