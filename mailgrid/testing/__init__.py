"""For authors of plugins, and for ourselves: a mail server that misbehaves on request, and conformance checks.

A test of a transport needs no network and no mock:

    with SmtpServer(refuse("RCPT", "550 5.1.1 no such mailbox", to="ann@example.org")) as server:
        ...  # send to server.host, server.port
    assert [message.mail_from for message in server.messages] == [...]
"""

from .conformance import check_source, check_transport, message_to
from .faults import Fault, hang_up, refuse, silence
from .journal import Received
from .smtp_server import SmtpServer
from .troubles import Trouble, smtp_troubles

__all__ = [
    "Fault",
    "Received",
    "SmtpServer",
    "Trouble",
    "check_source",
    "check_transport",
    "hang_up",
    "message_to",
    "refuse",
    "silence",
    "smtp_troubles",
]
