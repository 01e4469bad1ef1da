from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.errors import LedgerError
from mailgrid.ledger.folder import Folder
from mailgrid.pipeline.quota import OwnQuota, QuotaLimit
from mailgrid.pipeline.shared_quota import SharedQuota, Spend
from mailgrid.pipeline.shares import Shares
from mailgrid.planning.carrier import Quota
from tests.pipeline.campaign import crowd, plan_of, send
from tests.pipeline.far_side import FarSide, closing, first
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

DAY = 86_400
TEN = Quota(10, DAY, "10/day")


class Shelf:
    """What is spent, in memory; while it is `busy` nobody gets at it."""

    def __init__(self) -> None:
        self.used: dict[str, Mapping[int, int]] = {}
        self.asked = 0
        self.busy = False

    def spend(self, transport: str, step: object) -> bool:
        assert callable(step)
        self.asked += 1
        after = step(self.used.get(transport, {}))
        if not self.busy:
            self.used[transport] = after
        return not self.busy


def shared(clock: VirtualClock, spend: Spend, quota: Quota = TEN) -> SharedQuota:
    return SharedQuota("ses", quota, spend, clock.now)


@pytest.fixture(params=["own", "shared"])
def limit(request: pytest.FixtureRequest, clock: VirtualClock) -> QuotaLimit:
    return OwnQuota(TEN, {}) if request.param == "own" else shared(clock, Shelf().spend)


def test_lets_through_what_it_says_and_then_nothing_for_a_day(limit: QuotaLimit, clock: VirtualClock) -> None:
    assert [limit.grant(4, 1, clock.now()) for _ in range(4)] == [4, 4, 2, 0]
    until = limit.spent_until(clock.now())
    assert EPOCH + DAY < until <= EPOCH + DAY + 900
    assert limit.delay(1, clock.now()) > 0
    clock.advance(until - clock.now() - 1)
    assert limit.grant(4, 1, clock.now()) == 0
    clock.advance(1)
    assert (limit.grant(40, 1, clock.now()), limit.spent_until(clock.now())) == (10, 0)


def test_copies_count(limit: QuotaLimit, clock: VirtualClock) -> None:
    assert [limit.grant(4, 3, clock.now()) for _ in range(2)] == [3, 0]


def test_what_nobody_needed_can_be_sent(limit: QuotaLimit, clock: VirtualClock) -> None:
    assert limit.grant(10, 1, clock.now()) == 10
    limit.refund(6, 1)
    assert [limit.grant(10, 1, clock.now()) for _ in range(2)] == [6, 0]


def test_what_was_never_written_can_be_sent(limit: QuotaLimit, clock: VirtualClock) -> None:
    assert [limit.grant(10, 1, clock.now()) for _ in range(2)] == [10, 0]
    clock.advance(3600)
    limit.give_back(6, 1, EPOCH + 1, clock.now())
    assert limit.spent_until(clock.now()) == 0
    assert [limit.grant(10, 1, clock.now()) for _ in range(2)] == [6, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 3),
    st.lists(
        st.tuples(st.sampled_from([0.0, 1.0, 700.0, 20_000.0, 80_000.0]), st.integers(1, 30), st.integers(0, 5)),
        max_size=60,
    ),
)
def test_no_stretch_of_time_has_more_than_the_quota(
    count: int, processes: int, calls: list[tuple[float, int, int]]
) -> None:
    clock, shelf = VirtualClock(), Shelf()
    limits = [shared(clock, shelf.spend, Quota(count, DAY, "")) for _ in range(processes)]
    sent: list[tuple[float, int]] = []
    for number, (pause, wanted, unwritten) in enumerate(calls):
        which = number % processes
        moment, granted = clock.now(), limits[which].grant(wanted, 1, clock.now())
        clock.advance(pause)
        limits[which].give_back(min(unwritten, granted), 1, moment, clock.now())
        sent.append((moment, granted - min(unwritten, granted)))
        if number % 7 == 6:  # it crashes, and is run again
            limits[which] = shared(clock, shelf.spend, Quota(count, DAY, ""))
    for start, _ in sent:
        assert sum(granted for moment, granted in sent if start <= moment < start + DAY) <= count


