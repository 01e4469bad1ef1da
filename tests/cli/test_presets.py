"""A mail service by its name: behind the driver, in the block, or in mailgrid.toml."""

import pytest

from mailgrid.library.loading import load
from mailgrid.library.settings import Settings
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

LOGIN = 'user "ann"\n password secret("PASSWORD")'


@pytest.fixture(autouse=True)
def _people(folder: CampaignFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.people(1)
    monkeypatch.setenv("PASSWORD", "x")


@pytest.mark.parametrize(
    "transport",
    [
        f'smtp preset "ses-eu-west-1" {{\n {LOGIN}\n }}',
        f'smtp {{\n preset "ses-eu-west-1"\n {LOGIN}\n }}',
    ],
)
def test_a_service_by_its_name(folder: CampaignFolder, mailgrid: CommandLine, transport: str) -> None:
    folder.campaign(transport)
    ended = mailgrid("plan", "welcome.mailgrid")
    assert (ended.code, "smtp email-smtp.eu-west-1.amazonaws.com:587" in ended.out) == (0, True), ended.err


def test_a_service_of_a_project(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write(
        "mailgrid.toml",
        '[transport.ses]\ndriver = "smtp"\npreset = "sendgrid"\npassword = { secret = "PASSWORD" }\n',
    )
    folder.campaign("ses")
    assert "smtp smtp.sendgrid.net:587" in mailgrid("plan", "welcome.mailgrid").out


@pytest.mark.parametrize(
    "transport,told",
    [
        (f'smtp preset "sendgird" {{\n {LOGIN}\n }}', "did you mean `sendgrid`?"),
        (f"smtp preset {{\n {LOGIN}\n }}", "`preset`"),
        (f"smtp preset 5 {{\n {LOGIN}\n }}", "`preset`"),
        (f'smtp preset "gmail" {{\n preset "ses-eu-west-1"\n {LOGIN}\n }}', "first set here"),
        (f'smtp prset "gmail" {{\n {LOGIN}\n }}', "prset"),
        (f'smtp preset "gmail" "more" {{\n {LOGIN}\n }}', "more"),
    ],
)
def test_what_is_wrong_is_told_in_its_place(
    folder: CampaignFolder, mailgrid: CommandLine, transport: str, told: str
) -> None:
    folder.campaign(transport)
    ended = mailgrid("check", "welcome.mailgrid")
    assert ended.code == 2
    assert told in ended.err
    assert "welcome.mailgrid:" in ended.err


def test_what_stands_behind_the_driver_is_an_option(folder: CampaignFolder) -> None:
    file = folder.campaign(f'smtp preset "gmail" {{\n {LOGIN}\n }}')
    (campaign,) = load(file, Settings(environment={})).compiled.campaigns
    assert campaign.transport is not None
    assert campaign.transport.options["preset"].value == "gmail"
    assert campaign.transport.location is None


def test_what_a_service_allows_holds_where_nothing_is_written(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(61)
    token = 'user "ann"\n token secret("PASSWORD")'
    folder.campaign(f'smtp preset "microsoft365" {{\n {token}\n }}')
    known = mailgrid("plan", "welcome.mailgrid").out
    assert "at 30/min (preset microsoft365) and a quota of 10000/day (preset microsoft365), 3 workers" in known
    folder.campaign(f'smtp preset "microsoft365" {{\n {token}\n }}', "rate 5/s", "quota 900/day", "workers 2")
    assert "at 5/s and a quota of 900/day, 2 workers" in mailgrid("plan", "welcome.mailgrid").out
