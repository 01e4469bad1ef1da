"""Marketing for many says how to leave the list, or `plan` warns."""

from pathlib import Path

import pytest

import mailgrid
from mailgrid.library.settings import Settings
from tests.end_to_end.campaign_folder import CampaignFolder

SMTP = 'smtp { host "localhost" }'


@pytest.mark.parametrize(
    "people, transport, setting, warned",
    [
        (1000, SMTP, "", True),
        (999, SMTP, "", False),
        (1000, SMTP, "kind transactional", False),
        (1000, SMTP, 'header "list-unsubscribe" "<mailto:off@acme.example>"', False),
        (1000, SMTP, "take 999", False),
        (1000, "stdout", "", False),
    ],
)
def test_who_is_warned(tmp_path: Path, people: int, transport: str, setting: str, warned: bool) -> None:
    folder = CampaignFolder(tmp_path)
    folder.people(people)
    file = folder.campaign(transport, setting)
    (forecast,) = mailgrid.plan(file, render=False, settings=Settings(environment={}))
    found = [each for each in forecast.plan.warnings if each.code == "W607"]
    assert bool(found) is warned
    assert all("1,000 people" in each.message and each.span for each in found)
