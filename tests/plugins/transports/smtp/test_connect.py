import errno
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from mailgrid_plugins.transports.smtp.connect import NoAnswer, connect

from mailgrid.testing import SmtpServer
from tests.ports import dead_port

V4, V6 = (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")


def addresses(port: int, *found: tuple[int, str]) -> Any:
    def resolve(*_: object, **__: object) -> list[Any]:
        return [(family, socket.SOCK_STREAM, 0, "", (address, port)) for family, address in found]

    return resolve


@pytest.fixture
def unused() -> Iterator[int]:
    """A port where nobody listens."""
    with dead_port() as port:
        yield port


def test_the_next_address_where_the_first_does_not_answer() -> None:
    with SmtpServer() as server:
        found = addresses(server.port, (socket.AF_INET, "127.0.0.2"), V6, V4)
        with connect("mail.example.org", server.port, 5, resolve=found) as sock:
            assert sock.getpeername() == ("127.0.0.1", server.port)


def test_each_address_that_was_tried_is_named_with_its_family(unused: int) -> None:
    with pytest.raises(NoAnswer, match=r"^IPv6 ::1: .+, IPv4 127\.0\.0\.1: Connection refused$"):
        connect("mail.example.org", unused, 5, resolve=addresses(unused, V6, V4))


def test_the_time_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    limits, now = [], [0.0]

    class Silent(socket.socket):
        def connect(self, address: Any) -> None:
            limits.append(self.gettimeout())
            now[0] += self.gettimeout() or 0
            raise TimeoutError

    monkeypatch.setattr(socket, "socket", Silent)
    with pytest.raises(NoAnswer, match=r"IPv4 .*: no answer in time, .*: no answer in time, .*: no answer in time"):
        connect("mail.example.org", 25, 30, resolve=addresses(25, V4, V4, V4), clock=lambda: now[0])
    assert limits == [10, 10, 10]


def test_a_system_without_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnlyIPv4(socket.socket):
        def __init__(self, family: int = -1, *rest: Any, **more: Any) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, *rest, **more)

    with SmtpServer() as server:
        monkeypatch.setattr(socket, "socket", OnlyIPv4)
        connect("mail.example.org", server.port, 5, resolve=addresses(server.port, V6, V4)).close()


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example", "nothing.invalid"])
def test_a_name_that_has_no_address(host: str) -> None:
    with pytest.raises(NoAnswer):
        connect(host, 25, 1)


def test_no_address_at_all() -> None:
    with pytest.raises(NoAnswer, match="the name has no address"):
        connect("mail.example.org", 25, 1, resolve=addresses(25))
