"""Stopping: the end of an `apply` that does not send yet, where somebody at another terminal wants it to end."""

import time
from collections.abc import Callable

from mailgrid.errors import Stopped
from mailgrid.ledger.control import Wish
from mailgrid.pipeline.steering import Wishes

__all__ = ["Stopping"]


class Stopping:
    """Heeds `mailgrid stop` while a campaign is gathered, and while it waits for its time.

    Args:
        campaign: its name.
        wish: says what is wanted of its run now.
        now: seconds that never go back.
    """

    def __init__(self, campaign: str, wish: Callable[[], Wish], now: Callable[[], float] = time.monotonic) -> None:
        self._campaign = campaign
        self._wishes = Wishes(wish, now)

    def __call__(self) -> None:
        """Go on, unless the run is to end; called often, it asks twice a second.

        Raises:
            Stopped: it is; nothing of the campaign was sent.
        """
        if self._wishes().stopped:
            raise Stopped(
                f"`{self._campaign}` was stopped by `mailgrid stop` before it began to send",
                hint="run `apply` again to send it",
            )
