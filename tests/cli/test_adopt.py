"""People who have a mailing from another program."""

import json

import pytest

from mailgrid.ledger.folder import Folder
from mailgrid.testing import SmtpServer
from tests.cli.command_line import CommandLine
from tests.cli.doubt import doubtful, states
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp

KEYS = "email,when\nANN@mail.example,2026-01-01\nbob@mail.example,2026-01-02\nnobody,2026-01-03\n"


def welcome(folder: CampaignFolder, server: SmtpServer, *settings: str) -> None:
    folder.write("people.csv", "email,first_name,id\nAnn@mail.example,A,7\nbob@mail.example,B,8\ncy@mail.example,C,9\n")
    folder.campaign(smtp(server), *settings)


def test_who_has_it_is_not_written_to(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("keys.csv", KEYS)
    with SmtpServer() as server:
        welcome(folder, server)
        ended = mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv")
        assert (ended.code, ended.out) == (1, "2 adopted, 0 had it already\n")
        assert "line 4" in ended.err
        plan = json.loads(mailgrid("plan", "welcome.mailgrid", "--json").out)["campaigns"][0]
        assert (plan["already_sent"], plan["to_send"]) == (2, 1)
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
    assert recipients(server.messages) == ["cy@mail.example"]
    rows = [json.loads(line) for line in mailgrid("log", "welcome", "--json").out.splitlines()]
    told = [(row["key"], row["status"], row["reply"], row["attempts"]) for row in rows]
    assert told[0] == ("ann@mail.example", "sent", "adopted from keys.csv", 0)
    status = json.loads(mailgrid("status", "--json").out)["campaigns"][0]
    assert status["counts"]["sent"] == 3


def test_again_it_changes_nothing(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("keys.csv", KEYS)
    with SmtpServer() as server:
        welcome(folder, server)
        mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv")
        ended = mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv", "--json")
    assert json.loads(ended.out) == {"format": 1, "adopted": 0, "already": 2, "bad": 1}


@pytest.mark.parametrize(
    "content, column",
    [("id,email\n7,ann@mail.example\n8,\n", ()), ("number;x\n7;\n8;\n", ("--column", "Number"))],
)
def test_a_campaign_s_own_key_counts(
    folder: CampaignFolder, mailgrid: CommandLine, content: str, column: tuple[str, ...]
) -> None:
    folder.write("keys.csv", content)
    with SmtpServer() as server:
        welcome(folder, server, "key id")
        assert mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv", *column).code == 0
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
    assert recipients(server.messages) == ["cy@mail.example"]


def test_who_is_in_doubt_is_settled_with_it(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, "ann", "bob")
    folder.write("keys.csv", "email\nann@mail.example\n")
    with SmtpServer() as server:
        welcome(folder, server)
        assert mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv").code == 0
    assert states(folder.path) == {"ann": "sent", "bob": "in_doubt"}


def test_a_fresh_clone_does_not_send_it_either(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("keys.csv", KEYS)
    with SmtpServer() as server:
        welcome(folder, server)
        mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv")
        for file in (folder.path / ".mailgrid").iterdir():
            file.unlink()
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 4
        assert mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv").code == 4
    assert not server.messages


def test_while_a_run_is_under_way_it_is_refused(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.write("keys.csv", KEYS)
    with SmtpServer() as server:
        welcome(folder, server)
        with Folder(folder.path / ".mailgrid").lock("welcome"):
            assert mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv").code == 4


@pytest.mark.parametrize("content", [b"", b"name\nAnn\n", b"email\n\xff\xfe\n", b'email\n"a@b.example\n'])
def test_a_file_that_makes_no_sense_is_named(folder: CampaignFolder, mailgrid: CommandLine, content: bytes) -> None:
    (folder.path / "keys.csv").write_bytes(content)
    with SmtpServer() as server:
        welcome(folder, server)
        ended = mailgrid("adopt", "welcome.mailgrid", "--sent", "keys.csv")
    assert ended.code in {1, 2}
    assert "keys.csv" in ended.err
