"""The transport `mbox`: messages are added to one file, which most mail programs can read (RFC 4155)."""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Location, Message, OneByOne, Outcome, Reply, TransportKind, hookimpl

from .stored import stored_kind, unsent

__all__ = ["MboxTransport", "quoted", "register_transports"]

#: A line that would be taken for the beginning of the next message, or for one that was quoted before.
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)


class MboxTransport:
    """Adds messages to a file.

    Args:
        file: the file; made when it is first needed, as its folder is.
        location: the file as the user named it.
    """

    def __init__(self, file: Path, location: str) -> None:
        self.title = f"mbox {location}"
        self._file = file
        self._location = location
        self._lock = Lock()

    def check(self) -> None:
        """Open the file.

        Raises:
            TransportError: it cannot be written.
        """
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(self._open())
        except OSError as error:
            raise TransportError(f"`{self._location}` cannot be written: {error.strerror}") from None

    def open_session(self) -> OneByOne:
        """Make a session; no two write at once."""
        return OneByOne(self._send)

    def close(self) -> None:
        """Nothing is held."""

    def _open(self) -> int:
        return os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _send(self, message: Message) -> Reply | Outcome:
        entry = quoted(message, datetime.now(UTC))
        try:
            self.check()
            descriptor = self._open()
        except OSError as error:  # a TransportError is one
            return unsent(message, error)
        with self._lock:
            try:
                refused = _append(descriptor, entry)
            finally:
                os.close(descriptor)  # and with it the lock; what this refuses leaves doubt, as every OSError here
        return unsent(message, refused) if refused else Reply(text=f"added to {self._location}")


def _append(descriptor: int, entry: bytes) -> OSError | None:
    """Add an entry, while no other program does; what cannot be written whole is taken back, and its error returned."""
    _lock(descriptor)
    before = os.fstat(descriptor).st_size
    try:
        rest = memoryview(entry)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        os.ftruncate(descriptor, before)
        return error
    return None


def quoted(message: Message, now: datetime) -> bytes:
    """Write a message as an entry of an mbox, so that every line can be had back: `>` before each `From` and `>From`.

    Args:
        message: the message.
        now: when it was delivered.
    """
    sender = message.mail_from or "MAILER-DAEMON"
    head = f"From {sender} {now:%a %b %d %H:%M:%S %Y}\nReturn-Path: <{message.mail_from}>\n"
    content = _FROM.sub(rb">\1", message.content.replace(b"\r\n", b"\n"))
    return f"{head}Delivered-To: {message.rcpt_to}\n".encode() + content + b"\n"


def _lock(descriptor: int) -> None:
    """Wait until no other program writes, and no other run in this process, for which locks of POSIX are blind."""
    try:
        import fcntl
    except ImportError:  # a system without such locks; nobody else here takes them either
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    fcntl.lockf(descriptor, fcntl.LOCK_EX)  # the one that mail programs take


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `mbox`."""
    register(
        stored_kind(
            "mbox",
            MboxTransport,
            "one file with all messages, which mail programs can read; reaches nobody",
            Location.FILE,
        )
    )
