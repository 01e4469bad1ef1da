"""A host sends two chunks at once, that of people of limited domains and another one: both ask the same limits."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from mailgrid.ledger.claim import Claim, Stretch
from mailgrid.pipeline.domain_claims import DomainClaims
from mailgrid.pipeline.queued_throttle import QueuedThrottle
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.planning.carrier import Quota, SharedRate
from mailgrid.planning.plan import DomainRate

NOW = 1_000_000.0


class Office:
    """Where limits are asked; it takes its time, and `most` is how many were there at once."""

    def __init__(self) -> None:
        self.here = self.most = 0
        self.used: Mapping[int, int] = {}

    def claim(self, claims: Sequence[Claim]) -> Mapping[str, Stretch]:
        self._pass()
        return {each.name: Stretch(round(NOW * 10**9), 0, 0) for each in claims}

    def spend(self, transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> bool:
        del transport
        before = self.used
        self._pass()
        self.used = step(before)
        return True

    def _pass(self) -> None:
        self.here += 1
        self.most = max(self.most, self.here)
        time.sleep(0.05)
        self.here -= 1


def rate(office: Office) -> Callable[[], object]:
    throttle = QueuedThrottle(SharedRate("ses", 10, 1), office.claim, lambda: NOW)
    return lambda: throttle.grant(1, 1, NOW)


def quota(office: Office) -> Callable[[], object]:
    shared = SharedQuota("ses", Quota(1, 86_400, "1/day"), office.spend, lambda: NOW)
    return lambda: shared.grant(1, 1, NOW)


def domain(office: Office) -> Callable[[], object]:
    turns = DomainClaims([DomainRate(None, 10, 1, "10/s")], 1, office.claim, lambda: NOW, lambda: 0.0)
    return lambda: turns({"mail.example": 1})


@pytest.mark.parametrize("limit", [rate, quota, domain])
def test_two_threads_ask_a_shared_limit_one_after_the_other(limit: Callable[[Office], Callable[[], object]]) -> None:
    office = Office()
    ask = limit(office)
    with ThreadPoolExecutor(2) as pool:
        for answer in [pool.submit(ask), pool.submit(ask)]:
            answer.result()
    assert office.most == 1
