"""Settling what is in doubt: by name, for all, and by the relay's own log."""

import json
from contextlib import closing

import pytest

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.store import Intent
from tests.cli.command_line import CommandLine
from tests.cli.doubt import PEOPLE, SENT_AT, doubtful, log, message_id, opened, states
from tests.end_to_end.campaign_folder import CampaignFolder


def test_without_options_it_lists_who_is_in_doubt(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, "ann", sent=("zoe",))
    ended = mailgrid("resolve")
    assert ended.code == 1
    assert f"ann@mail.example\t{message_id('ann')}" in ended.out
    assert "zoe" not in ended.out
    assert states(folder.path) == {"ann": "in_doubt", "zoe": "sent"}


def test_people_are_settled_one_by_one(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, *PEOPLE)
    ended = mailgrid("resolve", "--sent", "ann@mail.example", "--unsent", "BOB@mail.example", "--json")
    assert ended.code == 1
    left = json.loads(ended.out)
    assert (left["sent"], left["unsent"], [each["key"] for each in left["in_doubt"]]) == (1, 1, ["cleo@mail.example"])
    assert states(folder.path) == {"ann": "sent", "bob": "pending", "cleo": "in_doubt"}


@pytest.mark.parametrize("option, state", [("--all-sent", "sent"), ("--all-unsent", "pending")])
def test_all_are_settled_at_once(folder: CampaignFolder, mailgrid: CommandLine, option: str, state: str) -> None:
    doubtful(folder.path, *PEOPLE)
    assert mailgrid("resolve", "welcome", option).code == 0
    assert set(states(folder.path).values()) == {state}


@pytest.mark.parametrize(
    "options",
    [
        ("--sent", "ann@mail.example", "--sent", "zoe@mail.example"),
        ("--sent", "ann@mail.example", "--unsent", "ann@mail.example"),
        ("--all-sent", "--all-unsent"),
        ("--all-sent", "--from-log", "mail.log"),
        ("nosuch", "--all-sent"),
        ("--from-log", "missing.log"),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    folder: CampaignFolder, mailgrid: CommandLine, options: tuple[str, ...]
) -> None:
    doubtful(folder.path, "ann", sent=("zoe",))
    log(folder.path)
    assert mailgrid("resolve", *options).code == 2
    assert states(folder.path) == {"ann": "in_doubt", "zoe": "sent"}


def test_somebody_in_doubt_twice_has_to_be_told_apart(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, "ann")
    doubtful(folder.path, "ann", campaign="offer")
    ended = mailgrid("resolve", "--sent", "ann@mail.example")
    assert ended.code == 2
    assert "offer, welcome" in ended.err
    assert mailgrid("resolve", "offer", "--sent", "ann@mail.example").code == 0
    assert states(folder.path, "offer") == {"ann": "sent"}
    assert states(folder.path) == {"ann": "in_doubt"}


def test_while_a_run_is_under_way_it_is_refused(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, "ann")
    with Folder(folder.path / ".mailgrid").lock("welcome"):
        ended = mailgrid("resolve", "--all-sent")
    assert ended.code == 4
    assert states(folder.path) == {"ann": "in_doubt"}


def test_what_a_dead_run_left_is_settled_too(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    with closing(opened(folder.path, write=True)) as store:
        store.write([Intent("ann@mail.example", "ann@mail.example", message_id("ann"), 1, SENT_AT.timestamp())], [])
    assert mailgrid("resolve", "--all-unsent").code == 0
    assert states(folder.path) == {"ann": "pending"}


# ---- by the log ------------------------------------------------------------------------------------------------


def test_what_the_log_has_is_sent(folder: CampaignFolder, mailgrid: CommandLine) -> None:
    doubtful(folder.path, *PEOPLE)
    ended = mailgrid("resolve", "--from-log", log(folder.path, "ann", "bob"))
    assert ended.code == 1
    assert states(folder.path) == {"ann": "sent", "bob": "sent", "cleo": "in_doubt"}


def test_what_a_log_that_covers_the_time_does_not_have_is_unsent_if_one_says_so(
    folder: CampaignFolder, mailgrid: CommandLine
) -> None:
    doubtful(folder.path, "ann", "bob", sent=("zoe",))
    name = log(folder.path, "ann", "zoe")
    ended = mailgrid("resolve", "--from-log", name)
    assert ended.code == 1
    assert "--all-unsent" in ended.err
    assert states(folder.path)["bob"] == "in_doubt"
    assert mailgrid("resolve", "--from-log", name, "--all-unsent").code == 0
    assert states(folder.path) == {"ann": "sent", "bob": "pending", "zoe": "sent"}


@pytest.mark.parametrize(
    "taken, about",
    [
        (("zoe",), {"begin": -3}),
        (("zoe",), {"end": 20}),
        (("zoe",), {"skew": 60}),
        ((), {}),
    ],
    ids=["begins too late", "ends too soon", "another clock", "another server's"],
)
def test_a_log_that_does_not_surely_cover_the_time_settles_nobody_as_unsent(
    folder: CampaignFolder, mailgrid: CommandLine, taken: tuple[str, ...], about: dict[str, int]
) -> None:
    doubtful(folder.path, "ann", sent=("zoe",))
    ended = mailgrid("resolve", "--all-unsent", "--from-log", log(folder.path, *taken, **about))
    assert ended.code == 1
    assert "does not tell" in ended.err
    assert states(folder.path)["ann"] == "in_doubt"
