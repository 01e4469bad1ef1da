"""A mail server that takes everything as fast as it can, in a process of its own; and how fast our session is with it.

    python -m tests.benchmarks.sink [MESSAGES] [DELAY_IN_MS]

It enforces the order of commands: a lenient sink would hide a client that loses its place.
"""

import asyncio
import multiprocessing
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from mailgrid.testing import message_to
from tests.plugins.opening import open_kind

WORKERS = 8
_EHLO = b"250-sink.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 0\r\n"


class SinkProtocol(asyncio.Protocol):
    """One connection.

    Args:
        counter: its `value` grows with each message.
        delay: seconds before each answer, as if the server were far away.
    """

    def __init__(self, counter: Any, delay: float) -> None:
        self._counter = counter
        self._delay = delay
        self._buffer = b""
        self._state = "new"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answer(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every command and message that is whole."""
        self._buffer += data
        answers = []
        while (answer := self._next()) is not None:
            answers.append(answer)
        if answers:
            self._answer(b"".join(answers))

    def _next(self) -> bytes | None:
        end = b"\r\n.\r\n" if self._state == "data" else b"\r\n"
        head, found, rest = self._buffer.partition(end)
        if not found:
            return None
        self._buffer = rest
        if self._state == "data":
            self._counter.value += 1
            self._state = "ready"
            return b"250 2.0.0 taken\r\n"
        return self._command(head[:4].upper())

    def _command(self, verb: bytes) -> bytes:
        if verb in {b"EHLO", b"RSET"}:
            self._state = "ready"
            return _EHLO if verb == b"EHLO" else b"250 2.0.0 ok\r\n"
        if verb == b"QUIT":
            return b"221 2.0.0 bye\r\n"
        expected, following = {
            b"MAIL": ("ready", "mail"),
            b"RCPT": ("mail", "rcpt"),
            b"DATA": ("rcpt", "data"),
        }.get(verb, ("never", "never"))
        if self._state != expected:
            return b"503 5.5.1 bad sequence\r\n"
        self._state = following
        if following != "data":
            return b"250 2.1.0 ok\r\n"
        self._buffer = b"\r\n" + self._buffer  # so that a lone dot at the very start ends the data too
        return b"354 go ahead\r\n"

    def _answer(self, octets: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, octets)
        else:
            self._transport.write(octets)


class Sink:
    """The server, to be used in a `with`; `port` is where it listens on the loopback address.

    Args:
        delay: seconds before each answer.
    """

    host = "127.0.0.1"

    def __init__(self, delay: float = 0.0) -> None:
        context = multiprocessing.get_context("spawn")
        self._counter = context.RawValue("q", 0)
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, self._counter, delay), daemon=True)
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


def _run(parent: Connection, counter: Any, delay: float) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SinkProtocol(counter, delay), Sink.host, 0)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def main() -> None:
    """Print how many messages a second our session hands over, with as many threads as a campaign has workers."""
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    delay = float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0
    message = message_to("someone@example.org", b"Subject: hello\r\n\r\n" + b"A line as any other.\r\n" * 100)
    with Sink(delay) as sink, ThreadPoolExecutor(WORKERS) as pool:
        transport = open_kind("transports.smtp", host=sink.host, port=sink.port, helo="localhost")

        def work(count: int) -> None:
            session = transport.open_session()
            for _ in range(count):
                (_outcome,) = session.deliver([message])
            session.close()

        start, cpu = time.perf_counter(), time.process_time()
        list(pool.map(work, [total // WORKERS] * WORKERS))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        print(f"{sink.count} messages taken, {sink.count / seconds:,.0f} a second, {cpu / sink.count * 1e6:.0f} µs CPU")


if __name__ == "__main__":
    main()
