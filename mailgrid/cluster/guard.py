"""Guard: says for how long this host may still send: no longer than half the silence after which others take over."""

import time
from collections.abc import Callable

from mailgrid.errors import LedgerError
from mailgrid.ledger.postgres.leases import STALL

__all__ = ["Guard", "boot_time"]

#: What others wait for, halved: whoever was frozen stops before anybody else begins.
_FENCE = STALL / 2


def boot_time() -> float:
    """Return seconds that never go back, and that go on while the machine is suspended."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Guard:
    """The right to send one chunk. It ends by itself where the database is not heard of; any thread may ask.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = boot_time) -> None:
        self.clock = clock
        self._confirmed = clock()
        self.lost = False  #: whether the chunk is somebody else's for certain

    @property
    def holds(self) -> bool:
        """Whether messages may be sent now."""
        return not self.lost and self.clock() - self._confirmed < _FENCE

    def confirm(self, asked: float) -> None:
        """Note that the database knew the lease when it answered what was asked at this moment."""
        self._confirmed = max(self._confirmed, asked)

    def refusal(self) -> LedgerError:
        """Return the error of what can be written no more."""
        return LedgerError(
            "the chunk was given to another host, because nothing was heard of this one",
            hint="what it sent is recorded, or in doubt; look whether the machine was suspended, or its network cut",
        )
