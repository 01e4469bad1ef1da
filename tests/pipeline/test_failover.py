"""Two transports: one stands in while the other is down or has spent its quota."""

from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from mailgrid.errors import MailgridError
from mailgrid.hookspecs import Message, Outcome, Reply
from mailgrid.ledger.states import State
from mailgrid.pipeline.failover import Failover
from mailgrid.pipeline.route import Route
from mailgrid.pipeline.shared_quota import SharedQuota
from mailgrid.pipeline.shares import NO_SHARES, Shares
from mailgrid.planning.carrier import Carrier, Quota
from mailgrid.planning.plan import Plan, RetryRule
from tests.pipeline.campaign import crowd, ledger, plan_of, send
from tests.pipeline.far_side import Behaviour, FarSide, closing, deferred, first, lost, sent, turned_away
from tests.pipeline.test_quota import Shelf
from tests.pipeline.virtual_clock import EPOCH, VirtualClock

SILENCE = Reply(text="connection refused")
WAIT = Reply(code=421, text="try later")


class Halt:
    def __init__(self) -> None:
        self.reasons: list[MailgridError] = []

    def __call__(self, reason: MailgridError) -> None:
        self.reasons.append(reason)


class Pair:
    def __init__(self, clock: VirtualClock) -> None:
        self.clock, self.halt = clock, Halt()
        self.failover = Failover(self.halt, clock)
        self.first = Route("primary", self.failover, clock, 3600)
        self.second = Route("backup", self.failover, clock, 3600)

    def turns(self, worker: int = 1) -> tuple[bool, bool]:
        now = self.clock.now()
        return self.failover.lets(self.first, worker, now), self.failover.lets(self.second, worker, now)

    def take_down(self, route: Route) -> None:
        while not route.refused(SILENCE):
            raise AssertionError("nothing stands in")


@pytest.fixture
def pair(clock: VirtualClock) -> Pair:
    return Pair(clock)


def test_the_first_is_taken_as_long_as_it_works(pair: Pair) -> None:
    assert pair.turns() == (True, False)
    pair.first.trouble(WAIT)
    pair.first.accepted()
    pair.clock.advance(60)
    pair.first.trouble(WAIT)
    assert pair.turns() == (True, False)


def test_a_trouble_of_some_seconds_brings_the_second_in(pair: Pair) -> None:
    pair.first.trouble(SILENCE)
    pair.clock.advance(4)
    pair.first.trouble(SILENCE)
    assert pair.turns() == (True, False)
    pair.clock.advance(1)
    pair.first.trouble(SILENCE)
    assert pair.turns() == (False, True)
    assert pair.halt.reasons == []


def test_a_server_that_asks_for_a_long_pause_is_left_at_once(pair: Pair) -> None:
    pair.first.trouble(WAIT, 300)
    assert pair.turns() == (False, True)


