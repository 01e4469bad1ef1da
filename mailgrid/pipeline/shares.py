"""Shares: a run's part in what all runs of a project share of a named transport: its rate, its quota, its workers."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from mailgrid.ledger.ledgers import Buckets, SharedSeats
from mailgrid.pipeline.queued_throttle import QueuedThrottle
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.pipeline.shared_throttle import SharedThrottle
from mailgrid.pipeline.throttles import Limit
from mailgrid.planning.carrier import Carrier, SharedRate
from mailgrid.value import value

__all__ = ["NO_SHARES", "Shares", "shared_rate", "take_shares"]


@value
class Shares:
    """What one run has of one transport; None for what it has no limit of."""

    rate: Limit | None = None
    quota: SharedQuota | None = None
    seats: SharedSeats | None = None


NO_SHARES = Shares()


class _Ledgers(Protocol):
    def project(self) -> Buckets: ...

    def seats(self, transport: str, count: int) -> SharedSeats: ...


def take_shares(carrier: Carrier, ledgers: _Ledgers, now: Callable[[], float], stack: ExitStack) -> Shares:
    """Take part in what is shared of a transport, until `stack` is left.

    Args:
        carrier: the transport.
        ledgers: the project's.
        now: the time in seconds, the same for all processes.
        stack: gives everything back.

    Raises:
        LedgerError: the ledger that the runs share cannot be opened.
    """
    seats = None
    if carrier.workers:
        seats = ledgers.seats(carrier.title, carrier.workers)
        stack.callback(seats.close)
    if not (carrier.rate or carrier.quota):
        return Shares(seats=seats)
    project = ledgers.project()
    stack.callback(project.close)
    quota = None
    if carrier.quota:
        quota = SharedQuota(carrier.title, carrier.quota, project.spend, now, project.take_quota)
        stack.callback(quota.close)
    return Shares(shared_rate(carrier.rate, project, now) if carrier.rate else None, quota, seats)


def shared_rate(rate: SharedRate, buckets: Buckets, now: Callable[[], float]) -> Limit:
    """Return the part of a process in a rate that several share.

    Args:
        rate: of a transport, or of what has a name of its own.
        buckets: hold it.
        now: the time in seconds, the same for all processes.
    """
    if buckets.claim is None:
        return SharedThrottle(rate, buckets.exchange, now)
    return QueuedThrottle(rate, buckets.claim, now)
