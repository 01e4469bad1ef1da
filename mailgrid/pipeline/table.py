"""Table: lets as many workers of a run send through a named transport as have a seat."""

import math
import threading

from mailgrid.ledger.ledgers import SharedSeats

__all__ = ["Table"]

#: How long the share is taken for what it was, in seconds.
_GLANCE = 1.0


class Table:
    """Hands the run's seats to its workers. Any thread may ask.

    A run that has more seats than its share, since another one came, gives one back with each worker that asks; who
    has none waits. So nobody ever sends without a seat, and a newcomer is served within seconds.

    Args:
        seats: the run's part of the seats.
    """

    def __init__(self, seats: SharedSeats) -> None:
        self._seats = seats
        self._lock = threading.Lock()
        self._of: dict[int, int] = {}  # seats by worker
        self._share = 0
        self._looked = -math.inf

    def admits(self, worker: int, now: float) -> bool:
        """Say whether a worker may send now; one that may not gives back its seat when it has hung up.

        Args:
            worker: its number.
            now: the time in seconds.

        Raises:
            LedgerError: the seats cannot be read.
        """
        with self._lock:
            if not self._looked <= now < self._looked + _GLANCE:
                self._share, self._looked = self._seats.share, now
            if worker in self._of:
                return self._seats.held <= self._share
            if self._seats.held >= self._share or (seat := self._seats.take()) is None:
                return False
            self._of[worker] = seat
            return True

    def leave(self, worker: int) -> None:
        """Take back the seat of a worker that has hung up."""
        with self._lock:
            if worker in self._of:
                self._seats.give_back(self._of.pop(worker))
