"""The observer `log`, as a campaign file names it."""

import json
from pathlib import Path
from typing import Any

import pytest

from mailgrid.hookspecs import Outcome, Reply, Status
from mailgrid.testing import SmtpServer, message_to, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, smtp
from tests.plugins.opening import open_kind


def sent(mailgrid: CommandLine, folder: CampaignFolder, line: str) -> list[dict[str, Any]]:
    _, two = folder.people(2)
    with SmtpServer(refuse("RCPT", f"550 5.1.1 <{two}> unknown", to=two)) as server:
        file = folder.campaign(smtp(server), "workers 1")
        file.write_text(f"{line}\n{file.read_text('utf-8')}", "utf-8")
        assert mailgrid("plan", "welcome.mailgrid").code == 0
        assert not Path("mail.jsonl").exists()
        assert mailgrid("apply", "welcome.mailgrid", "--yes").code == 1
    return [json.loads(each) for each in Path("mail.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ('observe log "mail.jsonl"', ["p***@mail.example", "p***@mail.example"]),
        ('observe log "mail.jsonl" { addresses true }', ["p00001@mail.example", "p00002@mail.example"]),
    ],
)
def test_it_says_what_became_of_each_message(
    mailgrid: CommandLine,
    folder: CampaignFolder,
    line: str,
    addresses: list[str],
) -> None:
    begun, *outcomes, ended = sent(mailgrid, folder, line)
    assert (begun["event"], begun["to_send"], begun["campaign"]) == ("started", 2, "welcome")
    assert (ended["event"], ended["sent"], ended["failed"]) == ("finished", 1, 1)
    assert sorted(each["address"] for each in outcomes) == addresses
    assert {each["event"]: each["code"] for each in outcomes} == {"sent": 250, "failed": 550}
    (refused,) = (each["reply"] for each in outcomes if each["event"] == "failed")
    assert refused == f"<{addresses[1]}> unknown"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('observe lgo "mail.jsonl"', "MG205"),
        ("observe log", "MG210"),
        ('observe log "mail.jsonl" { adresses true }', "MG206"),
        ('observe log "../mail.jsonl"', "MG403"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_sent(
    mailgrid: CommandLine,
    folder: CampaignFolder,
    line: str,
    code: str,
) -> None:
    folder.people(1)
    file = folder.campaign('maildir "box/"')
    file.write_text(f"{line}\n{file.read_text('utf-8')}", "utf-8")
    ended = mailgrid("apply", "welcome.mailgrid")
    assert (ended.code, f"error[{code}]" in ended.err, ended.err.count("error[")) == (2, True, 1)
    assert not (folder.path / "box").exists()


def test_a_reply_that_is_no_text_is_written_too(tmp_path: Path) -> None:
    log = open_kind("observers.log", "mail.jsonl", root=tmp_path)
    reply = Reply(code=550, text="caf\udce9")
    log.outcome_recorded(Outcome(message=message_to("ann@mail.example"), status=Status.FAILED, reply=reply))
    assert json.loads((tmp_path / "mail.jsonl").read_text("utf-8"))["reply"] == "caf\udce9"
