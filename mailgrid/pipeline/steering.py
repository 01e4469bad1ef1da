"""Steering: lets somebody at another terminal slow a run down, hold it, let it go on, or end it."""

import logging
from collections.abc import Callable

from mailgrid.errors import MailgridError, Stopped
from mailgrid.ledger.control import Wish
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.halt import Halt
from mailgrid.pipeline.throttle import Throttle
from mailgrid.planning.limits import default_burst, read_rate

__all__ = ["Steering", "Wishes"]

_log = logging.getLogger("mailgrid")

#: How often it is asked what is wanted, in seconds.
_EVERY = 0.5


class Wishes:
    """What is wanted of a run; called often, it asks twice a second.

    Args:
        ask: says what is wanted now.
        now: seconds.
    """

    def __init__(self, ask: Callable[[], Wish], now: Callable[[], float]) -> None:
        self._ask = ask
        self._now = now
        self._next = 0.0
        self._known = Wish()

    def __call__(self) -> Wish:
        """Return what is wanted, as far as that can be found out."""
        now = self._now()
        if now >= self._next:
            self._next = now + _EVERY
            try:
                self._known = self._ask()
            except MailgridError as error:
                _log.debug("it cannot be found out what is wanted of this run: %s", error.message)
        return self._known


class Steering:
    """Carries out what is wanted of a run that sends.

    Args:
        wishes: say what is wanted now.
        feed: hands nobody out while the run is paused.
        throttle: the campaign's own rate.
        cost: tokens that one person takes.
        halt: ends the run.
    """

    def __init__(self, wishes: Wishes, feed: Feed, throttle: Throttle, cost: int, halt: Halt) -> None:
        self._wishes = wishes
        self._feed = feed
        self._throttle = throttle
        self._cost = cost
        self._halt = halt
        self.wanted = Wish()

    def __call__(self) -> None:
        """Do what is wanted and was not done yet."""
        before, self.wanted = self.wanted, self._wishes()
        if self.wanted.rate and self.wanted.rate != before.rate:
            self._set_rate(self.wanted.rate)
        if self.wanted.paused != before.paused:
            self._feed.hold(held=self.wanted.paused)
        if self.wanted.stopped and not before.stopped:
            self._halt(Stopped("stopped by `mailgrid stop`", hint="run `apply` again to go on"))

    def _set_rate(self, written: str) -> None:
        rate = read_rate(written)
        burst = default_burst(rate, self._cost)
        self._feed.alter(lambda now: self._throttle.change(float(rate.per_second), burst, now))
