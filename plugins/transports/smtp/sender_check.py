"""Sender check: whether a server takes mail from a sender at all, asked before the first message."""

import re

from mailgrid.hookspecs import Reply, Scope

from .connection import Connection
from .envelope import UNSAFE
from .handshake import NotOpened
from .replies import EXPECTED, Step
from .reply_reader import Lost
from .settings import Settings

__all__ = ["check_sender"]

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
_HINT = "check `from` and `return_path`, and whether this login may send for that address"


def check_sender(connection: Connection, mail_from: str, settings: Settings, size: int = 0) -> None:
    """Begin a transaction as a message would, and forget it with RSET.

    Args:
        connection: an open line.
        mail_from: the envelope's sender.
        settings: time limits, and what refusals mean.
        size: how many octets every message has; 0 where they differ.

    Raises:
        NotOpened: the sender is refused, the size is more than the server takes (RFC 1870, 6), or the line was lost;
            the address is not in the message.
    """
    if UNSAFE.search(mail_from):
        return  # each message says so itself
    can = connection.capabilities
    if 0 < can.largest < size:
        raise NotOpened(
            f"{settings.address}: the messages have {size:,} bytes, the server takes {can.largest:,} at most",
            hint="make the attachments smaller, or put them behind a link",
            scope=Scope.SENDER,
        )
    parameters = f" SIZE={size}" if can.size and size else ""
    parameters += " SMTPUTF8" if not mail_from.isascii() and can.smtputf8 else ""
    try:
        reply = connection.command(f"MAIL FROM:<{mail_from}>{parameters}\r\n".encode(), settings.limits.command)
        if connection.is_open:
            connection.reset(settings.limits.command)
    except Lost as lost:
        raise NotOpened(f"{settings.address}: MAIL: {lost}", hint="", scope=Scope.ROUTE) from None
    if reply.code not in EXPECTED[Step.MAIL]:
        meaning = settings.replies(Step.MAIL, reply)
        text = _ADDRESS.sub("***", reply.text)
        raise NotOpened(
            f"{settings.address}: the sender was refused: {reply.code} {text}".rstrip(),
            hint=_HINT,
            scope=meaning.scope if meaning else Scope.ROUTE,
            reply=Reply(code=reply.code, enhanced=reply.enhanced, text=text),
        )
