from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailgrid.errors import CampaignError
from mailgrid.language.diagnostics import Diagnostic
from mailgrid.library.loading import load
from mailgrid.library.verbs import plan
from mailgrid.planning.hours import Hours
from mailgrid.planning.start import Start, hours_of, start_of

PARIS = ZoneInfo("Europe/Paris")


def written(folder: Path, *lines: str) -> Path:
    (folder / "people.csv").write_text("email\nann@example.org\n", encoding="utf-8")
    file = folder / "hello.mailgrid"
    settings = "\n".join(f"  {line}" for line in ('zone "Europe/Paris"', *lines))
    file.write_text(
        f"""campaign hello {{
  source    csv "people.csv"
  from      "Ada <ada@acme.example>"
  subject   "Hello"
  text      "Hello."
  transport maildir "out"
{settings}
}}
""",
        encoding="utf-8",
    )
    return file


def start(folder: Path, *lines: str) -> Start | None:
    (campaign,) = load(written(folder, *lines)).compiled.campaigns
    return start_of(campaign, PARIS)


def test_a_time_is_one_of_the_zone_where_it_has_none_of_its_own(tmp_path: Path) -> None:
    assert start(tmp_path) is None
    assert start(tmp_path, "schedule at 2026-05-04 09:00") == Start(datetime(2026, 5, 4, 9, tzinfo=PARIS))
    other = start(tmp_path, "schedule at 2026-05-04T09:00Z expires 4h")
    assert other
    assert other == Start(datetime(2026, 5, 4, 9, tzinfo=UTC), 4 * 3600)
    assert (str(other), other.until - other.moment) == ("2026-05-04 09:00 (UTC)", 4 * 3600)


def test_of_two_times_when_clocks_go_back_the_first(tmp_path: Path) -> None:
    found = start(tmp_path, "schedule at 2026-10-25 02:30")
    assert found
    assert found.moment == datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()


def test_it_lies_ahead_is_now_and_expires() -> None:
    begins = Start(datetime(2026, 5, 4, 9, tzinfo=UTC), 60)
    answers = [
        (begins.ahead(begins.moment + seconds), begins.expired(begins.moment + seconds)) for seconds in (-1, 0, 60, 61)
    ]
    assert answers == [(True, False), (False, False), (False, False), (False, True)]
    assert not Start(begins.at).expired((begins.at + timedelta(days=9999)).timestamp())


def test_hours_are_in_the_zone(tmp_path: Path) -> None:
    (campaign,) = load(written(tmp_path, "window 22:00 to 06:00 on everyday")).compiled.campaigns
    assert hours_of(campaign, PARIS) == Hours(time(22), time(6), PARIS)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["schedule at 2026-03-29 02:30"], "MG642"),
        (["schedule at 2026-05-02 09:00 expires 4h", "window 09:00 to 18:00 on weekdays"], "MG643"),
        (["schedule at 2026-05-04 18:00 expires 14h", "window 09:00 to 18:00"], "MG643"),
        (["window 09:00 to 09:00"], "MG226"),
        (["schedule at 2026-02-30 09:00"], "MG304"),
        (["schedule at 9999-12-31 23:59"], "MG304"),
        (["schedule at 0001-01-01 00:00"], "MG304"),
    ],
)
def test_a_time_that_never_comes_is_one_mistake(tmp_path: Path, lines: list[str], code: str) -> None:
    with pytest.raises(CampaignError) as caught:
        plan(written(tmp_path, *lines))
    found = [each for each in caught.value.diagnostics if isinstance(each, Diagnostic)]
    assert [each.code for each in found] == [code]
    assert found[0].span
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "lines",
    [["schedule at 9998-12-31 23:59", "window 09:00 to 10:00"], ["schedule at 1971-01-01 00:00 expires 9999999w"]],
)
def test_times_at_the_ends_of_the_calendar_are_no_trouble(tmp_path: Path, lines: list[str]) -> None:
    assert plan(written(tmp_path, *lines))[0].tally.to_send == 1
