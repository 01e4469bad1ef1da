"""Steering: lets somebody at another terminal slow a run down, hold it, let it go on, or end it."""

import logging
from collections.abc import Callable

from mailgrid.errors import MailgridError
from mailgrid.ledger.control import Wish
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.halt import Halt
from mailgrid.pipeline.throttle import Throttle
from mailgrid.planning.limits import default_burst, read_rate

__all__ = ["Steering"]

_log = logging.getLogger("mailgrid")

#: How often it is asked what is wanted, in seconds.
_EVERY = 0.5


class Steering:
    """Carries out what is wanted of a run.

    Args:
        wish: says what is wanted now.
        feed: hands nobody out while the run is paused.
        throttle: the campaign's own rate.
        cost: tokens that one person takes.
        halt: ends the run.
        clock: the time.
    """

    def __init__(
        self, wish: Callable[[], Wish], feed: Feed, throttle: Throttle, cost: int, halt: Halt, clock: Clock
    ) -> None:
        self._wish = wish
        self._feed = feed
        self._throttle = throttle
        self._cost = cost
        self._halt = halt
        self._clock = clock
        self._next = 0.0
        self.wanted = Wish()

    def __call__(self) -> None:
        """Find out what is wanted and do it; called often, it asks twice a second."""
        now = self._clock.now()
        if now < self._next:
            return
        self._next = now + _EVERY
        try:
            wanted = self._wish()
        except MailgridError as error:
            _log.debug("it cannot be found out what is wanted of this run: %s", error.message)
            return
        before, self.wanted = self.wanted, wanted
        if wanted.rate and wanted.rate != before.rate:
            self._set_rate(wanted.rate)
        if wanted.paused != before.paused:
            self._feed.hold(held=wanted.paused)
        if wanted.stopped and not before.stopped:
            self._halt(MailgridError("stopped by `mailgrid stop`", hint="run `apply` again to go on"))

    def _set_rate(self, written: str) -> None:
        rate = read_rate(written)
        burst = default_burst(rate, self._cost)
        self._feed.alter(lambda now: self._throttle.change(float(rate.per_second), burst, now))
