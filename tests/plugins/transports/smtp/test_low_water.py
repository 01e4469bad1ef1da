import socket

import pytest
from mailgrid_plugins.transports.smtp.low_water import LowWater


class Socket(socket.socket):
    """A socket whose other end is where the test says."""

    def __init__(self, peer: str) -> None:
        super().__init__(socket.AF_INET6 if ":" in peer else socket.AF_INET)
        self._peer = peer

    def getpeername(self) -> tuple[str, int]:
        return self._peer, 25


def octets_waited_for(sock: socket.socket, replies: int) -> int:
    mark = LowWater(sock)
    mark(replies)
    octets = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)
    assert mark.is_raised == (octets > 1)
    return octets


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.0.1", "::1"])
def test_a_server_on_this_machine_is_waited_for(peer: str) -> None:
    with Socket(peer) as sock:
        assert octets_waited_for(sock, 128) == 640
        assert octets_waited_for(sock, 1_000_000) == 16384


@pytest.mark.parametrize("peer", ["192.0.2.25", "2001:db8::25", "fe80::1%eth0"])
def test_a_far_server_is_heard_at_once(peer: str) -> None:
    with Socket(peer) as sock:
        assert octets_waited_for(sock, 128) == 1


@pytest.mark.parametrize("replies", [0, 1])
def test_the_last_reply_is_read_as_it_comes(replies: int) -> None:
    with Socket("127.0.0.1") as sock:
        assert octets_waited_for(sock, replies) == 1


def test_a_server_that_has_hung_up_is_not_asked_where_it_is() -> None:
    with socket.socket() as sock:
        assert octets_waited_for(sock, 128) == 1
