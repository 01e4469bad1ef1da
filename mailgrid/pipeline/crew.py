"""Crew: who is at work. Where the far side limits its connections, that costs workers and no messages."""

import logging
import threading

from mailgrid.hookspecs import Outcome, Scope, Status
from mailgrid.pipeline.route import Route

__all__ = ["Crew"]

_log = logging.getLogger("mailgrid")


class Crew:
    """Lets workers leave that the far side has no connection for, as long as others are at work.

    Args:
        route: rests where nobody else is at work: then it is no matter of numbers.
    """

    def __init__(self, route: Route) -> None:
        self._route = route
        self._lock = threading.Lock()
        self._at_work: set[int] = set()

    def goes_on(self, worker: int, last: Outcome) -> bool:
        """Note how a worker's batch ended, and say whether it goes on.

        Args:
            worker: its number.
            last: the outcome of the batch's last message.
        """
        if last.status is not Status.UNSENT:
            if worker not in self._at_work:
                with self._lock:
                    self._at_work.add(worker)
            return True
        with self._lock:
            self._at_work.discard(worker)
            others = len(self._at_work)
        if last.scope is not Scope.SESSION:
            return True
        if others:
            _log.warning("the server takes no further connection: one worker less")
            return False
        self._route.trouble(last.reply, last.retry_after)
        return True
