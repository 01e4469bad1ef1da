"""Campaigns that begin at a time."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailgrid.errors import Refused
from mailgrid.library.verbs import apply, plan
from mailgrid.library.waiting import Waiting
from mailgrid.library.watcher import Watcher
from mailgrid.planning.start import Start
from tests.planning.test_start import written

BEGINS = Start(datetime(2026, 5, 4, 9, tzinfo=UTC), 60)


class Seer(Watcher):
    """Notes what it sees."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.left: list[str] = []

    def waiting(self, campaign: str, start: Start, seconds: float) -> None:
        self.seen.append(seconds)

    def left_out(self, campaign: str, start: Start) -> None:
        self.left.append(campaign)


class Hourglass:
    """A clock that only sleep moves on."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def test_it_counts_down_to_the_moment_and_says_that_it_is_over() -> None:
    seer, glass = Seer(), Hourglass(BEGINS.moment - 3.5)
    Waiting(seer, now=glass, sleep=glass.sleep)("hello", BEGINS)
    assert (seer.seen, glass.now) == ([3.5, 2.5, 1.5, 0.5, 0.0], BEGINS.moment)


def test_a_clock_that_is_put_forward_ends_it() -> None:
    seer, glass = Seer(), Hourglass(BEGINS.moment - 3600)

    def jump(_seconds: float) -> None:
        glass.now += 4000

    Waiting(seer, now=glass, sleep=jump)("hello", replace(BEGINS, seconds=None))
    assert seer.seen == [3600, 0.0]


@pytest.mark.parametrize("start", [None, BEGINS])
def test_what_may_begin_waits_for_nothing(start: Start | None) -> None:
    seer, glass = Seer(), Hourglass(BEGINS.moment + 60)
    Waiting(seer, now=glass, sleep=glass.sleep)("hello", start)
    assert seer.seen == []


def test_too_late_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        Waiting(Seer(), now=Hourglass(BEGINS.moment + 61))("hello", BEGINS)
    assert (caught.value.code, caught.value.exit_code) == ("MG640", 4)


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("schedule at %Y-%m-%dT%H:%M:%SZ")


def test_apply_waits_until_it_may_send(tmp_path: Path) -> None:
    seer = Seer()
    file = written(tmp_path, soon(3))
    report = apply(file, watcher=seer)
    assert (report.exit_code, report.campaigns[0].sent, seer.seen[-1]) == (0, 1, 0.0)
    assert seer.seen[0] > 0


@pytest.mark.parametrize(
    ("line", "wait", "code"),
    [
        ("schedule at 2024-05-04 09:00 expires 4h", True, "MG640"),
        ("schedule at 9000-01-01 09:00", False, "MG641"),
        ("schedule at 9000-01-01 09:00 expires 4h", False, "MG641"),
    ],
)
def test_what_cannot_begin_is_refused_and_nothing_is_sent(tmp_path: Path, line: str, wait: bool, code: str) -> None:
    with pytest.raises(Refused) as caught:
        apply(written(tmp_path, line), wait=wait)
    assert (caught.value.code, caught.value.exit_code) == (code, 4)
    assert not (tmp_path / "out").exists()


def test_outside_the_hours_nobody_who_does_not_wait_is_begun_with(tmp_path: Path) -> None:
    hour = (time.gmtime().tm_hour + 12) % 24
    with pytest.raises(Refused) as caught:
        apply(written(tmp_path, f"window {hour:02}:00 to {hour:02}:59").rename(tmp_path / "w.mailgrid"), wait=False)
    assert caught.value.code == "MG641"


def test_once_everybody_has_it_no_time_is_too_late(tmp_path: Path) -> None:
    assert apply(written(tmp_path)).exit_code == 0
    report = apply(written(tmp_path, "schedule at 2024-05-04 09:00 expires 4h"), wait=False)
    assert (report.exit_code, report.campaigns[0].already_sent) == (0, 1)


@pytest.mark.parametrize("line", ["schedule at 9000-01-01 09:00", "schedule at 2024-05-04 09:00 expires 4h"])
def test_of_all_campaigns_those_are_left_out_whose_time_is_not_now(tmp_path: Path, line: str) -> None:
    file = written(tmp_path, line)
    second = written(tmp_path).read_text("utf-8").replace("hello", "second")
    file = written(tmp_path, line)
    file.write_text(file.read_text("utf-8") + second, "utf-8")
    seer = Seer()
    report = apply(file, every=True, watcher=seer)
    assert ([each.name for each in report.campaigns], seer.left) == (["second"], ["hello"])
    assert [each.plan.name for each in plan(file, every=True)] == ["second"]
    assert [each.plan.name for each in plan(file, "hello")] == ["hello"]


class Impatient(Seer):
    """Wants no more after a second."""

    def waiting(self, campaign: str, start: Start, seconds: float) -> None:
        super().waiting(campaign, start, seconds)
        if seconds:
            raise KeyboardInterrupt


def test_an_interruption_while_it_waits_sends_nothing(tmp_path: Path) -> None:
    report = apply(written(tmp_path, soon(3600)), watcher=Impatient())
    assert (report.exit_code, report.campaigns[0].not_tried) == (130, 1)
    assert not list((tmp_path / "out").glob("new/*"))