def test_a_block_serves_many_and_is_given_back_at_the_end(clock: VirtualClock) -> None:
    shelf = Shelf()
    quota = shared(clock, shelf.spend, Quota(100_000, DAY, "100000/day"))
    for _ in range(100):
        assert quota.grant(4, 1, clock.now()) == 4
    assert shelf.asked == 1
    quota.close()
    quota.close()
    assert (sum(shelf.used["ses"].values()), shelf.asked) == (400, 2)


def test_a_block_that_is_not_used_up_counts_when_it_is(clock: VirtualClock) -> None:
    shelf = Shelf()
    quota = shared(clock, shelf.spend, Quota(2000, DAY, "2000/day"))
    quota.grant(3, 1, clock.now())
    clock.advance(3600)
    quota.grant(3, 1, clock.now())
    assert sorted(shelf.used["ses"].values()) == [3, 10]


def test_a_ledger_that_is_busy_is_asked_again_soon(clock: VirtualClock) -> None:
    shelf = Shelf()
    quota = shared(clock, shelf.spend)
    shelf.busy = True
    assert (quota.grant(4, 1, clock.now()), quota.spent_until(clock.now())) == (0, 0)
    assert quota.delay(1, clock.now()) == pytest.approx(0.01, abs=1e-6)
    shelf.busy = False
    clock.advance(0.02)
    assert quota.grant(4, 1, clock.now()) == 4


def test_a_clock_that_was_years_ahead_does_not_stop_everything(clock: VirtualClock) -> None:
    quota = OwnQuota(TEN, {int(EPOCH) + 3 * DAY: 10})
    assert quota.grant(4, 1, clock.now()) == 4


def test_two_processes_share_it_in_the_ledger(tmp_path: Path, clock: VirtualClock) -> None:
    one, two = Folder(tmp_path / ".mailgrid").project(), Folder(tmp_path / ".mailgrid").project()
    first, second = shared(clock, one.spend), shared(clock, two.spend)
    assert (first.grant(7, 1, clock.now()), second.grant(7, 1, clock.now())) == (7, 3)
    assert sum(one.used("ses").values()) == 10
    one.close()
    with pytest.raises(LedgerError):
        shared(clock, one.spend).grant(1, 1, clock.now())
    two.close()


# ---- whole runs ----------------------------------------------------------------------------------------------------


SIX = Quota(6, 600, "6/10min")


@pytest.mark.parametrize("shares", ["own", "shared"])
def test_a_server_that_hangs_up_costs_none_of_it(tmp_path: Path, clock: VirtualClock, shares: str) -> None:
    far_side = FarSide(first(closing, closing))
    own = shares == "own"
    report = send(
        tmp_path,
        plan_of(crowd(6), far_side, workers=1, quota=SIX if own else None),
        clock=clock,
        shares=[] if own else [Shares(quota=shared(clock, Shelf().spend, SIX))],
    )
    assert (report.sent, clock.now() < EPOCH + 60) == (6, True)


def test_a_campaign_waits_for_its_quota(tmp_path: Path, clock: VirtualClock) -> None:
    report = send(tmp_path, plan_of(crowd(15), quota=SIX, workers=1), clock=clock)
    assert (report.sent, report.exit_code) == (15, 0)
    assert 1200 <= clock.now() - EPOCH <= 1300


def test_it_holds_over_runs_and_who_is_not_waited_for_stays_pending(tmp_path: Path, clock: VirtualClock) -> None:
    first = send(tmp_path, plan_of(crowd(15), quota=SIX), clock=clock, wait=False)
    assert (first.sent, first.not_tried, first.error, first.exit_code) == (6, 9, None, 1)
    clock.advance(300)
    assert send(tmp_path, plan_of(crowd(15), quota=SIX), clock=clock, wait=False).sent == 0
    clock.advance(400)
    assert send(tmp_path, plan_of(crowd(15), quota=SIX), clock=clock, wait=False).sent == 6


def test_a_transport_s_quota_is_that_of_all_its_campaigns(tmp_path: Path, clock: VirtualClock) -> None:
    shelf = Shelf()
    quota = shared(clock, shelf.spend, SIX)
    assert quota.grant(4, 1, clock.now()) == 4
    report = send(tmp_path, plan_of(crowd(15), shared_quota=SIX), clock=clock, wait=False, shares=[Shares(quota=quota)])
    assert (report.sent, report.exit_code) == (2, 1)
