import math
import random
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.ledger.project import ProjectLedger
from mailgrid.pipeline.shared_throttle import SharedThrottle
from mailgrid.planning.carrier import SharedRate
from tests.pipeline.shared_bucket import SharedBucket
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

RATES = st.one_of(st.integers(1, 20_000).map(float), st.floats(0.01, 20_000), st.just(1 / 3))
PROCESSES = 3
#: (which process, seconds since the step before, messages wanted, how many of them were not needed, is it restarted?)
STEPS = st.lists(
    st.tuples(
        st.integers(0, PROCESSES - 1),
        st.one_of(st.just(0.0), st.floats(0, 0.06), st.floats(0, 30)),
        st.integers(1, 40),
        st.integers(0, 3),
        st.booleans(),
    )
)
#: The clock's own grain at this date.
GRAIN = 1e-6

Grants = list[tuple[float, int]]


def throttle(bucket: SharedBucket, clock: VirtualClock, rate: float, burst: int = 1) -> SharedThrottle:
    return SharedThrottle(SharedRate("ses", rate, burst), bucket.exchange, clock.now)


def assert_limited(grants: Grants, rate: float, burst: int) -> None:
    """No window, from any grant to any later one, holds more than rate * T + burst."""
    before, lowest = 0, math.inf  # the tokens before a window, and the least of them less what the rate allows
    for moment, granted in grants:
        allowed = rate * (moment - EPOCH)
        lowest = min(lowest, before - allowed)
        before += granted
        assert before - allowed - lowest <= burst + rate * 2 * GRAIN


def run(processes: Iterable[SharedThrottle], clock: VirtualClock, seconds: float) -> Grants:
    """Let each take all that it can get, one after the other, waking whenever something may be had."""
    grants = []
    everybody = list(processes)
    while clock.now() < EPOCH + seconds:
        for each in everybody:
            while granted := each.grant(8, 1, clock.now()):
                grants.append((clock.now(), granted))
        clock.advance(min(each.delay(1, clock.now()) for each in everybody) + GRAIN)
    return grants


@settings(max_examples=200, deadline=None)
@given(
    rate=RATES,
    burst=st.integers(3, 50),
    cost=st.integers(1, 3),
    steps=STEPS,
)
def test_no_window_holds_more_than_rate_and_burst_over_all_processes(
    rate: float, burst: int, cost: int, steps: list[tuple[int, float, int, int, bool]]
) -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    processes = [throttle(bucket, clock, rate, burst) for _ in range(PROCESSES)]
    grants: Grants = []
    for number, pause, wanted, spare, restarted in steps:
        if restarted:
            processes[number] = throttle(bucket, clock, rate, burst)
        clock.advance(pause)
        granted = processes[number].grant(wanted, cost, clock.now())
        unused = min(spare, granted)
        processes[number].refund(unused, cost)
        grants.append((clock.now(), cost * (granted - unused)))
    assert_limited(grants, rate, burst)


@settings(max_examples=50, deadline=None)
@given(rate=st.integers(1, 500), burst=st.integers(1, 50), count=st.integers(1, 3))
def test_whoever_takes_all_that_may_go_loses_little(rate: int, burst: int, count: int) -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    seconds = max(2.0, 20 / rate)
    grants = run([throttle(bucket, clock, rate, burst) for _ in range(count)], clock, seconds)
    assert_limited(grants, rate, burst)
    taken = sum(granted for _, granted in grants)
    assert taken >= 0.95 * rate * seconds + burst - 2


@pytest.mark.parametrize("rate, burst", [(1000, 100), (200, 1), (30, 1), (5, 1)])
@pytest.mark.parametrize("chance", [None, random.Random(1)], ids=["the first asks first", "in any order"])
def test_each_process_gets_its_part(rate: int, burst: int, chance: random.Random | None) -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    count = 3 if chance else 2
    processes = [throttle(bucket, clock, rate, burst) for _ in range(count)]
    parts = [0] * count
    while clock.now() < EPOCH + 20:
        order = range(count)
        for number in chance.sample(order, count) if chance else order:
            parts[number] += processes[number].grant(8, 1, clock.now())
        clock.advance(0.0005)
    assert sum(parts) > 0.8 * 20 * rate
    assert min(parts) > 0.7 * sum(parts) / count


