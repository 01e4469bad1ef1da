"""The mail server of the sandbox: aiosmtpd on a thread of its own, in front of a Maildir."""

import socket
from asyncio import AbstractServer
from collections.abc import Awaitable

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .maildir import Maildir

__all__ = ["SandboxServer"]


class SandboxServer(Controller):
    """Takes every message; `start()` and `stop()` wait until it has.

    Args:
        maildir: where messages go.

    Raises:
        OSError: there is no free port.
    """

    def __init__(self, maildir: Maildir) -> None:
        # The socket listens from the start, so that nobody can take the port in between.
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        super().__init__(_Storage(maildir), hostname=host, port=port, enable_SMTPUTF8=True)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


class _Storage:
    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        del server, session  # the envelope is all that a Maildir keeps
        content = envelope.original_content or b""
        name = self._maildir.store(envelope.mail_from or "", ", ".join(envelope.rcpt_tos), content)
        return f"250 2.0.0 stored as {name}"
