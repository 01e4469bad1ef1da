"""A run that is told to end, or to hold, before it sends."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import mailgrid
from mailgrid.errors import Stopped
from mailgrid.ledger.control import Wish
from mailgrid.ledger.folder import Folder
from mailgrid.library.stopping import Stopping
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.forecast import Forecast
from mailgrid.pipeline.running import Running
from tests.end_to_end.campaign_folder import CampaignFolder

MAILDIR = 'maildir "box/"'


def wish(folder: CampaignFolder, change: Callable[[Wish], Wish]) -> None:
    """Say what is wanted of the run of `welcome`, a rehearsal, that is under way."""
    ledgers = Folder(folder.path / ".mailgrid")
    run = ledgers.under_way("welcome", rehearsal=True)
    assert run is not None
    ledgers.steer("welcome", run.since, change, rehearsal=True)


class Impatient(Watcher):
    """Stops the run as soon as rows were read."""

    def __init__(self, folder: CampaignFolder) -> None:
        self._folder = folder
        self.rows: list[int] = []

    def gathering(self, campaign: str, rows: int) -> None:
        self.rows.append(rows)
        wish(self._folder, lambda before: replace(before, stopped=True))


class Careful(Watcher):
    """Holds the run while its plan is shown, and lets it go on once it sends, or rather does not."""

    def __init__(self, folder: CampaignFolder) -> None:
        self._folder = folder
        self.looks = 0

    def planned(self, forecasts: Sequence[Forecast]) -> None:
        wish(self._folder, lambda before: replace(before, paused=True))

    def progress(self, executor: Running) -> None:
        self.looks += 1
        if executor.wish.paused:
            assert executor.progress.settled == 0
        if self.looks == 3:
            wish(self._folder, lambda before: replace(before, paused=False))


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    return CampaignFolder(tmp_path)


def test_it_is_asked_twice_a_second() -> None:
    now, asked = [0.0], []

    def ask() -> Wish:
        asked.append(now[0])
        return Wish(stopped=now[0] >= 1.0)

    stopping = Stopping("welcome", ask, now=lambda: now[0])
    while now[0] < 1.0:
        stopping()
        now[0] += 0.125
    with pytest.raises(Stopped, match="`welcome` was stopped by `mailgrid stop` before it began to send") as caught:
        stopping()
    assert (asked, caught.value.exit_code) == ([0.0, 0.5, 1.0], 5)


def test_while_it_gathers(folder: CampaignFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailgrid.pipeline.steering._EVERY", 0.0)
    folder.people(2000)
    watcher = Impatient(folder)
    with pytest.raises(Stopped):
        mailgrid.apply(folder.campaign(MAILDIR), watcher=watcher)
    assert (len(watcher.rows), (folder.path / "box").exists()) == (1, False)


def test_one_that_is_held_before_it_sends_sends_nothing_until_it_is_let_go(folder: CampaignFolder) -> None:
    folder.people(3)
    watcher = Careful(folder)
    report = mailgrid.apply(folder.campaign(MAILDIR), watcher=watcher)
    assert (report.exit_code, report.campaigns[0].sent) == (0, 3)
    assert watcher.looks > 3
