"""One message's way over an open line: MAIL, RCPT, DATA and the content, each reply read before the next command."""

import re

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status

from .connection import Connection
from .replies import EXPECTED, Meaning, Step, meaning_of, retry_after
from .reply_reader import Lost
from .settings import Limits

__all__ = ["Transaction", "dot_stuffed"]

#: What may not stand in an address on the wire: it would end it, or begin a parameter or a command.
_UNSAFE = re.compile(r"[\x00-\x20<>\x7f]")

_OUT_OF_STEP = Meaning(Status.UNSENT, Scope.ROUTE, leave=True)


class Transaction:
    """Hands messages over, one at a time, in lockstep.

    Args:
        connection: the line; it is closed where it can be of no more use.
        limits: how long each phase may take.
    """

    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits

    def __call__(self, message: Message) -> Outcome:
        """Hand one message over and say what became of it; never raises for what the server does."""
        content = dot_stuffed(message.content)
        if reason := self._obstacle(message, len(content)):
            return Outcome(message=message, status=Status.FAILED, reply=Reply(text=reason))
        try:
            refusal = self._open(message, len(content))
        except Lost as lost:
            return Outcome(message=message, status=Status.UNSENT, reply=Reply(text=str(lost)), scope=Scope.ROUTE)
        return refusal or self._hand_over(message, content)

    def _obstacle(self, message: Message, size: int) -> str:
        """Say why this message cannot go to this server at all; empty when it can."""
        features, needs = self._connection.features, _needs(message)
        if _UNSAFE.search(message.mail_from) or _UNSAFE.search(message.rcpt_to):
            return "an envelope address holds a blank, a bracket or a control character"
        octets = message.content
        if not octets.count(b"\n") == octets.count(b"\r") == octets.count(b"\r\n"):
            return "the content holds a line end that is not CRLF"
        if "smtputf8" in needs and "smtputf8" not in features:
            return "the server does not take addresses outside of ASCII (SMTPUTF8)"
        if "8bit" in needs and "8bitmime" not in features:
            return "the server does not take 8-bit content (8BITMIME)"
        limit = features.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < size:
            return f"the message has {size:,} bytes, the server takes {int(limit):,} at most"
        return ""

    def _open(self, message: Message, size: int) -> Outcome | None:
        """Get the server to ask for the content; a refusal on the way is the outcome."""
        command, limits = self._connection.command, self._limits
        reply = command(f"MAIL FROM:<{message.mail_from}>{self._parameters(message, size)}", limits.command)
        if reply.code not in EXPECTED[Step.MAIL]:
            return self._refused(message, Step.MAIL, reply)
        reply = command(f"RCPT TO:<{message.rcpt_to}>", limits.command)
        if reply.code not in EXPECTED[Step.RCPT]:
            return self._refused(message, Step.RCPT, reply)
        reply = command("DATA", limits.data)
        return None if reply.code in EXPECTED[Step.DATA] else self._refused(message, Step.DATA, reply)

    def _parameters(self, message: Message, size: int) -> str:
        features, needs = self._connection.features, _needs(message)
        parameters = f" SIZE={size}" if "size" in features else ""
        if "8bit" in needs:
            parameters += " BODY=8BITMIME"
        return f"{parameters} SMTPUTF8" if "smtputf8" in needs else parameters

    def _hand_over(self, message: Message, content: bytes) -> Outcome:
        """Write the content; from here on silence is doubt."""
        written = True
        try:
            self._connection.write(content, self._limits.block)
        except Lost:
            written = False  # an answer that came before the break can still be read
        try:
            reply = self._connection.read(self._limits.final if written else self._limits.block)
        except Lost as lost:
            return Outcome(message=message, status=Status.IN_DOUBT, reply=Reply(text=str(lost)), scope=Scope.ROUTE)
        if written and reply.code in EXPECTED[Step.CONTENT]:
            self._connection.accepted += 1
            return Outcome(message=message, status=Status.SENT, reply=reply)
        if not (written and meaning_of(Step.CONTENT, reply)):
            self._connection.close()
        if meaning_of(Step.CONTENT, reply):
            return self._refused(message, Step.CONTENT, reply)
        return Outcome(message=message, status=Status.IN_DOUBT, reply=reply, scope=Scope.ROUTE)

    def _refused(self, message: Message, step: Step, reply: Reply) -> Outcome:
        meaning = meaning_of(step, reply) or _OUT_OF_STEP
        self._connection.unclean = True
        if meaning.leave:
            self._connection.close()
        wait = None if meaning.status is Status.FAILED else retry_after(reply.text)
        return Outcome(message=message, status=meaning.status, reply=reply, scope=meaning.scope, retry_after=wait)


def dot_stuffed(content: bytes) -> bytes:
    r"""Double the dot at the start of a line, and append the lone one that ends the data (RFC 5321, 4.5.2).

    >>> dot_stuffed(b".a\r\n..\r\nb")
    b'..a\r\n...\r\nb\r\n.\r\n'
    """
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    start = b"." if content.startswith(b".") else b""
    end = b".\r\n" if content.endswith(b"\r\n") or not content else b"\r\n.\r\n"
    return start + stuffed + end


def _needs(message: Message) -> frozenset[str]:
    if message.mail_from.isascii() and message.rcpt_to.isascii():
        return message.needs
    return message.needs | {"smtputf8"}
