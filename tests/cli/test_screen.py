"""What is read by people, what by programs, and what no terminal may be given."""

import re
import sys
from io import StringIO

import pytest
from rich.console import Console
from rich.file_proxy import FileProxy

from mailgrid.cli.screen import Screen
from mailgrid.errors import MailgridError
from mailgrid.testing import SmtpServer, refuse
from tests.cli.command_line import CommandLine, on_terminal
from tests.end_to_end.campaign_folder import CampaignFolder, smtp

TITLE = "\x1b]0;owned\x07"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.people(3)
    folder.campaign('maildir "box/"')
    return folder


def test_colour_only_where_people_read(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    wrong = ("plan", "nowhere.mailgrid")
    assert not COLOURS.search(mailgrid(*wrong).err)
    assert COLOURS.search(on_terminal(campaign, *wrong)[1])
    assert not COLOURS.search(on_terminal(campaign, *wrong, NO_COLOR="1")[1])
    assert not COLOURS.search(on_terminal(campaign, *wrong, "--color", "never")[1])
    assert COLOURS.search(mailgrid(*wrong, "--color", "always").err)


def test_a_table_is_aligned_for_people_and_whole_for_programs(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", f'email,first_name\na@x.example,{"A" * 100}\nb@x.example,"tab\there"\n')
    folder.campaign('maildir "box/"')
    piped = mailgrid("rows", "welcome.mailgrid").out.splitlines()
    assert piped[1:] == [f"2\ta@x.example\t{'A' * 100}", "3\tb@x.example\ttab here"]
    _, seen = on_terminal(folder, "rows", "welcome.mailgrid", NO_COLOR="1")
    assert seen.splitlines()[0].split() == ["line", "email", "first_name"]
    assert seen.splitlines()[1].split() == ["2", "a@x.example", "A" * 59 + "…"]
    assert "\t" not in seen


def test_twenty_rows_on_a_terminal(folder: CampaignFolder) -> None:
    folder.people(30)
    folder.campaign('maildir "box/"')
    assert len(on_terminal(folder, "rows", "welcome.mailgrid", NO_COLOR="1")[1].splitlines()) == 21


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "welcome.mailgrid"),
        ("columns", "welcome.mailgrid"),
        ("rows", "welcome.mailgrid", "--all"),
        ("rows", "welcome.mailgrid", "--why", "a@x.example"),
        ("preview", "welcome.mailgrid"),
        ("apply", "welcome.mailgrid"),
    ],
)
def test_e20_a_list_cannot_give_orders_to_a_terminal(
    folder: CampaignFolder, mailgrid: CommandLine, arguments: tuple[str, ...]
) -> None:
    folder.write("people.csv", f"email,first_name,age\na@x.example,Ann{TITLE}\u202e,{TITLE}\n")
    folder.campaign('maildir "box/"', 'where first_name != "" and not age > 3')
    ended = mailgrid(*arguments)
    assert not set("\x1b\x07\u202e") & set(ended.out + ended.err)
    _, seen = on_terminal(folder, *arguments)
    assert "]0;owned\x07" not in COLOURS.sub("", seen)


def test_a_server_cannot_give_orders_to_a_terminal(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (address,) = folder.people(1)
    with SmtpServer(refuse("RCPT", f"550 5.1.1 no {TITLE} user", to=address)) as server:
        folder.campaign(smtp(server))
        shown = [mailgrid("apply", "welcome.mailgrid", "--yes"), mailgrid("log"), mailgrid("why", address)]
    for ended in shown:
        assert "owned" in ended.out
        assert not set("\x1b\x07") & set(ended.out + ended.err)


def test_a_file_name_or_a_flag_cannot_give_orders_to_a_terminal(
    campaign: CampaignFolder, mailgrid: CommandLine
) -> None:
    for arguments in (("plan", f"{TITLE}.mailgrid"), ("log", TITLE), ("why", TITLE), ("plugins", TITLE), (TITLE,)):
        ended = mailgrid(*arguments)
        assert "owned" in ended.out + ended.err
        assert not set("\x1b\x07") & set(ended.out + ended.err), arguments


def test_a_reader_that_goes_away_is_no_mistake(folder: CampaignFolder) -> None:
    folder.people(5000)
    folder.campaign('maildir "box/"')
    process = folder.start("rows", "welcome.mailgrid")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith("line\t")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=30) == 1  # not all was printed


FORMULA = "=1+cmd|' /C calc'!A0"


def test_e8_a_list_cannot_give_orders_to_a_spreadsheet(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("people.csv", f'email,first_name,=sum\na@x.example,"{FORMULA}",-5\nb@x.example,B,2\n')
    with SmtpServer(refuse("RCPT", f"550 {FORMULA}", to="a@x.example"), refuse("RCPT", "550 @x", to="b@x.example")) as (
        server
    ):
        folder.campaign(smtp(server), "key first_name")
        mailgrid("apply", "welcome.mailgrid", "--yes")
    mailgrid("suppress", "add", "c@x.example", "--reason", FORMULA)
    commands = [("rows", "welcome.mailgrid", "--all"), ("columns", "welcome.mailgrid"), ("suppress", "list"), ("log",)]
    for command in (*commands, ("log", "--attempts")):
        cells = re.split(r"[\t\n]", mailgrid(*command).out)
        assert any(cell.startswith(f"'{FORMULA}") for cell in cells)
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "@"}]
    assert "\t-5\n" in mailgrid("rows", "welcome.mailgrid", "--all").out + "\n"
    assert FORMULA in mailgrid("log", "--json=key").out


def test_what_is_said_beside_a_bar_goes_where_the_bar_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = StringIO()
    monkeypatch.setattr(sys, "stderr", FileProxy(Console(file=shown, width=80), sys.stderr))
    Screen().note("one moment")
    Screen().error(MailgridError("it is broken", hint="mend it"))
    assert shown.getvalue() == "one moment\nerror: it is broken\n  = help: mend it\n"
