"""LMTP (RFC 2033): SMTP that begins with LHLO, and answers the end of the content for each recipient by itself.

A transaction has one recipient here, so there is one answer, and all else is as with SMTP.
"""

import re
from collections.abc import Mapping
from typing import Any

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Context

from .reply_rules import ReplyRules
from .settings import Limits, Settings
from .transport import SmtpTransport
from .trust import Way

__all__ = ["open_lmtp"]

_HOST = re.compile(r"(?P<host>\[[^\]]+\]|[^:/]+):(?P<port>\d{1,5})")
#: RFC 2033 gives no port; an MTA's own is what must not be taken (5.).
_HINT = 'write a socket, like "/run/dovecot/lmtp", or a host with its port, like "localhost:24"'


def open_lmtp(location: str | None, options: Mapping[str, Any], context: Context) -> SmtpTransport:
    """Make the transport; nothing is connected yet.

    Raises:
        TransportError: the location is neither a socket nor a host with a port.
    """
    del context  # a socket is no file of the project
    command = options["command_timeout"].total_seconds()
    settings = Settings(
        **_address(location or ""),
        tls="off",
        helo=options["helo"],
        hello="lhlo",
        reuse=options["reuse"] or 0,
        limits=Limits(
            connect=options["timeout"].total_seconds(),
            greeting=command,
            command=command,
            data=command,
            final=options["reply_timeout"].total_seconds(),
        ),
        replies=ReplyRules(options["replies"]),
    )
    # Chunks are left out: the RFC says nothing of how several transactions may follow each other with them.
    return SmtpTransport(settings, driver="lmtp", fastest=Way.PIPELINED)


def _address(location: str) -> dict[str, Any]:
    if location.startswith("/"):
        return {"host": "localhost", "port": 0, "socket": location}
    found = _HOST.fullmatch(location)
    if not found:
        raise TransportError(f"`{location}` is no address of a server", hint=_HINT)
    return {"host": found["host"].strip("[]"), "port": int(found["port"])}
