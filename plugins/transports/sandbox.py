"""The transport `sandbox`: a mail server inside this process, spoken to by real SMTP; what it takes goes to a Maildir.

It needs no configuration and reaches nobody, so it is where a new campaign begins.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from mailgrid.errors import TransportError
from mailgrid.hookspecs import ChecksSender, Context, Location, Session, Transport, TransportKind, hookimpl

from .maildir import Maildir

__all__ = ["SandboxTransport", "open_sandbox", "register_transports"]

_FOLDER = "outbox/"


class _SenderChecking(Transport, ChecksSender, Protocol):
    """What stands before the server: the transport `smtp`."""


class SandboxTransport:
    """Sends to a server of its own, which starts when it is first needed.

    Args:
        folder: the Maildir.
        location: the folder as the user named it.
    """

    def __init__(self, folder: Path, location: str) -> None:
        self.title = f"sandbox {location}"
        self._folder = folder
        self._location = location
        self._lock = Lock()
        self._stop: Callable[[], None] | None = None
        self._smtp: _SenderChecking | None = None

    def check(self) -> None:
        """Start the server, and say hello to it.

        Raises:
            TransportError: the folder cannot be made, or the server does not start.
        """
        self._started().check()

    def check_sender(self, mail_from: str, size: int = 0) -> None:
        """Do that, and begin a transaction with this sender.

        Raises:
            TransportError: as for `check`, or the sender is refused.
        """
        self._started().check_sender(mail_from, size)

    def open_session(self) -> Session:
        """Make a session of the transport `smtp` to the server.

        Raises:
            TransportError: as for `check`.
        """
        return self._started().open_session()

    def close(self) -> None:
        """Stop the server."""
        with self._lock:
            if self._stop:
                self._stop()
            self._stop = self._smtp = None

    def _started(self) -> "_SenderChecking":
        with self._lock:
            if self._smtp is None:
                self._smtp = self._start()
            return self._smtp

    def _start(self) -> "_SenderChecking":
        from .sandbox_server import SandboxServer  # aiosmtpd, asyncio and smtplib cost more than most runs take
        from .smtp.settings import Settings
        from .smtp.transport import SmtpTransport

        try:
            server = SandboxServer(Maildir(self._folder))
            server.start()
        except OSError as error:
            raise TransportError(f"the sandbox `{self._location}` cannot be made: {error.strerror}") from None
        self._stop = server.stop
        return SmtpTransport(Settings(host=server.hostname, port=server.port, tls="off", helo="localhost"))


def open_sandbox(location: str | None, options: Mapping[str, Any], context: Context) -> SandboxTransport:
    """Make the transport; nothing runs yet."""
    del options  # there are none
    return SandboxTransport(context.resolve(location or _FOLDER), location or _FOLDER)


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `sandbox`."""
    register(
        TransportKind(
            name="sandbox",
            open=open_sandbox,
            help="a mail server inside this process; what it takes goes to a Maildir; reaches nobody",
            location=Location.FOLDER,
            reaches_people=False,
        ),
    )
