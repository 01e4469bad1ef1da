import re
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from mailgrid.cli.progress import ProgressView
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
    )


def test_a_line_every_ten_seconds_where_nothing_can_be_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    now = [100.0]
    view = ProgressView(Screen(), "welcome", 40, clock=lambda: now[0])
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
    view = ProgressView(Screen(), "welcome", 40, clock=lambda: now[0])
    now[0] = 10.0
    view.update(executor(10, closed_until=1_777_881_600.0))
    assert capsys.readouterr().err.endswith(" closed_until=2026-05-04T08:00:00Z\n")


def test_quiet_shows_none(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    view = ProgressView(Screen(quiet=True), "welcome", 40, clock=lambda: now[0])
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
        (([], 0), ""),
        (([("gmail.com", "5/s")], 1), "gmail.com at its limit (5/s)"),
        (([("gmail.com", "5/s")], 2), "gmail.com at its limit (5/s), and 1 other domain"),
        (([("gmail.com", "5/s")], 1500), "gmail.com at its limit (5/s), and 1,499 other domains"),
    ],
)
def test_a_domain_at_its_limit_is_named(limited: tuple[list[tuple[str, str]], int], said: str) -> None:
    assert ProgressView._counts(executor(3, limited=limited)) == said
