from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.hookspecs import Recipient
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.shared_throttle import SharedThrottle
from mailgrid.pipeline.throttle import Throttle
from mailgrid.pipeline.throttles import Throttles
from mailgrid.planning.carrier import SharedRate
from tests.pipeline.shared_bucket import SharedBucket
from tests.pipeline.test_shared_throttle import Grants, assert_limited
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

LIMITS = st.tuples(st.floats(0.5, 500), st.integers(2, 20))


@contextmanager
def audience_of(count: int, due: float = 0.0) -> Iterator[Audience]:
    """So many people, deferred until a time or not."""
    with closing(Audience("welcome")) as audience:
        recipients = [Recipient(key=f"p{n}", address=f"p{n}@example.org", fields={}) for n in range(count)]
        audience.add([Person(each, due=due, attempts=int(due > 0), first=EPOCH) for each in recipients])
        yield audience


def test_the_lowest_wins_and_nobody_is_charged_for_more() -> None:
    one, other = Throttle(1, 10), Throttle(1, 4)
    assert Throttles(one, other).grant(8, 1, EPOCH) == 4
    assert (one.grant(99, 1, EPOCH), other.grant(99, 1, EPOCH)) == (6, 0)


def test_who_refuses_costs_the_others_nothing() -> None:
    one, other = Throttle(1, 10), Throttle(1, 4)
    other.grant(4, 1, EPOCH)
    both = Throttles(one, other)
    assert both.grant(8, 1, EPOCH) == 0
    assert one.grant(99, 1, EPOCH) == 10
    assert both.delay(1, EPOCH) == 1


def test_the_second_is_not_asked_for_what_the_first_refuses() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    shared = SharedThrottle(SharedRate("ses", 10, 10), bucket.exchange, clock.now)
    first = Throttle(1, 2)
    first.grant(2, 1, EPOCH)
    assert Throttles(first, shared).grant(8, 1, EPOCH) == 0
    assert bucket.asked == 0


def test_a_refund_reaches_all() -> None:
    one, other = Throttle(1, 5), Throttle(1, 5)
    both = Throttles(one, other)
    both.refund(both.grant(5, 1, EPOCH), 1)
    assert both.grant(9, 1, EPOCH) == 5


def test_the_longest_wait_is_the_delay() -> None:
    one, other = Throttle(1), Throttle(4)
    for each in (one, other):
        each.grant(1, 1, EPOCH)
    assert Throttles(one, other).delay(1, EPOCH) == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(
    campaigns=st.lists(LIMITS, min_size=1, max_size=3),
    transport=LIMITS,
    cost=st.integers(1, 2),
    turns=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 12)), max_size=30),
)
def test_several_campaigns_keep_each_their_own_rate_and_together_that_of_the_transport(
    campaigns: list[tuple[float, int]], transport: tuple[float, int], cost: int, turns: list[tuple[int, int]]
) -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    rate, burst = transport
    together: Grants = []
    alone: list[Grants] = [[] for _ in campaigns]
    with ExitStack() as stack:
        feeds = []
        for own in campaigns:
            shared = SharedThrottle(SharedRate("ses", rate, burst), bucket.exchange, clock.now)
            audience = stack.enter_context(audience_of(sum(window for _, window in turns)))
            feeds.append(Feed(audience, Throttles(Throttle(*own), shared), cost, clock))
        for turn, window in turns:
            number = turn % len(feeds)
            people = feeds[number].take(window)
            assert people
            for grants in (together, alone[number]):
                grants.append((clock.now(), cost * len(people)))
    assert_limited(together, rate, burst)
    for own, grants in zip(campaigns, alone, strict=True):
        assert_limited(grants, *own)


def test_waiting_for_somebody_to_be_due_takes_nothing_of_the_bucket() -> None:
    bucket, clock = SharedBucket(), VirtualClock()
    with audience_of(1, due=EPOCH + 60) as audience:
        shared = SharedThrottle(SharedRate("ses", 10, 1), bucket.exchange, clock.now)
        feed = Feed(audience, Throttles(Throttle(None), shared), 1, clock)
        assert len(feed.take(9) or []) == 1
        assert clock.now() >= EPOCH + 60
        assert bucket.asked == 1
        assert bucket.states["ses"].due == pytest.approx((EPOCH + 60.1) * 1e9, abs=0.01 * 1e9)
