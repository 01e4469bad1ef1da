"""The transport `eml`: each message becomes a file that holds exactly the bytes of the wire."""

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import time_ns

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Message, OneByOne, Outcome, Reply, TransportKind, hookimpl

from .stored import stored_kind, unsent

__all__ = ["EmlTransport", "register_transports"]


class EmlTransport:
    """Writes messages into a folder, named so that they sort in the order in which they came.

    Args:
        folder: where; made when it is first needed.
        location: the folder as the user named it.
    """

    def __init__(self, folder: Path, location: str) -> None:
        self.title = f"eml {location}"
        self._folder = folder
        self._location = location
        self._count = count(1)

    def check(self) -> None:
        """Make the folder.

        Raises:
            TransportError: it cannot be made.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise TransportError(f"`{self._location}` cannot be made: {error.strerror}") from None

    def open_session(self) -> OneByOne:
        """Make a session; all of them write into the same folder."""
        return OneByOne(self._send)

    def close(self) -> None:
        """Nothing is held."""

    def _send(self, message: Message) -> Reply | Outcome:
        name = f"{time_ns()}-{os.getpid()}-{next(self._count)}.eml"
        part = self._folder / f"{name}.part"
        try:
            self.check()
            part.write_bytes(message.content)
            part.rename(self._folder / name)  # so that nobody sees half of a message
        except OSError as error:  # a TransportError is one; what has not got its name is no message
            with suppress(OSError):
                part.unlink()
            return unsent(message, error)
        return Reply(text=f"written as {name}")


@hookimpl
def register_transports(register: Callable[[TransportKind], None]) -> None:
    """Register `eml`."""
    register(stored_kind("eml", EmlTransport, "a folder of .eml files, which hold the exact bytes; reaches nobody"))
