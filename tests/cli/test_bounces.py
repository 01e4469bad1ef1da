"""The relay's bounces, and the do-not-mail list."""

import json

from tests.cli.command_line import CommandLine
from tests.cli.doubt import doubtful
from tests.end_to_end.campaign_folder import CampaignFolder
from tests.maillog.samples import EXIM, POSTFIX

POLICY = POSTFIX.replace("dsn=5.1.1", "dsn=5.7.1")


def test_who_does_not_exist_is_on_the_list(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, sent=("ann", "bob", "full", "later"))
    folder.write("mail.log", POSTFIX)
    ended = mailgrid("bounces", "--from-log", "mail.log")
    assert ended.code == 0
    assert ended.out == "1 added to the do-not-mail list, 0 already on it\nnot added: 1 mailbox\n"
    assert "1 more bounced" in ended.err  # the address that bob was rewritten to
    (entry,) = (json.loads(line) for line in mailgrid("suppress", "list", "--json").out.splitlines())
    assert (entry["address"], entry["class"], entry["source"]) == ("bob@mail.example", "bounce", "mail.log")
    assert entry["reason"].startswith("5.1.1 host 127.0.0.1")
    assert mailgrid("bounces", "--from-log", "mail.log").out.startswith("0 added to the do-not-mail list, 1 already")


def test_nobody_is_added_for_a_full_mailbox_or_a_policy(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, sent=("bob", "full"))
    folder.write("mail.log", POLICY)
    ended = mailgrid("bounces", "--from-log", "mail.log", "--json")
    assert json.loads(ended.out) == {
        "format": 1,
        "added": 0,
        "bounces": {"address": 0, "mailbox": 1, "policy": 1, "content": 0, "other": 0},
        "strangers": 1,
    }
    assert mailgrid("suppress", "list", "--json").out == ""


def test_people_of_other_programs_are_left_alone(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, sent=("ann",))
    folder.write("mail.log", EXIM)
    assert mailgrid("bounces", "--from-log", "mail.log").out.startswith("0 added")
    assert mailgrid("suppress", "list", "--json").out == ""


def test_a_dry_run_lists_and_changes_nothing(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, sent=("bob", "full"))
    folder.write("mail.log", EXIM)
    ended = mailgrid("bounces", "--from-log", "mail.log", "--dry-run", "--json")
    found = {each["address"]: each["class"] for each in map(json.loads, ended.out.splitlines())}
    assert found == {"bob@mail.example": "address", "full@mail.example": "mailbox"}
    assert "550 5.1.1 no such user" in mailgrid("bounces", "--from-log", "mail.log", "--dry-run").out
    assert mailgrid("suppress", "list", "--json").out == ""


def test_without_a_log_nothing_happens(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    assert mailgrid("bounces").code == 2
    assert mailgrid("bounces", "--from-log", "nosuch.log").code == 2
