"""How much must have come before a call that reads returns, kept by the system itself.

A server that answers a window of commands one by one wakes whoever waits for it each time, to do next to nothing. Where
it is on this machine, it has to wait for a processor meanwhile.
"""

import socket
from contextlib import suppress

from .loopback import is_loopback

__all__ = ["LowWater"]

#: The octets of the shortest reply: a code and the end of a line (RFC 5321, 4.2).
_SHORTEST = 5
#: No call reads more at once.
_MOST = 1 << 14


class LowWater:
    """The mark of one socket: a call that reads returns when the replies that are owed can have come, at the shortest.

    Only where the server is on this machine: what comes from afar and is not read is acknowledged late (RFC 9293,
    3.8.6.3), for which a server with Nagle's algorithm waits before it says more.

    Args:
        sock: a connected socket that blocks, with a limit on time: a server need not say all that it owes.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._is_near = _is_near(sock)
        self._octets = 1

    @property
    def is_raised(self) -> bool:
        """Whether a call waits for more than what comes first."""
        return self._octets > 1

    def __call__(self, replies: int) -> None:
        """Wait for so many replies; for whatever comes, where it is one or none."""
        octets = min(replies * _SHORTEST, _MOST) if self._is_near and replies > 1 else 1
        if octets != self._octets:
            self._octets = octets
            with suppress(OSError):  # not every system has it
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, octets)


def _is_near(sock: socket.socket) -> bool:
    if sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return True  # sockets of the system itself
    try:
        return is_loopback(sock.getpeername()[0])
    except OSError:  # hung up already
        return False
