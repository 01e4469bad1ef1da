"""How fast messages get over the wire: `python -m tests.benchmarks.wire [MESSAGES] [DELAY]`.

Eight threads with a session each, nothing rendered and nothing recorded; the standard library's client, which waits for
four replies a message, is the yardstick. DELAY is in milliseconds before each answer of the server.
"""

import itertools
import smtplib
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from mailgrid.testing import message_to
from tests.benchmarks.command import Cost, cost_of
from tests.benchmarks.sink import BOTH, Sink
from tests.plugins.opening import open_kind

__all__ = ["WAYS", "Server", "measure", "patience", "smtplib_clients"]

#: Ways of sending by what the server offers.
WAYS = {"lockstep": (), "pipelined": ("PIPELINING",), "chunked": BOTH}
_WORKERS = 8
_NUMBERS = itertools.count()
#: As large as the messages of the campaign that `apply` is measured with.
_MESSAGE = message_to("someone@example.org", b"Subject: hello\r\n\r\n" + b"A line as any other.\r\n" * 176)


class Server(Protocol):
    """Where messages go."""

    @property
    def host(self) -> str:
        """Its name or address."""
        ...

    @property
    def port(self) -> int:
        """Where it listens."""
        ...


def measure(total: int, delay: float) -> None:
    """Print messages a second and CPU a message, for the yardstick and for each of our ways."""
    yardstick = _rate("smtplib", Sink(delay, ()), _send_with_smtplib, min(total, patience(delay)))
    for way, extensions in WAYS.items():
        count = total if way == "chunked" else min(total, patience(delay))
        rate = _rate(way, Sink(delay, extensions), _session, count)
        print(f"{'':10} {rate / yardstick:.1f} x smtplib")


def patience(delay: float) -> int:
    """Return how many messages one can wait for in lockstep, in some five seconds."""
    return int(_WORKERS * 5 / (4 * delay)) if delay else 20_000


def _rate(name: str, sink: Sink, work: Callable[[Sink, int], None], total: int) -> float:
    with sink, ThreadPoolExecutor(_WORKERS) as pool:
        start, cpu = time.perf_counter(), time.process_time()
        list(pool.map(lambda count: work(sink, count), [total // _WORKERS] * _WORKERS))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        assert sink.count == total // _WORKERS * _WORKERS, "the sink did not take all"
        rate = sink.count / seconds
        print(f"{name:10} {rate:10,.0f} messages a second   {cpu / sink.count * 1e6:6.0f} µs of CPU a message")
        return rate


def _smtplib(port: int, count: int) -> None:
    with smtplib.SMTP(Sink.host, port, local_hostname="localhost") as client:
        for _ in range(count):
            client.sendmail(_MESSAGE.mail_from, [f"person{next(_NUMBERS)}@example.org"], _MESSAGE.content)


def _send_with_smtplib(sink: Sink, count: int) -> None:
    _smtplib(sink.port, count)


def smtplib_clients(server: Server, total: int) -> Cost:
    """Send with eight clients of the standard library, in a process of their own."""
    return cost_of([sys.executable, "-m", "tests.benchmarks.wire", "smtplib", str(server.port), str(total)])


def _clients(port: int, total: int) -> None:
    counts = [total // _WORKERS + (number < total % _WORKERS) for number in range(_WORKERS)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(lambda count: _smtplib(port, count), counts))


def _session(sink: Sink, count: int) -> None:
    transport = open_kind("transports.smtp", host=sink.host, port=sink.port, helo="localhost")
    session = transport.open_session()
    while count > 0:
        batch = [_MESSAGE] * min(session.window, count)
        count -= len(batch)
        for _ in session.deliver(batch):
            pass
    session.close()


def main() -> None:
    """Print the figures; `smtplib PORT MESSAGES` sends with the standard library alone."""
    if sys.argv[1:2] == ["smtplib"]:
        _clients(int(sys.argv[2]), int(sys.argv[3]))
        return
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    measure(total, float(sys.argv[2]) / 1000 if len(sys.argv) > 2 else 0.0)


if __name__ == "__main__":
    main()
