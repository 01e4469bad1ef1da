from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.pipeline.throttle import Throttle
from tests.pipeline.virtual_clock import EPOCH

RATES = st.one_of(st.integers(1, 20_000).map(float), st.floats(0.01, 20_000), st.just(1 / 3))
#: (seconds since the step before, messages wanted)
STEPS = st.lists(st.tuples(st.one_of(st.just(0.0), st.floats(0, 0.01), st.floats(0, 30)), st.integers(1, 40)))
#: The clock's own grain at this date, and that of the state as it is kept.
GRAIN = 1e-6


@settings(max_examples=150, deadline=None)
@given(rate=RATES, burst=st.integers(3, 50), cost=st.integers(1, 3), steps=STEPS, restart=st.integers(0, 20))
def test_no_window_holds_more_than_rate_and_burst(
    rate: float, burst: int, cost: int, steps: list[tuple[float, int]], restart: int
) -> None:
    throttle, now = Throttle(rate, burst), EPOCH
    grants: list[tuple[float, int]] = []
    for number, (pause, wanted) in enumerate(steps):
        if number == restart:
            throttle = Throttle(rate, burst, throttle.due)
        now += pause
        grants.append((now, cost * throttle.grant(wanted, cost, now)))
    for begin, (start, _) in enumerate(grants):
        tokens = 0
        for end, granted in grants[begin:]:
            tokens += granted
            assert tokens <= rate * (end - start + 2 * GRAIN) + burst


@settings(max_examples=100, deadline=None)
@given(rate=RATES, burst=st.integers(3, 50), cost=st.integers(1, 3), steps=STEPS)
def test_after_the_delay_one_may_go_and_before_it_none(
    rate: float, burst: int, cost: int, steps: list[tuple[float, int]]
) -> None:
    throttle, now = Throttle(rate, burst), EPOCH
    for pause, wanted in steps:
        now += pause
        throttle.grant(wanted, cost, now)
        delay = throttle.delay(cost, now)
        early = now + delay - 2 * GRAIN
        if early > now:
            assert throttle.grant(1, cost, early) == 0
        now += delay + GRAIN
        assert throttle.grant(1, cost, now) == 1


@settings(max_examples=50, deadline=None)
@given(rate=st.integers(1, 20_000), burst=st.integers(1, 50))
def test_who_takes_all_that_may_go_loses_no_rate(rate: int, burst: int) -> None:
    throttle, now, taken = Throttle(rate, burst), EPOCH, 0
    for _ in range(200):
        taken += throttle.grant(1000, 1, now)
        now += throttle.delay(1, now) + GRAIN
    assert taken >= rate * (now - EPOCH - 200 * 2 * GRAIN) + burst - 1 - 0.0001 * taken


def test_a_burst_goes_at_once_and_no_more() -> None:
    throttle = Throttle(10, 5)
    assert throttle.grant(100, 1, EPOCH) == 5
    assert throttle.grant(100, 1, EPOCH) == 0
    assert throttle.grant(100, 1, EPOCH + 0.35) == 3


def test_what_is_not_used_can_be_given_back() -> None:
    throttle = Throttle(10, 5)
    throttle.refund(throttle.grant(5, 1, EPOCH) - 2, 1)
    assert throttle.grant(100, 1, EPOCH) == 3


def test_the_state_of_an_earlier_run_opens_no_new_burst() -> None:
    before = Throttle(1, 100)
    before.grant(100, 1, EPOCH)
    assert Throttle(1, 100, before.due).grant(100, 1, EPOCH + 3) == 3


def test_without_a_rate_everything_goes() -> None:
    throttle = Throttle(None)
    assert throttle.grant(1000, 3, EPOCH) == 1000
    assert throttle.delay(3, EPOCH) == 0
    throttle.refund(500, 3)
    assert throttle.due == 0
