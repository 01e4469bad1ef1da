"""Running: a campaign that is being sent, by this process or by many hosts, as whoever watches it sees it."""

from collections.abc import Callable
from typing import Protocol, Self

from mailgrid.ledger.control import Wish
from mailgrid.pipeline.progress import Progress
from mailgrid.report import CampaignReport

__all__ = ["Running"]


class Running(Protocol):
    """A campaign that is being sent. Times are in seconds since the epoch."""

    progress: Progress

    @property
    def next_due(self) -> float | None:
        """When the next deferred person is due, where everybody else is done; None otherwise."""
        ...

    @property
    def paused_until(self) -> float:
        """Until when everything rests; 0 when it does not."""
        ...

    @property
    def spent_until(self) -> float:
        """Until when a quota keeps everybody from sending; 0 while none does."""
        ...

    @property
    def closed_until(self) -> float:
        """Until when messages are not handed out, because of the campaign's hours; 0 inside them."""
        ...

    @property
    def wish(self) -> Wish:
        """What is wanted of the run at another terminal, and done."""
        ...

    @property
    def notes(self) -> list[str]:
        """What else is worth to know now, in a few words each."""
        ...

    def limited(self, count: int) -> tuple[list[tuple[str, str]], int]:
        """Return some domains that are at their limits, each with its limit in words, and how many there are."""
        ...

    def interrupt(self) -> None:
        """Take nobody new; for signal handlers."""
        ...

    def run(self, tick: Callable[[Self], None] = lambda _: None, interval: float = 0.1) -> CampaignReport:
        """Send, until all is over; `tick` is called about every `interval` seconds meanwhile."""
        ...

    def idle(self) -> CampaignReport:
        """Return the report of a campaign with nobody to write to."""
        ...
