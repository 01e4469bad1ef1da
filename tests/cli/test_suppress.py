"""`suppress`: the do-not-mail list."""

import re

from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

WHO = ("add", "Ann@Mail.example", "bob@mail.example", "--class", "complaint", "--reason", "wrote to us")


def test_people_are_added_listed_and_removed(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("suppress", *WHO).out == "2 added\n"
    assert mailgrid("suppress", *WHO, "--json").json == {"format": 1, "added": 0, "already": 2}
    first, second = mailgrid("suppress", "list", "--json").lines
    assert first | {"since": ""} == {
        "address": "ann@mail.example",
        "class": "complaint",
        "reason": "wrote to us",
        "since": "",
        "source": "mailgrid suppress add",
    }
    assert second["address"] == "bob@mail.example"
    assert [line["address"] for line in mailgrid("suppress", "list", "BOB@mail.example", "--json").lines] == [
        "bob@mail.example"
    ]
    assert (
        mailgrid("suppress", "remove", "ann@mail.example", "eve@mail.example").out == "1 removed, 1 not on the list\n"
    )
    assert len(mailgrid("suppress", "list").out.splitlines()) == 2


def test_a_list_is_imported_and_exported(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("left.csv", "email,since\nann@mail.example,2026-05-04\nnobody\nbob@mail.example,\n")
    told = mailgrid("suppress", "import", "left.csv", "--class", "unsubscribe")
    assert (told.code, told.out) == (1, "2 added, 1 without an address\n")
    assert told.err == "left.csv holds no address in line 3\n"
    assert mailgrid("suppress", "export", "list.csv").code == 0
    exported = (folder.path / "list.csv").read_text()
    assert exported.splitlines()[1] == "ann@mail.example,unsubscribe,,2026-05-04T00:00:00.000Z,left.csv"
    assert mailgrid("suppress", "export").out == exported
    again = mailgrid("suppress", "import", "list.csv", "--ledger", "other", "--json")
    assert (again.code, again.json) == (0, {"format": 1, "added": 2, "already": 0, "bad_address": 0})
    assert mailgrid("suppress", "export", "--ledger", "other").out == exported


def test_what_makes_no_sense_is_told(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    for arguments in (("add", "ann"), ("import", "left.csv"), ("add", "a@b.example", "--class", "x"), ("add",), ("x",)):
        told = mailgrid("suppress", *arguments)
        assert (told.code, told.out) == (2, ""), arguments
    assert list(folder.path.iterdir()) == []


def test_reading_makes_nothing(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("suppress", "list", "--json").out == ""
    assert mailgrid("suppress", "export").out == "address,class,reason,since,source\n"
    assert list(folder.path.iterdir()) == []


def test_why_says_since_when(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("suppress", *WHO)
    told = mailgrid("why", "ANN@mail.example").out
    assert re.fullmatch(
        r"suppressed since \d+ \w+ 20\d\d [\d:]+: complaint, wrote to us, mailgrid suppress add\n", told
    )
    assert mailgrid("why", "eve@mail.example").out == "no campaign has written to eve@mail.example\n"
