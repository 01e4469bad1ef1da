"""Line: all that belongs to one of a campaign's transports while it sends: its route, its crew, its limits."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mailgrid.hookspecs import Session
from mailgrid.pipeline.clock import Clock
from mailgrid.pipeline.crew import Crew
from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.passage import Passage
from mailgrid.pipeline.record import Record
from mailgrid.pipeline.route import Route
from mailgrid.pipeline.shares import NO_SHARES, Shares
from mailgrid.pipeline.table import Table
from mailgrid.pipeline.throttles import Limit, Throttles
from mailgrid.planning.carrier import Carrier
from mailgrid.planning.plan import Plan
from mailgrid.value import value

__all__ = ["Line", "hang_up", "lines"]

_log = logging.getLogger("mailgrid")


@value
class Line:
    """A transport at work.

    `limit` says how fast messages may go through it, `table` hands out the seats that all runs share.
    """

    carrier: Carrier
    route: Route
    crew: Crew
    failover: Failover
    limit: Limit
    table: Table | None

    def passage(self, worker: int) -> Passage:
        """Return a worker's way out."""
        return Passage(worker, self.route, self.failover, self.limit, self.table)

    def record(self, record: Record) -> Record:
        """Return what takes the outcomes of messages that went through it."""
        return replace(record, route=self.route)


def lines(
    plan: Plan, shares: Sequence[Shares], own: Sequence[Limit], failover: Failover, clock: Clock
) -> Iterator[Line]:
    """Yield a campaign's lines, the first transport's first.

    Args:
        plan: the campaign.
        shares: the run's part in each transport; none where nothing is shared.
        own: the limits that hold whatever the transport is, the cheapest to ask first.
        failover: says whose turn it is.
        clock: the time.
    """
    for carrier, share in zip(plan.carriers, shares or [NO_SHARES] * len(plan.carriers), strict=True):
        route = Route(carrier.title, failover, clock, plan.retry.period, share.quota)
        shared: list[Limit] = [limit for limit in (share.quota, share.rate) if limit]
        yield Line(
            carrier=carrier,
            route=route,
            crew=Crew(route),
            failover=failover,
            limit=Throttles(*own, *shared),
            table=Table(share.seats) if share.seats else None,
        )


def hang_up(session: Session) -> None:
    """Close a session. One that cannot even do that costs nobody anything: its outcomes are known."""
    try:
        session.close()
    except Exception as error:
        _log.debug("a session could not be closed: %s", type(error).__name__)
