"""`status`, `log` and `why`: what the ledger knows."""

import re

import pytest

from mailgrid.testing import SmtpServer, hang_up, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, smtp

LOG = [
    "campaign",
    "key",
    "address",
    "status",
    "code",
    "enhanced",
    "reply",
    "attempts",
    "message_id",
    "time",
    "transport",
    "variant",
]
DAN = "dan@elsewhere.example"


@pytest.fixture
def mailed(folder: CampaignFolder, mailgrid: CommandLine) -> CampaignFolder:
    """Return a project whose campaign was sent to two, refused to one, and lost for one."""
    _, two, three, _ = folder.people(4)
    with SmtpServer(
        refuse("RCPT", "550 5.1.1 no such user", to=two), hang_up("end", to=three, times=1, taken=True)
    ) as server:
        folder.campaign(smtp(server), "workers 1", 'where first_name != "Person 9"')
        mailgrid("apply", "welcome.mailgrid", "--yes")
    return folder


def test_status_counts_by_campaign(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    (row,) = mailgrid("status", "--json").json["campaigns"]
    assert set(row) >= {"campaign", "edition", "rehearsal", "counts", "last_run"}
    assert (row["campaign"], row["rehearsal"]) == ("welcome", False)
    assert {state: count for state, count in row["counts"].items() if count} == {"sent": 2, "failed": 1, "in_doubt": 1}
    head, line = (each.split("\t") for each in mailgrid("status").out.splitlines())
    found = dict(zip(head, line, strict=True))
    assert (found["campaign"], found["sent"], found["failed"], found["in_doubt"]) == ("welcome", "2", "1", "1")


@pytest.mark.parametrize("command", ["status", "log"])
def test_of_a_file_a_campaign_or_everything(mailed: CampaignFolder, mailgrid: CommandLine, command: str) -> None:
    shown = [mailgrid(command, *what).out for what in ((), ("welcome",), ("welcome.mailgrid",))]
    assert shown[0] == shown[1] == shown[2] != ""
    wrong = mailgrid(command, "nobody")
    assert (wrong.code, "`nobody`" in wrong.err) == (2, True)


def test_before_anything_was_sent(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    status = mailgrid("status")
    assert (status.code, status.out, status.err) == (0, "", "nothing was sent yet\n")
    assert mailgrid("status", "--json").json == {"format": 1, "campaigns": []}
    assert mailgrid("log", "--json").out == ""
    assert list(folder.path.iterdir()) == []


def test_log_is_one_object_a_recipient(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    lines = mailgrid("log", "--json").lines
    assert all(list(line) == LOG for line in lines)
    assert sorted(line["status"] for line in lines) == ["failed", "in_doubt", "sent", "sent"]
    failed = next(line for line in lines if line["status"] == "failed")
    assert (failed["address"], failed["code"], failed["enhanced"]) == ("p00002@mail.example", 550, "5.1.1")
    assert failed["reply"].endswith("no such user")
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["time"]) for line in lines)
    assert mailgrid("log", "--json=key,status", "--failed").lines == [
        {"key": "p00002@mail.example", "status": "failed"}
    ]


def test_log_of_some(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    assert [line["status"] for line in mailgrid("log", "--in-doubt", "--json").lines] == ["in_doubt"]
    both = mailgrid("log", "--in-doubt", "--failed", "--json").lines
    assert sorted(line["status"] for line in both) == ["failed", "in_doubt"]


def test_log_piped_is_one_whole_line_a_recipient(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    head, *lines = mailgrid("log").out.splitlines()
    assert head.split("\t") == LOG
    assert [len(line.split("\t")) for line in lines] == [len(LOG)] * 4


def test_log_of_attempts(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    (address,) = folder.people(1)
    with SmtpServer(refuse("RCPT", "451 4.7.1 greylisted", to=address, times=1)) as server:
        folder.campaign(smtp(server), "retry 5 for 1m backoff 50ms max 50ms jitter 0%")
        mailgrid("apply", "welcome.mailgrid", "--yes")
    attempts = mailgrid("log", "--attempts", "--json").lines
    assert [(line["attempts"], line["status"], line["code"]) for line in attempts] == [
        (1, "deferred", 451),
        (2, "sent", 250),
    ]


def test_rehearsals_stand_apart(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    mailed.campaign('maildir "box/"')
    assert mailgrid("apply", "welcome.mailgrid", "--json").json["campaigns"][0]["sent"] == 4
    assert {line["status"] for line in mailgrid("log", "--rehearsal", "--json").lines} == {"sent"}
    assert len(mailgrid("log", "--failed", "--json").lines) == 1
    assert [row["rehearsal"] for row in mailgrid("status", "--json").json["campaigns"]] == [False, True]


def test_why_tells_what_became_of_a_person(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    told = mailgrid("why", "P00002@mail.example").out.splitlines()
    assert told[0].startswith("welcome: failed on ")
    assert "attempt 1 on " in told[1]
    assert told[1].endswith("550 5.1.1 no such user")
    assert mailgrid("why", DAN).out == f"no campaign has written to {DAN}\n"


def test_where_the_server_said_nothing_there_is_no_code(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    (doubtful,) = mailgrid("log", "--in-doubt", "--json").lines
    (tried,) = mailgrid("log", "--in-doubt", "--attempts", "--json").lines
    assert (doubtful["code"], tried["code"]) == (None, None)
    row = dict(zip(LOG, mailgrid("log", "--in-doubt").out.splitlines()[1].split("\t"), strict=True))
    assert row["code"] == ""


def test_why_tells_programs_the_same(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    mailgrid("suppress", "add", "p00002@mail.example", "--reason", "asked")
    told = mailgrid("why", "p00002@mail.example", "welcome.mailgrid", "--json").json
    assert list(told) == ["format", "address", "suppressed", "mailings", "conditions"]
    assert [(each["category"], each["reason"]) for each in told["suppressed"]] == [("manual", "asked")]
    (mailing,) = told["mailings"]
    assert (mailing["campaign"], mailing["status"], mailing["due"]) == ("welcome", "failed", None)
    assert [(each["attempt"], each["status"], each["code"]) for each in mailing["attempts"]] == [(1, "failed", 550)]
    (condition,) = told["conditions"]
    assert (condition["campaign"], condition["match"]) == ("welcome", True)
    nobody = mailgrid("why", DAN, "welcome.mailgrid", "--json").json
    assert (nobody["suppressed"], nobody["mailings"], nobody["conditions"]) == ([], [], [{"campaign": "welcome"}])


def test_why_with_a_file_tells_the_conditions_answers(mailed: CampaignFolder, mailgrid: CommandLine) -> None:
    told = mailgrid("why", "p00001@mail.example", "welcome.mailgrid").out
    assert "welcome: sent on " in told
    assert "welcome in welcome.mailgrid:" in told
    assert "line 2 of people.csv: yes\n" in told
    assert 'first_name != "Person 9"' in told
    nobody = mailgrid("why", DAN, "welcome.mailgrid")
    assert (nobody.code, "nobody in people.csv" in nobody.out) == (0, True)


@pytest.mark.parametrize("command", [("status",), ("log",), ("why", DAN)])
def test_a_ledger_that_cannot_be_read_is_not_taken_for_an_empty_one(
    folder: CampaignFolder, mailgrid: CommandLine, command: tuple[str, ...]
) -> None:
    folder.write(".mailgrid", "a file")
    refused = mailgrid(*command)
    assert (refused.code, refused.out) == (5, "")
    assert "not a directory" in refused.err
