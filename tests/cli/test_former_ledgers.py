"""`status`, `log` and `why` of a file tell of its campaigns' former names too."""

import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture
def renamed(folder: CampaignFolder, mailgrid: CommandLine) -> CampaignFolder:
    folder.people(3)
    file = folder.campaign('maildir "box/"')
    mailgrid("apply", "welcome.mailgrid", "--take", "2")
    file.write_text(file.read_text().replace("campaign welcome {", "campaign hello {\n  formerly welcome"))
    mailgrid("apply", "welcome.mailgrid")
    return folder


@pytest.mark.usefixtures("renamed")
def test_status_counts_both(mailgrid: CommandLine) -> None:
    found = mailgrid("status", "welcome.mailgrid", "--json").json["campaigns"]
    assert {each["campaign"]: each["counts"]["sent"] for each in found} == {"hello": 1, "welcome": 2}


@pytest.mark.usefixtures("renamed")
def test_log_lists_everybody(mailgrid: CommandLine) -> None:
    found = mailgrid("log", "welcome.mailgrid", "--json").lines
    assert sorted(each["key"] for each in found) == [f"p0000{number}@mail.example" for number in (1, 2, 3)]


@pytest.mark.usefixtures("renamed")
def test_the_plan_says_that_all_of_them_are_sent(mailgrid: CommandLine) -> None:
    (found,) = mailgrid("plan", "welcome.mailgrid", "--json").json["campaigns"]
    assert (found["already_sent"], found["to_send"]) == (3, 0)


@pytest.mark.usefixtures("renamed")
def test_a_key_that_is_refused_for_a_former_name_leaves_no_trace(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    file = folder.path / "welcome.mailgrid"
    text = file.read_text().replace("campaign hello {\n", "campaign third {\n  formerly hello\n")
    file.write_text(text.replace("formerly welcome", "formerly welcome\n  key first_name"))
    assert "[MG607]" in mailgrid("apply", "welcome.mailgrid").err
    file.write_text(text)
    assert mailgrid("apply", "welcome.mailgrid").code == 0
