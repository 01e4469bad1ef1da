import re
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from mailgrid.cli.progress import ProgressView
from mailgrid.cli.run_view import remarks
from mailgrid.cli.screen import Screen
from mailgrid.ledger.control import Wish
from tests.cli.command_line import on_terminal
from tests.end_to_end.campaign_folder import CampaignFolder


def executor(
    settled: int, *, closed_until: float = 0.0, limited: tuple[list[tuple[str, str]], int] = ([], 0), **counts: int
) -> Any:
    return SimpleNamespace(
        progress=SimpleNamespace(settled=settled, counts=Counter(counts)),
        closed_until=closed_until,
        limited=lambda _count: limited,
        paused_until=0.0,
        spent_until=0.0,
        next_due=None,
        wish=Wish(),
        notes=[],
    )


def test_a_line_every_ten_seconds_where_nothing_can_be_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    now = [100.0]
    view = ProgressView(Screen(), "welcome", 40, now=lambda: now[0])
    for second in range(25):
        now[0] = 100.0 + second
        view.update(executor(second, sent=second - 1, failed=1))
    view.close()
    out, err = capsys.readouterr()
    first, second_line = err.splitlines()
    assert out == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ welcome 10/40 sent=9 failed=1 retrying=0 rate=1\.0/s", first)
    assert " welcome 20/40 sent=19 failed=1 " in second_line


def test_outside_the_hours_it_says_until_when(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    view = ProgressView(Screen(), "welcome", 40, now=lambda: now[0])
    now[0] = 10.0
    view.update(executor(10, closed_until=1_777_881_600.0))
    assert capsys.readouterr().err.endswith(" closed_until=2026-05-04T08:00:00Z\n")


def test_quiet_shows_none(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    view = ProgressView(Screen(quiet=True), "welcome", 40, now=lambda: now[0])
    now[0] = 60.0
    view.update(executor(3, sent=3))
    view.close()
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal(folder: CampaignFolder) -> None:
    folder.people(60)
    folder.campaign('maildir "box/"', "rate 100/s burst 1")
    code, seen = on_terminal(folder, "apply", "welcome.mailgrid")
    assert code == 0
    assert "60/60" in seen
    assert "━" in seen
    assert re.search(r"sent 60 in 0:0\d   failed 0", seen)


@pytest.mark.parametrize(
    "limited, said",
    [
        (([], 0), []),
        (([("gmail.com", "5/s")], 1), ["gmail.com at its limit (5/s)"]),
        (([("gmail.com", "5/s")], 2), ["gmail.com at its limit (5/s), and 1 other domain"]),
        (([("gmail.com", "5/s")], 1500), ["gmail.com at its limit (5/s), and 1,499 other domains"]),
    ],
)
def test_a_domain_at_its_limit_is_named(limited: tuple[list[tuple[str, str]], int], said: list[str]) -> None:
    assert list(remarks(executor(3, limited=limited))) == said


def test_a_line_for_programs_names_what_holds_a_run_back(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    view = ProgressView(Screen(), "welcome", 40, now=lambda: now[0])
    now[0] = 10.0
    held = executor(10, limited=([("gmail.com", "5/s")], 3), sent=9, in_doubt=1)
    held.wish = Wish("5/s", paused=True)
    held.spent_until = held.next_due = 1_777_881_600.0
    view.update(held)
    assert capsys.readouterr().err.partition(" welcome ")[2] == (
        "10/40 sent=9 failed=0 retrying=0 in_doubt=1 rate=1.0/s changed_to=5/s paused=yes limited=gmail.com "
        "limited_domains=3 spent_until=2026-05-04T08:00:00Z next_try=2026-05-04T08:00:00Z\n"
    )


def test_how_fast_it_goes_is_measured_over_half_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    view = ProgressView(Screen(), "welcome", 1000, now=lambda: now[0])
    for second in range(1, 101):
        now[0] = float(second)
        view.update(executor(min(10 * second, 500)))
    rates = re.findall(r"rate=(\S+)/s", capsys.readouterr().err)
    assert rates == ["10.0"] * 5 + ["6.7", "3.3", "0.0", "0.0", "0.0"]
