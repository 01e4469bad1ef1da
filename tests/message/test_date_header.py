from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mailgrid.message.date_header import DateHeader

_START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the hour from two to three comes twice in Berlin


@given(st.lists(st.integers(-5_000_000_000, 5_000_000_000), min_size=1, max_size=20))
def test_it_is_always_that_of_the_moment(steps: list[int]) -> None:
    moment = _START
    header = DateHeader(lambda: moment.astimezone(ZoneInfo("Europe/Berlin")))
    for microseconds in steps:
        moment += timedelta(microseconds=microseconds)
        assert _moment(header()) == moment.replace(microsecond=0)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    moment = _START
    header = DateHeader(lambda: moment.astimezone(ZoneInfo("Europe/Berlin")))
    assert b"02:30:00 +0200" in header()
    moment += timedelta(hours=1)
    assert b"02:30:00 +0100" in header()


def test_it_is_written_once_a_second() -> None:
    moment = _START
    header = DateHeader(lambda: moment)
    first = header()
    moment += timedelta(microseconds=999_999)
    assert header() is first
    moment += timedelta(microseconds=1)
    assert header() is not first


def _moment(header: bytes) -> datetime:
    return parsedate_to_datetime(header.decode().removeprefix("Date: ").strip())