def test_who_waits_and_never_comes_holds_nobody_up_for_long() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    one, other = throttle(bucket, clock, 10), throttle(bucket, clock, 10)
    assert (one.grant(1, 1, EPOCH), other.grant(1, 1, EPOCH)) == (1, 0)
    while not one.grant(1, 1, clock.now()):
        clock.advance(one.delay(1, clock.now()) + GRAIN)
    assert clock.now() - EPOCH == pytest.approx(0.15, abs=0.02)


def test_the_bucket_is_asked_for_blocks_and_not_for_each_message() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    grants = run([throttle(bucket, clock, 2000, 200)], clock, 5)
    assert sum(granted for _, granted in grants) == pytest.approx(10_200, rel=0.01)
    assert bucket.asked < 5 * 20 + 30


@pytest.mark.parametrize("rate, each", [(5000, 5000), (5000, 500), (50_000, 5000)])
def test_ten_runs_lose_little_and_change_the_bucket_eighty_times_a_second_at_most(rate: int, each: int) -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    hosts = [throttle(bucket, clock, rate, rate // 10) for _ in range(10)]
    able, parts = [0.0] * 10, [0] * 10
    while clock.now() < EPOCH + 3:
        for number, host in enumerate(hosts):
            able[number] = min(able[number] + each * 0.005, 64)
            granted = host.grant(int(able[number]), 1, clock.now()) if able[number] >= 1 else 0
            able[number] -= granted
            parts[number] += granted
        clock.advance(0.005)
    assert bucket.asked <= 3 * 80 + 10
    assert sum(parts) > 0.75 * 3 * rate
    assert min(parts) > 0.8 * max(parts)


def test_a_slow_rate_takes_one_at_a_time() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    one, other = throttle(bucket, clock, 2.0), throttle(bucket, clock, 2.0)
    assert (one.grant(8, 1, EPOCH), other.grant(8, 1, EPOCH), one.grant(8, 1, EPOCH)) == (1, 0, 0)
    assert other.delay(1, EPOCH) == pytest.approx(0.5, abs=GRAIN)
    clock.advance(0.5 + GRAIN)
    assert (other.grant(8, 1, clock.now()), one.grant(8, 1, clock.now())) == (1, 0)


def test_what_was_taken_and_not_used_in_time_is_lost_and_not_used_later() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    one, other = throttle(bucket, clock, 1000, 10), throttle(bucket, clock, 1000, 10)
    assert one.grant(1, 1, EPOCH) == 1  # and 49 more that nobody uses
    clock.advance(60)
    assert other.grant(32, 1, clock.now()) == 10
    assert one.grant(32, 1, clock.now()) == 0


def test_what_is_not_used_can_be_given_back() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    one = throttle(bucket, clock, 10, 5)
    one.refund(one.grant(5, 1, EPOCH) - 2, 1)
    assert (one.grant(9, 1, EPOCH), one.grant(9, 1, EPOCH), bucket.asked) == (3, 0, 1)


def test_a_restart_opens_no_new_burst() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    assert throttle(bucket, clock, 1, 100).grant(100, 1, EPOCH) == 100
    clock.advance(3)
    assert throttle(bucket, clock, 1, 100).grant(100, 1, clock.now()) == 3


def test_whoever_finds_the_bucket_busy_tries_again_soon_and_has_taken_nothing() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    one = throttle(bucket, clock, 10, 5)
    bucket.busy = True
    assert one.grant(5, 1, EPOCH) == 0
    assert 0 < one.delay(1, EPOCH) < 0.1
    assert one.grant(5, 1, EPOCH) == 0
    assert bucket.asked == 1
    bucket.busy = False
    clock.advance(one.delay(1, EPOCH) + GRAIN)
    assert one.grant(5, 1, clock.now()) == 5


def test_the_moment_counts_at_which_the_bucket_is_ours_and_not_that_at_which_it_was_asked_for() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    one = throttle(bucket, clock, 1)
    clock.advance(30)
    assert one.grant(1, 1, EPOCH) == 1
    assert bucket.states["ses"].due == pytest.approx((EPOCH + 31) * 1e9, abs=1000)


def test_the_state_is_in_the_projects_ledger(tmp_path: Path) -> None:
    clock = VirtualClock()
    rate = SharedRate("ses", 10.0, 5)
    with closing(ProjectLedger(tmp_path / "project.db")) as one, closing(ProjectLedger(tmp_path / "project.db")) as two:
        assert SharedThrottle(rate, one.exchange, clock.now).grant(9, 1, EPOCH) == 5
        later = SharedThrottle(rate, two.exchange, clock.now)
        assert later.grant(9, 1, EPOCH) == 0
        clock.advance(0.35)
        assert later.grant(9, 1, clock.now()) == 3
