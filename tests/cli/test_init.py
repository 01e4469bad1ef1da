import pytest

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


def test_what_it_writes_can_be_checked_and_sent_at_once(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    begun = mailgrid("init")
    assert begun.code == 0
    assert begun.out.split() == [
        "wrote", "mailgrid.toml", "wrote", "welcome.mailgrid", "wrote", "welcome.html", "wrote", "welcome.csv",
    ]  # fmt: skip
    assert "mailgrid plan welcome.mailgrid" in begun.err
    assert mailgrid("check", "welcome.mailgrid").code == 0
    ended = mailgrid("apply", "welcome.mailgrid", "--json")
    assert (ended.code, ended.json["campaigns"][0]["sent"]) == (0, 2), ended.err


def test_nothing_is_overwritten(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("init", "spring")
    file = folder.write("spring.html", "mine")
    again = mailgrid("init", "spring")
    assert (again.code, file.read_text()) == (2, "mine")
    assert "spring.html" in again.err
    assert mailgrid("init", "autumn").code == 0


@pytest.mark.parametrize("name", ["../up", "a b", "1st", "a/b", "-"])
def test_a_name_that_a_campaign_cannot_have_is_refused(
    folder: CampaignFolder, mailgrid: CommandLine, name: str
) -> None:
    assert mailgrid("init", name).code == 2
    assert list(folder.path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (folder.path / "mailgrid.toml").symlink_to(folder.path / "gone" / "mailgrid.toml")
    refused = mailgrid("init")
    assert refused.code == 2
    assert "mailgrid.toml cannot be written: no such file or directory" in refused.err
