"""Passage: one worker's way out: open while it is its route's turn, and the worker has a seat there."""

from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.route import Route
from mailgrid.pipeline.table import Table
from mailgrid.pipeline.throttles import Limit
from mailgrid.value import value

__all__ = ["Passage"]


@value
class Passage:
    """What the feed asks before it hands anybody to a worker.

    Args:
        worker: the worker's number.
        route: the route that it takes.
        failover: says whose turn it is.
        limit: how fast its messages may go.
        table: hands out seats, where the transport has a number of them that all runs share.
    """

    worker: int
    route: Route
    failover: Failover
    limit: Limit
    table: Table | None = None

    @property
    def paused_until(self) -> float:
        """Until when the route rests."""
        return self.route.paused_until

    def is_open(self, now: float) -> bool:
        """Say whether the worker may take somebody now.

        Raises:
            LedgerError: the seats cannot be read.
        """
        return self.failover.lets(self.route, self.worker, now) and (
            self.table is None or self.table.admits(self.worker, now)
        )

    def leave(self) -> None:
        """Note that the worker has hung up."""
        self.failover.leaves(self.route, self.worker)
        if self.table is not None:
            self.table.leave(self.worker)
