"""Failover: which of a campaign's routes is taken now: the first that is not down and has some of its quota left."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from mailgrid.errors import MailgridError, TransportError
from mailgrid.hookspecs import Reply
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.halt import words

__all__ = ["Failover"]

_log = logging.getLogger("mailgrid")

#: A route that is down is tried again after so many seconds, and each time after twice as many, up to an hour.
_FIRST_ABSENCE = 60.0
_LONGEST_ABSENCE = 3600.0


class _Route(Protocol):
    @property
    def title(self) -> str: ...

    def spent_until(self, now: float) -> float: ...


class _Standing:
    """How a route stands: when one that is down is tried again (0: it is not down), by which worker, and how often."""

    __slots__ = ("absence", "again", "scout")

    def __init__(self) -> None:
        self.absence = _FIRST_ABSENCE
        self.again = 0.0
        self.scout: int | None = None


class Failover:
    """Routes, the first one first. Any thread may ask.

    A route that is down is tried again by a single worker, while the others go on where they are; when it takes a
    message, or says anything at all about one, everybody goes back to it.

    Args:
        halt: ends the run when no route is left.
        clock: the time.
    """

    def __init__(self, halt: Callable[[MailgridError], None], clock: Clock) -> None:
        self._halt = halt
        self._clock = clock
        self._lock = threading.Lock()
        self._routes: dict[_Route, _Standing] = {}

    def add(self, route: _Route) -> None:
        """Add a route behind those that there are."""
        self._routes[route] = _Standing()

    def begins_without(self, route: _Route) -> None:
        """Take a route as down from the start, where another one is not."""
        now = self._clock.now()
        with self._lock:
            if any(self._is_up(other, now) for other in self._routes if other is not route):
                self._leave(self._routes[route], now)

    def lets(self, route: _Route, worker: int, now: float) -> bool:
        """Say whether a worker may send through a route now: it is that route's turn, or time to try it again.

        Args:
            route: the route that the worker would take.
            worker: its number.
            now: the time.
        """
        if len(self._routes) == 1:
            return True
        with self._lock:
            standing = self._routes[route]
            if standing.again:
                return self._scouts(standing, worker, now) and not route.spent_until(now)
            return route is self._turn(now)

    def works(self, route: _Route) -> None:
        """Note that a route is no more down."""
        standing = self._routes[route]
        if standing.again:
            with self._lock:
                standing.again, standing.scout, standing.absence = 0.0, None, _FIRST_ABSENCE
            _log.warning("%s works again", route.title)

    def leaves(self, route: _Route, worker: int) -> None:
        """Note that a worker has left a route: another one may try it."""
        standing = self._routes[route]
        if standing.scout == worker:
            standing.scout = None

    def replaces(self, route: _Route, reply: Reply, *, at_once: bool) -> bool:
        """Say whether another route is taken instead of one that is in trouble: that one is down then.

        Args:
            route: the route.
            reply: what the far side said.
            at_once: whether the trouble is bad enough; one that was down needs little.
        """
        if len(self._routes) == 1:
            return False
        now = self._clock.now()
        with self._lock:
            standing = self._routes[route]
            if standing.again > now:
                return True  # other workers have met the same
            if not any(self._is_up(other, now) for other in self._routes if other is not route):
                self._hurry(route, now)
                return False
            if not (at_once or standing.again):
                return False
            absence = self._leave(standing, now)
        _log.warning("%s is down: %s; it is tried again in %g s", route.title, words(reply), absence)
        return True

    def give_up(self, route: _Route, reply: Reply) -> None:
        """End the run: a route is in trouble for too long, and no other is left."""
        self._halt(
            TransportError(
                f"{route.title} cannot be used: {words(reply)}",
                hint="everybody who was not written to is still pending; run `apply` again to go on",
            )
        )

    def spent_until(self, now: float) -> float:
        """Return until when quotas keep everybody from sending, in seconds since the epoch; 0 while they do not."""
        with self._lock:
            if any(self._is_up(route, now) for route in self._routes):
                return 0.0
            return min(filter(None, (route.spent_until(now) for route in self._routes)), default=0.0)

    @staticmethod
    def _leave(standing: _Standing, now: float) -> float:
        """Take a route as down, and return the seconds until it is tried again."""
        absence = standing.absence
        standing.again, standing.scout = now + absence, None
        standing.absence = min(absence * 2, _LONGEST_ABSENCE)
        return absence

    def _turn(self, now: float) -> _Route | None:
        return next((route for route in self._routes if self._is_up(route, now)), None)

    def _is_up(self, route: _Route, now: float) -> bool:
        return not (self._routes[route].again or route.spent_until(now))

    @staticmethod
    def _scouts(standing: _Standing, worker: int, now: float) -> bool:
        """Say whether a worker is the one that tries a route again."""
        if now < standing.again:
            return False
        if standing.scout is None:
            standing.scout = worker
        return standing.scout == worker

    def _hurry(self, route: _Route, now: float) -> None:
        """Have the routes that are down tried at once: the last one that was not is in trouble too."""
        for other, standing in self._routes.items():
            if other is not route and standing.again > now and standing.absence > _FIRST_ABSENCE:
                standing.again, standing.absence = now, _FIRST_ABSENCE
