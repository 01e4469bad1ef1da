"""Route: the way to the far side. It rests when it is in trouble, and is given up when the trouble does not end."""

import threading

from mailgrid.hookspecs import Reply
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.quota import QuotaLimit

__all__ = ["Route"]

#: The first rest and the longest, in seconds; each is twice the one before.
_FIRST_REST = 0.5
_LONGEST_REST = 600.0
#: A far side that does not even answer is endured at most so long, in seconds.
_SILENCE = 120.0
#: A trouble of so many seconds is a long one: another route is taken, where there is one.
_LONG = 5.0


class Route:
    """Rests after a trouble that is about the connection or the server, not about a recipient.

    Args:
        title: how its transport is called.
        failover: takes another route while this one is down, or ends the run where there is none.
        clock: the time.
        patience: how long a trouble may last before the route is given up, in seconds; without an answer, two minutes
            at most.
        quota: how much may be sent through it; None for no limit.
    """

    def __init__(
        self, title: str, failover: Failover, clock: Clock, patience: float, quota: QuotaLimit | None = None
    ) -> None:
        self.title = title
        #: Until when it rests; 0 when it never did.
        self.paused_until = 0.0
        self._failover = failover
        self._clock = clock
        self._patience = patience
        self._quota = quota
        self._lock = threading.Lock()
        self._rest = _FIRST_REST
        self._since: float | None = None
        failover.add(self)

    def spent_until(self, now: float) -> float:
        """Return until when its quota is spent, in seconds since the epoch; 0 while it is not."""
        return self._quota.spent_until(now) if self._quota else 0.0

    def accepted(self) -> None:
        """Note that the far side took a message: no trouble any more."""
        if self._since is not None:
            with self._lock:
                self._rest = _FIRST_REST
                self._since = None
        self._failover.works(self)

    def answered(self) -> None:
        """Note that the far side dealt with a message, whatever it said of it: it is there."""
        self._failover.works(self)

    def refused(self, reply: Reply) -> bool:
        """Note that the far side refuses us whatever we send; say whether another route is taken now."""
        return self._failover.replaces(self, reply, at_once=True)

    def trouble(self, reply: Reply, retry_after: float | None = None) -> None:
        """Note a trouble; several workers that meet the same one count once."""
        now = self._clock.now()
        with self._lock:
            if self._since is None:
                self._since = now
            lasted = now - self._since
            if now >= self.paused_until:
                self.paused_until = now + self._rest
                self._rest = min(self._rest * 2, _LONGEST_REST)
            if retry_after:
                self.paused_until = max(self.paused_until, now + retry_after)
        if self._failover.replaces(self, reply, at_once=max(lasted, retry_after or 0.0) >= _LONG):
            with self._lock:
                self._since = None
        elif lasted > (self._patience if reply.code else min(self._patience, _SILENCE)):
            self._failover.give_up(self, reply)
