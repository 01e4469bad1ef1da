"""The transport `maildir`: each message becomes a file of a Maildir, which any mail program can open."""

import os
import socket
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import time_ns

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Message, OneByOne, Outcome, Reply, TransportKind, hookimpl

from .stored import stored_kind, unsent

__all__ = ["Maildir", "MaildirTransport", "register_transports"]


class Maildir:
    """A folder with `tmp`, `new` and `cur`: a message is written in the first and renamed to the next when it is whole.

    No message is forced to disk: this is where rehearsals go, and thousands of them.

    Args:
        folder: where it is, or shall be.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unique = f"P{os.getpid()}.{socket.gethostname().replace('/', '-').replace(':', '-')}"
        self._count = count(1)
        for name in ("tmp", "new", "cur"):
            (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def store(self, mail_from: str, rcpt_to: str, content: bytes) -> str:
        """Store a message as a delivery agent does: envelope on top, line ends as on this system; return its name.

        Raises:
            OSError: it cannot be written; nothing of it is in `new`.
        """
        name = f"{time_ns()}.Q{next(self._count)}{self._unique}"
        envelope = f"Return-Path: <{mail_from}>\nDelivered-To: {rcpt_to}\n".encode()
        with (self._folder / "tmp" / name).open("xb") as file:
            file.write(envelope + content.replace(b"\r\n", b"\n"))
        Path(file.name).rename(self._folder / "new" / name)
        return name


class MaildirTransport:
    """Stores messages in a Maildir.

    Args:
        folder: the Maildir; made when it is first needed.
        location: the folder as the user named it.
    """

    def __init__(self, folder: Path, location: str) -> None:
        self.title = f"maildir {location}"
        self._folder = folder
        self._location = location
        self._maildir: Maildir | None = None

    def check(self) -> None:
        """Make the folder.

        Raises:
            TransportError: it cannot be made.
        """
        try:
            self._maildir = self._maildir or Maildir(self._folder)
        except OSError as error:
            raise TransportError(f"`{self._location}` cannot be made: {error.strerror}") from None

    def open_session(self) -> OneByOne:
        """Make a session; all of them store into the same Maildir."""
        return OneByOne(self._send)

    def close(self) -> None:
        """Nothing is held."""

    def _send(self, message: Message) -> Reply | Outcome:
        try:
            self.check()
            assert self._maildir is not None
            name = self._maildir.store(message.mail_from, message.rcpt_to, message.content)
        except OSError as error:  # a TransportError is one; what is not in `new` does not exist
            return unsent(message, error)
        return Reply(text=f"stored as {name}")


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `maildir`."""
    register(stored_kind("maildir", MaildirTransport, "a folder that mail programs can open; reaches nobody"))