def test_one_worker_tries_it_again_after_pauses_that_grow(pair: Pair) -> None:
    pauses = []
    for _ in range(9):
        pair.take_down(pair.first)
        before = pair.clock.now()
        while pair.turns() == (False, True):
            pair.clock.advance(20)
        pauses.append(pair.clock.now() - before)
        assert (pair.turns(1), pair.turns(2)) == ((True, True), (False, True))
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_any_answer_brings_everybody_back(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    pair.take_down(pair.first)
    pair.clock.advance(60)
    assert pair.turns(7) == (True, True)
    pair.first.answered()
    assert (pair.turns(1), pair.turns(7)) == ((True, False), (True, False))
    pair.take_down(pair.first)
    assert [record.getMessage() for record in caplog.records] == [
        "primary is down: connection refused; it is tried again in 60 s",
        "primary works again",
        "primary is down: connection refused; it is tried again in 60 s",
    ]


def test_another_worker_tries_where_the_first_has_left(pair: Pair) -> None:
    pair.take_down(pair.first)
    pair.clock.advance(60)
    assert pair.turns(1) == (True, True)
    pair.failover.leaves(pair.first, 1)
    assert pair.turns(2) == (True, True)


def test_where_both_are_in_trouble_the_first_is_tried_at_once_and_then_the_run_ends(pair: Pair) -> None:
    for _ in range(3):
        pair.take_down(pair.first)
        pair.clock.advance(3600)
    pair.take_down(pair.first)
    assert pair.turns() == (False, True)
    pair.second.trouble(SILENCE)
    assert pair.turns() == (True, True)
    pair.clock.advance(60)
    pair.second.trouble(SILENCE)
    assert pair.halt.reasons == []
    pair.clock.advance(61)
    pair.second.trouble(SILENCE)
    assert [reason.exit_code for reason in pair.halt.reasons] == [5]


# ---- whole runs ----------------------------------------------------------------------------------------------------


def through(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """By which transport each attempt of each person went, and how it ended."""
    store = ledger(folder, plan_of([]), write=False)
    try:
        keys = [entry.key for entry in store.entries()]
        return {key: [(attempt.transport, attempt.state.value) for attempt in store.attempts(key)] for key in keys}
    finally:
        store.close()


def both(primary: FarSide, backup: FarSide, count: int = 40, **settings: Any) -> Plan:
    return plan_of(crowd(count), primary, others=(Carrier(transport=backup, name="backup"),), **settings)


class Failing(FarSide):
    """Takes a number of messages, then `fails`."""

    def __init__(self, fails: Behaviour, after: int) -> None:
        super().__init__(self._judge)
        self._fails, self._after = fails, after
        self._calls = 0
        self._mutex = Lock()

    def _judge(self, message: Message, attempt: int) -> Outcome:
        with self._mutex:
            self._calls += 1
            works = self._calls <= self._after
        return (sent if works else self._fails)(message, attempt)


@pytest.mark.parametrize("fails", [closing, turned_away])
def test_the_backup_sends_the_rest(tmp_path: Path, clock: VirtualClock, fails: Behaviour) -> None:
    primary, backup = Failing(fails, 10), FarSide()
    report = send(tmp_path, both(primary, backup), clock=clock)
    assert (report.sent, report.exit_code, report.error) == (40, 0, None)
    assert set((primary.arrived + backup.arrived).values()) == {1}
    assert (primary.arrived.total(), backup.arrived.total()) == (10, 30)
    attempts = Counter(way for ways in through(tmp_path).values() for way in ways)
    assert attempts == {("memory", "sent"): 10, ("backup", "sent"): 30}
    assert report.transports == {"memory": 10, "backup": 30}


def test_it_goes_back_to_the_first(tmp_path: Path, clock: VirtualClock, caplog: pytest.LogCaptureFixture) -> None:
    primary, backup = FarSide(), FarSide()
    report = send(tmp_path, both(primary, backup, 400, rate=1.0), clock=clock, down=["memory"])
    assert (report.sent, report.error) == (400, None)
    assert primary.arrived.total() > 0
    assert "memory works again" in caplog.text


def test_who_is_in_doubt_on_the_first_is_never_sent_through_the_second(tmp_path: Path, clock: VirtualClock) -> None:
    primary, backup = Failing(lost, 10), FarSide()
    report = send(tmp_path, both(primary, backup), clock=clock)
    doubtful = {key for key, ways in through(tmp_path).items() if ways[-1][1] == State.IN_DOUBT.value}
    assert doubtful
    assert (report.sent, report.in_doubt) == (40 - len(doubtful), len(doubtful))
    assert backup.arrived.total() == 30 - len(doubtful)
    assert not doubtful & backup.arrived.keys()


def test_who_was_refused_for_now_may_be_tried_on_the_second(tmp_path: Path, clock: VirtualClock) -> None:
    primary, backup = FarSide(first(deferred, then=turned_away)), FarSide()
    plan = both(primary, backup, 6, retry=RetryRule(backoff=1, jitter=0))
    assert send(tmp_path, plan, clock=clock).sent == 6
    assert set(map(tuple, through(tmp_path).values())) == {(("memory", "deferred"), ("backup", "sent"))}


def test_a_run_ends_where_both_refuse_us(tmp_path: Path, clock: VirtualClock) -> None:
    report = send(tmp_path, both(FarSide(turned_away), FarSide(turned_away)), clock=clock)
    assert (report.sent, report.not_tried, report.exit_code) == (0, 40, 5)


def test_a_run_ends_where_both_are_down(tmp_path: Path, clock: VirtualClock) -> None:
    report = send(tmp_path, both(FarSide(closing), FarSide(closing), retry=RetryRule(period=600)), clock=clock)
    assert (report.sent, report.not_tried, report.exit_code) == (0, 40, 5)
    assert clock.now() - EPOCH > 600


def test_the_backup_sends_what_the_quota_of_the_first_does_not_allow(tmp_path: Path, clock: VirtualClock) -> None:
    primary, backup = FarSide(), FarSide()
    quota = SharedQuota("memory", Quota(15, 86_400, "15/day"), Shelf().spend, clock.now)
    plan = both(primary, backup)
    report = send(tmp_path, plan, clock=clock, shares=[Shares(quota=quota), NO_SHARES])
    assert (report.sent, primary.arrived.total(), backup.arrived.total()) == (40, 15, 25)
