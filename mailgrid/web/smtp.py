"""Smtp: the mail server of `mailgrid sandbox`: takes every message from this machine, passes none on."""

import socket
from asyncio import AbstractServer
from collections.abc import Awaitable

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from mailgrid.errors import UsageError, reason_of
from mailgrid.web.inbox import Inbox

__all__ = ["SandboxServer", "listen"]


def listen(port: int) -> socket.socket:
    """Return a socket that takes mail from this machine.

    Args:
        port: the port on 127.0.0.1; 0 for any that is free.

    Raises:
        UsageError: the port is taken.
    """
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise UsageError(
            f"port {port} cannot be used: {reason_of(error)}", hint="give another one: --port 2525"
        ) from error


class SandboxServer(Controller):
    """Takes mail on a thread of its own, from `start()` to `stop()`.

    Args:
        inbox: where messages go.
        listener: the socket, which listens already.
    """

    def __init__(self, inbox: Inbox, listener: socket.socket) -> None:
        self._listener = listener
        host, port = listener.getsockname()
        super().__init__(
            _Storage(inbox),
            hostname=host,
            port=port,
            enable_SMTPUTF8=True,
            # A program that is tried here may log in, with whatever it has.
            authenticator=_anybody,
            auth_require_tls=False,
        )

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


def _anybody(*_login: object) -> AuthResult:
    return AuthResult(success=True)


class _Storage:
    """What aiosmtpd calls."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        del server, session  # the envelope is all that is kept
        try:
            content = envelope.original_content or b""
            name = self._inbox.store(envelope.mail_from or "", envelope.rcpt_tos, content)
        except OSError as error:
            return f"452 4.3.1 it cannot be stored: {reason_of(error)}"
        return f"250 2.0.0 stored as {name}"
