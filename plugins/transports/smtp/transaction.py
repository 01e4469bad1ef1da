"""One message's transaction: hears the replies to its commands, and says what they make of the message."""

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status

from .connection import Connection
from .envelope import obstacle
from .replies import EXPECTED, Code, Step, retry_after
from .reply_reader import Lost

__all__ = ["CALLED_OFF", "Transaction", "unsent"]

#: Why a message is not sent whose sender may not send any more.
CALLED_OFF = Reply(text="sending was called off before the message was written")


class Transaction:
    """What is known of one message on a line.

    The first refusal decides; those after it only follow from it. Where the line ends before anything is decided, a
    message of which something may have left is in doubt. All others are unsent, as is everything after a goodbye.

    Args:
        connection: the line; it is closed where the two sides have lost each other.
        message: the message; one that cannot go to this server at all has failed before it began.
        chunked: whether the content follows the envelope unasked, so that whatever is written may be taken.
    """

    def __init__(self, connection: Connection, message: Message, *, chunked: bool = False) -> None:
        self.message = message
        #: Whether some of the content has left, so that silence is doubt.
        self.exposed = False
        #: What has been decided.
        self.outcome: Outcome | None = None
        self._connection = connection
        self._chunked = chunked
        if reason := obstacle(message, connection.capabilities):
            self.outcome = Outcome(message=message, status=Status.FAILED, reply=Reply(text=reason))
        elif not connection.may_send():
            self.outcome = unsent(message, CALLED_OFF)

    def begin_anew(self, limit: float) -> None:
        """Hear the reply to RSET. There is no other than yes (RFC 5321, 4.1.1.5): a server that says no hangs up.

        Exim does so when it has heard more of them than messages: `554 Too many nonmail commands`.
        """
        try:
            reply = self._connection.read(limit)
        except Lost:
            return
        if reply.code == Code.OK:
            self._connection.unclean = False
        elif self._connection.is_open:
            self._connection.parted = True
            self._connection.leaving = reply

    def hear(self, step: Step, limit: float) -> Reply | None:
        """Hear the reply to a command; return it where it is one that lets the message go on."""
        try:
            reply = self._connection.read(limit, step)
        except Lost:
            return None
        if reply.code in EXPECTED[step] and self._connection.is_open:
            return reply
        # The end of the data ends a transaction, whatever the answer (RFC 5321, 4.1.1.4); a refused chunk does not.
        self._connection.unclean = self._chunked or step is not Step.CONTENT
        if self.outcome is None:
            self._refused(step, reply)
        return None

    def finish(self, limit: float, *, whole: bool) -> Outcome:
        """Hear the reply to the content, and return what became of the message.

        Args:
            limit: how long it may take, in seconds.
            whole: whether all of the content has left; what is cut short cannot have been accepted.
        """
        reply = self.hear(Step.CONTENT, limit)
        if reply is None:
            return self.end()
        if whole and self.outcome is None:
            self._connection.accepted += 1
            return Outcome(message=self.message, status=Status.SENT, reply=reply)
        # Accepted in spite of a refusal, or before its end: the server means something else than we do.
        self._connection.astray = True
        self._connection.close(reply)
        return self._in_doubt(reply)

    def call_off(self) -> Outcome:
        """Write no content though the server waits for it: only the end of the line takes that back."""
        self._connection.close(CALLED_OFF)
        return self.end()

    def end(self) -> Outcome:
        """Return what was decided, or else what the end of the line makes of the message."""
        if self.outcome is not None:
            return self.outcome
        ending = self._connection.ending
        if self.exposed and not self._connection.parted:
            return self._in_doubt(ending)
        return unsent(self.message, ending)

    def _refused(self, step: Step, reply: Reply) -> None:
        meaning = self._connection.meaning_of(step, reply)
        if not self._connection.is_open:  # a goodbye; 221 may also mean yes
            if step is Step.CONTENT and reply.code in EXPECTED[step]:
                self.outcome = self._in_doubt(reply)
        elif _is_out_of_step(reply) and (self._chunked or step is not Step.CONTENT):
            self._go_astray(reply)
            self.outcome = unsent(self.message, reply)
        elif meaning is None:  # no refusal either, so nobody knows which command it answers
            self._connection.astray = True
            self._connection.close(reply)
        else:
            if meaning.leave:
                self._connection.leaving = reply
            self.outcome = Outcome(
                message=self.message,
                status=meaning.status,
                reply=reply,
                scope=meaning.scope,
                retry_after=meaning.retry_after(reply.text),
            )

    def _go_astray(self, reply: Reply) -> None:
        self._connection.astray = True
        self._connection.leaving = reply

    def _in_doubt(self, reply: Reply) -> Outcome:
        return Outcome(message=self.message, status=Status.IN_DOUBT, reply=reply, scope=Scope.ROUTE)


def unsent(message: Message, reply: Reply, scope: Scope = Scope.ROUTE) -> Outcome:
    """Say that a message was not taken, and why; nobody's attempt is counted."""
    wait = retry_after(reply.text) if reply.code else None
    return Outcome(message=message, status=Status.UNSENT, reply=reply, scope=scope, retry_after=wait)


def _is_out_of_step(reply: Reply) -> bool:
    """Say whether the server complains of the order of commands: 503, or what Exim and Postfix say with 554."""
    if reply.code == Code.OUT_OF_STEP:
        return True
    return reply.code == Code.FAILED and (reply.enhanced == "5.5.1" or "synchroni" in reply.text.lower())
