"""One open line to a server, ready for transactions: writes, and reads replies, each within a time."""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress

from mailgrid.hookspecs import Reply

from .replies import Code
from .reply_reader import Lost, ReplyReader
from .time_limit import TimeLimit

__all__ = ["Connection"]

#: How long QUIT may take: the messages are settled by then, so politeness does not wait for long.
_FAREWELL = 2.0

#: What is written at once; the limit on time is for each such block (RFC 5321, 4.5.3.2.5).
_BLOCK = 1 << 20


class Connection:
    """A socket after EHLO, TLS and login.

    Args:
        sock: the socket.
        reader: its replies.
        features: what EHLO advertised, lower case, with parameters.
    """

    def __init__(self, sock: socket.socket, reader: ReplyReader, features: Mapping[str, str]) -> None:
        self.features = features
        #: How many messages the server has accepted on this line.
        self.accepted = 0
        #: Whether a transaction was left half done, so that the next needs RSET first.
        self.unclean = False
        #: Whether the line can still be used.
        self.is_open = True
        self._sock = sock
        self._limit = TimeLimit(sock, socket.SO_SNDTIMEO)
        self._reader = reader

    def command(self, line: str, limit: float) -> Reply:
        """Write a command and read its reply.

        Raises:
            Lost: the line is gone; it is closed here too.
        """
        try:
            self.write(line.encode() + b"\r\n", limit)
        except Lost:
            return self.read(limit)  # the server may have said why it hung up
        return self.read(limit)

    def write(self, octets: bytes, limit: float) -> None:
        """Write all of `octets`; each megabyte has `limit` seconds.

        Raises:
            Lost: it could not be written. Replies may still be read.
        """
        view = memoryview(octets)
        try:
            self._limit(limit)
            for start in range(0, len(view), _BLOCK):
                self._sock.sendall(view[start : start + _BLOCK])
        except (BlockingIOError, ssl.SSLWantWriteError):
            raise Lost(f"the server did not take what was written within {limit:g} seconds") from None
        except OSError as error:
            raise Lost(f"the connection broke: {error.strerror or type(error).__name__}") from None

    def read(self, limit: float) -> Reply:
        """Read one reply.

        Raises:
            Lost: there is none, or it is none; the line is closed.
        """
        try:
            return self._reader.read(limit)
        except Lost:
            self.close()
            raise

    def reset(self, limit: float) -> bool:
        """Send RSET, which also finds out whether the line still works; one that does not is closed."""
        try:
            self.unclean = self.command("RSET", limit).code != Code.OK
        except Lost:
            return False
        if self.unclean:
            self.close()
        return self.is_open

    def quit(self) -> None:
        """Say goodbye and close."""
        if self.is_open:
            with suppress(Lost):  # it is closed then, which is what was wanted
                self.command("QUIT", _FAREWELL)
            self.close()

    def close(self) -> None:
        """Close without a word. May be called twice."""
        self.is_open = False
        self._sock.close()
