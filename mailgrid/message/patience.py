"""Patience: how long a processor works at one text. What a template may write is counted, and costs little or much."""

import threading
from math import inf
from time import thread_time

__all__ = ["PATIENCE", "Patience"]

#: Seconds of the processor, a thousand times what a long mail takes.
_SECONDS = 1.0


class Patience(threading.local):
    """Each thread's own; others and what waits do not count, so that a busy machine fails nobody's mail."""

    _until = inf

    def begin(self) -> None:
        """Begin to work at a text."""
        self._until = thread_time() + _SECONDS

    @property
    def is_lost(self) -> bool:
        """Whether this text has taken too long."""
        return thread_time() > self._until


#: That of the template at which a thread works.
PATIENCE = Patience()
