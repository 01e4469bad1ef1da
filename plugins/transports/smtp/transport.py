"""The transport `smtp` itself: one server, as many sessions as there are workers."""

import logging
from collections.abc import Mapping
from typing import Any

from mailgrid.hookspecs import Context, Endpoint, KnownLimits, Scope

from .handshake import Handshake, NotOpened
from .presets import known_limits
from .sender_check import check_sender
from .session import SmtpSession
from .settings import Settings, settings_from
from .trust import Trust, Way

__all__ = ["SmtpTransport", "open_smtp"]

_log = logging.getLogger("mailgrid")


class SmtpTransport:
    """A mail server.

    Args:
        settings: which, and how to talk to it.
        driver: how it is called in a campaign file.
        fastest: the fastest way of sending that is taken, where the server offers it.
    """

    def __init__(self, settings: Settings, driver: str = "smtp", fastest: Way = Way.CHUNKED) -> None:
        self.title = f"{driver} {settings.address}"
        #: What the service allows each account, where that is known.
        self.known_limits: KnownLimits | None = None
        self._settings = settings
        self._handshake = Handshake(settings)
        self._trust = Trust(self.title, fastest if settings.pipeline else Way.LOCKSTEP)

    def check(self) -> None:
        """Connect, log in and leave again. A server that asks for patience is there, and a run will have it.

        Raises:
            NotOpened: at some step it did not work; a TransportError.
        """
        self._check(None)

    def check_sender(self, mail_from: str, size: int = 0) -> None:
        """Do that, and begin a transaction with this sender and this size, which is forgotten with RSET.

        Raises:
            NotOpened: at some step it did not work, or the sender or the size is refused; a TransportError.
        """
        self._check(mail_from, size)

    def _check(self, mail_from: str | None, size: int = 0) -> None:
        try:
            connection = self._handshake()
            try:
                if mail_from is not None:
                    check_sender(connection, mail_from, self._settings, size)
            finally:
                connection.quit()
        except NotOpened as error:
            if error.scope is Scope.SENDER or not error.reply.code:
                raise
            _log.warning("%s", error.message)

    def examine(self) -> Endpoint:
        """Connect, log in, look around and leave again.

        Raises:
            NotOpened: at some step it did not work; a TransportError.
        """
        connection = self._handshake()
        endpoint = connection.endpoint(self._settings.host, self._settings.port)
        connection.quit()
        return endpoint

    def open_session(self) -> SmtpSession:
        """Make a session; it connects with its first message."""
        return SmtpSession(self._handshake, self._settings, self._trust)

    def close(self) -> None:
        """Nothing is held: each session closes its own line."""


def open_smtp(location: str | None, options: Mapping[str, Any], context: Context) -> SmtpTransport:
    """Make the transport; nothing is connected yet.

    Raises:
        TransportError: options contradict each other, or a certificate cannot be read.
    """
    del location  # `smtp` takes none
    transport = SmtpTransport(settings_from(options, context.folder))
    transport.known_limits = known_limits(options["preset"])
    return transport
