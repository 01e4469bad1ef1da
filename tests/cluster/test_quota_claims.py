"""A quota that the server reckons is the one that a host reckons."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailgrid.errors import LedgerError
from mailgrid.ledger.opening import open_ledgers
from mailgrid.ledger.postgres.buckets import PostgresBuckets
from mailgrid.ledger.postgres.database import Database
from mailgrid.ledger.quota_claim import QuotaBlock, QuotaClaim
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.planning.carrier import Quota
from tests.pipeline.virtual_clock import EPOCH, VirtualClock
from tests.postgres import schema

DAY = 86_400
NAMES = count()


@pytest.fixture(scope="module")
def buckets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresBuckets]:
    found = open_ledgers(schema(), Path(tmp_path_factory.mktemp("project")))
    assert isinstance(found, Database)
    found.project().close()
    with closing(found.server):
        yield PostgresBuckets(found.server)


def never(transport: str, step: Callable[[Mapping[int, int]], Mapping[int, int]]) -> bool:
    raise AssertionError((transport, step))


def left(used: Mapping[int, int]) -> dict[int, int]:
    return {ending: number for ending, number in used.items() if number}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quota=st.builds(Quota, st.sampled_from([3, 20, 900]), st.sampled_from([90, DAY]), st.just("")),
    cost=st.integers(1, 3),
    steps=st.lists(
        st.tuples(
            st.integers(0, 1), st.sampled_from([0.0, 1.5, 40.0, 950.0, 50_000.0, -3 * DAY]), st.integers(1, 30),
            st.integers(0, 5), st.booleans(),
        ),
        max_size=25,
    ),
)  # fmt: skip
def test_both_ways_let_through_the_same(
    buckets: PostgresBuckets, quota: Quota, cost: int, steps: list[tuple[int, float, int, int, bool]]
) -> None:
    clock, name = VirtualClock(), next(NAMES)
    here, there = f"spent {name}", f"claimed {name}"
    spent = [SharedQuota(here, quota, buckets.spend, clock.now) for _ in range(2)]
    claimed = [SharedQuota(there, quota, never, clock.now, buckets.take_quota) for _ in range(2)]
    for which, pause, wanted, unwritten, closes in steps:
        one, other, since = spent[which], claimed[which], clock.now()
        granted = one.grant(wanted, cost, since)
        assert other.grant(wanted, cost, since) == granted
        clock.advance(pause)
        for each in (one, other):
            each.give_back(min(unwritten, granted), cost, since, clock.now())
            if closes:
                each.close()
        assert other.delay(cost, clock.now()) == one.delay(cost, clock.now())
        assert other.spent_until(clock.now()) == one.spent_until(clock.now())
        assert left(buckets.used(there)) == left(buckets.used(here))


def test_many_who_come_at_once_get_no_more_than_there_is(buckets: PostgresBuckets) -> None:
    claim = QuotaClaim("crowded", 100, 30, int(EPOCH) + 900, EPOCH - DAY, EPOCH + 2 * DAY)
    with ThreadPoolExecutor(8) as pool:
        taken = [block.taken for block in pool.map(lambda _: buckets.take_quota(claim), range(8))]
    assert sorted(taken) == [0, 0, 0, 0, 10, 30, 30, 30]
    assert buckets.used("crowded") == {int(EPOCH) + 900: 100}


def test_a_block_whose_answer_was_lost_is_given_back_once(buckets: PostgresBuckets) -> None:
    lost = [False]

    def claim(asked: QuotaClaim) -> QuotaBlock:
        block = buckets.take_quota(asked)
        if lost[0]:
            raise LedgerError("the connection broke")
        return block

    clock = VirtualClock()
    quota = SharedQuota("broken", Quota(1000, DAY, ""), never, clock.now, claim)
    assert quota.grant(1, 3, clock.now()) == 1  # of a block of 5, so that 2 are given back with the next one
    lost[0] = True
    with pytest.raises(LedgerError):
        quota.grant(1, 3, clock.now())
    lost[0] = False
    assert quota.grant(1, 3, clock.now()) == 1
    quota.close()
    assert sum(buckets.used("broken").values()) == 3 + 5 + 3  # the lost block is lost, and nothing else
