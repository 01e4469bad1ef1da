"""The envelope of one message: the lines that open its transaction, and why there may be none."""

import re

from mailgrid.hookspecs import CrlfLines, Message

from .capabilities import Capabilities

__all__ = ["UNSAFE", "mail_line", "obstacle", "rcpt_line"]

#: What may not stand in an address on the wire: it would end it, or begin a parameter or a command.
UNSAFE = re.compile(r"[\x00-\x20<>\x7f]")


def obstacle(message: Message, can: Capabilities) -> str:
    """Say why this message cannot go to this server at all; empty when it can."""
    octets, needs = message.content, _needs(message)
    if UNSAFE.search(message.mail_from) or UNSAFE.search(message.rcpt_to):
        return "an envelope address holds a blank, a bracket or a control character"
    if not _is_crlf(octets):
        return "the content holds a line end that is not CRLF"
    if "smtputf8" in needs and not can.smtputf8:
        return "the server does not take addresses outside of ASCII (SMTPUTF8)"
    if "8bit" in needs and not can.eightbit:
        return "the server does not take 8-bit content (8BITMIME)"
    if 0 < can.largest < len(octets):
        return f"the message has {len(octets):,} bytes, the server takes {can.largest:,} at most"
    return ""


def mail_line(message: Message, can: Capabilities) -> bytes:
    """Write the line that begins a transaction; the size counts neither doubled dots nor the last (RFC 1870, 3)."""
    needs = _needs(message)
    parameters = f" SIZE={len(message.content)}" if can.size else ""
    if "8bit" in needs:
        parameters += " BODY=8BITMIME"
    if "smtputf8" in needs:
        parameters += " SMTPUTF8"
    return f"MAIL FROM:<{message.mail_from}>{parameters}\r\n".encode()


def rcpt_line(message: Message) -> bytes:
    """Write the line that names the recipient."""
    return f"RCPT TO:<{message.rcpt_to}>\r\n".encode()


def _is_crlf(octets: bytes) -> bool:
    """Say whether every line end is CRLF: some servers end the data at another one, and take commands behind it."""
    if isinstance(octets, CrlfLines):
        return True
    try:
        CrlfLines(octets)
    except ValueError:
        return False
    return True


def _needs(message: Message) -> frozenset[str]:
    if message.mail_from.isascii() and message.rcpt_to.isascii():
        return message.needs
    return message.needs | {"smtputf8"}
