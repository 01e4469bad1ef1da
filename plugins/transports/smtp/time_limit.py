"""How long one call on a socket may wait, kept by the system itself.

Python's own `settimeout` asks the system before each call whether it would wait: twice the system calls, and the
interpreter's lock let go and fought for twice. On a fast line that is most of what a message costs.
"""

import socket
import struct
import sys

__all__ = ["TimeLimit"]


class TimeLimit:
    """The limit of one direction; a call that waits longer fails with BlockingIOError, or ssl.SSLWantReadError.

    Args:
        sock: a socket that blocks.
        option: `socket.SO_RCVTIMEO` or `socket.SO_SNDTIMEO`.
    """

    def __init__(self, sock: socket.socket, option: int) -> None:
        self._sock = sock
        self._option = option
        self._seconds = 0.0

    def __call__(self, seconds: float) -> None:
        """Let no call wait longer; a shorter limit may stand already, for setting one costs as much as a write."""
        if not 0 < self._seconds <= seconds:
            self._sock.setsockopt(socket.SOL_SOCKET, self._option, _packed(max(seconds, 0.001)))
            self._seconds = seconds


def _packed(seconds: float) -> bytes:
    if sys.platform == "win32":
        return struct.pack("@L", int(seconds * 1000))
    return struct.pack("@ll", int(seconds), int(seconds % 1 * 1e6))
