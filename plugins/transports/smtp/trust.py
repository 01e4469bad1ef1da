"""How far a server is trusted to do what it advertises."""

import logging
import threading
from enum import IntEnum

from .capabilities import Capabilities

__all__ = ["Trust", "Way"]

_log = logging.getLogger("mailgrid")


class Way(IntEnum):
    """The ways of sending, each faster than the one before."""

    LOCKSTEP = 1
    PIPELINED = 2
    CHUNKED = 3


class Trust:
    """The fastest way to use with one server; shared by all sessions, for the rest of the run.

    RFC 3030 does not promise that groups of several transactions may follow each other unanswered. Where that, or
    pipelining, does not work, the next slower way is taken. A way that has worked once is not blamed for a lost line.

    Args:
        title: the server, for the log.
        fastest: what to begin with.
    """

    def __init__(self, title: str, fastest: Way = Way.CHUNKED) -> None:
        self.fastest = fastest
        self._title = title
        self._lock = threading.Lock()
        self._proven = Way.LOCKSTEP

    def way(self, can: Capabilities) -> Way:
        """Choose a way for a server that can do this."""
        offered = Way.LOCKSTEP
        if can.pipelining:
            offered = Way.CHUNKED if can.chunking else Way.PIPELINED
        return min(offered, self.fastest)

    def worked(self, way: Way) -> None:
        """Note that a message was accepted this way."""
        self._proven = max(self._proven, way)

    def lost(self, way: Way, reason: str) -> bool:
        """Note that a line was lost before it accepted anything; say whether a slower way is to be tried."""
        return self._proven < way and self.failed(way, reason)

    def failed(self, way: Way, reason: str) -> bool:
        """Note that the server loses its place when this way is used; say whether there is a slower one."""
        with self._lock:
            if way is Way.LOCKSTEP:
                return False
            if self.fastest < way:
                return True
            self.fastest = Way(way - 1)
        _log.warning("%s: %s does not work, %s from now on: %s", self._title, *_names(way), reason)
        return True


def _names(way: Way) -> tuple[str, str]:
    """Name a way, and the one before it."""
    if way is Way.CHUNKED:
        return "sending many messages at once", "one a round trip"
    return "pipelining", "one command a round trip"
