"""Hours: when messages are handed out, and what does not count meanwhile."""

from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailgrid.hookspecs import Message, Outcome
from mailgrid.pipeline.audience import Audience, Person
from mailgrid.pipeline.feed import Feed
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.retry import Retry
from mailgrid.pipeline.tally import Tally
from mailgrid.pipeline.throttle import Throttle
from mailgrid.planning.hours import Hours
from mailgrid.planning.plan import RetryRule
from mailgrid.planning.start import Start
from tests.pipeline.campaign import NOW, crowd, entries, plan_of, send
from tests.pipeline.far_side import FarSide, deferred, first
from tests.pipeline.test_feed import recipient
from tests.pipeline.virtual_clock import VirtualClock

PARIS = ZoneInfo("Europe/Paris")
OFFICE = Hours(time(9), time(18), PARIS, weekdays=True)
#: Closed for ten minutes only, so that a virtual clock is soon through.
LONG = Hours(time(9), time(8, 50), PARIS)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp()


def feed(audience: Audience, clock: VirtualClock, *, wait: bool = True) -> Feed:
    audience.add([Person(recipient(f"p{n}")) for n in range(3)])
    return Feed(audience, Throttle(None), 1, clock, wait=wait, hours=LONG)


def test_nobody_is_handed_out_before_they_begin() -> None:
    clock = VirtualClock(at("2026-05-04 08:51"))
    with closing(Audience("welcome")) as audience:
        found = feed(audience, clock)
        assert found.closed_until == at("2026-05-04 09:00")
        assert len(found.take(2) or ()) == 2
        assert clock.now() == pytest.approx(at("2026-05-04 09:00"), abs=0.01)
        assert found.closed_until == 0


def test_who_does_not_wait_is_over_when_they_end() -> None:
    clock = VirtualClock(at("2026-05-08 08:49"))
    with closing(Audience("welcome")) as audience:
        found = feed(audience, clock, wait=False)
        assert len(found.take(2) or ()) == 2
        found.settle(2)
        clock.advance(120)
        assert found.take(2) is None


def test_a_run_pauses_and_hands_out_retries_inside_them_only(tmp_path: Path) -> None:
    clock = VirtualClock(at("2026-05-08 08:49:57"))
    moments: list[float] = []

    def note(message: Message, attempt: int) -> Outcome:
        moments.append(clock.now())
        return first(deferred)(message, attempt)

    far_side = FarSide(note, window=1)
    retry = RetryRule(period=60, backoff=5, jitter=0)
    plan = plan_of(crowd(8), far_side, hours=LONG, rate=1.0, retry=retry, workers=1)
    report = send(tmp_path, plan, clock=clock)
    assert (report.exit_code, report.sent, len(moments)) == (0, 8, 16)
    assert all(LONG.opens(moment) == moment for moment in moments)
    assert min(moments) < at("2026-05-08 08:50") < at("2026-05-08 09:00") <= max(moments)


def test_what_is_left_when_they_end_is_exit_1(tmp_path: Path) -> None:
    clock = VirtualClock(at("2026-05-08 17:59:58"))
    plan = plan_of(crowd(30), FarSide(window=1), hours=OFFICE, rate=1.0, workers=1)
    report = send(tmp_path, plan, clock=clock, wait=False)
    assert report.exit_code == 1
    assert 0 < report.sent < 30
    assert report.not_tried == 30 - report.sent


def test_the_ledger_keeps_a_due_time_inside_them(tmp_path: Path) -> None:
    clock = VirtualClock(at("2026-05-08 17:59:57"))
    plan = plan_of(crowd(1), FarSide(deferred), hours=OFFICE, retry=RetryRule(backoff=300, jitter=0))
    assert send(tmp_path, plan, clock=clock, wait=False).exit_code == 1
    assert [entry.due for entry in entries(tmp_path, plan).values()] == [at("2026-05-11 09:00")]
    later = VirtualClock(at("2026-05-11 08:55"))
    report = send(tmp_path, plan_of(crowd(1), FarSide(), hours=OFFICE), clock=later)
    assert (report.sent, later.now() >= at("2026-05-11 09:00")) == (1, True)


def test_the_time_outside_them_is_no_time_for_retries() -> None:
    retry = Retry(RetryRule(period=600, backoff=300, jitter=0), hours=OFFICE)
    evening = at("2026-05-08 17:58")
    assert retry(1, evening, evening) == at("2026-05-11 09:00")
    morning = at("2026-05-11 09:00")
    assert retry(1, evening, morning) == morning + 300
    assert retry(1, evening, morning + 300) is None  # two minutes on Friday, ten on Monday


@pytest.mark.parametrize(
    ("start", "begins", "hours"),
    [
        (None, "2026-05-04 09:00", 20 + 2 * 15),  # of three days, from nine on that day
        (Start(datetime(2026, 5, 8, 17, tzinfo=PARIS)), "2026-05-08 17:00", 20 + 3 * 15 + 48),
    ],
)
def test_the_forecast_knows_them(start: Start | None, begins: str, hours: int) -> None:
    plan = plan_of([], hours=OFFICE, start=start, rate=1 / 3600, burst=1)
    tally = Tally()
    tally.standings["pending"] = 21
    forecast = Forecast(plan, tally)
    assert forecast.begins == at(begins)
    assert forecast.seconds == pytest.approx(hours * 3600)
    told = forecast.as_json()
    assert (told["window"], told["seconds"]) == (str(OFFICE), hours * 3600)
    assert datetime.fromisoformat(str(told["begins"])) == datetime.fromtimestamp(at(begins), UTC)


def test_without_hours_it_begins_at_once_or_at_its_time() -> None:
    assert Forecast(plan_of([]), Tally()).begins == NOW.timestamp()
    later = Start(datetime(2026, 5, 5, tzinfo=UTC), 60)
    told = Forecast(plan_of([], start=later), Tally()).as_json()
    assert (told["schedule"], told["expires"], told["begins"]) == ("2026-05-05T00:00:00Z", 60, "2026-05-05T00:00:00Z")
    past = Start(datetime(2026, 5, 3, tzinfo=UTC))
    assert Forecast(plan_of([], start=past), Tally()).begins == NOW.timestamp()
