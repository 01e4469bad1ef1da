"""A clock that was set back between two runs: nobody waits for a time that has become far away."""

from pathlib import Path

import pytest

from mailgrid.ledger.project import Bucket
from mailgrid.pipeline.shared_throttle import SharedThrottle
from mailgrid.planning.carrier import SharedRate
from mailgrid.planning.plan import RetryRule
from tests.pipeline.campaign import crowd, plan_of, send, states
from tests.pipeline.far_side import FarSide, deferred
from tests.pipeline.shared_bucket import SharedBucket
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

YEAR = 365 * 86_400.0


def test_a_rate_goes_on_and_opens_no_burst(tmp_path: Path) -> None:
    send(tmp_path, plan_of(crowd(5), rate=1.0, burst=3), clock=VirtualClock(), take=4)
    clock = VirtualClock(EPOCH - YEAR)
    far_side = FarSide()
    send(tmp_path, plan_of(crowd(5), far_side, rate=1.0, burst=3), clock=clock)
    assert 0.9 <= clock.now() - (EPOCH - YEAR) < 10
    assert set(states(tmp_path, plan_of(crowd(5))).values()) == {"sent"}


def test_a_shared_rate_goes_on_whoever_took_or_waited_last() -> None:
    bucket = SharedBucket()
    bucket.exchange("ses", lambda _: Bucket(round((EPOCH + YEAR) * 1e9), round((EPOCH + YEAR) * 1e9)))
    clock = VirtualClock()
    throttle = SharedThrottle(SharedRate("ses", 10.0, 5), bucket.exchange, clock.now)
    moments: list[float] = []
    while len(moments) < 10 and clock.now() < EPOCH + 60:
        moments += [clock.now()] * throttle.grant(1, 1, clock.now())
        clock.advance(throttle.delay(1, clock.now()) or 0.001)
    assert len(moments) == 10
    assert moments[-1] - moments[0] >= 0.4
    assert moments[-1] < EPOCH + 5


@pytest.mark.parametrize("back", [3600.0, YEAR])
def test_who_was_deferred_is_tried_again_as_soon_as_was_meant(tmp_path: Path, back: float) -> None:
    rule = RetryRule(backoff=60.0, jitter=0.0)
    far_side = FarSide(deferred)
    send(tmp_path, plan_of(crowd(1), far_side, retry=rule), clock=VirtualClock(), wait=False)
    assert set(states(tmp_path, plan_of(crowd(1))).values()) == {"deferred"}
    clock = VirtualClock(EPOCH - back)
    send(tmp_path, plan_of(crowd(1), retry=rule), clock=clock)
    assert set(states(tmp_path, plan_of(crowd(1))).values()) == {"sent"}
    assert 55 <= clock.now() - (EPOCH - back) <= 70
