"""What comes from one client of the scripted server: segment by segment, read as lines or as octets."""

import socket
from collections.abc import Callable

__all__ = ["Gone", "Incoming"]


class Gone(ConnectionError):
    """The conversation is over."""


class Incoming:
    """Reads from a socket.

    Args:
        sock: the client's socket.
        note: is called with each segment: what had come when the server looked.
    """

    def __init__(self, sock: socket.socket, note: Callable[[bytes], None]) -> None:
        self._sock = sock
        self._note = note
        self._buffer = bytearray()

    @property
    def is_ahead(self) -> bool:
        """Whether more has come than was read: the client does not wait for an answer."""
        return bool(self._buffer)

    def line(self) -> bytes:
        """Read to the end of a line, which is included.

        Raises:
            Gone: the client has gone.
        """
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            self._receive()
        return self._taken(end + 1)

    def octets(self, count: int) -> bytes:
        """Read so many octets.

        Raises:
            Gone: the client has gone.
        """
        while len(self._buffer) < count:
            self._receive()
        return self._taken(count)

    def _taken(self, count: int) -> bytes:
        octets = bytes(self._buffer[:count])
        del self._buffer[:count]
        return octets

    def _receive(self) -> None:
        segment = self._sock.recv(1 << 16)
        if not segment:
            raise Gone
        self._note(segment)
        self._buffer += segment
