import socket
from collections.abc import Iterator
from threading import Thread, Timer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailgrid_plugins.transports.smtp.reply_reader import Lost, ReplyReader

from mailgrid.hookspecs import Reply


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def read(octets: bytes) -> Reply:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = Thread(target=_write, args=(theirs, octets))
        writer.start()
        try:
            reply = ReplyReader(ours).read(5)
        finally:
            ours.close()
            writer.join()
        assert isinstance(reply, Reply)
        return reply


def _write(sock: socket.socket, octets: bytes) -> None:
    try:
        sock.sendall(octets)
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        return  # the reader has had enough


@pytest.mark.parametrize(
    "octets,code,enhanced,text",
    [
        (b"250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok"),
        (b"250\r\n", 250, "", ""),
        (b"250 Ok\n", 250, "", "Ok"),
        (b"550-5.1.1 no such\r\n550 5.1.1 mailbox\r\n", 550, "5.1.1", "no such\nmailbox"),
        (b"421 5.7.32 closing\r\n", 421, "", "5.7.32 closing"),
        (b"250 2.0.0\r\n", 250, "2.0.0", ""),
        (b"250 2.0.0.1 x\r\n", 250, "", "2.0.0.1 x"),
        (b"550 \xff\xfe\r\n", 550, "", "\ufffd\ufffd"),
        (b"550 a\rb\r\n", 550, "", "a?b"),
    ],
)
def test_replies(octets: bytes, code: int, enhanced: str, text: str) -> None:
    assert read(octets) == Reply(code=code, enhanced=enhanced, text=text)


@pytest.mark.parametrize(
    "octets",
    [b"", b"250 cut", b"hello\r\n", b"25 x\r\n", b"2500 x\r\n", b"250-a\r\n550 b\r\n", b"150 a\r\n", b"650 a\r\n"],
)
def test_what_is_no_reply(octets: bytes) -> None:
    with pytest.raises(Lost):
        read(octets)


def test_a_reply_without_end_is_cut_short() -> None:
    with pytest.raises(Lost, match="not a reply"):
        read(b"250-and so on\r\n" * 100_000)


def test_what_came_too_early_is_kept(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"250 one\r\n421 two\r\n")
    reader = ReplyReader(ours)
    assert reader.read(5).text == "one"
    assert reader.pending
    assert reader.read(5).text == "two"
    assert not reader.pending


def test_the_time_is_for_the_whole_reply(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"250-one\r\n")
    with pytest.raises(Lost, match=r"did not answer within 0\.05 seconds"):
        ReplyReader(ours).read(0.05)


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_no_octets_do_more_than_lose_the_line(octets: bytes) -> None:
    try:
        reply = read(octets)
    except Lost:
        return
    assert 200 <= reply.code < 600
    assert all(line.isprintable() for line in reply.text.split("\n"))


def test_a_longer_limit_than_the_last_is_waited_for_in_full(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    reader = ReplyReader(ours)
    with pytest.raises(Lost, match=r"within 0\.01 seconds"):
        reader.read(0.01)
    late = Timer(0.2, theirs.sendall, (b"250 ok\r\n",))
    late.start()
    assert reader.read(10).code == 250
    late.join()


def low_water(sock: socket.socket) -> int:
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)


def test_replies_that_are_owed_are_read_together(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    reader = ReplyReader(ours)
    reader.expect(4)
    later = Timer(0.05, theirs.sendall, [b"250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n"])
    later.start()
    theirs.sendall(b"250 first\r\n")
    assert reader.read(5).text == "first"
    later.join()
    assert reader.pending, "the others had come when the first was read"
    assert low_water(ours) == 20
    assert [reader.read(5).text for _ in "23"] == ["Ok", "Ok"]
    theirs.sendall(b"250 last\r\n")
    assert reader.read(5).text == "last"
    assert low_water(ours) == 1, "whatever the server says unasked is seen at once"


def test_a_server_that_says_less_than_it_owes_is_heard_all_the_same(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    reader = ReplyReader(ours)
    reader.expect(40)
    theirs.sendall(b"421 bye\r\n")
    assert reader.read(60).code == 421
