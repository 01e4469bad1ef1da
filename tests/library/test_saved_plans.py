"""Saved plans in the Python library: `plan(...).save(path)`, and `apply` of what was saved or just made."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import mailgrid
from mailgrid.errors import MailgridError, Refused, UsageError
from mailgrid.library.watcher import Watcher
from mailgrid.pipeline.forecast import Forecast
from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture
def folder(tmp_path: Path) -> CampaignFolder:
    folder = CampaignFolder(tmp_path)
    folder.people(3)
    folder.campaign('maildir "box/"')
    return folder


def test_a_plan_is_its_forecasts_and_can_be_saved(folder: CampaignFolder) -> None:
    planned = mailgrid.plan(folder.path / "welcome.mailgrid")
    assert [forecast.tally.to_send for forecast in planned] == [3]
    assert (len(planned), len(planned[:1])) == (1, 1)
    planned.save(folder.path / "welcome.plan")
    with pytest.raises(UsageError, match="ends in"):
        planned.save(folder.path / "welcome.toml")
    assert mailgrid.apply(folder.path / "welcome.plan").campaigns[0].sent == 3
    with pytest.raises(Refused) as caught:
        mailgrid.apply(folder.path / "welcome.plan")
    assert caught.value.code == "MG604"


def test_a_plan_that_was_just_made_is_applied_as_it_is(folder: CampaignFolder) -> None:
    planned = mailgrid.plan(folder.path / "welcome.mailgrid", take=2)
    folder.people(9)
    with pytest.raises(Refused):
        mailgrid.apply(planned, maximum=1)
    report = mailgrid.apply(str(folder.path / "welcome.mailgrid"), maximum=9, take=1)
    assert report.campaigns[0].sent == 1
    report = mailgrid.apply(planned)
    assert (report.campaigns[0].sent, report.campaigns[0].already_sent, report.campaigns[0].unplanned) == (1, 1, 7)
    planned.save(folder.path / "welcome.plan")
    with pytest.raises(Refused):
        mailgrid.apply(folder.path / "welcome.plan")


def test_a_file_that_changes_after_the_check_is_seen_before_the_first_message(folder: CampaignFolder) -> None:
    class Editor(Watcher):
        def planned(self, forecasts: Sequence[Forecast]) -> None:
            file = folder.path / "welcome.mailgrid"
            file.write_text(file.read_text().replace("Hello", "Bye"))

    planned = mailgrid.plan(folder.path / "welcome.mailgrid")
    with pytest.raises(Refused, match=r"changed since it was made: welcome\.mailgrid"):
        mailgrid.apply(planned, watcher=Editor())
    assert not (folder.path / "box").exists()


def test_strict_refuses_who_came_or_went(folder: CampaignFolder) -> None:
    planned = mailgrid.plan(folder.path / "welcome.mailgrid")
    folder.people(2)
    with pytest.raises(Refused, match="0 came, 1 are gone"):
        mailgrid.apply(planned, strict=True)
    folder.people(3)
    assert mailgrid.apply(planned, strict=True).campaigns[0].sent == 3


def test_a_plan_keeps_its_own_settings(folder: CampaignFolder) -> None:
    planned = mailgrid.plan(folder.path / "welcome.mailgrid")
    with pytest.raises(UsageError, match="keeps its own"):
        mailgrid.apply(planned, settings=mailgrid.Settings(variables={"x": "1"}))
    with pytest.raises(MailgridError, match="cannot be read"):
        mailgrid.apply(folder.path / "no.plan")
