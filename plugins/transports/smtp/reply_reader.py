"""Read replies from a socket (RFC 5321, 4.2): whole, checked, within a time."""

import re
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache

from mailgrid.hookspecs import Reply

from .low_water import LowWater
from .time_limit import TimeLimit

__all__ = ["Lost", "ReplyReader", "reply_of"]

_LINE = re.compile(rb"([2-5]\d\d)(?:[ -](.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")

#: RFC 5321, 4.5.3.1.5 allows 512 octets a line; some servers need more, none needs this much in all.
_LONGEST = 1 << 16
#: Replies to a whole window of commands come to a few kilobytes.
_FAR_TOO_MUCH = 1 << 22

_NO_REPLY = "the server sent something that is not a reply"


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
        self._mark = LowWater(sock)
        self._owed = 0  # replies
        self._clock = clock
        self._lines: deque[bytes] = deque()
        self._ahead = 0  # octets that came since nothing was pending
        self._rest = bytearray()  # a line whose end has not come

    @property
    def pending(self) -> bool:
        """Whether more has come than was asked for."""
        return bool(self._lines or self._rest)

    def expect(self, replies: int) -> None:
        """Say how many replies the server owes: they need not be looked at one by one as they come."""
        self._owed = replies

    def read(self, limit: float) -> Reply:
        """Read one reply, of however many lines, within `limit` seconds.

        Raises:
            Lost: the connection ended, the time is over, or it is no reply.
        """
        if self._owed:
            self._owed -= 1
            if not self._owed:
                self._mark(0)
        if self._lines and self._lines[0][3:4] != b"-":  # as nearly all are when a whole window is answered
            return _single(self._lines.popleft())
        deadline = self._clock() + limit
        line = self._line(deadline, limit)
        if line[3:4] != b"-":
            return _single(line)
        lines = [line]
        while line[3:4] == b"-":
            line = self._line(deadline, limit)
            lines.append(line)
            if line[:3] != lines[0][:3] or sum(map(len, lines)) > _LONGEST:
                raise Lost(_NO_REPLY)
        return reply_of(lines)

    def absorb(self) -> None:
        """Take what has come, without waiting, for `read` to find later.

        Raises:
            Lost: the connection ended, or there is far more than anybody asked for.
        """
        if self._ahead > _FAR_TOO_MUCH:
            raise Lost(_NO_REPLY)
        self._sock.settimeout(0)
        try:
            self._keep(self._received())
        finally:
            self._sock.settimeout(None)

    def _line(self, deadline: float, limit: float) -> bytes:
        """Take a line without its LF; before it stands a CR by the book."""
        while not self._lines:
            if len(self._rest) > _LONGEST:
                raise Lost(_NO_REPLY)
            self._mark(self._owed + 1)
            self._limit(self._patience(deadline, limit))
            self._keep(self._received())
            if not self._lines and self._clock() >= deadline:
                raise Lost(f"the server did not answer within {limit:g} seconds")
        return self._lines.popleft()

    def _patience(self, deadline: float, limit: float) -> float:
        """Say how long one call may wait.

        What comes in one piece needs no other limit than the last reply. A server that dribbles gets the rest, or a
        second, which is also for one that says less than it owes: the shortest limit stays, and must not become so
        short that waiting is work.
        """
        shortest = min(limit, 1.0)
        if self._mark.is_raised:
            return shortest
        return max(deadline - self._clock(), shortest) if self._rest else limit

    def _keep(self, octets: bytes) -> None:
        self._ahead = self._ahead + len(octets) if self.pending else len(octets)
        self._rest += octets
        if b"\n" in octets:
            *lines, rest = bytes(self._rest).split(b"\n")
            self._lines.extend(lines)
            self._rest = bytearray(rest)

    def _received(self) -> bytes:
        """Return what came, nothing where nothing came for a while."""
        try:
            octets = self._sock.recv(1 << 14)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise Lost(f"the connection broke: {error.strerror or type(error).__name__}") from None
        if not octets:
            raise Lost("the server closed the connection")
        return octets


# Most replies are the same few, thousands of times: to parse one costs more than all else that is done with it.
@lru_cache(maxsize=64)
def _single(line: bytes) -> Reply:
    return reply_of([line])


def reply_of(lines: Sequence[bytes]) -> Reply:
    """Make a reply of its lines, with or without a CR at their ends.

    Raises:
        Lost: they are none.
    """
    matches = [_LINE.fullmatch(line.removesuffix(b"\r")) for line in lines]
    texts = [_printable(match[2] or b"") for match in matches if match]
    if not matches[0] or len(texts) < len(lines) or len(lines[0]) > _LONGEST:
        raise Lost(_NO_REPLY)
    return _reply(int(matches[0][1]), texts)


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
