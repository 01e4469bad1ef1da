"""What a campaign and a project say about those in doubt: `on_doubt`, and `settle_from`."""

import pytest

from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.cli.doubt import doubtful, log, states
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp


def written(folder: CampaignFolder, server: SmtpServer, *settings: str) -> None:
    folder.write("people.csv", "email,first_name\nann@mail.example,Ann\nbob@mail.example,Bob\n")
    folder.campaign(smtp(server), *settings)


@pytest.mark.parametrize(
    "settings, code, got, ann, words",
    [
        ((), 1, ["bob"], "in_doubt", "-1  in doubt "),
        (("on_doubt hold",), 1, ["bob"], "in_doubt", "-1  in doubt "),
        (("on_doubt skip",), 0, ["bob"], "in_doubt", "-1  left in doubt "),
        (("on_doubt resend",), 0, ["ann", "bob"], "sent", "1 of them may have it already"),
    ],
)
def test_a_campaign_decides_about_those_in_doubt(
    folder: CampaignFolder,
    mailgrid: CommandLine,
    settings: tuple[str, ...],
    code: int,
    got: list[str],
    ann: str,
    words: str,
) -> None:
    doubtful(folder.path, "ann")
    with SmtpServer() as server:
        written(folder, server, *settings)
        assert words in mailgrid("plan", "welcome.mailgrid").out
        ended = mailgrid("apply", "welcome.mailgrid", "--yes")
    assert ended.code == code, ended.err
    assert sorted(recipients(server.messages)) == [f"{who}@mail.example" for who in got]
    assert states(folder.path) == {"ann": ann, "bob": "sent"}


def test_the_command_line_sends_again_whatever_the_campaign_says(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, "ann")
    with SmtpServer() as server:
        written(folder, server, "on_doubt skip")
        assert mailgrid("apply", "welcome.mailgrid", "--yes", "--resend-in-doubt").code == 0
    assert states(folder.path) == {"ann": "sent", "bob": "sent"}


@pytest.mark.parametrize("setting", ['"mail.log"', '["mail.log"]'])
@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_the_project_s_log_settles_first_and_says_so(
    folder: CampaignFolder, mailgrid: CommandLine, command: tuple[str, ...], setting: str
) -> None:
    folder.write("mailgrid.toml", f"settle_from = {setting}\n")
    doubtful(folder.path, "ann", "zoe")
    log(folder.path, "ann")
    with SmtpServer() as server:
        written(folder, server)
        ended = mailgrid(*command, "welcome.mailgrid")
    assert "1 that were in doubt are in the relay's log, and sent" in ended.out
    assert "-1  already sent" in ended.out
    assert states(folder.path)["ann"] == "sent"
    assert states(folder.path)["zoe"] == "in_doubt"


def test_a_log_that_cannot_be_read_matters_only_while_somebody_is_in_doubt(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    folder.write("mailgrid.toml", 'settle_from = "nosuch.log"\n')
    doubtful(folder.path, "ann")
    with SmtpServer() as server:
        written(folder, server)
        ended = mailgrid("plan", "welcome.mailgrid")
        assert (ended.code, "nosuch.log" in ended.err) == (2, True)
        assert mailgrid("resolve", "--all-sent").code == 0
        assert mailgrid("plan", "welcome.mailgrid").code == 0


def test_an_environment_does_not_read_the_log_of_the_others(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("mailgrid.toml", 'settle_from = "nosuch.log"\n[env.staging]\nledger = ".mailgrid"\n')
    doubtful(folder.path, "ann")
    with SmtpServer() as server:
        written(folder, server)
        assert mailgrid("plan", "welcome.mailgrid", "--env", "staging").code == 0


@pytest.mark.parametrize("value", ["3", "[1]", "{}"])
def test_a_log_has_a_name(folder: CampaignFolder, mailgrid: CommandLine, value: str) -> None:
    folder.write("mailgrid.toml", f"settle_from = {value}\n")
    ended = mailgrid("status")
    assert (ended.code, "a text or a list of texts" in ended.err) == (2, True)
