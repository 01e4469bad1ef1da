"""Route: the way to the far side. It rests when it is in trouble, and is given up when the trouble does not end."""

import threading

from mailgrid.errors import TransportError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.halt import Halt, words

__all__ = ["Route"]

#: The first rest and the longest, in seconds; each is twice the one before.
_FIRST_REST = 0.5
_LONGEST_REST = 600.0
#: A far side that does not even answer is endured at most so long, in seconds.
_SILENCE = 120.0


class Route:
    """Lets the feed rest after a trouble that is about the connection or the server, not about a recipient.

    Args:
        feed: hands out nobody while the route rests.
        halt: ends the run when nothing was accepted for too long.
        clock: the time.
        patience: how long a trouble may last before the route is given up, in seconds; without an answer, two minutes
            at most.
    """

    def __init__(self, feed: Feed, halt: Halt, clock: Clock, patience: float) -> None:
        self._feed = feed
        self._halt = halt
        self._clock = clock
        self._patience = patience
        self._lock = threading.Lock()
        self._rest = _FIRST_REST
        self._since: float | None = None

    def accepted(self) -> None:
        """Note that the far side took a message: no trouble any more."""
        if self._since is not None:
            with self._lock:
                self._rest = _FIRST_REST
                self._since = None

    def trouble(self, reply: Reply, retry_after: float | None = None) -> None:
        """Note a trouble; several workers that meet the same one count once."""
        now = self._clock.now()
        with self._lock:
            if self._since is None:
                self._since = now
            given_up = now - self._since > (self._patience if reply.code else min(self._patience, _SILENCE))
            if now >= self._feed.paused_until:
                self._feed.pause(now + self._rest)
                self._rest = min(self._rest * 2, _LONGEST_REST)
            if retry_after:
                self._feed.pause(now + retry_after)
        if given_up:
            self._halt(
                TransportError(
                    f"the server cannot be used: {words(reply)}",
                    hint="everybody who was not written to is still pending; run `apply` again to go on",
                )
            )
