"""A mail server that takes everything as fast as it can, in a process of its own.

It enforces the order of commands, and that nobody talks ahead who was not offered PIPELINING: a lenient sink would hide
a client that loses its place.
"""

import asyncio
import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

__all__ = ["BOTH", "Sink"]

#: Extensions with which it can be asked for whole windows of messages (RFC 2920, RFC 3030).
BOTH = ("PIPELINING", "CHUNKING")

_ORDER = {b"MAIL": ("ready", "mail"), b"RCPT": ("mail", "rcpt"), b"DATA": ("rcpt", "data"), b"BDAT": ("rcpt", "bdat")}


class SinkProtocol(asyncio.Protocol):
    """One connection.

    Args:
        counter: its `value` grows with each message.
        delay: seconds before each answer, as if the server were far away.
        extensions: what it offers besides 8BITMIME, SMTPUTF8 and SIZE.
    """

    def __init__(self, counter: Any, delay: float, extensions: Sequence[str]) -> None:
        self._counter = counter
        self._delay = delay
        self._offers = extensions
        self._buffer = b""
        self._state = "new"
        self._owed = 0  # octets that BDAT has announced and that have not come

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answer(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every command and message that is whole."""
        self._buffer += data
        answers = []
        start = 0
        while (end := self._end(start)) >= 0:
            answers.append(self._next(start, end))
            start = end
        # The line end before the content stays, so that a lone dot at its very start ends the data too.
        self._buffer = self._buffer[start - 2 * (self._state == "data" and start > 0) :]
        if answers:
            self._answer(b"".join(answers))

    def _end(self, start: int) -> int:
        """Find where the next command or content ends; -1 when that has not come."""
        if self._state == "bdat":
            end = start + self._owed
            return end if end <= len(self._buffer) else -1
        if self._state == "data":
            found = self._buffer.find(b"\r\n.\r\n", max(start - 2, 0))
            return found + 5 if found >= 0 else -1
        found = self._buffer.find(b"\r\n", start)
        return found + 2 if found >= 0 else -1

    def _next(self, start: int, end: int) -> bytes:
        if self._state in {"data", "bdat"}:
            self._counter.value += 1
            self._state = "ready"
            return b"250 2.0.0 Ok: queued as 4F8XyZ1abcz9\r\n"
        verb = self._buffer[start : start + 4].upper()
        if end < len(self._buffer) and verb != b"BDAT" and (verb == b"DATA" or "PIPELINING" not in self._offers):
            return b"554 5.5.0 synchronization error\r\n"
        return self._command(verb, self._buffer[start:end])

    def _command(self, verb: bytes, line: bytes) -> bytes:
        if verb in {b"EHLO", b"HELO", b"RSET"}:
            self._state = "ready"
            keywords = ["sink.example", "8BITMIME", "SMTPUTF8", *self._offers]
            hello = "".join(f"250-{word}\r\n" for word in keywords) + "250 SIZE 0\r\n"
            return hello.encode() if verb == b"EHLO" else b"250 2.0.0 Ok\r\n"
        if verb == b"QUIT":
            return b"221 2.0.0 bye\r\n"
        expected, following = _ORDER.get(verb, ("never", "never"))
        if self._state != expected:
            return b"503 5.5.1 bad sequence\r\n"
        self._state = following
        if following == "bdat":
            self._owed = int(line.split()[1])
            return b""
        return b"354 go ahead\r\n" if following == "data" else b"250 2.1.0 Ok\r\n"

    def _answer(self, octets: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, octets)
        else:
            self._transport.write(octets)


class Sink:
    """The server, to be used in a `with`; `port` is where it listens on the loopback address.

    Args:
        delay: seconds before each answer.
        extensions: what it offers besides 8BITMIME, SMTPUTF8 and SIZE.
    """

    host = "127.0.0.1"

    def __init__(self, delay: float = 0.0, extensions: Sequence[str] = BOTH) -> None:
        context = multiprocessing.get_context("spawn")
        self._counter = context.RawValue("q", 0)
        self._ours, theirs = context.Pipe()
        arguments = (theirs, self._counter, delay, extensions)
        self._process = context.Process(target=_run, args=arguments, daemon=True)
        self.port = 0

    @property
    def count(self) -> int:
        """How many messages it has taken."""
        count: int = self._counter.value
        return count

    def __enter__(self) -> Self:
        self._process.start()
        self.port = self._ours.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()


def _run(parent: Connection, counter: Any, delay: float, extensions: Sequence[str]) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SinkProtocol(counter, delay, extensions), Sink.host, 0)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
