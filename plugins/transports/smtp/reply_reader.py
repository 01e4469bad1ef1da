"""Read replies from a socket (RFC 5321, 4.2): whole, checked, within a time."""

import re
import socket
import ssl
import time
from collections.abc import Callable

from mailgrid.hookspecs import Reply

from .time_limit import TimeLimit

__all__ = ["Lost", "ReplyReader"]

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")

#: RFC 5321, 4.5.3.1.5 allows 512 octets a line; some servers need more, none needs this much in all.
_LONGEST = 1 << 16


class Lost(ConnectionError):
    """The line is of no more use: closed, silent for too long, or what came is not a reply."""


class ReplyReader:
    """The replies that come from one socket.

    Args:
        sock: a connected socket; from here on it blocks, as long as each read allows.
        clock: seconds that never go back.
    """

    def __init__(self, sock: socket.socket, clock: Callable[[], float] = time.monotonic) -> None:
        sock.settimeout(None)
        self._sock = sock
        self._limit = TimeLimit(sock, socket.SO_RCVTIMEO)
        self._clock = clock
        self._buffer = bytearray()

    @property
    def pending(self) -> bool:
        """Whether more has come than was asked for."""
        return bool(self._buffer)

    def read(self, limit: float) -> Reply:
        """Read one reply, of however many lines, within `limit` seconds.

        Raises:
            Lost: the connection ended, the time is over, or it is no reply.
        """
        deadline = self._clock() + limit
        code, lines, size, more = b"", [], 0, True
        while more:
            line = self._line(deadline, limit)
            match = _LINE.fullmatch(line)
            size += len(line)
            if not match or (code and match[1] != code) or size > _LONGEST:
                raise Lost("the server sent something that is not a reply")
            code, more = match[1], match[2] == b"-"
            lines.append(match[3] or b"")
        return _reply(int(code), [_printable(line) for line in lines])

    def _line(self, deadline: float, limit: float) -> bytes:
        """Take a line without its end, which is CRLF by the book and LF now and then."""
        buffer = self._buffer
        while (end := buffer.find(b"\n")) < 0:
            if len(buffer) > _LONGEST:
                raise Lost("the server sent something that is not a reply")
            # What comes in one piece needs no other limit than the last reply; a server that dribbles gets the rest,
            # or a second: the shortest limit stays, and must not become so short that waiting is work.
            buffer += self._receive(max(deadline - self._clock(), min(limit, 1.0)) if buffer else limit)
            if not buffer.endswith(b"\n") and self._clock() >= deadline:
                raise Lost(f"the server did not answer within {limit:g} seconds")
        line = bytes(buffer[:end]).removesuffix(b"\r")
        del buffer[: end + 1]
        return line

    def _receive(self, rest: float) -> bytes:
        """Return what came, nothing where nothing came for a while."""
        try:
            self._limit(rest)
            octets = self._sock.recv(4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise Lost(f"the connection broke: {error.strerror or type(error).__name__}") from None
        if not octets:
            raise Lost("the server closed the connection")
        return octets


def _printable(line: bytes) -> str:
    """Decode a line; what would steer a terminal, or turn the direction of text, becomes `?`."""
    text = line.decode("utf-8", "replace")
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _reply(code: int, lines: list[str]) -> Reply:
    """Set the enhanced code (RFC 2034) apart; one of another class than the basic code does not count."""
    match = _ENHANCED.match(lines[0])
    enhanced = match[1] if match and int(match[1][0]) == code // 100 else ""
    if enhanced:
        lines = [line.removeprefix(enhanced).lstrip() for line in lines]
    return Reply(code=code, enhanced=enhanced, text="\n".join(lines))
