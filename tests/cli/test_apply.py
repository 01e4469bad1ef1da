"""What `apply` prints, writes and returns: the transcripts."""

import json
import re

import pytest

from mailgrid.testing import SmtpServer, refuse
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder, smtp

KEYS = {
    "name", "rows", "matched", "to_send", "sent", "failed", "deferred", "in_doubt", "suppressed", "duplicate",
    "bad_address", "already_sent", "unknown", "seconds", "per_second", "attempts",
    "transports",
}  # fmt: skip
EVENT = {
    "time", "campaign", "key", "address", "status", "code", "enhanced", "reply", "attempt", "message_id", "seconds",
    "transport",
}  # fmt: skip


@pytest.fixture
def campaign(folder: CampaignFolder) -> CampaignFolder:
    folder.people(3)
    folder.campaign('maildir "box/"')
    return folder


def test_the_first_run_and_the_second(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(3)
    with SmtpServer() as server:
        folder.campaign(smtp(server), "workers 1")
        first = mailgrid("apply", "welcome.mailgrid", "--yes")
        second = mailgrid("apply", "welcome.mailgrid", "--yes")
    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("welcome  people.csv -> smtp 127.0.0.1:")
    assert re.fullmatch(
        r"sent 3 in \d:\d\d   failed 0   log: mailgrid log welcome", first.out.rstrip().rpartition("\n")[2]
    )
    lines = [" ".join(line.split()[:4]) for line in second.out.splitlines()]
    assert lines[2].startswith("3 rows in people.csv")
    assert lines[3].startswith("-3 already sent")
    assert lines[5] == "0 to send"
    assert lines[-1] == "Nothing to do."


def test_a_partial_failure_says_what_happened_and_what_to_do(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    addresses = folder.people(3)
    with SmtpServer(refuse("RCPT", "550 5.1.1 no such user", to=addresses[1])) as server:
        folder.campaign(smtp(server), "workers 1")
        ended = mailgrid("apply", "welcome.mailgrid", "--yes")
        after = mailgrid("apply", "welcome.mailgrid", "--yes")
        again = mailgrid("apply", "welcome.mailgrid", "--yes", "--retry-rejected", "--json")
    assert ended.code == 1
    sent, *rest = ended.out.splitlines()[-5:]
    assert re.fullmatch(r"sent 2 in \d:\d\d   failed 1", sent)
    assert rest == [
        "",
        "       1  rejected for good    550 5.1.1 no such user (1)",
        "",
        "List them: mailgrid log welcome --failed",
    ]
    assert (after.code, "(--retry-rejected to try them)" in after.out) == (0, True)
    assert again.json["campaigns"][0]["failed"] == 1


def test_json_has_the_promised_keys(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("apply", "welcome.mailgrid", "--json")
    assert set(ended.json) == {"format", "campaigns", "exit"}
    assert (ended.json["format"], ended.json["exit"], ended.code) == (1, 0, 0)
    (one,) = ended.json["campaigns"]
    assert set(one) >= KEYS
    assert (one["name"], one["rows"], one["sent"], one["attempts"]) == ("welcome", 3, 3, 3)
    assert "to send" in ended.err


def test_json_comes_whatever_the_end(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    refused = mailgrid("apply", "welcome.mailgrid", "--json", "--max", "2")
    assert (refused.code, refused.json["exit"], refused.json["campaigns"][0]["to_send"]) == (4, 4, 3)
    campaign.campaign('maildir "box/"', "workerz 1")
    wrong = mailgrid("apply", "welcome.mailgrid", "--json")
    assert (wrong.code, wrong.json["exit"], wrong.json["campaigns"]) == (2, 2, [])
    assert "workerz" in wrong.err


@pytest.mark.parametrize("where, json_too", [("events.jsonl", ["--json"]), ("-", ["--json"]), ("-", [])])
def test_events_are_one_line_for_each_outcome(
    campaign: CampaignFolder, mailgrid: CommandLine, where: str, json_too: list[str]
) -> None:
    ended = mailgrid("apply", "welcome.mailgrid", *json_too, "--events", where)
    assert ended.code == 0
    if where == "-":
        events = ended.lines
    else:
        assert ended.json["campaigns"][0]["sent"] == 3
        events = [json.loads(line) for line in (campaign.path / where).read_text().splitlines()]
    assert [set(event) for event in events] == [EVENT] * 3
    assert {(event["campaign"], event["status"], event["attempt"]) for event in events} == {("welcome", "sent", 1)}


def test_events_are_appended(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    campaign.write("events.jsonl", "before\n")
    mailgrid("apply", "welcome.mailgrid", "--events", "events.jsonl")
    assert (campaign.path / "events.jsonl").read_text().splitlines()[0] == "before"
    assert mailgrid("apply", "welcome.mailgrid", "--events", "no/folder").code == 2


def test_a_dry_run_is_the_plan(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("apply", "welcome.mailgrid", "--dry-run") == mailgrid("plan", "welcome.mailgrid")
    assert not (campaign.path / "box").exists()


def test_a_few_at_a_time(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    sent = [
        mailgrid("apply", "welcome.mailgrid", "--take", "2", "--json").json["campaigns"][0]["sent"] for _ in range(3)
    ]
    assert sent == [2, 1, 0]


def test_nothing_to_do_needs_no_confirmation(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    folder.people(0)
    with SmtpServer() as server:
        folder.campaign(smtp(server))
        ended = mailgrid("apply", "welcome.mailgrid")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "Nothing to do.")
    assert server.connections == 0


def test_quiet_prints_results_and_errors_only(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    ended = mailgrid("apply", "welcome.mailgrid", "--quiet")
    assert ended.err == ""
    assert ended.out.startswith("sent 3 in ")


def test_all_campaigns_of_a_file_in_its_order(campaign: CampaignFolder, mailgrid: CommandLine) -> None:
    file = campaign.path / "welcome.mailgrid"
    content = file.read_text()
    file.write_text(content + content.replace("campaign welcome", "campaign other").replace("box/", "other/"))
    ended = mailgrid("apply", "welcome.mailgrid", "--all", "--json")
    assert [each["name"] for each in ended.json["campaigns"]] == ["welcome", "other"]
    assert [each["sent"] for each in ended.json["campaigns"]] == [3, 3]


@pytest.mark.parametrize("command", [("apply", "--json"), ("apply", "--events", "-"), ("test", "--json")])
def test_messages_that_are_printed_leave_stdout_to_json(
    folder: CampaignFolder, mailgrid: CommandLine, command: tuple[str, ...]
) -> None:
    folder.people(2)
    folder.campaign("stdout", 'test "me@acme.example"')
    ended = mailgrid(command[0], "welcome.mailgrid", *command[1:])
    assert ended.json["exit"] == 0 if "--json" in command else len(ended.lines) == 2
    assert ended.err.count("----- from <hello@acme.example> to <") == 2
    plain = mailgrid("test", "welcome.mailgrid").out
    assert plain.count("----- from <hello@acme.example> to <") == 2
