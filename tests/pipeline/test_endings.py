"""Runs that end before their time: in order, with nobody lost and every thread ended."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailgrid.errors import LedgerError, TransportError
from mailgrid.hookspecs import Message, Outcome, Scope, Status
from mailgrid.ledger.store import Intent, Result, Store
from mailgrid.pipeline.executor import Executor
from mailgrid.pipeline.gather import Again
from mailgrid.pipeline.throttle import Throttle
from mailgrid.planning.plan import RetryRule
from tests.pipeline.campaign import crowd, plan_of, send, states
from tests.pipeline.far_side import (
    FarSide,
    Line,
    answering,
    deferred,
)


class Breaking(FarSide):
    """Its line raises after so many messages."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def open_session(self) -> Line:
        return BreakingLine(self)


class BreakingLine(Line):
    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        for message in batch:
            assert isinstance(self._far_side, Breaking)
            self._far_side.after -= 1
            if self._far_side.after < 0:
                raise KeyError(message.rcpt_to)
            yield self._far_side.take(message)


def test_a_session_that_raises_leaves_what_it_had_in_doubt(tmp_path: Path) -> None:
    report = send(tmp_path, plan_of(crowd(20), Breaking(6), workers=1))
    assert (report.sent, report.in_doubt, report.not_tried, report.exit_code) == (6, 2, 12, 5)
    assert "broke down: KeyError" in str(report.error)
    assert "example.org" not in str(report.error)
    assert isinstance(report.error and report.error.__cause__, KeyError)  # `--debug` shows where
    assert sorted(states(tmp_path, plan_of([])).values()) == ["in_doubt"] * 2 + ["sent"] * 6
    next_run = send(tmp_path, plan_of(crowd(20), FarSide()))
    assert (next_run.sent, next_run.still_in_doubt, next_run.exit_code) == (12, 2, 1)
    last = send(tmp_path, plan_of(crowd(20), FarSide()), again=Again(in_doubt=True))
    assert (last.sent, last.still_in_doubt, last.exit_code) == (2, 0, 0)


class NoSession(FarSide):
    def open_session(self) -> Line:
        raise TransportError("no way")


def test_a_session_that_cannot_be_opened_ends_the_run(tmp_path: Path) -> None:
    report = send(tmp_path, plan_of(crowd(5), NoSession(), workers=2))
    assert (report.not_tried, report.exit_code, str(report.error)) == (5, 5, "no way")


class Rude(FarSide):
    def gone(self) -> None:
        raise OSError("cannot say goodbye")


def test_a_session_that_cannot_be_closed_costs_nothing(tmp_path: Path) -> None:
    report = send(tmp_path, plan_of(crowd(5), Rude()))
    assert (report.sent, report.exit_code) == (5, 0)


class FullDisk:
    """A ledger whose disk is full after so many commits."""

    def __init__(self, store: Store, commits: int) -> None:
        self._store = store
        self._left = commits

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def write(self, intents: Sequence[Intent], results: Sequence[Result], bucket: float | None = None) -> None:
        self._left -= 1
        if self._left < 0:
            raise LedgerError("disk is full", hint="make room")
        self._store.write(intents, results, bucket)


@pytest.mark.parametrize("commits", range(6))
def test_a_full_disk_ends_the_run_and_the_report_tells_what_is_durable(tmp_path: Path, commits: int) -> None:
    far_side = FarSide()
    plan = plan_of(crowd(100), far_side, workers=4)
    report = send(tmp_path, plan, wrap=lambda store: FullDisk(store, commits))  # type: ignore[arg-type,return-value]
    assert (str(report.error), report.exit_code) == ("disk is full", 5)
    found = list(states(tmp_path, plan).values())
    assert report.sent == found.count("sent")
    assert report.in_doubt == found.count("sending")
    assert report.sent <= far_side.arrived.total() <= report.sent + report.in_doubt


def test_a_full_disk_wakes_whoever_waits_for_deferred_people(tmp_path: Path) -> None:
    plan = plan_of(crowd(2), FarSide(deferred), workers=2, retry=RetryRule(backoff=600, jitter=0))
    report = send(tmp_path, plan, wrap=lambda store: FullDisk(store, 1))  # type: ignore[arg-type,return-value]
    assert str(report.error) == "disk is full"
    assert report.seconds < 5


def test_interrupting_finishes_what_is_in_flight(tmp_path: Path) -> None:
    plan = plan_of(crowd(500), FarSide(), workers=2, rate=50.0)
    report = send(tmp_path, plan, tick=lambda executor: executor.interrupt() if executor.progress.settled else None)
    assert report.interrupted
    assert report.exit_code == 130
    assert 0 < report.sent < 100
    assert (report.in_doubt, report.not_tried) == (0, 500 - report.sent)
    assert set(states(tmp_path, plan).values()) == {"sent"}


def test_interrupting_wakes_whoever_waits_for_deferred_people_or_the_route(tmp_path: Path) -> None:
    kinds = {"p0": deferred, "p1": answering(Status.UNSENT, 421, Scope.ROUTE, retry_after=600.0)}
    far_side = FarSide(lambda message, attempt: kinds[message.rcpt_to[:2]](message, attempt), window=1)
    plan = plan_of(crowd(2), far_side, retry=RetryRule(backoff=600, jitter=0))

    def tick(executor: Executor) -> None:
        if executor.paused_until and executor.progress.counts["deferred"]:
            executor.interrupt()

    report = send(tmp_path, plan, tick=tick)
    assert report.interrupted
    assert (report.deferred, report.not_tried) == (1, 1)
    assert report.seconds < 4


def test_what_raises_in_the_main_thread_ends_the_run_in_order(tmp_path: Path) -> None:
    def tick(_executor: Executor) -> None:
        raise BrokenPipeError

    plan = plan_of(crowd(500), FarSide(), rate=50.0)
    with pytest.raises(BrokenPipeError):
        send(tmp_path, plan, tick=tick)
    assert set(states(tmp_path, plan).values()) <= {"sent"}


class Broken(Throttle):
    """A limit whose ledger breaks after so many messages."""

    def __init__(self, after: int) -> None:
        super().__init__(None)
        self.after = after

    def grant(self, wanted: int, cost: int, now: float) -> int:
        if self.after <= 0:
            raise LedgerError("ledger project.db: the file is damaged", hint="restore it")
        self.after -= wanted
        return super().grant(wanted, cost, now)


def test_a_limit_that_breaks_ends_the_run_with_the_rest_pending(tmp_path: Path) -> None:
    far_side = FarSide()
    report = send(tmp_path, plan_of(crowd(20), far_side), limits=[Broken(after=8)])
    assert (report.sent, report.not_tried, report.exit_code) == (8, 12, 5)
    assert "project.db: the file is damaged" in str(report.error)
    assert far_side.arrived.total() == 8
