"""Settling what is in doubt: by name, for all, and by the relay's own log."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailgrid.ledger.folder import Folder
from mailgrid.ledger.states import State
from mailgrid.ledger.store import Identity, Intent, Result, Store
from mailgrid.message.message_id import MessageIds
from tests.cli.command_line import CommandLine
from tests.end_to_end.campaign_folder import CampaignFolder

SENT_AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cleo")


def opened(folder: Path, campaign: str = "welcome", *, write: bool = False) -> Store:
    identity = Identity(campaign, "", "address", f"{campaign}.mailgrid")
    return Folder(folder / ".mailgrid").store(identity, rehearsal=False, write=write)


def message_id(person: str, campaign: str = "welcome") -> str:
    return MessageIds(campaign, "")(f"{person}@mail.example", "acme.example")


def doubtful(folder: Path, *people: str, sent: tuple[str, ...] = (), campaign: str = "welcome") -> None:
    """Leave people in doubt, as a lost connection would."""
    time = SENT_AT.timestamp()
    intents = [
        Intent(f"{who}@mail.example", f"{who}@mail.example", message_id(who, campaign), 1, time)
        for who in people + sent
    ]
    results = [Result(f"{who}@mail.example", State.IN_DOUBT, 0, "", "", time + 1, 1.0) for who in people]
    results += [Result(f"{who}@mail.example", State.SENT, 250, "", "queued", time + 1, 1.0) for who in sent]
    with closing(opened(folder, campaign, write=True)) as store:
        store.write(intents, [])
        store.write([], results)


def states(folder: Path, campaign: str = "welcome") -> dict[str, str]:
    with closing(opened(folder, campaign)) as store:
        return {entry.key.partition("@")[0]: entry.state.value for entry in store.entries()}


def log(folder: Path, *taken: str, begin: int = -10, end: int = 40, skew: int = 0) -> str:
    """Write a log of Postfix that begins and ends so many minutes after the attempts; `skew` is its clock's error."""

    def line(moment: datetime, words: str) -> str:
        stamp = moment + timedelta(minutes=skew)
        return f"{stamp.isoformat()} mx postfix/{words}\n"

    lines = [line(SENT_AT + timedelta(minutes=begin), "smtpd[1]: connect from localhost[127.0.0.1]")]
    for number, who in enumerate(taken):
        queue = f"B78CF22C0{number:02}"
        lines += [
            line(SENT_AT, f"cleanup[2]: {queue}: message-id={message_id(who)}"),
            line(SENT_AT, f"qmgr[3]: {queue}: from=<hello@acme.example>, size=295, nrcpt=1 (queue active)"),
            line(SENT_AT, f"qmgr[3]: {queue}: removed"),
        ]
    lines += [line(SENT_AT + timedelta(minutes=end), "smtpd[1]: disconnect from localhost[127.0.0.1]")]
    (folder / "mail.log").write_text("".join(lines))
    return "mail.log"


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
