"""What was promised of rates and quotas, held against the times at which messages were handed over."""

import math
from collections.abc import Sequence

from mailgrid.planning.carrier import Quota
from tests.simulation.schedule import EPOCH, Failed

__all__ = ["demand", "within_quota", "within_rate"]


def demand(holds: bool, promise: str, evidence: object) -> None:
    if not holds:
        raise Failed(f"{promise}: {evidence}")


def within_rate(handed: Sequence[float], rate: float | None, burst: int) -> None:
    """In no window of T seconds more than rate * T + burst."""
    if rate is None:
        return
    lowest = math.inf
    for number, moment in enumerate(sorted(handed)):
        elapsed = moment - EPOCH
        lowest = min(lowest, number - rate * elapsed)
        demand(number + 1 - rate * elapsed - lowest <= burst + 1e-3, "the rate was exceeded", handed)


def within_quota(tried: Sequence[float], quota: Quota | None) -> None:
    """In no window of the quota's time more than its count."""
    if quota is None:
        return
    moments = sorted(tried)
    for first, last in zip(moments, moments[quota.count :], strict=False):
        demand(last - first >= quota.seconds, f"more than {quota.count} in {quota.seconds} s", moments)
