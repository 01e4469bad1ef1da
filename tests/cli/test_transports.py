"""Transports that stand in for others, quotas and shared workers, as a user meets them."""

import re
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mailgrid.ledger.folder import Folder
from mailgrid.testing import SmtpServer, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.ports import dead_port


def declared(folder: CampaignFolder, *transports: str, settings: tuple[str, ...] = ("workers 2",)) -> Path:
    """Write a campaign through the transport `primary`, below what is declared."""
    file = folder.campaign("primary", *settings)
    return folder.write(file.name, "\n".join([*transports, "", file.read_text("utf-8")]))


def smtp(name: str, port: int, *block: str, otherwise: str = "") -> str:
    stand_in = f" otherwise {otherwise}" if otherwise else ""
    return "\n".join([f"transport {name} smtp{stand_in} {{", '  host "127.0.0.1"', f"  port {port}", *block, "}"])


def test_the_backup_sends_while_the_first_is_down(
    folder: CampaignFolder, mailgrid: CommandLine, caplog: pytest.LogCaptureFixture
) -> None:
    folder.people(5)
    with SmtpServer() as backup, dead_port() as down:
        declared(folder, smtp("primary", down, otherwise="backup"), smtp("backup", backup.port, otherwise="primary"))
        plan = mailgrid("plan", "welcome.mailgrid")
        ended = mailgrid("apply", "welcome.mailgrid", "--yes", "--json")
        assert len(backup.messages) == 5
        assert f"people.csv -> smtp 127.0.0.1:{down}, otherwise smtp 127.0.0.1:{backup.port}" in plan.out
    assert (ended.code, ended.json["campaigns"][0]["transports"]) == (0, {"backup": 5})
    assert "primary does not work, and another transport will be taken" in caplog.text
    assert {line["transport"] for line in mailgrid("log", "--json").lines} == {"backup"}
    assert "through backup: sent" in mailgrid("why", "p00001@mail.example").out


def test_nothing_is_sent_where_neither_works(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(5)
    with dead_port() as one, dead_port() as other:
        declared(folder, smtp("primary", one, otherwise="backup"), smtp("backup", other))
    ended = mailgrid("apply", "welcome.mailgrid", "--yes")
    assert (ended.code, "cannot connect" in ended.err) == (5, True)


def test_a_rehearsal_cannot_stand_in(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(1)
    declared(folder, smtp("primary", 25, otherwise="outbox"), 'transport outbox maildir "out/"')
    ended = mailgrid("plan", "welcome.mailgrid")
    assert (ended.code, "error[MG630]" in ended.err, "`outbox` reaches nobody" in ended.err) == (2, True, True)


def test_a_refused_sender_is_known_before_the_confirmation(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(2)
    with SmtpServer(refuse("MAIL", "553 5.7.1 not your address")) as server:
        declared(folder, smtp("primary", server.port))
        ended = mailgrid("apply", "welcome.mailgrid")
        assert "MAIL FROM:<hello@acme.example>" in server.commands
    assert (ended.code, "the sender was refused: 553 not your address" in ended.err) == (5, True)
    assert "confirmation" not in ended.err


def test_a_spent_quota_goes_on_through_the_backup(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(9)
    with SmtpServer() as first, SmtpServer() as second:
        declared(
            folder,
            smtp("primary", first.port, "  quota 4/day", otherwise="backup"),
            smtp("backup", second.port),
        )
        ended = mailgrid("apply", "welcome.mailgrid", "--yes")
        assert (len(first.messages), len(second.messages)) == (4, 5)
    assert ended.code == 0
    assert "through primary 4, backup 5" in ended.out


def test_a_quota_is_shared_by_campaigns_and_runs(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(9)
    with SmtpServer() as server:
        declared(folder, smtp("primary", server.port, "  quota 4/day"))
        plan = mailgrid("plan", "welcome.mailgrid")
        first = mailgrid("apply", "welcome.mailgrid", "--yes", "--no-wait")
        other = folder.campaign("primary", name="other")
        folder.write(
            other.name, smtp("primary", server.port, "  quota 6/day") + "\n\n" + other.read_text(encoding="utf-8")
        )
        second = mailgrid("apply", "other.mailgrid", "--yes", "--no-wait")
        assert Counter(message.rcpt_to[0] for message in server.messages).total() == 6
    assert "about 2.0 days at a quota of 4/day, 2 workers" in plan.out
    assert (first.code, second.code) == (1, 1)
    assert "the quota 4/day of primary is spent until " in first.out
    assert "5 are still pending" in first.out
    assert "sent 2 in" in second.out
    assert "the quota 6/day of primary is spent until " in second.out


def test_a_campaign_s_own_quota(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(3)
    with SmtpServer() as server:
        declared(folder, smtp("primary", server.port), settings=("quota 2/day",))
        for sent in (2, 0):
            ended = mailgrid("apply", "welcome.mailgrid", "--yes", "--no-wait")
            assert (ended.code, f"sent {sent} in" in ended.out) == (1, True)
            assert re.search(r"the quota 2/day is spent until \d\d \w+ \d\d:\d\d\n1 is still pending", ended.out)
        assert len(server.messages) == 2


def test_workers_are_shared_with_another_run(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(40)
    with SmtpServer() as server:
        declared(folder, smtp("primary", server.port, "  workers 2"), settings=("workers 8",))
        with closing(Folder(folder.path / ".mailgrid").seats("primary", 2)) as other:
            assert other.take() == 0
            assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 0
        assert (len(server.messages), server.connections) == (40, 2)  # one of them is the preflight's


def test_a_program_has_to_be_trusted(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(2)
    folder.campaign("command \"sh -c 'cat >> sent.txt'\"")
    refused = mailgrid("apply", "welcome.mailgrid", "--yes")
    assert (refused.code, "error[MG624]" in refused.err) == (2, True)
    assert mailgrid("apply", "welcome.mailgrid", "--yes", "--trust", "command").code == 0
    assert (folder.path / "sent.txt").read_text("utf-8").count("Dear Person") == 2


def test_what_is_stored_in_files_needs_no_confirmation(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(3)
    for transport in ("eml", "mbox"):
        folder.campaign(f'{transport} "{transport}"', name=transport)
        assert mailgrid("apply", f"{transport}.mailgrid").code == 0
    assert len(list((folder.path / "eml").iterdir())) == 3
    assert (folder.path / "mbox").read_text("utf-8").count("Delivered-To: ") == 3
