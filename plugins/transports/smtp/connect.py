"""Connect: try the addresses of a server's name, IPv6 and IPv4, until one answers."""

import socket
import time
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["NoAnswer", "connect", "connect_here"]

_FAMILIES = {socket.AF_INET6: "IPv6", socket.AF_INET: "IPv4"}


class NoAnswer(ConnectionError):
    """No address could be connected to; the text names each that was tried, and why not."""


def connect(
    host: str,
    port: int,
    limit: float,
    *,
    resolve: Callable[..., Iterable[Any]] = socket.getaddrinfo,
    clock: Callable[[], float] = time.monotonic,
) -> socket.socket:
    """Return a socket to the first address that answers, in the order in which the system sorts them (RFC 6724).

    Args:
        host: a name or an address.
        port: the port.
        limit: how long all addresses together may take, in seconds. Each gets its share of what is left, so that one
            that never answers leaves time for the next.
        resolve: looks a name up, as `socket.getaddrinfo` does.
        clock: seconds that never go back.

    Raises:
        NoAnswer: none does, or the name has none.
    """
    try:
        found = list(resolve(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:
        raise NoAnswer(_reason(error)) from None
    deadline = clock() + limit
    failures = []
    for number, (family, kind, protocol, _, address) in enumerate(found):
        share = (deadline - clock()) / (len(found) - number)
        try:
            return _connected(socket.socket(family, kind, protocol), address, max(share, 0.001))
        except OSError as error:
            failures.append(f"{_FAMILIES.get(family, 'address')} {address[0]}: {_reason(error)}")
    raise NoAnswer(", ".join(failures) or "the name has no address")


def connect_here(path: str, limit: float) -> socket.socket:
    """Return a connection to a socket of this machine.

    Args:
        path: where it is.
        limit: how long it may take, in seconds.

    Raises:
        NoAnswer: nobody listens there, or this system has no such sockets.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise NoAnswer("this system has no such sockets")
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(limit)
        sock.connect(path)
    except OSError as error:
        sock.close()
        raise NoAnswer(_reason(error)) from None
    return sock


def _connected(sock: socket.socket, address: Any, limit: float) -> socket.socket:  # noqa: ANN401  # its family's own
    try:
        sock.settimeout(limit)
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
