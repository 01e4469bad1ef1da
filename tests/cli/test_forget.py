"""A person who is forgotten: nothing of them is left in the ledgers, and nothing is ever sent to them again."""

from pathlib import Path

import pytest

from mailgrid.testing import Fault, SmtpServer, hang_up, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, recipients, smtp
from tests.patience import wait_for

ANN, BOB = "Ann.Lee@mail.example", "bob@mail.example"


@pytest.fixture
def mailed(folder: CampaignFolder, mailgrid: CommandLine) -> CampaignFolder:
    """Return a project that has written to two people, in earnest and in a rehearsal; a reply names both."""
    folder.write("people.csv", f"email,id,first_name\n{ANN},1,Ann\n{BOB},2,Bob\n")
    folder.write("mailgrid.toml", '[env.qa]\nledger = "qa"\n')
    with SmtpServer(refuse("RCPT", f"550 5.1.1 <{ANN}> has left {BOB}", to=BOB)) as server:
        for transport, settings in ((smtp(server), []), ('maildir "box/"', []), (smtp(server), ["--env", "qa"])):
            folder.campaign(transport)
            mailgrid("apply", "welcome.mailgrid", "--yes", *settings)
        folder.campaign(smtp(server), "key id", name="second")
        mailgrid("apply", "second.mailgrid", "--yes")
        assert len(server.messages) == 3
    return folder


def remains(folder: Path, *texts: str) -> list[str]:
    """The files of the ledgers in which one of some texts is still to be found, in whatever case."""
    files = [file for name in (".mailgrid", "qa") for file in (folder / name).iterdir()]
    wanted = [text.casefold().encode() for text in texts]
    return [file.name for file in files if any(text in file.read_bytes().lower() for text in wanted)]


def test_no_byte_is_left(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("suppress", "add", ANN, "dan@mail.example", "--reason", f"{ANN} wrote")
    assert {"welcome.db", "welcome.rehearsal.db", "second.db", "project.db"} <= set(remains(mailed.path, ANN))
    told = mailgrid("forget", ANN.upper(), "--json")
    assert (told.code, told.json) == (0, {"format": 1, "entries": 4, "ledgers": 4})
    assert remains(mailed.path, ANN, "ann.lee") == []
    assert "<forgotten> has left bob@mail.example" in mailgrid("why", BOB).out
    assert mailgrid("why", ANN).out.startswith("suppressed since ")
    assert (mailed.path / ".mailgrid" / "forgotten.key").stat().st_mode & 0o777 == 0o600
    lines = mailgrid("log", "--json").lines
    assert sorted((line["address"], line["status"]) for line in lines if line["status"] == "sent") == [("", "sent")] * 2
    assert {line["key"] for line in lines if not line["address"]} > {"1"}


def test_nothing_is_sent_again_not_even_when_they_come_back(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("forget", ANN)
    with SmtpServer() as server:
        mailed.campaign(smtp(server), name="third")
        mailgrid("apply", "third.mailgrid", "--yes")
        assert recipients(server.messages) == [BOB]
        mailgrid("suppress", "add", ANN)
        assert remains(mailed.path, ANN) == []
        assert mailgrid("suppress", "remove", ANN).out == "1 removed\n"
        for name, settings in (("welcome", []), ("second", ["key id"]), ("third", [])):
            mailed.campaign(smtp(server), *settings, name=name)
            mailgrid("apply", f"{name}.mailgrid", "--yes")
        assert recipients(server.messages) == [BOB, ANN]
        mailgrid("forget", ANN)
        mailgrid("forget", ANN)
        assert remains(mailed.path, ANN) == []
        mailgrid("suppress", "remove", ANN)
        mailgrid("apply", "third.mailgrid", "--yes")
        assert recipients(server.messages) == [BOB, ANN]


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        (hang_up("end", to=ANN, times=1, taken=True), []),
        (refuse("RCPT", "550 5.1.1 unknown", to=ANN, times=1), []),
        (refuse("RCPT", "451 4.7.1 later", to=ANN, times=1), [ANN]),
    ],
    ids=["in doubt", "failed", "deferred"],
)
def test_what_settles_somebody_is_kept(
    folder: CampaignFolder, mailgrid: CommandLine, fault: Fault, again: list[str]
) -> None:
    folder.write("people.csv", f"email,first_name\n{ANN},Ann\n{BOB},Bob\n")
    with SmtpServer(fault) as server:
        folder.campaign(smtp(server))
        mailgrid("apply", "welcome.mailgrid", "--yes", "--no-wait")
        before = len(server.messages)
        mailgrid("forget", ANN)
        mailgrid("suppress", "remove", ANN)
        mailgrid("apply", "welcome.mailgrid", "--yes")
        assert recipients(server.messages)[before:] == again


def test_it_is_refused_while_a_run_holds_a_lock(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    with SmtpServer() as server:
        mailed.people(50)
        mailed.campaign(smtp(server), "rate 2/s", name="slow")
        process = mailed.start("apply", "slow.mailgrid", "--yes")
        wait_for(lambda: server.messages)
        refused = mailgrid("forget", ANN)
        process.kill()
        process.communicate()
    assert (refused.code, "[MG606]" in refused.err) == (4, True)
    assert "welcome.db" in remains(mailed.path, ANN)
    assert not (mailed.path / ".mailgrid" / "forgotten.key").exists()


@pytest.mark.parametrize("content", [None, "", "no key at all"])
def test_a_key_that_is_lost_lets_nobody_through(
    mailed: CampaignFolder, mailgrid: CommandLine, content: str | None
) -> None:
    mailgrid("forget", ANN)
    key = mailed.path / ".mailgrid" / "forgotten.key"
    if content is None:
        key.unlink()
    else:
        key.write_text(content)
    mailed.campaign('maildir "other/"', name="third")
    ended = mailgrid("apply", "third.mailgrid")
    assert (ended.code, "the key is missing by which those are known who were forgotten" in ended.err) == (5, True)
    assert not (mailed.path / "other").exists()


def test_what_is_no_address_is_told(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("forget", "ann").code == 2
    assert list(folder.path.iterdir()) == []
