"""A line on which the other side does not do what it should, with buffers that are soon full."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import trustme
from mailgrid_plugins.transports.smtp.connection import Connection
from mailgrid_plugins.transports.smtp.reply_reader import Lost, ReplyReader

from tests.patience import wait_for

LARGE = b"x" * 3_000_000


@contextmanager
def line_to(server: Callable[[socket.socket], None]) -> Iterator[Connection]:
    ours, theirs = socket.socketpair()
    connection = Connection(ours, ReplyReader(ours), {}, lambda _step, _reply: None)
    thread = threading.Thread(target=server, args=(theirs,))
    thread.start()
    try:
        yield connection
    finally:
        connection.close()
        thread.join()
        theirs.close()


def read_all(sock: socket.socket, count: int) -> None:
    while count > 0 and (octets := sock.recv(1 << 16)):
        count -= len(octets)


def test_a_server_that_answers_before_it_takes_more_is_listened_to() -> None:
    replies = b"".join(b"250 %d " % number + b"y" * 10_000 + b"\r\n" for number in range(100))

    def answers_first(sock: socket.socket) -> None:
        sock.recv(10)
        sock.sendall(replies)  # waits until we have read most of it, while we want to write
        read_all(sock, len(LARGE) - 10)
        sock.sendall(b"250 all of it\r\n")

    with line_to(answers_first) as connection:
        assert connection.write([LARGE], 10) == len(LARGE)
        texts = [connection.read(10).text.split()[0] for _ in range(100)]
        assert texts == [str(number) for number in range(100)]
        assert connection.read(10).text == "all of it"


def test_a_server_that_stops_reading_is_given_up_in_time() -> None:
    ended = threading.Event()

    def stops(sock: socket.socket) -> None:
        assert ended.wait(20), f"{sock} was not left"

    with line_to(stops) as connection:
        start = time.monotonic()
        written = connection.write([b"first", LARGE], 0.2)
        ended.set()
    assert 5 < written < len(LARGE)
    assert time.monotonic() - start < 5


def test_a_server_that_reads_late_gets_everything() -> None:
    def reads_late(sock: socket.socket) -> None:
        time.sleep(0.3)
        read_all(sock, len(LARGE))
        sock.sendall(b"250 thanks\r\n")

    with line_to(reads_late) as connection:
        assert connection.write([LARGE], 10) == len(LARGE)
        assert connection.read(10).text == "thanks"


def test_a_server_that_talks_without_end_and_reads_nothing_is_given_up() -> None:
    def talks(sock: socket.socket) -> None:
        try:
            while True:
                sock.sendall(b"250 and another thing\r\n" * 1000)
        except OSError:
            return  # it was left

    with line_to(talks) as connection:
        assert connection.write([LARGE], 10) < len(LARGE)
        assert connection.read(10).text == "and another thing"


def test_what_was_said_before_the_line_broke_is_heard_after_a_failed_write() -> None:
    def says_goodbye(sock: socket.socket) -> None:
        sock.sendall(b"250 ok\r\n421 4.3.2 closing\r\n")
        sock.close()

    with line_to(says_goodbye) as connection:
        assert connection.write([LARGE], 10) < len(LARGE)
        assert connection.read(10).text == "ok"
        assert connection.read(10).code == 421
        assert connection.said_goodbye
        with pytest.raises(Lost):
            connection.read(10)


def test_small_pieces_leave_together_and_large_ones_are_cut() -> None:
    received: list[int] = []

    def counts(sock: socket.socket) -> None:
        while octets := sock.recv(1 << 20):
            received.append(len(octets))

    with line_to(counts) as connection:
        assert connection.write([b"a" * 100] * 50, 10) == 5000
        wait_for(lambda: received)
        assert received == [5000]
        assert connection.write([b"a", LARGE, b"b", b""], 10) == len(LARGE) + 2


def test_a_line_is_quiet_until_something_was_said_or_it_has_ended() -> None:
    spoken, ended = threading.Event(), threading.Event()

    def speaks(sock: socket.socket) -> None:
        spoken.wait(20)
        sock.sendall(b"421 idle for too long\r\n")
        ended.wait(20)

    with line_to(speaks) as connection:
        assert connection.is_quiet()
        spoken.set()
        wait_for(lambda: not connection.is_quiet())
        assert connection.read(1).code == 421
        ended.set()


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("reads", [0, 1, 20_000, 200_000])
def test_no_more_arrives_than_may_have_left(secure: bool, reads: int) -> None:
    received = 0
    authority = trustme.CA()
    theirs_context, ours_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("server.example").configure_cert(theirs_context)
    authority.configure_trust(ours_context)
    ours, theirs = socket.socketpair()

    def reads_some(sock: socket.socket) -> None:
        nonlocal received
        with theirs_context.wrap_socket(sock, server_side=True) if secure else sock as line:
            while received < reads:
                received += len(line.recv(1000))

    thread = threading.Thread(target=reads_some, args=(theirs,))
    thread.start()
    line = ours_context.wrap_socket(ours, server_hostname="server.example") if secure else ours
    connection = Connection(line, ReplyReader(line), {}, lambda _step, _reply: None)
    written = connection.write([b"a" * 3000] * 1000, 10)
    thread.join()
    connection.close()
    assert received <= written < 3_000_000
