import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.pipeline.throttle import Throttle
from tests.pipeline.virtual_clock import EPOCH

RATES = st.sampled_from([0.5, 2.0, 7.0, 50.0])
BURSTS = st.integers(1, 6)


def granted(throttle: Throttle, now: float, wanted: int = 100) -> int:
    return throttle.grant(wanted, 1, now)


def test_a_bucket_that_was_empty_stays_empty() -> None:
    throttle = Throttle(1.0, 10)
    assert granted(throttle, EPOCH) == 10
    throttle.change(100.0, 10, EPOCH)
    assert granted(throttle, EPOCH) == 0
    assert granted(throttle, EPOCH + 0.0101) == 1


def test_what_was_left_stays_as_far_as_there_is_room() -> None:
    throttle = Throttle(1.0, 10)
    assert granted(throttle, EPOCH, 4) == 4
    throttle.change(2.0, 3, EPOCH)
    assert granted(throttle, EPOCH) == 3


def test_a_larger_burst_is_filled_by_time_only() -> None:
    throttle = Throttle(1.0, 2)
    throttle.change(1.0, 5, EPOCH)
    assert granted(throttle, EPOCH) == 2
    assert granted(throttle, EPOCH + 60) == 5


def test_where_there_was_no_rate_it_begins_with_nothing() -> None:
    throttle = Throttle(None)
    throttle.change(10.0, 5, EPOCH)
    assert granted(throttle, EPOCH) == 0
    assert throttle.delay(1, EPOCH) == pytest.approx(0.1)


@settings(max_examples=150, deadline=None)
@given(
    first=st.tuples(RATES, BURSTS),
    steps=st.lists(
        st.tuples(st.floats(0, 3), st.integers(0, 9), st.none() | st.tuples(RATES, BURSTS)), min_size=1, max_size=25
    ),
)
def test_no_window_holds_more_than_its_rates_and_one_burst(
    first: tuple[float, int], steps: list[tuple[float, int, tuple[float, int] | None]]
) -> None:
    throttle, now, rate, most = Throttle(*first), EPOCH, first[0], first[1]
    filled = 0.0  # what the rates have brought since the beginning
    total, spare = 0, 0.0  # what went, and the least by which it was ever behind
    for pause, wanted, change in steps:
        now += pause
        filled += rate * pause
        spare = min(spare, total - filled)
        total += throttle.grant(wanted, 1, now)
        if change is not None:
            rate = change[0]
            most = max(most, change[1])
            throttle.change(*change, now)
        assert total - filled - spare <= most + 1e-3
