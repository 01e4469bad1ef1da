"""The time that a run lives in: that of its ledgers, where several machines share them."""

from mailgrid.ledger.ledgers import Ledgers
from mailgrid.pipeline.clock import Clock, SharedClock

__all__ = ["clock_of"]


def clock_of(ledgers: Ledgers) -> Clock:
    """Return the clock of everybody who uses these ledgers.

    Raises:
        LedgerError: the server that tells the time does not answer.
    """
    tell = ledgers.clock()
    return Clock() if tell is None else SharedClock(tell)
