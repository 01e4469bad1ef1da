"""Crowds, eight workers, far sides that refuse, defer, lose and break, at random: nobody is lost, nobody gets two."""

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Lock

import pytest

from mailgrid.hookspecs import Message, Outcome, Reply, Scope, Status
from mailgrid.planning.plan import RetryRule
from mailgrid.report import CampaignReport
from tests.pipeline.campaign import crowd, gathered, ledger, plan_of, send, states
from tests.pipeline.far_side import FarSide, Line, deferred, lost, refused, sent
from tests.pipeline.far_side import closing as closing_line
from tests.pipeline.virtual_clock import VirtualClock

PEOPLE = 300
FINAL = {"sent", "failed", "in_doubt"}


class Moody(FarSide):
    """Does whatever chance says. A lost message may have arrived; a line may break in the middle of a window."""

    def __init__(self, seed: int, *, breaks: float = 0.0, closes: int = 2) -> None:
        super().__init__(self.at_random)
        self.closes = closes
        self.chance = random.Random(seed)
        self.breaks = breaks
        self.hides = Lock()

    def at_random(self, message: Message, attempt: int) -> Outcome:
        with self.hides:
            kinds = [sent, refused, deferred, lost, closing_line]
            (kind,) = self.chance.choices(kinds, [20, 1, 4, 1, self.closes])
            arrives = self.chance.random() < 0.5
        if kind is lost and arrives:
            self.arrive(message)
        if kind is lost:
            return Outcome(message=message, status=Status.IN_DOUBT, reply=Reply(text="lost"), scope=Scope.RECIPIENT)
        return kind(message, attempt)

    def open_session(self) -> Line:
        return MoodyLine(self)


class MoodyLine(Line):
    def __init__(self, far_side: Moody) -> None:
        super().__init__(far_side)
        self._moody = far_side

    @property
    def window(self) -> int:
        with self._moody.hides:
            return self._moody.chance.randint(0, 16)

    def deliver(self, batch: Sequence[Message]) -> Iterator[Outcome]:
        for message in batch:
            with self._moody.hides:
                breaks = self._moody.chance.random() < self._moody.breaks
            if breaks and self._moody.chance.random() < 0.5:
                self._moody.arrive(message)
                raise RuntimeError
            if breaks:
                return
            yield self._moody.take(message)


def holds(folder: Path, far_side: FarSide, reports: Sequence[CampaignReport]) -> dict[str, str]:
    """Check what must hold at any time, and return everybody's state."""
    found = states(folder, plan_of([]))
    taken = {key for key, state in found.items() if state == "sent"}
    unknown = {key for key, state in found.items() if state == "in_doubt"}
    assert taken <= far_side.arrived.keys() <= taken | unknown
    assert set(far_side.arrived.values()) <= {1}
    assert sum(report.sent for report in reports) == len(taken)
    assert sum(report.in_doubt for report in reports) == len(unknown)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_everybody_ends_in_one_state(tmp_path: Path, seed: int, clock: VirtualClock) -> None:
    far_side = Moody(seed)
    retry = RetryRule(attempts=6, period=1e6)
    report = send(tmp_path, plan_of(crowd(PEOPLE), far_side, workers=8, retry=retry), clock=clock)
    found = holds(tmp_path, far_side, [report])
    assert report.error is None
    assert len(found) == PEOPLE == report.sent + report.failed + report.in_doubt
    assert set(found.values()) <= FINAL
    with closing(ledger(tmp_path, plan_of([]), write=False)) as store:
        assert report.attempts == sum(len(store.attempts(key)) for key in found)


@pytest.mark.parametrize("seed", range(12))
def test_run_after_run_ends_early_and_still_nobody_is_lost_or_gets_two(
    tmp_path: Path, seed: int, clock: VirtualClock
) -> None:
    far_side = Moody(seed, breaks=0.06)
    reports: list[CampaignReport] = []
    retry = RetryRule(attempts=6, period=1e6)
    for _ in range(60):
        plan = plan_of(crowd(PEOPLE), far_side, workers=8, retry=retry)
        reports.append(send(tmp_path, plan, clock=clock))
        holds(tmp_path, far_side, reports)
        if reports[-1].error is None:
            break
    assert reports[-1].error is None
    assert any(report.error for report in reports)
    found = states(tmp_path, plan_of([]))
    assert len(found) == PEOPLE
    assert set(found.values()) <= FINAL


@pytest.mark.parametrize("seed", range(4))
def test_interrupted_at_any_time_the_next_run_goes_on(tmp_path: Path, seed: int) -> None:
    far_side = Moody(seed, closes=0)  # a route that rests takes real time here
    chance = random.Random(seed)
    reports: list[CampaignReport] = []
    retry = RetryRule(attempts=6, period=1e6, backoff=0.01)
    while not reports or reports[-1].interrupted:
        limit = chance.randint(0, PEOPLE // 3)
        reports.append(
            send(
                tmp_path,
                plan_of(crowd(PEOPLE), far_side, workers=8, retry=retry, rate=2000.0, burst=20),
                tick=lambda executor, limit=limit: (  # type: ignore[misc]
                    executor.interrupt() if executor.progress.settled >= limit else None
                ),
            )
        )
        found = holds(tmp_path, far_side, reports)
        assert set(found.values()) <= {*FINAL, "deferred"}
        assert reports[-1].deferred <= list(found.values()).count("deferred")
    assert gathered(tmp_path, plan_of(crowd(PEOPLE))).waiting == 0
    assert len(found) == PEOPLE


def test_a_rate_is_kept_by_all_workers_together_with_retries(tmp_path: Path, clock: VirtualClock) -> None:
    times: list[float] = []

    def behave(message: Message, attempt: int) -> Outcome:
        times.append(clock.now())
        return (deferred if attempt == 1 else sent)(message, attempt)

    # One worker: what a virtual clock shows at the far side is then exactly when the tokens were granted.
    plan = plan_of(crowd(150), FarSide(behave, window=16), workers=1, rate=7.0, burst=5)
    report = send(tmp_path, plan, clock=clock)
    assert (report.sent, report.attempts) == (150, 300)
    for begin in range(len(times)):
        for end in range(begin, len(times)):
            assert end - begin + 1 <= 7 * (times[end] - times[begin] + 1e-5) + 5
