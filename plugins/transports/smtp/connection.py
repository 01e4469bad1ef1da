"""One open line to a server, ready for transactions: writes, and reads replies, each within a time."""

import selectors
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from mailgrid.hookspecs import Endpoint, Reply

from .capabilities import capabilities_of
from .replies import Code, Meaning, Step
from .reply_reader import Lost, ReplyReader
from .time_limit import TimeLimit

__all__ = ["Connection"]

#: How long QUIT may take: the messages are settled by then, so politeness does not wait for long.
_FAREWELL = 2.0

#: Small pieces are written together up to so many octets: one system call for many commands.
_TOGETHER = 1 << 16

#: What is written at once; the limit on time is for each such block (RFC 5321, 4.5.3.2.5).
_BLOCK = 1 << 20

#: A write that makes no way for so long, in seconds, is interrupted to read what the server has to say.
_MOMENT = 0.05

#: What a server says before it hangs up; 221 answers QUIT, and some say it unasked.
_GOODBYE = frozenset({Code.CLOSING, 221})


class Connection:
    """A socket after EHLO, TLS and login.

    Args:
        sock: the socket.
        reader: its replies.
        features: what EHLO advertised, lower case, with parameters.
        meaning_of: looks up what a refusal means.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        sock: socket.socket,
        reader: ReplyReader,
        features: Mapping[str, str],
        meaning_of: Callable[[Step, Reply], Meaning | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.capabilities = capabilities_of(features)
        self.meaning_of = meaning_of
        #: How many messages the server has accepted on this line.
        self.accepted = 0
        #: Whether a message may be begun, or its content written.
        self.may_send: Callable[[], bool] = lambda: True
        #: Whether a transaction was left half done, so that the next needs RSET first.
        self.unclean = False
        #: Whether the two sides have disagreed on where they are.
        self.astray = False
        #: Why the line is to be left once all that is owed has been read.
        self.leaving: Reply | None = None
        #: Whether the server has taken its leave: what it did not answer before, it did not take.
        self.parted = False
        #: Whether the line can still be used.
        self.is_open = True
        #: What ended it: the server's last word, or only a text where there was none.
        self.ending = Reply()
        self._sock = sock
        self._reader = reader
        self._clock = clock
        self._selector = selectors.DefaultSelector()
        self._selector.register(sock, selectors.EVENT_READ)
        TimeLimit(sock, socket.SO_SNDTIMEO)(_MOMENT)

    @property
    def said_goodbye(self) -> bool:
        """Whether the server hung up with the word for it, 421, which asks for a pause."""
        return not self.is_open and self.ending.code in _GOODBYE

    def endpoint(self, host: str, port: int) -> Endpoint:
        """Tell what is at the other end; `host` and `port` are how we came there."""
        found = Endpoint(host=host, port=port, address=self._sock.getpeername()[0], largest=self.capabilities.largest)
        if not isinstance(self._sock, ssl.SSLSocket):
            return found
        until = (self._sock.getpeercert() or {}).get("notAfter")
        valid_until = ssl.cert_time_to_seconds(until) if isinstance(until, str) else None
        return replace(found, encrypted=self._sock.version() or "TLS", valid_until=valid_until)

    def command(self, line: bytes, limit: float) -> Reply:
        """Write a command and read its reply; one that cannot be written may still find why the server hung up.

        Raises:
            Lost: the line is gone; it is closed here too.
        """
        self.write([line], limit)
        return self.read(limit)

    def write(self, pieces: Sequence[bytes], limit: float) -> int:
        """Write the pieces one after the other, and return how many octets may have left.

        Fewer than all means that the line is broken; replies may still be read. A server that answers before it takes
        more is listened to meanwhile, or both sides would wait for each other.

        Args:
            pieces: what to write; those that are large are not copied.
            limit: seconds for each megabyte.
        """
        written = 0
        for block in _blocks(pieces):
            sent = self._send(block, limit)
            written += sent
            if sent < len(block):
                break
        return written

    def expect(self, replies: int) -> None:
        """Say how many replies what was written will have."""
        self._reader.expect(replies)

    def read(self, limit: float, step: Step | None = None) -> Reply:
        """Read one reply; `step` is what it answers, for whoever hears that there is none.

        Raises:
            Lost: there is none, or it is none; the line is closed.
        """
        if not self.is_open:
            raise Lost(self.ending.text)
        try:
            reply = self._reader.read(limit)
        except Lost as lost:
            self.close(Reply(text=f"{step.value}: {lost}" if step else str(lost)))
            raise
        if self.parted:  # it had refused to go on, and goes on
            self.astray, self.parted = True, False
        if reply.code in _GOODBYE:
            self.parted = True
            self.close(reply)
        return reply

    def is_quiet(self) -> bool:
        """Say whether the server has said nothing that it was not asked; if it has, it hangs up, or has hung up."""
        if self._selector.select(0):
            with suppress(Lost):
                self._reader.absorb()
                return not self._reader.pending  # TLS has words of its own
            return False
        return not self._reader.pending

    def reset(self, limit: float) -> bool:
        """Send RSET, which also finds out whether the line still works; one that does not is closed."""
        try:
            reply = self.command(b"RSET\r\n", limit)
        except Lost:
            return False
        self.unclean = reply.code != Code.OK
        if self.unclean:
            self.close(reply)
        return self.is_open

    def leave(self) -> None:
        """Close where there is a reason to: to be called once nothing is owed any more."""
        if self.leaving is not None:
            self.close(self.leaving)

    def quit(self) -> None:
        """Say goodbye and close."""
        if self.is_open:
            with suppress(Lost):  # it is closed then, which is what was wanted
                self.command(b"QUIT\r\n", _FAREWELL)
            self.close()

    def close(self, ending: Reply | None = None) -> None:
        """Close without a word. May be called twice; what was given first as the ending remains."""
        if self.is_open:
            self.is_open = False
            self.ending = ending or Reply(text="the connection was closed")
            self._selector.close()
        self._sock.close()

    def _send(self, block: bytes | memoryview, limit: float) -> int:
        view, sent, deadline = memoryview(block), 0, 0.0
        try:
            while sent < len(view):
                try:
                    sent += self._sock.send(view[sent:])
                except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                    deadline = deadline or self._clock() + limit
                    if not self._may_go_on(deadline):
                        break
        except OSError:
            pass  # it is gone; how, the reader will find
        if sent < len(view) and isinstance(self._sock, ssl.SSLSocket):
            return len(view) - 1  # TLS does not say how many of its records have left; the last one has not
        return sent

    def _may_go_on(self, deadline: float) -> bool:
        """Wait until more can be written, and listen meanwhile; false when the time is over.

        Raises:
            Lost: the server has hung up, or says more than it was asked.
        """
        self._selector.modify(self._sock, selectors.EVENT_READ | selectors.EVENT_WRITE)
        try:
            while (rest := deadline - self._clock()) > 0:
                for _, events in self._selector.select(rest):
                    if events & selectors.EVENT_READ:
                        self._reader.absorb()
                    if events & selectors.EVENT_WRITE:
                        return True
        finally:
            self._selector.modify(self._sock, selectors.EVENT_READ)
        return False


def _blocks(pieces: Sequence[bytes]) -> Iterator[bytes | memoryview]:
    """Join small pieces and cut large ones."""
    small: list[bytes] = []
    size = 0
    for piece in pieces:
        length = len(piece)
        if small and size + length > _TOGETHER:
            yield b"".join(small)
            small, size = [], 0
        if length > _TOGETHER:
            view = memoryview(piece)
            yield from (view[start : start + _BLOCK] for start in range(0, len(view), _BLOCK))
        else:
            small.append(piece)
            size += length
    if small:
        yield b"".join(small)
