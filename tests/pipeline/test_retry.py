import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailgrid.pipeline.retry import Retry
from mailgrid.planning.plan import RetryRule

START = 1_777_777_777.0


@pytest.mark.parametrize(("attempts", "wait"), [(1, 5), (2, 10), (3, 20), (7, 320), (8, 600), (2000, 600)])
def test_waits_double_up_to_the_longest(attempts: int, wait: float) -> None:
    assert Retry(RetryRule(jitter=0))(attempts, START, START) == START + wait


@pytest.mark.parametrize(("jitter", "chance", "wait"), [(1, 0, 20), (1, 1, 0), (0.25, 1, 15), (0.25, 0.5, 17.5)])
def test_the_random_share_shortens_a_wait(jitter: float, chance: float, wait: float) -> None:
    assert Retry(RetryRule(jitter=jitter), lambda: chance)(3, START, START) == START + wait


def test_gives_up_after_the_last_attempt() -> None:
    retry = Retry(RetryRule(attempts=3))
    assert retry(2, START, START) is not None
    assert retry(3, START, START) is None


def test_gives_up_when_the_next_attempt_would_be_too_late() -> None:
    retry = Retry(RetryRule(period=100, jitter=0))
    assert retry(1, START, START + 95) == START + 100
    assert retry(1, START, START + 96) is None


@given(attempts=st.integers(1, 100), asked=st.one_of(st.none(), st.floats(0, 4000)), jitter=st.floats(0, 1))
def test_what_the_far_side_asks_for_is_never_shortened(attempts: int, asked: float | None, jitter: float) -> None:
    due = Retry(RetryRule(jitter=jitter))(attempts, START, START, asked)
    if due is None:
        assert asked is not None
        assert asked > 3600
    else:
        assert START + (asked or 0) <= due <= START + 3600
