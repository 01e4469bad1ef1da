"""The hours of `window`, on clocks that are put forward and back."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailgrid.planning.hours import Hours, first_moment

PARIS = ZoneInfo("Europe/Paris")
#: Clocks that are put by an hour, by half an hour, never, and once by a whole day.
ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")]


def at(text: str, zone: ZoneInfo = PARIS, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def office(*, weekdays: bool = True) -> Hours:
    return Hours(time(9), time(18), PARIS, weekdays=weekdays)


def night(*, weekdays: bool = False) -> Hours:
    return Hours(time(22), time(6), PARIS, weekdays=weekdays)


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (office(), "2026-05-04 08:59:59", "2026-05-04 09:00"),
        (office(), "2026-05-04 09:00", "2026-05-04 09:00"),
        (office(), "2026-05-04 17:59:59", "2026-05-04 17:59:59"),
        (office(), "2026-05-04 18:00", "2026-05-05 09:00"),
        (office(), "2026-05-08 18:00", "2026-05-11 09:00"),  # a Friday evening
        (office(weekdays=False), "2026-05-08 18:00", "2026-05-09 09:00"),
        (night(), "2026-05-04 21:00", "2026-05-04 22:00"),
        (night(), "2026-05-05 05:59", "2026-05-05 05:59"),
        (night(), "2026-05-05 06:00", "2026-05-05 22:00"),
        (night(weekdays=True), "2026-05-09 05:00", "2026-05-09 05:00"),  # Friday's night ends on Saturday
        (night(weekdays=True), "2026-05-11 05:00", "2026-05-11 22:00"),  # Sunday has no night
        (Hours(time(18), time(0), PARIS), "2026-05-04 23:59:59", "2026-05-04 23:59:59"),
    ],
)
def test_they_open(hours: Hours, moment: str, opens: str) -> None:
    assert hours.opens(at(moment)) == at(opens)


def test_when_clocks_go_forward_what_begins_in_the_gap_begins_at_the_jump() -> None:
    early = Hours(time(2, 30), time(5), PARIS)
    assert early.opens(at("2026-03-29 00:00")) == at("2026-03-29 03:00")
    ended = Hours(time(1), time(2, 30), PARIS)
    opens, closes = ended.period(at("2026-03-29 01:10"))
    assert (closes - opens, closes) == (3600, at("2026-03-29 03:00"))
    gone = Hours(time(2), time(3), PARIS)  # the day has no such hour
    assert gone.opens(at("2026-03-29 00:00")) == at("2026-03-30 02:00")


def test_when_clocks_go_back_the_first_of_two_times_is_meant() -> None:
    assert first_moment(date(2026, 10, 25), time(2, 30), PARIS) == at("2026-10-25 02:30", fold=0)
    opens, closes = Hours(time(1), time(2, 30), PARIS).period(at("2026-10-25 01:00"))
    assert (closes - opens) == 1.5 * 3600
    assert Hours(time(1), time(3), PARIS).passed(at("2026-10-25 00:00"), at("2026-10-26 00:00")) == 3 * 3600


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2012, 1, 1), date(2027, 12, 31)),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
)
def test_first_moment_is_when_the_clocks_first_show_it_or_more(zone: ZoneInfo, day: date, clock: time) -> None:
    moment, wanted = first_moment(day, clock, zone), datetime.combine(day, clock)
    shown, before = (datetime.fromtimestamp(each, zone).replace(tzinfo=None) for each in (moment, moment - 1))
    assert before < wanted <= shown


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda both: both[0] != both[1]),
    st.booleans(),
    st.integers(1_735_700_000, 1_798_700_000),
    st.integers(0, 20 * 86400),
)
def test_after_is_when_so_much_has_passed(
    zone: ZoneInfo, minutes: tuple[int, int], weekdays: bool, begin: int, seconds: int
) -> None:
    start, end = (time(*divmod(each, 60)) for each in minutes)
    hours = Hours(start, end, zone, weekdays=weekdays)
    until = hours.after(begin, seconds % 86400)
    assert hours.passed(begin, until) == pytest.approx(seconds % 86400, abs=1e-3)
    opens = hours.opens(begin)
    assert opens >= begin
    assert hours.opens(opens) == opens
    assert hours.passed(begin, opens) == 0
    assert opens == begin or hours.opens(opens - 1) == opens


def test_they_say_what_they_are() -> None:
    assert str(office()) == "09:00 to 18:00 on weekdays (Europe/Paris)"
