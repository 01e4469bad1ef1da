"""Options that every command takes, on either side of its name."""

import pytest

from mailgrid.cli.main import _COMMANDS
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.people(3)
    folder.campaign('maildir "box/"')
    return folder


@pytest.mark.parametrize("arguments", [("--json", "plan"), ("plan", "--json")])
def test_json_never_takes_the_file_behind_it(
    campaign: CampaignFolder, mailgrid: CommandLine, arguments: tuple[str, str]
) -> None:
    assert mailgrid(*arguments, "welcome.mailgrid").json["to_send"] == 3
    assert mailgrid("plan", "--json", "welcome.mailgrid").json["to_send"] == 3


def test_json_of_some_fields(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("plan", "--json=to_send,format", "welcome.mailgrid").json == {"to_send": 3, "format": 1}
    ended = mailgrid("--json=exit,sent", "apply", "welcome.mailgrid")
    assert ended.json == {"exit": 0, "sent": None}
    assert "no key `sent`, so null stands there; there are: format, campaigns, exit\n" in ended.err


def test_a_word_behind_two_dashes_is_no_option(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "--", "--json")
    assert ended.code == 2
    assert "`--json" in ended.err or "--json cannot" in ended.err or "--json:" in ended.err


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    "option", [("-q",), ("-v",), ("--color", "never"), ("--now", "2026-05-04"), ("--ledger", "there"), ("--debug",)]
)
def test_each_stands_on_either_side(
    campaign: CampaignFolder, mailgrid: CommandLine, option: tuple[str, ...], before: bool
) -> None:
    words = (*option, "plan", "welcome.mailgrid") if before else ("plan", "welcome.mailgrid", *option)
    assert mailgrid(*words).code == 0


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_takes_them(mailgrid: CommandLine, command: str) -> None:
    told = mailgrid(command, "--help")
    assert told.code == 0
    for option in ("--json", "--ledger", "--var", "--quiet", "--verbose", "--color", "--now", "--plugin", "--debug"):
        assert option in told.out


def test_the_ledger_may_be_elsewhere(
    campaign: CampaignFolder, mailgrid: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailgrid("apply", "welcome.mailgrid", "--ledger", "there")
    assert list((campaign.path / "there").iterdir())
    assert not (campaign.path / ".mailgrid").exists()
    assert len(mailgrid("--ledger", "there", "log", "--json").lines) == 3
    assert mailgrid("log", "--json").lines == []
    monkeypatch.setenv("MAILGRID_LEDGER", "there")
    assert len(mailgrid("log", "--json").lines) == 3


def test_a_let_is_replaced(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(3)
    file = folder.campaign('maildir "box/"', "where first_name = who")
    file.write_text('let who = "Person 1"\n' + file.read_text())
    assert [line["key"] for line in mailgrid("rows", "welcome.mailgrid", "--json").lines] == ["p00001@mail.example"]
    told = mailgrid("--var", "who=Person 3", "rows", "welcome.mailgrid", "--json").lines
    assert [line["key"] for line in told] == ["p00003@mail.example"]
    for wrong in ("who", "=x"):
        assert mailgrid("rows", "welcome.mailgrid", "--var", wrong).code == 2


def test_now_is_the_moment_of_the_plan(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    told = mailgrid("plan", "welcome.mailgrid", "--json", "--now", "2026-05-04T09:00+02:00").json
    assert told["now"] == "2026-05-04T07:00:00Z"
    wrong = mailgrid("plan", "welcome.mailgrid", "--now", "tomorrow")
    assert (wrong.code, "`tomorrow` is no date" in wrong.err) == (2, True)


def test_debug_shows_where_an_error_was_raised(mailgrid: CommandLine) -> None:
    assert "Traceback" not in mailgrid("log", "nobody").err
    assert "Traceback" in mailgrid("log", "nobody", "--debug").err


def test_a_plugin_that_is_not_installed(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("plan", "welcome.mailgrid", "--plugin", "mailgrid-nowhere")
    assert ended.code == 2
    assert "mailgrid-nowhere" in ended.err


def test_a_misspelt_command(mailgrid: CommandLine) -> None:
    ended = mailgrid("aply", "welcome.mailgrid")
    assert ended.code == 2
    assert "did you mean `apply`?" in ended.err
    assert mailgrid("frobnicate").code == 2


def test_a_misspelt_option(mailgrid: CommandLine) -> None:
    ended = mailgrid("apply", "welcome.mailgrid", "--confrim", "3")
    assert ended.code == 2
    assert "--confirm" in ended.err


def test_without_a_command_it_says_what_there_is(mailgrid: CommandLine) -> None:
    ended = mailgrid()
    assert ended.code == 0
    assert all(command in ended.out for command in _COMMANDS)
    assert mailgrid("--version").out.startswith("mailgrid ")
